//! Words that are indicators by their own shape: digests, numbers of vulnerabilities and techniques, coin addresses.

use super::piece::Piece;
use super::{Found, system};
use crate::{Kind, canon};

/// Words before the digest of a file's table of imports.
const IMPORT_HASH: &[&str] =
    &["imphash", "import hash", "import-hash", "インポートハッシュ", "インポート ハッシュ"];
/// Words before a digest of 64 digits that is none of the file.
const OTHER_DIGESTS: &[&str] = &["authentihash", "richhash", "rich header", "pehash", "vhash"];

/// Reads the words of the run `start..end`, which is no name.
pub(super) fn read(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) {
    let bytes = piece.text.as_bytes();
    // all of them hold a digit; one pass without a branch is cheaper than a look at each word
    let digit = bytes[start..end].iter().fold(false, |any, b| any | b.is_ascii_digit());
    if end - start < 5 || !digit {
        let run = &bytes[start..end];
        if run.first() == Some(&b'A') || run.last().is_some_and(|b| *b >= 0x80) {
            system::announced(piece, start, end, found);
        }
        return;
    }
    // a digest stands alone most times: one word, which is seen in the same way
    if bytes[start..end].iter().fold(true, |all, b| all & b.is_ascii_alphanumeric()) {
        word(piece, start, end, end, found);
        return;
    }
    let mut at = start;
    while at < end {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let from = at;
        while at < end && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        // A letter above ASCII beside the word: Japanese text does so, other scripts make it one longer word.
        at = word(piece, from, at, end, found);
    }
    ja4(piece, start, end, found);
}

/// Reads one word. Returns where to go on.
fn word(piece: &Piece<'_>, from: usize, to: usize, end: usize, found: &mut Found<'_>) -> usize {
    let text = &piece.text[from..to];
    let bytes = text.as_bytes();
    match bytes {
        [b'c' | b'C', b'v' | b'V', b'e' | b'E'] => return cve(piece, from, to, end, found),
        [b'T', b'0' | b'1', _, _, _] => return technique(piece, from, to, end, found),
        // in lower case only with its sub-technique: `t1059` is a word of other numbers too
        [b't', b'0' | b'1', _, _, _] if has_sub_technique(&piece.text.as_bytes()[to..end], b'.') => {
            return technique(piece, from, to, end, found);
        }
        [b'T', b'A', b'0', b'0', _, _]
        | [b'G' | b'S', b'0' | b'1', _, _, _]
        | [b'M', b'1', b'0', _, _]
        | [b'C', b'0', b'0', _, _]
        | [b'D', b'S', b'0', b'0', _, _] => {
            if let Ok(value) = canon::attack_id(text) {
                piece.emit(found, (from, to), (Kind::AttackId, value), "attack-id", 70);
            }
        }
        b"AS" => system::read(piece, from, to, found),
        [b'A' | b'a', b'S' | b's', ..]
            if (3..=13).contains(&bytes.len()) && bytes[bytes.len() - 1].is_ascii_digit() =>
        {
            if let Ok(value) = canon::asn(text) {
                piece.emit(found, (from, to), (Kind::Asn, value), "asn", 70);
            }
        }
        _ if bytes.len() >= 25 => long(piece, from, to, found),
        _ => {}
    }
    to
}

/// `CVE-2026-12345` from its first word on.
fn cve(piece: &Piece<'_>, from: usize, to: usize, end: usize, found: &mut Found<'_>) -> usize {
    let rest = &piece.text.as_bytes()[to..end];
    let digits = |at: usize| rest.iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
    if !rest.first().is_some_and(|b| matches!(b, b'-' | b'_')) || digits(1) != 4 {
        return to;
    }
    if !rest.get(5).is_some_and(|b| matches!(b, b'-' | b'_')) {
        return to;
    }
    let behind = to + 6 + digits(6);
    if piece.byte(behind).is_some_and(|b| b.is_ascii_alphanumeric()) {
        return to;
    }
    if let Ok(value) = canon::cve(&piece.text[from..behind]) {
        piece.emit(found, (from, behind), (Kind::Cve, value), "cve", 99);
        return behind;
    }
    to
}

/// `T1059` with the sub-technique that can follow.
fn technique(piece: &Piece<'_>, from: usize, to: usize, end: usize, found: &mut Found<'_>) -> usize {
    let rest = &piece.text.as_bytes()[to..];
    // the site of ATT&CK writes its own addresses with a slash
    let sub = has_sub_technique(&rest[..end - to], b'.') || has_sub_technique(rest, b'/');
    let behind = if sub { to + 4 } else { to };
    if let Ok(value) = canon::attack_id(&piece.text[from..behind]) {
        piece.emit(found, (from, behind), (Kind::AttackId, value), "attack-id", 80);
    }
    behind
}

/// Whether `.001` follows a technique, with this sign.
fn has_sub_technique(rest: &[u8], sign: u8) -> bool {
    rest.first() == Some(&sign)
        && rest.len() >= 4
        && rest[1..4].iter().all(u8::is_ascii_digit)
        && !rest.get(4).is_some_and(u8::is_ascii_alphanumeric)
}

