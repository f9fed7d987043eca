//! Values that only a word before them tells: mutexes and user agents. What begins a chunk says which.

use super::{Found, agent, mutexes};

/// The Japanese for *mutex*.
const MUTEX_JA: &str = "ミューテックス";
/// What a report writes in the place of a name that there is not, and words that a sentence goes on with.
const NOTHING: &[&str] = &[
    "none",
    "n/a",
    "na",
    "null",
    "nil",
    "unknown",
    "unnamed",
    "no",
    "not",
    "yes",
    "-",
    "–",
    "—",
    "the",
    "a",
    "an",
    "なし",
    "無し",
    "不明",
    "該当なし",
];
/// Reads what the chunk `start..end` announces. Returns where to go on.
pub(super) fn read(text: &str, start: usize, end: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = &text.as_bytes()[start..end];
    match bytes.first()? {
        b'M' if bytes.starts_with(b"Mozilla/") => agent::read(text, start, found),
        0xe3 if bytes.starts_with(MUTEX_JA.as_bytes()) => mutexes::read(text, start + MUTEX_JA.len(), found),
        0xe3 if bytes.starts_with("ユーザ".as_bytes()) => agent::announced_ja(text, start, found),
        b'M' | b'm' if starts_with(bytes, b"mutex") => mutexes::read(text, start + 5, found),
        b'U' | b'u' => agent::announced(text, start, found),
        _ => None,
    }
}

fn starts_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// Whether a word stands for no name.
pub(super) fn is_nothing(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',', ';', '。', '、']);
    word.is_empty() || NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(word))
}

/// The rest of the line.
pub(super) fn line_rest(text: &str, at: usize, max: usize) -> &str {
    let rest = &text[at..];
    let stop = rest.bytes().take(max).position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(max.min(rest.len()));
    let mut stop = stop;
    while !rest.is_char_boundary(stop) {
        stop -= 1;
    }
    &rest[..stop]
}
