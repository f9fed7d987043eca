//! Extraction: how fast text is read on one core, and how much of it is right.

use super::deid::example;
use super::table::Table;
use crate::place::Place;

/// Times the whole text is read; the best is told.
const ROUNDS: &str = "40";

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let cases = place.root.join("../shared/data/extraction/cases.jsonl");
    let path = cases.to_string_lossy();
    if !cases.exists() {
        return Err(format!("{path} is absent: the cases are not free to be part of the project"));
    }
    let out = example(place, "indicator", "extract_bench", &[&path, ROUNDS])?;
    let figure = |name: &str| out[name].as_f64().ok_or_else(|| format!("{name} is missing in {out}"));
    let mut table = Table::with_note(format!(
        "{} bytes in {} texts, {} finds; one thread, best of {ROUNDS}. 10 ns a byte are 100 MB/s.",
        out["bytes"], out["texts"], out["finds"]
    ));
    table.at_most("all texts", 1e3 / figure("megabytes_per_second")?, 10.0, "ns a byte");
    table.at_most("prose alone", 1e3 / figure("prose_megabytes_per_second")?, 10.0, "ns a byte");
    Ok(table)
}
