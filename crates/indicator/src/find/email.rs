//! Mail addresses.

use super::Found;
use super::piece::Piece;
use super::token::run_end;
use crate::{Kind, canon, suffix};

/// The longest local part (RFC 5321).
const LOCAL_BYTES_MAX: usize = 64;

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_{}~-".contains(&byte)
}

/// Whether the bytes from `at` go on as a local part up to an at sign, so that what stands before is part of it.
pub(super) fn goes_on(bytes: &[u8], at: usize) -> bool {
    let rest = bytes[at..].iter().take(LOCAL_BYTES_MAX);
    let length = rest.take_while(|b| is_local(**b) && !matches!(b, b'/' | b'=' | b'\'')).count();
    length > 0 && bytes.get(at + length) == Some(&b'@')
}

/// Reads the address whose at sign stands at `sign`. Returns the place behind it.
pub(super) fn read(piece: &Piece<'_>, floor: usize, sign: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = piece.text.as_bytes();
    let mut start = sign;
    while start > floor && sign - start <= LOCAL_BYTES_MAX && is_local(bytes[start - 1]) {
        start -= 1;
    }
    // A sign that writers put before an address is not its first letter.
    while start < sign && !(bytes[start].is_ascii_alphanumeric() || bytes[start] == b'_') {
        start += 1;
    }
    start += cut(&bytes[start..sign]);
    if start == sign {
        return None;
    }
    let end = if bytes.get(sign + 1) == Some(&b'[') {
        sign + 2 + bytes[sign + 1..].iter().take(48).position(|b| *b == b']')?
    } else {
        let run = &piece.text[sign + 1..run_end(piece.text, sign + 1)];
        sign + 1 + run.trim_end_matches(['.', '-', '_']).len()
    };
    let written = &piece.text[start..end];
    let value = match canon::email(written).ok() {
        Some(whole) if written.is_ascii() || has_known_tld(&whole) => whole,
        other => ascii_only(written).or(other)?,
    };
    let host = value.rsplit_once('@')?.1;
    let marked = piece.marked(start, end);
    if !(host.starts_with('[') || marked || suffix::has_known_tld(host)) {
        return None;
    }
    let end = end.min(start + ascii_length(&piece.text[start..end], &value));
    let (rule, confidence) = if marked { ("email-defanged", 97) } else { ("email", 90) };
    piece.emit(found, (start, end), (Kind::Email, value), rule, confidence);
    Some(end)
}

fn has_known_tld(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(_, host)| suffix::has_known_tld(host))
}

/// How much before the at sign is not the local part: `name=value`, `scheme/path`, an opening quote. Return paths that hold
/// another address (`bounce+a=b.example@`, `SRS0=…`, `prvs=…`) and names with an apostrophe stay whole.
fn cut(local: &[u8]) -> usize {
    let folded = ["srs0", "srs1", "prvs", "btv1", "bounce", "return"];
    let return_path = local.contains(&b'+')
        || folded.iter().any(|head| {
            local.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head.as_bytes()))
        });
    let ends = |at: usize| match local[at] {
        b'/' => true,
        b'=' => !return_path,
        b'\'' => at == 0 || !local[at - 1].is_ascii_alphanumeric(),
        _ => false,
    };
    (0..local.len()).rev().find(|at| ends(*at)).map_or(0, |at| at + 1)
}

/// The address without Japanese text that follows it with no space between.
fn ascii_only(text: &str) -> Option<String> {
    let ascii = text.split(|c: char| !c.is_ascii()).next()?;
    canon::email(ascii.trim_end_matches(['.', '-', '_'])).ok()
}

/// How much of `text` the canonical value stands for: all of it, or the ASCII part.
fn ascii_length(text: &str, value: &str) -> usize {
    if text.is_ascii() || value.contains("xn--") { text.len() } else { value.len() }
}
