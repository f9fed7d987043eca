//! Numbers of autonomous systems that do not touch their name: `ASN: 64496`, `AS#64496`, `AS番号：64496`.

use super::Found;
use super::piece::Piece;
use crate::{Kind, canon};

/// The Japanese for *number*.
const NUMBER_JA: &str = "番号";

/// Reads the number that the run `start..end` announces, if it is or ends with such a name.
pub(super) fn announced(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) {
    let run = &piece.text[start..end];
    if matches!(run, "AS" | "ASN") {
        read(piece, start, end, found);
    } else if let Some(name) = run.strip_suffix(NUMBER_JA)
        && name.ends_with("AS")
        && !name[..name.len() - 2].ends_with(|c: char| c.is_ascii_alphanumeric())
    {
        let at = start + name.len();
        read(piece, at - 2, at, found);
    }
}

/// Reads the number behind the name `from..to`, which may stand in the next chunk.
pub(super) fn read(piece: &Piece<'_>, from: usize, to: usize, found: &mut Found<'_>) {
    let (start, behind) = piece.origin(from, to);
    number(start, behind, !piece.marked(from, to), found);
}

/// Reads the number behind the name `start..behind` of the whole text. Returns the place behind it.
pub(super) fn number(start: usize, behind: usize, plain: bool, found: &mut Found<'_>) -> Option<usize> {
    const DIGITS_MAX: usize = 10;
    let text = found.text;
    let rest = text.get(behind..)?;
    let (rest, japanese) = match rest.strip_prefix(NUMBER_JA) {
        Some(rest) => (rest.strip_prefix('は').unwrap_or(rest), true),
        None => (rest, false),
    };
    let spaced = rest.trim_start_matches(' ');
    let sign = spaced.chars().next().filter(|c| matches!(c, ':' | '：' | '#' | '=' | '-'));
    let number = spaced[sign.map_or(0, char::len_utf8)..].trim_start_matches(' ');
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    // `AS 1`, `AS-400`: short numbers behind these letters count and name other things too
    let digits_min = match sign {
        _ if japanese || behind - start > 2 => 1,
        Some('-') => 4,
        _ => 3,
    };
    let tail = &number.as_bytes()[digits..];
    let goes_on = match tail {
        [b'.' | b'-' | b',', next, ..] => next.is_ascii_digit(),
        [next, ..] => next.is_ascii_alphanumeric() || *next == b'_',
        [] => false,
    };
    let touches = !japanese && rest.len() == number.len();
    if touches || goes_on || !(digits_min..=DIGITS_MAX).contains(&digits) {
        return None;
    }
    let value = canon::asn(&format!("AS{}", &number[..digits])).ok()?;
    let end = text.len() - tail.len();
    found.push((start, end), plain, (Kind::Asn, value), "asn", 75);
    Some(end)
}
