//! `noroshi extract --list`: a file whose columns or attributes say what its values are. As a text, a column of domains that ends in `.zip`
//! reads like file names, and a column of mutexes like words.

use super::{Format, reader_stays};
use indicator::files::{self, Listed, Problem};
use serde_json::json;
use std::io::{self, Write};

/// Prints what the list holds; how much of it should have been an indicator and is none comes back.
///
/// # Errors
/// For a STIX bundle, which other commands read.
pub(super) fn print(file: &[u8], format: Format, out: &mut impl Write) -> Result<usize, String> {
    let (listed, problems) = read(file)?;
    for one in &listed {
        let written = match format {
            Format::Jsonl => print_json(one, out),
            Format::Text => print_text(one, out),
        };
        if !reader_stays(written)? {
            return Ok(0);
        }
    }
    for problem in &problems {
        eprintln!("noroshi: line {}: {}", problem.line, problem.text);
    }
    Ok(problems.len())
}

fn read(file: &[u8]) -> Result<(Vec<Listed>, Vec<Problem>), String> {
    Ok(match files::sniff(file) {
        files::Format::StixJson => {
            return Err("this is STIX: `noroshi stix validate` reads it, `noroshi sweep` takes it as it is"
                .to_owned());
        }
        files::Format::MispJson => files::read_misp(file),
        files::Format::Csv => files::read_csv(file),
        files::Format::Text => files::read_text(&mail::decode_text(file)),
    })
}

/// What the file is called, when reading it as a text would lose what it says of its values.
pub(super) fn looks_like(file: &[u8]) -> Option<&'static str> {
    match files::sniff(file) {
        files::Format::MispJson => Some("a MISP event"),
        files::Format::Csv => Some("a CSV"),
        files::Format::StixJson | files::Format::Text => None,
    }
}

fn print_json(one: &Listed, out: &mut impl Write) -> io::Result<()> {
    let (kind, value) = (one.indicator.kind(), one.indicator.value());
    let line =
        json!({"type": kind, "value": value, "line": one.line, "labels": one.labels, "comment": one.comment});
    writeln!(out, "{line}")
}

fn print_text(one: &Listed, out: &mut impl Write) -> io::Result<()> {
    let labels = if one.labels.is_empty() { String::new() } else { format!("  [{}]", one.labels.join(", ")) };
    writeln!(out, "{:<14} {}{labels}", one.indicator.kind().as_str(), one.indicator.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: &[(&str, &str)], faults: usize) {
        let mut out = Vec::new();
        assert_eq!(print(file.as_bytes(), Format::Jsonl, &mut out), Ok(faults), "{file}");
        let lines = String::from_utf8(out).unwrap();
        let read = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let pairs: Vec<(String, String)> = read
            .map(|line| {
                (line["type"].as_str().unwrap().to_owned(), line["value"].as_str().unwrap().to_owned())
            })
            .collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(kind, value)| (&**kind, &**value)).collect();
        assert_eq!(pairs, expected, "{file}");
    }

    #[test]
    fn columns_and_attributes_say_what_values_are() {
        let csv = "domain,mutex,comment\nevil.zip,Global\\one,first seen\n,two,\n";
        check(csv, &[("domain", "evil.zip"), ("mutex", "Global\\one"), ("mutex", "two")], 0);
        let event = r#"{"Event":{"Attribute":[{"type":"domain","value":"evil.zip"},{"type":"mutex","value":"one"}]}}"#;
        check(event, &[("domain", "evil.zip"), ("mutex", "one")], 0);
        check(
            "# a list\nevil[.]example\n192.0.2.1\n",
            &[("domain", "evil.example"), ("ipv4", "192.0.2.1")],
            0,
        );
        check("domain\nevil.example\nno domain at all\n", &[("domain", "evil.example")], 1);
    }

    #[test]
    fn a_bundle_is_told_where_it_is_read() {
        let why = print(br#"{"type":"bundle","id":"bundle--x","objects":[]}"#, Format::Text, &mut Vec::new());
        assert!(why.unwrap_err().contains("noroshi stix validate"));
    }
}
