//! What is held together by colons: IPv6 addresses and ssdeep digests.

use super::Found;
use super::piece::Piece;
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
    if run.len() <= 4 && run.iter().all(u8::is_ascii_hexdigit) { ipv6(piece, start, found) } else { None }
}

/// Reads an IPv6 address at `start`. Returns the place behind it.
pub(super) fn ipv6(piece: &Piece<'_>, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = piece.text.as_bytes();
    if piece.before(start).is_some_and(|b| b.is_ascii_alphanumeric() || b == b':') {
        return None;
    }
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
