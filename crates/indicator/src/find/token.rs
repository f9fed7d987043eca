//! Reads a clean chunk once from left to right and hands each run of name letters to the rule that fits what follows.

use super::piece::Piece;
use super::{Found, colon, email, host, url};

/// The longest run that is looked at as one name. Longer ones are encoded data; they are read in parts.
const RUN_BYTES_MAX: usize = 4096;

/// The ASCII bytes of names.
const NAME_BYTES: [bool; 256] = {
    let mut names = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        names[byte] = b.is_ascii_alphanumeric() || b == b'.' || b == b'-' || b == b'_';
        byte += 1;
    }
    names
};

/// Reads the piece. `at_sign` says whether it holds one.
pub(super) fn read(piece: &Piece<'_>, at_sign: bool, found: &mut Found<'_>) {
    let bytes = piece.text.as_bytes();
    let (mut at, mut floor) = (0, 0);
    while at < bytes.len() {
        let end = run_end(piece.text, at);
        if end == at {
            let taken = match bytes[at] {
                b':' if bytes.get(at + 1) == Some(&b':') => colon::ipv6(piece, at, found),
                b':' if bytes[at..].starts_with(b"://") => url::read(piece, floor, at, found),
                b'@' => email::read(piece, floor, at, found),
                _ => None,
            };
            at = taken.unwrap_or(at + char_length(bytes[at]));
            floor = taken.unwrap_or(floor);
            continue;
        }
        let taken = match bytes.get(end) {
            Some(b':') if bytes[end..].starts_with(b"://") => url::read(piece, floor, end, found),
            Some(b':') => colon::read(piece, at, end, found),
            Some(b'@') => email::read(piece, floor, end, found),
            _ => None,
        };
        if let Some(behind) = taken {
            (at, floor) = (behind, behind);
            continue;
        }
        if !(at_sign && email::goes_on(bytes, end)) {
            host::read(piece, at, end, found);
        }
        at = end;
    }
}

/// The end of the run of letters, digits, dots, hyphens and underscores that begins at `at`.
pub(super) fn run_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let limit = at + RUN_BYTES_MAX;
    let most = &bytes[at..bytes.len().min(limit)];
    let mut end = at + most.iter().position(|b| !NAME_BYTES[usize::from(*b)]).unwrap_or(most.len());
    if bytes.get(end).is_none_or(u8::is_ascii) {
        return end;
    }
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => end += 1,
            0x80.. => match text[end..].chars().next() {
                Some(c) if c.is_alphanumeric() && !is_enclosed(c) || c == '・' => end += c.len_utf8(),
                _ => break,
            },
            _ => break,
        }
        if end >= limit {
            break;
        }
    }
    end
}

/// Numbers and letters in circles and brackets, with which Japanese lists count.
fn is_enclosed(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{32ff}' | '\u{1f100}'..='\u{1f1ff}')
}

/// How many bytes the character has that begins with `byte`.
fn char_length(byte: u8) -> usize {
    match byte {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}
