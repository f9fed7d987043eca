//! Indicator files: plain lists, CSV with any header, MISP events.
//!
//! Each reader takes what it can and names what it cannot: a line that should have been an indicator is a problem, and
//! the lines after it are read all the same.

mod csv;
mod escapes;
mod misp;
mod text;

pub use csv::read_csv;
pub use escapes::without_escapes;
pub use misp::{read_misp, read_misp_words};
pub use text::read_text;

use crate::Indicator;

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
    /// What is wrong with it.
    pub text: String,
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

    fn problem(&mut self, line: usize, text: impl Into<String>) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { line, text: text.into() });
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self) -> (Vec<Listed>, Vec<Problem>) {
        if self.left_out > 0 {
            let line = self.problems.last().map_or(0, |problem| problem.line);
            let text = format!("{} more lines were left out", self.left_out);
            self.problems.push(Problem { line, text });
        }
        (self.listed, self.problems)
    }
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
