//! Runs the published conformance cases of a folder: `cargo run -p stix --example conformance -- DIR`.

use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use stix::pattern::{Observed, matches, parse, parse_edition};
use stix::{Options, Version, validate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: conformance DIR")?;
    let folder = Path::new(&folder);
    let mut wrong = 0;
    wrong += run(&folder.join("pattern-syntax.jsonl"), |case| {
        let edition = if case["stix_version"] == "2.0" { Version::V20 } else { Version::V21 };
        let read = parse_edition(case["pattern"].as_str().unwrap_or_default(), edition);
        let note = read.as_ref().err().map(ToString::to_string).unwrap_or_default();
        (read.is_ok() == case["valid"].as_bool().unwrap_or_default(), note)
    })?;
    wrong += run(&folder.join("object-validity.jsonl"), |case| {
        let options: Options = serde_json::from_value(case["options"].clone()).unwrap_or_default();
        let report = validate(&case["object"], &options);
        let strict = case["options"]["strict"] == true;
        let valid = report.is_valid() && (!strict || report.warnings.is_empty());
        let faults: Vec<_> = report.errors.iter().chain(&report.warnings).map(ToString::to_string).collect();
        (case["valid"] == valid, format!("{valid} {faults:?}"))
    })?;
    let observed: HashMap<String, Vec<Value>> =
        serde_json::from_slice(&std::fs::read(folder.join("pattern-match-observed.json"))?)?;
    wrong += run(&folder.join("pattern-match.jsonl"), |case| {
        let (seen, _) = Observed::read(&observed[case["observed"].as_str().unwrap_or_default()]);
        let result = match parse(case["pattern"].as_str().unwrap_or_default()).map(|p| matches(&p, &seen)) {
            Ok(Ok(Some(_))) => "match",
            Ok(Ok(None)) => "no-match",
            _ => "error",
        };
        (case["expected"] == result, result.to_owned())
    })?;
    if wrong > 0 { Err(format!("{wrong} cases differ").into()) } else { Ok(()) }
}

fn run(
    file: &Path,
    mut one: impl FnMut(&Value) -> (bool, String),
) -> Result<usize, Box<dyn std::error::Error>> {
    let (mut wrong, mut all) = (0, 0);
    for (number, line) in std::fs::read_to_string(file)?.lines().enumerate() {
        let case: Value = serde_json::from_str(line)?;
        let (right, note) = one(&case);
        all += 1;
        if !right {
            wrong += 1;
            println!("{}: {note}: {line:.300}", number + 1);
        }
    }
    println!("{}: {} of {all} as expected", file.display(), all - wrong);
    Ok(wrong)
}
