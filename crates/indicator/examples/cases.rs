//! Reads `{"id","text"}` lines from the file named first and prints `{"id","iocs","seconds"}` lines.
//!
//! The values are refanged and not canonical, because that is what a list of expected values holds.

use std::io::Write;
use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "an example measures; no crate of the product does")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: cases CASES.jsonl")?;
    let mut out = std::io::stdout().lock();
    indicator::warning::WarningLists::built_in();
    for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line)?;
        let text = case["text"].as_str().ok_or("a case without text")?;
        let start = now();
        let finds = indicator::find(text);
        let seconds = (now() - start).as_secs_f64();
        let iocs: Vec<serde_json::Value> = finds
            .iter()
            .filter(|find| !find.is_reference())
            .map(|find| serde_json::json!({"type": find.indicator.kind(), "value": find.refanged()}))
            .collect();
        writeln!(out, "{}", serde_json::json!({"id": case["id"], "iocs": iocs, "seconds": seconds}))?;
    }
    Ok(())
}
