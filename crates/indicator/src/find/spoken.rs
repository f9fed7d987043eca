//! Names with the dot spelled out between blanks: `evil dot com`, `mail dot evil dot co dot jp`.
//!
//! English uses these words for other things (`the dot com boom`), so both sides have to look like a name: the last label is a
//! top-level domain that is no word of English, the others are no words with which sentences are built.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Found, prose};
use crate::{Kind, canon, suffix};

/// The most labels that are joined.
const LABELS_MAX: usize = 6;

/// Words that go on from `dot com` when it means a kind of company, or a time.
const ERA: &[&str] = &[
    "boom",
    "boomer",
    "boomers",
    "bubble",
    "bust",
    "crash",
    "craze",
    "era",
    "mania",
    "world",
    "age",
    "years",
    "company",
    "companies",
    "startup",
    "startups",
    "start",
    "firm",
    "firms",
    "business",
    "businesses",
    "industry",
    "millionaire",
    "millionaires",
    "domain",
    "domains",
    "sites",
    "names",
    "suffix",
    "collapse",
    "framework",
    "core",
    "runtime",
    "assembly",
    "assemblies",
    "application",
    "applications",
    "developer",
    "developers",
    "library",
    "libraries",
];

/// Words that stand before `dot com` when it means such a company.
const KINDS: &[&str] = &[
    "the", "an", "every", "each", "many", "most", "some", "early", "late", "big", "old", "original",
    "former", "small", "failed", "and", "or", "than", "like", "per",
];

/// Reads every name of the text that is written so. Cost: a search for the word in either case.
pub(super) fn scan(text: &str, found: &mut Found<'_>) {
    static FINDERS: LazyLock<[Finder<'static>; 2]> =
        LazyLock::new(|| [Finder::new(WORDS[0]), Finder::new(WORDS[1])]);
    for (finder, word) in FINDERS.iter().zip(WORDS) {
        let mut at = 0;
        while let Some(offset) = finder.find(&text.as_bytes()[at..]) {
            let here = at + offset;
            at = read(text, here, word.len(), found).unwrap_or(here + word.len() - 1);
        }
    }
}

/// The word between its blanks.
const WORDS: [&str; 2] = [" dot ", " DOT "];

/// Reads the name whose first dot is the word at `dot`. Returns the place behind it.
fn read(text: &str, dot: usize, word: usize, found: &mut Found<'_>) -> Option<usize> {
    let start = text[..dot].bytes().rev().position(|b| !is_label(b)).map_or(0, |back| dot - back);
    let first = &text[start..dot];
    let mut name = first.to_owned();
    let mut end = dot;
    for _ in 1..LABELS_MAX {
        let Some(rest) = text[end..].get(..word).filter(|w| w.eq_ignore_ascii_case(" dot ")) else { break };
        let label = text[end + rest.len()..].bytes().take_while(|b| is_label(*b)).count();
        if label == 0 {
            break;
        }
        let behind = end + rest.len() + label;
        name.push('.');
        name.push_str(&text[end + rest.len()..behind]);
        end = behind;
    }
    let value = canon::domain(&name).ok()?;
    let (_, tld) = value.rsplit_once('.')?;
    let own = suffix::registrable_domain(&value)?.split('.').next()?;
    let first_word = first.to_ascii_lowercase();
    let word = prose::is_word(own) || prose::is_word(tld);
    let company = KINDS.contains(&own) || KINDS.contains(&first_word.as_str());
    let named = !word && !company && suffix::has_known_tld(&value) && !goes_on(text, end);
    named.then(|| {
        take(start..end, value, found);
        end
    })
}

fn take(range: Range<usize>, value: String, found: &mut Found<'_>) {
    found.push((range.start, range.end), false, (Kind::Domain, value), "domain-spoken", 60);
}

/// Whether the words behind show that a kind of company is meant, or that the last label is no whole word.
fn goes_on(text: &str, end: usize) -> bool {
    let rest = &text[end..];
    let next = rest.trim_start_matches([' ', '-']);
    let word = next.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
    rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') || ERA.contains(&word.as_str())
}

fn is_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}
