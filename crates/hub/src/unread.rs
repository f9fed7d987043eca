//! What could not be read in a submission: the English sentence for programs, and the values of which a page says it in the reader's
//! language.
//!
//! The readers of mails, lists and STIX each have their own codes; here they get the reader's name before them, so that one table of words
//! serves all three.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// One thing that could not be read, or was read otherwise than it stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unread {
    /// The code with its reader before it, one of [`codes`]; empty for what a version kept that had no codes.
    pub code: String,
    /// Where.
    pub place: Place,
    /// More places of which the same is true.
    pub more: usize,
    /// What the sentence quotes and counts.
    pub values: Vec<String>,
    /// The sentence in English, behind its place. The reading keeps it where the version before looks for it.
    #[serde(skip)]
    pub text: String,
}

/// Where in a submission something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The whole of it.
    #[default]
    Whole,
    /// A part of a mail, by its number.
    Part(String),
    /// The text of an attached file, by the number of its part.
    File(String),
    /// A header: the number of its part, empty for the mail's own, and its name.
    Header(String, String),
    /// A header that somebody forwarded as text.
    Quoted(String),
    /// The text of an Outlook file.
    Body,
    /// A line of a list.
    Line(usize),
    /// An attribute of a MISP event, by its number.
    Attribute(usize),
    /// A JSON pointer.
    Pointer(String),
}

impl Place {
    /// As the reader of mails writes it.
    fn in_mail(part: &str) -> Self {
        match part {
            "" => return Self::Whole,
            "body" => return Self::Body,
            _ => {}
        }
        if let Some((before, name)) = part.split_once("header:") {
            return Self::Header(before.trim_end_matches('/').to_owned(), name.to_owned());
        }
        match (part.strip_prefix("text:"), part.strip_suffix("/file")) {
            (Some(name), _) => Self::Quoted(name.to_owned()),
            (None, Some(part)) => Self::File(part.to_owned()),
            (None, None) => Self::Part(part.to_owned()),
        }
    }

    fn at(pointer: String) -> Self {
        if pointer.is_empty() { Self::Whole } else { Self::Pointer(pointer) }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Part(part) | Self::Pointer(part) => f.write_str(part),
            Self::File(part) => write!(f, "{part}/file"),
            Self::Header(part, name) if part.is_empty() => write!(f, "header:{name}"),
            Self::Header(part, name) => write!(f, "{part}/header:{name}"),
            Self::Quoted(name) => write!(f, "text:{name}"),
            Self::Body => f.write_str("body"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Attribute(number) => write!(f, "attribute {number}"),
        }
    }
}

/// The names of the readers before their codes.
const MAIL: &str = "mail";
const LIST: &str = "list";
const STIX: &str = "stix";
const LIFT: &str = "lift";

/// Every code that something unread can have, for whoever has words for each.
#[must_use]
pub fn codes() -> Vec<String> {
    let readers = [
        (MAIL, mail::PROBLEM_CODES),
        (LIST, indicator::files::PROBLEM_CODES),
        (STIX, stix::FAULT_CODES),
        (LIFT, stix::CHANGE_CODES),
    ];
    readers.into_iter().flat_map(|(reader, codes)| codes.iter().map(move |c| of_reader(reader, c))).collect()
}

fn of_reader(reader: &str, code: &str) -> String {
    format!("{reader}-{code}")
}

impl Unread {
    fn new(reader: &str, code: &str, place: Place, values: Vec<String>, sentence: &str) -> Self {
        let text = match &place {
            Place::Whole => sentence.to_owned(),
            place => format!("{place}: {sentence}"),
        };
        Self { code: of_reader(reader, code), place, more: 0, values, text }
    }

