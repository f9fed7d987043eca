//! The disguises that mail software and attackers put on a text: encoded words, transfer codings, charsets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// Base64 in one line.
#[must_use]
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64 for addresses, without padding.
#[must_use]
pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Base64 as a part's body: lines of 76 signs.
#[must_use]
pub(super) fn base64_lines(bytes: &[u8]) -> String {
    let flat = base64(bytes);
    flat.as_bytes().chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect()
}

/// Each byte as two signs behind `mark`.
#[must_use]
pub(super) fn hex_with(mark: &str, bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{mark}{b:02X}");
        out
    })
}

/// ISO-2022-JP.
#[must_use]
pub(super) fn jis(text: &str) -> Vec<u8> {
    encoding_rs::ISO_2022_JP.encode(text).0.into_owned()
}

/// Shift_JIS.
#[must_use]
pub(super) fn sjis(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

/// EUC-JP.
#[must_use]
pub(super) fn euc(text: &str) -> Vec<u8> {
    encoding_rs::EUC_JP.encode(text).0.into_owned()
}

/// UTF-16, big end first when `big`.
#[must_use]
pub(super) fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

/// UTF-7: everything that is no ASCII letter or digit in base64 of UTF-16.
#[must_use]
pub(super) fn utf7(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if !c.is_ascii() {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            let _ = write!(out, "+{}-", base64(&utf16(&run, true)).trim_end_matches('='));
            run.clear();
        }
        out.push(c);
    }
    out.pop();
    out
}

/// An encoded word, coded B.
#[must_use]
pub(super) fn word_b(charset: &str, bytes: &[u8]) -> String {
    format!("=?{charset}?B?{}?=", base64(bytes))
}

/// An encoded word, coded Q.
#[must_use]
pub(super) fn word_q(text: &str) -> String {
    format!("=?UTF-8?Q?{}?=", hex_with("=", text.as_bytes()))
}

/// Quoted-printable of a whole body: every byte that is no letter is coded, and lines break softly.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for b in text.bytes() {
        let piece = match b {
            b'\n' => "\r\n".to_owned(),
            b'\r' => continue,
            b if b.is_ascii_alphanumeric() || b == b' ' => char::from(b).to_string(),
            b => format!("={b:02X}"),
        };
        width = if b == b'\n' { 0 } else { width + piece.len() };
        if width > 72 {
            out.push_str("=\r\n");
            width = piece.len();
        }
        out.push_str(&piece);
    }
    out
}

/// Character references of HTML.
#[must_use]
pub(super) fn entities(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        let _ = if u32::from(c) % 2 == 0 {
            write!(out, "&#{};", u32::from(c))
        } else {
            write!(out, "&#x{:x};", u32::from(c))
        };
        out
    })
}

/// Full-width Latin.
#[must_use]
pub(super) fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c) } else { c })
        .collect()
}

/// Half-width katakana of hiragana; voiced letters become two signs.
#[must_use]
pub(super) fn half(kana: &str) -> String {
    const FULL: &str =
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";
    let plain = |c: char| FULL.chars().position(|f| f == c).and_then(|at| HALF.chars().nth(at));
    let mut out = String::new();
    for c in kana.chars() {
        let before = char::from_u32(u32::from(c) - 1).and_then(plain);
        match (plain(c), before) {
            (Some(h), _) => out.push(h),
            (None, Some(h)) => out.extend([h, 'ﾞ']),
            (None, None) => out.push(c),
        }
    }
    out
}

/// Letters turned by thirteen.
#[must_use]
pub(super) fn rot13(text: &str) -> String {
    let turn = |c: char, from: u8| char::from((c as u8 - from + 13) % 26 + from);
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            c => c,
        })
        .collect()
}
