//! Speed against the size of the set, both on logarithmic axes, as a picture and as a table.

use super::Curve;
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 50.0;
/// Powers of ten at the ends of the axes: 1 k to 10 M indicators, 0.1 MB/s to 10 GB/s.
const SIZES: (f64, f64) = (3.0, 7.0);
const SPEEDS: (f64, f64) = (-4.0, 1.0);
/// Told apart without colour vision (Okabe and Ito).
const COLOURS: [&str; 6] = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

fn x(size: f64) -> f64 {
    LEFT + (size.log10() - SIZES.0) / (SIZES.1 - SIZES.0) * (WIDTH - LEFT - RIGHT)
}

fn y(speed: f64) -> f64 {
    HEIGHT - BOTTOM - (speed.log10() - SPEEDS.0) / (SPEEDS.1 - SPEEDS.0) * (HEIGHT - TOP - BOTTOM)
}

/// The picture.
pub(super) fn svg(ours: &Curve, theirs: &[(&'static str, Curve)]) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>Speed against the number of indicators</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    axes(&mut out);
    let all = std::iter::once(("Noroshi", ours)).chain(theirs.iter().map(|(name, curve)| (*name, curve)));
    for (i, (name, curve)) in all.filter(|(_, curve)| !curve.is_empty()).enumerate() {
        let colour = COLOURS[i % COLOURS.len()];
        let width = if i == 0 { 3 } else { 2 };
        let points: Vec<String> =
            curve.iter().map(|(size, speed)| format!("{:.1},{:.1}", x(*size), y(*speed))).collect();
        let _written = writeln!(
            out,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" points=\"{}\"/>",
            points.join(" ")
        );
        for (size, speed) in curve {
            let _written = writeln!(
                out,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{colour}\"/>",
                x(*size),
                y(*speed)
            );
        }
        let (size, speed) = curve[curve.len() - 1];
        let name = name.replace('`', "");
        let _written = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            x(size) + 9.0,
            y(speed) + 4.0
        );
    }
    out.push_str("</svg>\n");
    out
}

fn axes(out: &mut String) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for (power, label) in [(3, "1 k"), (4, "10 k"), (5, "100 k"), (6, "1 M"), (7, "10 M")] {
        let at = x(10f64.powi(power));
        let _written = writeln!(
            out,
            "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{bottom}\" stroke=\"#dddddd\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
            bottom + 18.0
        );
    }
    let speeds =
        [(-4, "0.1 MB/s"), (-3, "1 MB/s"), (-2, "10 MB/s"), (-1, "100 MB/s"), (0, "1 GB/s"), (1, "10 GB/s")];
    for (power, label) in speeds {
        let at = y(10f64.powi(power));
        let _written = writeln!(
            out,
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\" stroke=\"#dddddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 6.0,
            at + 4.0
        );
    }
    let _written = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">indicators</text>",
        f64::midpoint(LEFT, right),
        bottom + 38.0
    );
}

/// The same numbers as a table, below the picture.
pub(super) fn markdown(ours: &Curve, theirs: &[(&'static str, Curve)]) -> String {
    let sizes = [1e3, 1e5, 1e6, 1e7];
    let mut out = String::from(
        "\n![Speed against the number of indicators](sweep-speed.svg)\n\n\
         | MB of text a CPU second | 1 k | 100 k | 1 M | 10 M |\n| --- | --- | --- | --- | --- |\n",
    );
    let all = std::iter::once(("**Noroshi**", ours)).chain(theirs.iter().map(|(name, curve)| (*name, curve)));
    for (name, curve) in all {
        let cell = |size: &f64| {
            let speed = curve.iter().find(|(at, _)| at == size).map(|(_, speed)| speed * 1e3);
            speed.map_or_else(
                || "–".to_owned(),
                |mb| if mb < 10.0 { format!("{mb:.1}") } else { format!("{mb:.0}") },
            )
        };
        let cells: Vec<String> = sizes.iter().map(cell).collect();
        let _written = writeln!(out, "| {name} | {} |", cells.join(" | "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_and_the_table_hold_every_curve() {
        let ours = vec![(1e3, 1.6), (1e7, 1.0)];
        let theirs = [("ripgrep `-F`", vec![(1e3, 0.4)]), ("nothing", Vec::new())];
        let picture = svg(&ours, &theirs);
        assert_eq!(picture.matches("<polyline").count(), 2);
        assert!(picture.contains(">ripgrep -F</text>"));
        let table = markdown(&ours, &theirs);
        assert!(table.contains("| **Noroshi** | 1600 | – | – | 1000 |"), "{table}");
        assert!(table.contains("| nothing | – | – | – | – |"));
    }
}
