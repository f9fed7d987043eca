//! Four numbers that are a product's version or a place in a document, told by the words around them.
//!
//! Nothing in the number itself tells: `6.14.103.24` is a version of a mail program and an address that somebody owns.

mod list;
mod program;

use super::Found;
use super::piece::Piece;

pub(super) use list::Last;

/// Words before a version, also with a colon, an equals sign or a bracket between. The longest is looked for within
/// [`WINDOW_BYTES`].
const BEFORE: &[&str] = &[
    "version",
    "versions",
    "versions before",
    "version before",
    "バージョン",
    "ファームウェア",
    "リビジョン",
    "第",
];
/// Comparisons; nobody compares addresses.
const COMPARISONS: [char; 2] = ['≤', '≥'];
/// The same, but only as whole words.
const BEFORE_WHOLE: &[&str] = &[
    "ver",
    "ver.",
    "v.",
    "rev",
    "rev.",
    "revision",
    "build",
    "release",
    "firmware",
    "fixed in",
    "patched in",
    "resolved in",
    "upgrade to",
    "upgraded to",
    "upgrading to",
    "prior to",
    "earlier than",
    "older than",
    "newer than",
    "later than",
    "oid",
    "section",
    "sections",
    "chapter",
    "clause",
];
/// Words behind a version.
const AFTER: &[&str] = &[
    "or later",
    "or newer",
    "or earlier",
    "or older",
    "or above",
    "or below",
    "or higher",
    "or lower",
    "or prior",
    "or greater",
    "and newer",
    "and older",
    "and above",
    "and below",
    "and higher",
    "and lower",
    "and prior",
    "以前",
    "以降",
    "未満",
    "より前",
    "より後",
    "版",
];
/// Header lines that name a program.
const PROGRAM_HEADERS: &[&str] =
    &["x-mailer:", "x-mimeole:", "x-newsreader:", "x-powered-by:", "user-agent:"];
/// How far words before a version are looked for.
const WINDOW_BYTES: usize = 24;
/// A header's name and its program stand within this.
const LINE_BYTES: usize = 160;

/// Whether the four numbers `start..end` are a version: `Chrome/109.0.0.0`, `version 7.0.0.1`, `7.0.0.1 or later`.
pub(super) fn is_version(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    let ((from, _), (to, _)) = (piece.origin(start, start), piece.origin(end, end));
    let (before, after) = (&found.text[..from], &found.text[to..]);
    let number = &piece.text[start..end];
    let last = found.version.as_ref().filter(|last| list::continues(found.text, last, from..to));
    let is = program::of_product(piece, start)
        || announced(before)
        || program::of_program(before, number)
        || judged(before, after)
        || of_relay(before, after)
        || last.is_some()
        || program::in_brackets(before, number, after)
        || list::is_compared(before, number, after)
        || in_program_header(before);
    if is {
        let many = last.is_some_and(|last| last.many) || list::says_many(before);
        found.version = Some(Last { range: from..to, many });
    }
    is
}

fn announced(before: &str) -> bool {
    if before.trim_end().ends_with(COMPARISONS) {
        return true;
    }
    let before = before.trim_end_matches([' ', '\t', '(', ':', '：', '=', '"', '\'']);
    let bytes = &before.as_bytes()[before.len().saturating_sub(WINDOW_BYTES)..];
    let ends = |word: &&&str| {
        bytes
            .len()
            .checked_sub(word.len())
            .is_some_and(|at| bytes[at..].eq_ignore_ascii_case(word.as_bytes()))
    };
    BEFORE.iter().any(|word| ends(&word))
        || BEFORE_WHOLE.iter().find(ends).is_some_and(|word| {
            bytes[..bytes.len() - word.len()].last().is_none_or(|b| !b.is_ascii_alphanumeric())
        })
}

fn judged(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches([' ', ')', '"']);
    if !after.starts_with(|c: char| matches!(c, 'o' | 'a' | ',' | 'i') || !c.is_ascii()) {
        return false;
    }
    if let Some(rest) = after.strip_prefix("and earlier").or_else(|| after.strip_prefix("and later")) {
        // `and later to 192.0.2.8` goes on about addresses
        return ["", " are", " is", " version", " release", " build", " of"].iter().any(|more| match *more {
            "" => !rest.starts_with(' '),
            more => rest.starts_with(more),
        });
    }
    AFTER.iter().any(|word| after.starts_with(word))
        || after.trim_start_matches([',', ' ']).starts_with("inclusive") && !ends_a_range(before)
}

/// `192.0.2.10 through ` stands before the end of a range, whatever its beginning was taken for.
fn ends_a_range(before: &str) -> bool {
    let before = before.trim_end();
    let begun = before.strip_suffix("through").or_else(|| before.strip_suffix("to"));
    begun.is_some_and(|begun| begun.trim_end().ends_with(|c: char| c.is_ascii_digit()))
}

/// Exchange's number in `Received`: `with Microsoft SMTP Server id 15.20.239.5;`.
fn of_relay(before: &str, after: &str) -> bool {
    (after.starts_with(';') || after.starts_with(" via"))
        && before.trim_end().strip_suffix("id").is_some_and(|rest| rest.ends_with(char::is_whitespace))
}

fn in_program_header(before: &str) -> bool {
    let window = &before.as_bytes()[before.len().saturating_sub(LINE_BYTES)..];
    let line = memchr::memrchr(b'\n', window).map_or(window, |at| &window[at + 1..]);
    PROGRAM_HEADERS.iter().any(|header| {
        line.get(..header.len()).is_some_and(|start| start.eq_ignore_ascii_case(header.as_bytes()))
    })
}
