//! What is held together by colons: IPv6 addresses and ssdeep digests.

use super::piece::{Piece, is_cjk};
use super::{Found, host};
use crate::Kind;
use crate::canon;

/// The longest IPv6 address: eight groups, or six and an IPv4 address.
const IPV6_BYTES_MAX: usize = 45;

/// Reads what the run `start..end` begins, which a colon follows. Returns the place behind it.
pub(super) fn read(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> Option<usize> {
    let run = &piece.text.as_bytes()[start..end];
    if run.iter().all(u8::is_ascii_digit)
        && let Some(behind) = ssdeep(piece, start, found)
    {
        return Some(behind);
    }
    if run.len() <= 4 && run.iter().all(u8::is_ascii_hexdigit) {
        return ipv6(piece, start, found);
    }
    if run.is_ascii() { None } else { behind_japanese(piece, start, end, found) }
}

/// Reads an address that stands behind Japanese words without a blank, in one run with them.
fn behind_japanese(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> Option<usize> {
    let run = &piece.text[start..end];
    let (at, last) = run.char_indices().rfind(|(_, c)| !c.is_ascii())?;
    let from = start + at + last.len_utf8();
    let group = &run[from - start..];
    if !is_cjk(last) || group.len() > 4 || !group.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let behind = ipv6(piece, from, found)?;
    host::read(piece, start, from, found);
    Some(behind)
}

/// Reads an IPv6 address at `start`. Returns the place behind it.
pub(super) fn ipv6(piece: &Piece<'_>, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = piece.text.as_bytes();
    match piece.before(start) {
        Some(b':') if !is_labelled(piece, start) => return None,
        Some(b) if b.is_ascii_alphanumeric() => return None,
        _ => {}
    }
    let start = start + label(&bytes[start..]);
    let inside = |b: &&u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.');
    let length = bytes[start..].iter().take(IPV6_BYTES_MAX + 2).take_while(inside).count();
    let mut text = &piece.text[start..start + length];
    if piece.byte(start + length).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return None;
    }
    if !text.ends_with("::") {
        text = text.trim_end_matches([':', '.']);
    }
    let colons = text.bytes().filter(|b| *b == b':').count();
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    if colons < 2 || text.len() < 3 || !(digits || colons > 3) {
        return None;
    }
    if is_pairs(text) {
        return None;
    }
    let (kind, value) = canon::canonical(Kind::Ipv6, text).ok()?;
    let mut end = start + text.len();
    if let Some((range, behind)) = prefix_length(piece, end) {
        let written = &piece.text[start..behind];
        if let Ok(net) = canon::canonical(Kind::Cidr6, written) {
            piece.emit(found, (start, behind), net, "cidr", 90);
            return Some(behind);
        }
        end = end.max(range);
    }
    if piece.byte(end) == Some(b'%') {
        let zone = bytes[end + 1..].iter().take(16).take_while(|b| b.is_ascii_alphanumeric()).count();
        end += if zone > 0 { zone + 1 } else { 0 };
    }
    piece.emit(found, (start, end), (kind, value), "ipv6", 85);
    Some(end)
}

/// Whether the colon before `start` is Japanese punctuation, or ends a word that says what follows, as before a first group of four
/// digits: `IPv6:2001:db8::1`, and not `x:33:33::` in a list of users.
fn is_labelled(piece: &Piece<'_>, start: usize) -> bool {
    /// Longer words announce nothing.
    const LABEL_BYTES_MAX: usize = 24;
    /// A single letter is a field or a variable.
    const LABEL_BYTES_MIN: usize = 2;
    if piece.is_wide(start - 1) {
        return true;
    }
    let bytes = piece.text.as_bytes();
    let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-') || **b >= 0x80;
    let length = bytes[..start - 1].iter().rev().take(LABEL_BYTES_MAX).take_while(part).count();
    let word = &bytes[start - 1 - length..start - 1];
    let group = bytes[start..].iter().take(5).take_while(|b| b.is_ascii_hexdigit()).count();
    length >= LABEL_BYTES_MIN && group == 4 && !word.iter().all(u8::is_ascii_hexdigit)
}

/// The length of a label that could be a group itself, before an address: `C2:2001:db8::1`, `10:2001:db8::1`. No address that networks
/// have begins with a group so short and goes on like the first group of one.
fn label(bytes: &[u8]) -> usize {
    const LABEL_BYTES_MAX: usize = 3;
    let length = bytes.iter().take(LABEL_BYTES_MAX + 1).take_while(|b| b.is_ascii_hexdigit()).count();
    let first_group = |group: &[u8]| matches!(group, [b':', b'2' | b'3', rest @ .., b':'] if rest.iter().all(u8::is_ascii_hexdigit));
    let is =
        (1..=LABEL_BYTES_MAX).contains(&length) && bytes.get(length..length + 6).is_some_and(first_group);
    if is { length + 1 } else { 0 }
}

/// Whether it is eight pairs of digits: the number of a network card or the beginning of a fingerprint. No network has such addresses.
fn is_pairs(text: &str) -> bool {
    text.len() == 23 && text.bytes().skip(2).step_by(3).all(|b| b == b':')
}

/// A slash and up to three digits at `at` that nothing else goes on with: the slash and the place behind.
pub(super) fn prefix_length(piece: &Piece<'_>, at: usize) -> Option<(usize, usize)> {
    if piece.byte(at) != Some(b'/') {
        return None;
    }
    let digits = piece.text.as_bytes()[at + 1..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    let behind = at + 1 + digits;
    let goes_on = match piece.byte(behind) {
        Some(b'.') => piece.byte(behind + 1).is_some_and(|b| b.is_ascii_digit()),
        Some(b) => b.is_ascii_alphanumeric() || b == b'/',
        None => false,
    };
    ((1..=3).contains(&digits) && !goes_on).then_some((at, behind))
}

/// Reads an ssdeep digest at `start`.
fn ssdeep(piece: &Piece<'_>, start: usize, found: &mut Found<'_>) -> Option<usize> {
    /// Shorter parts are times and ratios.
    const PART_BYTES_MIN: usize = 6;
    let inside = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'+' | b'/');
    let length = piece.text.as_bytes()[start..].iter().take(160).take_while(inside).count();
    let text = &piece.text[start..start + length];
    if text.split(':').skip(1).any(|part| part.len() < PART_BYTES_MIN) {
        return None;
    }
    let value = canon::ssdeep(text).ok()?;
    piece.emit(found, (start, start + length), (Kind::Ssdeep, value), "ssdeep", 90);
    Some(start + length)
}
