//! Pictures of numbers: inline SVG made on the server, coloured by the style sheet, with a table of the same numbers for whoever
//! does not see it.
//!
//! Cost: one pass over the points.

use crate::web::markup::{Markup, escaped};
use std::fmt::Write;

/// Kinds that a picture tells apart; more would be told apart by nobody.
pub(crate) const KINDS_MAX: usize = 6;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 38.0;
const BELOW: f64 = 24.0;
const ABOVE: f64 = 10.0;

/// One column of a picture: its label and one number a kind.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Under the axis.
    pub(crate) label: String,
    /// Stacked from below, at most [`KINDS_MAX`].
    pub(crate) parts: Vec<u64>,
}

/// Stacked bars. `title` is read out; `kinds` are the words of the parts, in their order.
pub(crate) fn bars(title: &str, kinds: &[String], columns: &[Column]) -> Markup {
    let top = ceiling(columns.iter().map(|c| c.parts.iter().sum()).max().unwrap_or(0));
    let mut svg = opening(title);
    grid(&mut svg, top);
    let step = (WIDTH - LEFT) / count(columns.len().max(1));
    let every = columns.len().div_ceil(13).max(1);
    for (n, column) in columns.iter().enumerate() {
        let x = LEFT + step * count(n) + step * 0.15;
        let mut y = HEIGHT - BELOW;
        for (kind, value) in column.parts.iter().take(KINDS_MAX).enumerate().filter(|(_, v)| **v > 0) {
            let height = scaled(*value, top);
            y -= height;
            let _ = write!(
                svg,
                "<rect class=\"k{kind}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
                step * 0.7
            );
        }
        if n % every == 0 {
            under(&mut svg, x + step * 0.35, &column.label);
        }
    }
    svg.push_str("</svg>");
    finished(svg, kinds, columns)
}

/// A line through one number a column, e.g. a time in minutes.
pub(crate) fn line(title: &str, kind: &str, points: &[(String, Option<u64>)]) -> Markup {
    let top = ceiling(points.iter().filter_map(|(_, v)| *v).max().unwrap_or(0));
    let mut svg = opening(title);
    grid(&mut svg, top);
    let step = (WIDTH - LEFT) / count(points.len().max(1));
    let every = points.len().div_ceil(13).max(1);
    let place = |n: usize, value: u64| (LEFT + step * (count(n) + 0.5), HEIGHT - BELOW - scaled(value, top));
    let known: Vec<(f64, f64)> =
        points.iter().enumerate().filter_map(|(n, (_, v))| v.map(|v| place(n, v))).collect();
    let path: Vec<String> = known.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = write!(svg, "<polyline class=\"line\" points=\"{}\"/>", path.join(" "));
    for (x, y) in known {
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>");
    }
    for (n, (label, _)) in points.iter().enumerate().filter(|(n, _)| n % every == 0) {
        under(&mut svg, LEFT + step * (count(n) + 0.5), label);
    }
    svg.push_str("</svg>");
    let columns: Vec<Column> = points
        .iter()
        .map(|(label, value)| Column { label: label.clone(), parts: value.iter().copied().collect() })
        .collect();
    finished(svg, &[kind.to_owned()], &columns)
}

fn opening(title: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escaped(title))
}

/// Four lines with their numbers.
fn grid(svg: &mut String, top: u64) {
    for quarter in 0..=4 {
        let value = top * quarter / 4;
        let y = HEIGHT - BELOW - scaled(value, top);
        let class = if quarter == 0 { "axis" } else { "grid" };
        let _ = write!(
            svg,
            "<line class=\"{class}\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{WIDTH}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            LEFT - 6.0,
            y + 4.0
        );
    }
}

fn under(svg: &mut String, x: f64, label: &str) {
    let _ = write!(
        svg,
        "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        HEIGHT - 6.0,
        escaped(label)
    );
}

/// The picture, its legend where there is something to tell apart, and its numbers for whoever does not see it.
fn finished(svg: String, kinds: &[String], columns: &[Column]) -> Markup {
    let mut out = format!("<figure class=\"chart\">{svg}");
    if kinds.len() > 1 {
        out.push_str("<ul class=\"legend\">");
        for (n, kind) in kinds.iter().take(KINDS_MAX).enumerate() {
            let _ = write!(
                out,
                "<li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"k{n}\" width=\"8\" height=\"8\" rx=\"2\"/></svg>{}</li>",
                escaped(kind)
            );
        }
        out.push_str("</ul>");
    }
    out.push_str("<div class=\"unseen\"><table><thead><tr><td></td>");
    for kind in kinds.iter().take(KINDS_MAX) {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(kind));
    }
    out.push_str("</tr></thead><tbody>");
    for column in columns {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th>", escaped(&column.label));
        for n in 0..kinds.len().min(KINDS_MAX) {
            let value = column.parts.get(n).map_or_else(String::new, ToString::to_string);
            let _ = write!(out, "<td>{value}</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></figure>");
    Markup::trusted(out)
}

/// The number at the top of the axis: 4, 8, 12, 20, 40, 80, … so that quarters are whole.
fn ceiling(max: u64) -> u64 {
    let mut top = 4;
    let mut factors = [2, 5, 4].into_iter().cycle();
    let mut base = 4u64;
    while top < max {
        match factors.next() {
            Some(2) => top = base.saturating_mul(2),
            Some(5) => top = base.saturating_mul(5),
            _ => {
                base = base.saturating_mul(10);
                top = base;
            }
        }
    }
    top
}

fn scaled(value: u64, top: u64) -> f64 {
    share(value, top) * (HEIGHT - BELOW - ABOVE)
}

/// `value` of `top`, between 0 and 1, in steps of a thousandth: a picture shows no finer.
fn share(value: u64, top: u64) -> f64 {
    let thousandths = value.min(top).saturating_mul(1000) / top.max(1);
    f64::from(u32::try_from(thousandths).unwrap_or(1000)) / 1000.0
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_number_with_whole_quarters() {
        let check = |max: u64, expected: u64| assert_eq!(ceiling(max), expected, "{max}");
        check(0, 4);
        check(4, 4);
        check(5, 8);
        check(9, 20);
        check(21, 40);
        check(41, 80);
        check(81, 200);
        check(1_999, 2_000);
    }

    #[test]
    fn a_picture_says_its_numbers_in_a_table() {
        let columns = [
            Column { label: "W1".to_owned(), parts: vec![3, 1] },
            Column { label: "W2".to_owned(), parts: vec![0, 8] },
        ];
        let html = bars("by <week>", &["mail".to_owned(), "other".to_owned()], &columns).to_string();
        assert!(html.contains("aria-label=\"by &lt;week&gt;\""), "{html}");
        assert_eq!(html.matches("<rect class=\"k").count(), 3 + 2, "three bars, two marks in the legend");
        assert!(html.contains("<tr><th scope=\"row\">W1</th><td>3</td><td>1</td></tr>"), "{html}");
    }

    #[test]
    fn a_line_leaves_gaps_out() {
        let points = [("a".to_owned(), Some(5)), ("b".to_owned(), None), ("c".to_owned(), Some(9))];
        let html = line("t", "minutes", &points).to_string();
        assert_eq!(html.matches("<circle").count(), 2);
        assert!(html.contains("<th scope=\"row\">b</th><td></td>"), "{html}");
    }
}
