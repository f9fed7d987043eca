//! Odd mails: how many are read right, beside Python's `email` and the mail-parser crate.

use super::deid::example_lines;
use super::table::Table;
use crate::command;
use crate::place::Place;
use serde_json::Value;
use std::process::Command;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let goldens = place.root.join("crates/mail/goldens");
    let folder = place.target.join("bench/mail");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let read = folder.join("mail-parser.jsonl");
    let lines = example_lines(place, "mail", "peer", &[&goldens.to_string_lossy()])?;
    std::fs::write(&read, lines).map_err(|e| e.to_string())?;
    let mut script = Command::new("python3");
    script.arg(place.root.join("xtask/peers/odd_mails.py")).arg(&goldens).arg(&read);
    let text = command::read(&mut script).ok_or("the comparison failed")?;
    let scored: Value = serde_json::from_str(&text).map_err(|e| format!("the comparison: {e}"))?;
    let mails = scored["mails"].as_u64().unwrap_or_default();
    let mut tests = Command::new("cargo");
    tests.args(["test", "--locked", "--quiet", "--release", "-p", "mail", "--test", "goldens"]);
    tests.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    let ours = if command::read(&mut tests).is_some() { mails } else { 0 };
    let mut table = Table::with_note(
        "Each mail of `crates/mail/goldens` has one fault or one rare form. Ours counts when every field, link and problem is as \
         expected; a peer's when subject, sender, the words of the text and the file names agree. The 18 Japanese cases that begin with \
         `ja-` were measured for other tools before: 8 and 5 right.",
    );
    table.at_least(&format!("odd mails read right, of {mails}"), ours as f64, mails.max(80) as f64, "");
    for (peer, key) in [("Python email", "python"), ("mail-parser 0.11.9, all charsets", "other")] {
        let wrong = scored[format!("{key}_wrong")].as_array().map(Vec::as_slice).unwrap_or_default();
        let japanese = wrong.iter().filter_map(Value::as_str).filter(|name| name.starts_with("ja-")).count();
        table.beside(peer, format!("{} right; wrong in {japanese} of the Japanese cases", scored[key]));
    }
    Ok(table)
}