    /// What a version kept that had no codes.
    fn sentence(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    pub(crate) fn of_mail(problem: &mail::Problem) -> Self {
        let values = problem.number.iter().map(ToString::to_string).collect();
        Self::new(MAIL, problem.code, Place::in_mail(&problem.part), values, &problem.text)
    }

    /// Of a list; `misp` where the numbers count attributes.
    pub(crate) fn of_list(problem: indicator::files::Problem, misp: bool) -> Self {
        let place = match (misp, problem.code) {
            (_, "no-attribute") => Place::Whole,
            (true, "not-of-type" | "type-not-read") => Place::Attribute(problem.line),
            _ => Place::Line(problem.line),
        };
        Self::new(LIST, problem.code, place, problem.values, &problem.text)
    }

    pub(crate) fn of_stix(fault: stix::Fault) -> Self {
        Self::new(STIX, fault.code, Place::at(fault.pointer), fault.values, &fault.text)
    }

    /// What was changed to make STIX 2.0 into 2.1: one for each kind of change, with its first place, since a bundle repeats the same few
    /// for each of its objects.
    pub(crate) fn of_changes(changes: Vec<stix::Change>) -> Vec<Self> {
        let mut kinds: BTreeMap<String, (stix::Change, usize)> = BTreeMap::new();
        for change in changes {
            kinds.entry(change.text.clone()).and_modify(|(_, more)| *more += 1).or_insert((change, 0));
        }
        kinds.into_values().map(|(change, more)| Self::of_change(change, more)).collect()
    }

    fn of_change(change: stix::Change, more: usize) -> Self {
        let sentence = format!("STIX 2.0: {}", change.text);
        let mut one = Self::new(LIFT, change.code, Place::at(change.pointer), change.values, &sentence);
        if more > 0 {
            one.more = more;
            one.text = format!("{} and {more} more: {sentence}", one.place);
        }
        one
    }
}

/// Joins the sentences of a reading with the values beside them; where there are no values, a version without codes kept it.
pub(crate) fn joined(sentences: Vec<String>, values: Vec<Unread>) -> Vec<Unread> {
    if sentences.len() != values.len() {
        return sentences.into_iter().map(Unread::sentence).collect();
    }
    sentences.into_iter().zip(values).map(|(text, one)| Unread { text, ..one }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_mail_are_told_apart_and_written_back() {
        let check = |part: &str, expected: Place| {
            assert_eq!(Place::in_mail(part), expected, "{part}");
            assert_eq!(expected.to_string(), part);
        };
        check("", Place::Whole);
        check("1.2", Place::Part("1.2".to_owned()));
        check("1.2/file", Place::File("1.2".to_owned()));
        check("header:Subject", Place::Header(String::new(), "Subject".to_owned()));
        check("2/header:Content-Type", Place::Header("2".to_owned(), "Content-Type".to_owned()));
        check("text:From", Place::Quoted("From".to_owned()));
        check("body", Place::Body);
    }

    #[test]
    fn every_code_is_there_once() {
        let all = codes();
        let once: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(once.len(), all.len());
        assert!(all.contains(&"mail-limit-depth".to_owned()) && all.contains(&"lift-renamed".to_owned()));
    }

    #[test]
    fn changes_of_one_kind_are_one_line() {
        let change = |pointer: &str, code: &'static str, to: &str| stix::Change {
            code,
            pointer: pointer.to_owned(),
            text: format!("renamed to {to}"),
            values: vec![to.to_owned()],
        };
        let all = [
            change("/objects/0/labels", "renamed", "tool_types"),
            change("/objects/1/labels", "renamed", "indicator_types"),
            change("/objects/2/labels", "renamed", "tool_types"),
        ];
        let told = Unread::of_changes(all.into());
        let said: Vec<&str> = told.iter().map(|one| one.text.as_str()).collect();
        let expected = [
            "/objects/1/labels: STIX 2.0: renamed to indicator_types",
            "/objects/0/labels and 1 more: STIX 2.0: renamed to tool_types",
        ];
        assert_eq!(said, expected);
        assert_eq!((told[1].more, told[1].values.as_slice()), (1, &["tool_types".to_owned()][..]));
    }
}
