//! Indicator files: plain lists, CSV with any header, MISP events.
//!
//! Each reader takes what it can and names what it cannot: a line that should have been an indicator is a problem, and
//! the lines after it are read all the same.

mod code;
mod csv;
mod escapes;
mod misp;
mod text;

pub use code::PROBLEM_CODES;
pub use csv::read_csv;
pub use escapes::without_escapes;
pub use misp::{read_misp, read_misp_words};
pub use text::read_text;

use crate::Indicator;
use code::Code;

/// The most indicators that are taken from one file: the largest public feeds hold 1.5 million.
pub const LISTED_MAX: usize = 5_000_000;
/// The most problems that are kept of one file; the last one says how many more there were.
pub const PROBLEMS_MAX: usize = 1000;

/// One indicator of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Kind and canonical value.
    pub indicator: Indicator,
    /// The file's own labels: tags, types, categories.
    pub labels: Vec<String>,
    /// What the file says about it.
    pub comment: String,
    /// The line, from 1; in JSON the attribute's number.
    pub line: usize,
}

/// Something in a file that is no indicator and should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; in JSON the number of the attribute or object.
    pub line: usize,
    /// A fixed word to test for, one of [`PROBLEM_CODES`].
    pub code: &'static str,
    /// What is wrong with it, in one sentence.
    pub text: String,
    /// What the sentence quotes and counts, in its order, for whoever says the same in another language.
    pub values: Vec<String>,
}

/// Words of a file that stand beside its indicators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The attribute's number, from 1; 0 for what is said of the whole.
    pub line: usize,
    /// What it is: `event info`, `comment`, `value`, …
    pub name: &'static str,
    /// The words.
    pub text: String,
}

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One value a line.
    Text,
    /// Columns with a header.
    Csv,
    /// A MISP event or a list of them.
    MispJson,
    /// A STIX bundle, which the `stix` crate reads.
    StixJson,
}

/// What a file looks like, by its first bytes.
pub fn sniff(file: &[u8]) -> Format {
    /// A header line or the first members of an object lie within this.
    const HEAD_BYTES: usize = 64 * 1024;
    let head = String::from_utf8_lossy(&file[..file.len().min(HEAD_BYTES)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with(['{', '[']) && !head.starts_with("[.") {
        let stix =
            head.contains("\"spec_version\"") || head.contains("\"bundle") || head.contains("\"bundle--");
        let misp =
            head.contains("\"Event\"") || head.contains("\"Attribute\"") || head.contains("\"response\"");
        if misp || stix {
            return if misp { Format::MispJson } else { Format::StixJson };
        }
    }
    let first =
        head.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    if csv::has_header(first) { Format::Csv } else { Format::Text }
}

/// What a reader collects.
#[derive(Default)]
struct Reading {
    listed: Vec<Listed>,
    problems: Vec<Problem>,
    words: Vec<Words>,
    left_out: usize,
}

impl Reading {
    fn listed(&mut self, listed: Listed) {
        if self.listed.len() < LISTED_MAX {
            self.listed.push(listed);
        } else {
            self.left_out += 1;
        }
    }

    /// Notes words; more than the most indicators of a file are not kept.
    fn words(&mut self, name: &'static str, text: &str, line: usize) {
        if !text.trim().is_empty() && self.words.len() < LISTED_MAX {
            self.words.push(Words { line, name, text: text.to_owned() });
        }
    }

    /// Notes a problem: `text` has `{}` for each of the values.
    fn problem<const N: usize>(&mut self, line: usize, code: Code, text: &str, values: [String; N]) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem(line, code, text, values));
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self) -> (Vec<Listed>, Vec<Problem>) {
        if self.left_out > 0 {
            let line = self.problems.last().map_or(0, |problem| problem.line);
            let left_out = [self.left_out.to_string()];
            self.problems.push(problem(line, code::LEFT_OUT, "{} more lines were left out", left_out));
        }
        (self.listed, self.problems)
    }
}

/// The problem whose sentence is `text` with the values in it.
fn problem<const N: usize>(line: usize, code: Code, text: &str, values: [String; N]) -> Problem {
    let mut said = String::new();
    let mut rest = text;
    for value in &values {
        let (before, after) = rest.split_once("{}").unwrap_or((rest, ""));
        said.push_str(before);
        said.push_str(value);
        rest = after;
    }
    said.push_str(rest);
    Problem { line, code: code.as_str(), text: said, values: values.into() }
}

/// A value as a problem may show it: short, and on one line.
fn shown(value: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 60;
    let mut out: String = value.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect();
    if value.chars().count() > SHOWN_CHARS_MAX {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_its_values_and_keeps_them() {
        let values = ["{}".to_owned(), "b".to_owned()];
        let told = problem(7, code::NOT_OF_TYPE, "not of type {}: {}", values.clone());
        assert_eq!((told.line, told.code, told.text.as_str()), (7, "not-of-type", "not of type {}: b"));
        assert_eq!(told.values, values);
    }

    #[test]
    fn formats() {
        let check = |file: &str, expected: Format| assert_eq!(sniff(file.as_bytes()), expected, "{file}");
        check("evil.example\n192.0.2.1\n", Format::Text);
        check("value,type,description\nevil.example,domain,x\n", Format::Csv);
        check("\u{feff}Indicator;Type\nevil.example;domain\n", Format::Csv);
        check(r#"{"Event":{"info":"x"}}"#, Format::MispJson);
        check(r#"{"type":"bundle","id":"bundle--x"}"#, Format::StixJson);
        check("", Format::Text);
    }
}
