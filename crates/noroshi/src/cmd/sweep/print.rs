//! Hits and the summary, for people or machines.

use std::io::{self, Write};

use agent::sources::{Located, Tally};
use serde_json::json;
use sweep::Listed;

use super::Format;
use super::words::Words;

pub(super) fn header(format: Format, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Csv => writeln!(out, "file,line,start,end,indicator,kind,rule,written,labels,item"),
        Format::Text | Format::Jsonl => Ok(()),
    }
}

pub(super) fn hit(
    format: Format,
    located: &Located,
    listed: Option<&Listed>,
    out: &mut impl Write,
) -> io::Result<()> {
    let hit = &located.hit;
    let (kind, value) = listed.map_or(("", ""), |l| (l.kind.as_str(), l.value.as_str()));
    let labels = listed.map_or(&[][..], |l| &l.labels);
    let item = listed.and_then(|l| l.item.as_deref());
    match format {
        Format::Jsonl => {
            let line = json!({
                "file": located.file, "line": hit.line, "start": hit.start, "end": hit.end, "indicator": value,
                "kind": kind, "rule": hit.rule, "written": hit.written, "labels": labels, "item": item,
            });
            writeln!(out, "{line}")
        }
        Format::Csv => {
            let (line, start, end) = (hit.line.to_string(), hit.start.to_string(), hit.end.to_string());
            let labels = labels.join(" ");
            let fields = [
                located.file.as_str(),
                &line,
                &start,
                &end,
                value,
                kind,
                hit.rule,
                &hit.written,
                &labels,
                item.unwrap_or_default(),
            ];
            writeln!(out, "{}", fields.map(csv_field).join(","))
        }
        Format::Text => {
            let place = if hit.line == 0 { String::new() } else { format!(":{}", hit.line) };
            let labels = if labels.is_empty() { String::new() } else { format!(" [{}]", labels.join(", ")) };
            let (file, written) = (clean(&located.file), clean(&hit.written));
            writeln!(out, "{file}{place}: {kind} {value} ({}: {written}){}", hit.rule, clean(&labels))
        }
    }
}

/// Quoted, and disarmed where a spreadsheet would take it for a formula.
fn csv_field(text: &str) -> String {
    let disarm = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if disarm.is_empty() && !text.contains([',', '"', '\n', '\r', ' ']) {
        return text.to_owned();
    }
    format!("\"{disarm}{}\"", text.replace('"', "\"\""))
}

/// Control characters of hostile text made visible, so that no terminal obeys them.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

pub(super) fn summary(
    format: Format,
    tally: &Tally,
    indicators: usize,
    seconds: f64,
    words: Words,
    out: &mut impl Write,
) -> io::Result<()> {
    if format == Format::Jsonl {
        let skipped: Vec<_> = tally.skipped.iter().map(|s| json!({"file": s.file, "why": s.why})).collect();
        let summary = json!({"summary": {
            "files": tally.files, "bytes": tally.bytes, "lines": tally.lines, "hits": tally.hits,
            "indicators": indicators, "skipped": skipped, "seconds": seconds,
        }});
        return writeln!(out, "{summary}");
    }
    out.flush()?;
    for skipped in &tally.skipped {
        eprintln!("{}: {}: {}", words.not_read(), clean(&skipped.file), clean(&skipped.why));
    }
    eprintln!("{}", words.summary(tally, indicators, seconds));
    Ok(())
}