/// Digests and coin addresses.
fn long(piece: &Piece<'_>, from: usize, to: usize, found: &mut Found<'_>) {
    let text = &piece.text[from..to];
    let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !super::piece::is_cjk(c));
    if beside(piece.text[..from].chars().next_back()) || beside(piece.text[to..].chars().next()) {
        return;
    }
    let kind = match text.len() {
        32 => Kind::Md5,
        40 => Kind::Sha1,
        64 => Kind::Sha256,
        128 => Kind::Sha512,
        70 | 72 => return tlsh(piece, from, to, found),
        _ => return coin(piece, from, to, found),
    };
    let Ok(value) = canon::hash(kind, text) else { return coin(piece, from, to, found) };
    // Zeros, and numbers without a letter: filling, not a digest.
    if value.bytes().all(|b| b.is_ascii_digit()) || value.bytes().all(|b| b == value.as_bytes()[0]) {
        return;
    }
    let (origin, _) = piece.origin(from, to);
    let (kind, rule) = match kind {
        Kind::Sha1 | Kind::Sha512 => (kind, "hash"),
        _ => {
            let says = |words: &[&str]| stands_before(found.text, origin, words);
            match kind {
                Kind::Md5 if says(IMPORT_HASH) => (Kind::Imphash, "imphash"),
                Kind::Md5 if says(&["ja3"]) => (Kind::Ja3, "ja3"),
                Kind::Sha256 if says(OTHER_DIGESTS) => return,
                _ => (kind, "hash"),
            }
        }
    };
    piece.emit(found, (from, to), (kind, value), rule, 95);
}

/// Whether one of the words stands just before a value, its ASCII letters in any case: near enough for a colon and spaces between, and
/// for a few words of Japanese, whose letters have three bytes each.
fn stands_before(text: &str, origin: usize, words: &[&str]) -> bool {
    const WINDOW_CHARS: usize = 24;
    let before = &text.as_bytes()[..origin];
    let near = &before[before.len().saturating_sub(WINDOW_CHARS)..];
    // every word that is asked for has one of these letters, and the digest before this one has none
    let any = near.iter().fold(false, |any, b| any | matches!(b | 0x20, b'h' | b'j') | (*b >= 0x80));
    if !any {
        return false;
    }
    let window = if near.is_ascii() {
        near
    } else {
        let first = text[..origin].char_indices().rev().take(WINDOW_CHARS).last();
        &before[first.map_or(0, |(at, _)| at)..]
    };
    let holds =
        |word: &&str| window.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    words.iter().any(holds)
}

fn tlsh(piece: &Piece<'_>, from: usize, to: usize, found: &mut Found<'_>) {
    let text = &piece.text[from..to];
    let (origin, _) = piece.origin(from, to);
    let named = text.len() == 72 || stands_before(found.text, origin, &["tlsh"]);
    if named && let Ok(value) = canon::tlsh(text) {
        piece.emit(found, (from, to), (Kind::Tlsh, value), "tlsh", 90);
    }
}

fn coin(piece: &Piece<'_>, from: usize, to: usize, found: &mut Found<'_>) {
    let text = &piece.text[from..to];
    if !matches!(text.len(), 25..=64 | 95 | 106) || !text.bytes().any(|b| b.is_ascii_digit()) {
        return;
    }
    if let Ok(value) = canon::crypto_address(text) {
        let checked = !text.starts_with("0x");
        piece.emit(
            found,
            (from, to),
            (Kind::CryptoAddress, value),
            "crypto-address",
            if checked { 95 } else { 70 },
        );
    }
}

/// A JA4 fingerprint: it is one run of three words.
fn ja4(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) {
    if end - start == 36
        && let Ok(value) = canon::ja4(&piece.text[start..end])
    {
        piece.emit(found, (start, end), (Kind::Ja4, value), "ja4", 95);
    }
}

/// Names whose number stands behind a space: `CVE 2026-12345`, `ASN 64496`. Returns where to go on.
pub(super) fn split_number(text: &str, start: usize, end: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = bytes.get(start..end)?;
    let (start, name) = name.strip_prefix(b"(").map_or((start, name), |name| (start + 1, name));
    if name.len() > 3 || bytes.get(end) != Some(&b' ') || !bytes.get(end + 1)?.is_ascii_digit() {
        return None;
    }
    match name {
        b"ASN" | b"AS" => return system::number(start, end, true, found),
        [b'c' | b'C', b'v' | b'V', b'e' | b'E'] => {}
        _ => return None,
    }
    let number = bytes[end + 1..].iter().take(16).take_while(|b| b.is_ascii_digit() || **b == b'-');
    let behind = end + 1 + number.count();
    if bytes.get(behind).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let value = canon::canonical(Kind::Cve, &text[start..behind]).ok()?;
    found.push((start, behind), true, value, "cve", 80);
    Some(behind)
}
