//! Bytes to text: the declared charset where it is true, the right one where it is not.
//!
//! Decoding never fails. What was used is reported, and so is every label that did not fit; the bytes
//! themselves stay with the caller.

mod euc;
mod guess;
mod jis;
mod jisx0213;
mod label;
mod labelled;
mod lines;
mod shifted;
mod single;

pub(crate) use label::{Codec, Label, code_page, resolve};

use crate::code::{self, Code, Sentence};
use encoding_rs::{EUC_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Text with the way it was read.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) used: String,
    pub(crate) problem: Option<(Code, Sentence)>,
}

impl Decoded {
    fn new(text: String, used: impl Into<String>) -> Self {
        Self { text, used: used.into(), problem: None }
    }

    fn unreadable(self, errors: usize) -> Self {
        self.with(code::CHARSET_UNREADABLE, Sentence::counted(errors, "{n} places are not of this charset"))
    }

    fn with(mut self, code: Code, text: impl Into<Sentence>) -> Self {
        self.problem = Some((code, text.into()));
        self
    }
}

/// Decodes with the declared label if it fits; `hint` is what the rest of the mail uses.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>, hint: Option<Codec>) -> Decoded {
    if let Some(decoded) = by_mark(bytes) {
        return decoded;
    }
    let label = declared.map_or(Label::Open, resolve);
    match label {
        Label::Known(codec) => labelled::declared_as(codec, bytes, hint),
        Label::Ascii | Label::Open => by_content(bytes, hint),
        Label::Unknown => by_content(bytes, hint).with(
            code::CHARSET_UNKNOWN,
            Sentence::counted(
                bytes.len(),
                "nobody knows this charset name; {n} letters were read by content",
            ),
        ),
    }
}

/// A byte order mark outweighs every label.
fn by_mark(bytes: &[u8]) -> Option<Decoded> {
    let (encoding, skip) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] if std::str::from_utf8(rest).is_ok() => (UTF_8, 3),
        [0xff, 0xfe, 0, 0, ..] => return Some(utf32(&bytes[4..], true)),
        [0, 0, 0xfe, 0xff, ..] => return Some(utf32(&bytes[4..], false)),
        [0xff, 0xfe, ..] => (UTF_16LE, 2),
        [0xfe, 0xff, ..] => (UTF_16BE, 2),
        _ => return None,
    };
    let (text, _) = encoding.decode_without_bom_handling(&bytes[skip..]);
    Some(Decoded::new(text.into_owned(), encoding.name().to_ascii_lowercase()))
}

/// No usable label: escapes, then UTF-8, then a guess.
fn by_content(bytes: &[u8], hint: Option<Codec>) -> Decoded {
    if jis::has_escape(bytes) {
        let (text, errors) = jis::decode(bytes);
        if errors > 0
            && let Some(mixed) = lines::mixed(bytes, None)
        {
            return mixed;
        }
        if errors * 4 <= bytes.len() {
            return Decoded::new(text, "iso-2022-jp");
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => return Decoded::new(text.to_owned(), "us-ascii"),
        Ok(text) => return Decoded::new(text.to_owned(), "utf-8"),
        Err(_) => {}
    }
    if let Some(mixed) = lines::mixed(bytes, None) {
        return mixed;
    }
    if mostly_utf8(bytes) {
        let lossy = String::from_utf8_lossy(bytes).into_owned();
        return Decoded::new(lossy, "utf-8").with(code::CHARSET_UNREADABLE, "some bytes fit no charset");
    }
    let guessed = guess::guess(bytes, hint);
    if guessed == SHIFT_JIS
        && let Some(newer) = newer_shift_jis(bytes)
    {
        return newer;
    }
    let codec = Codec::Standard(guessed);
    let (text, errors) = run(codec, bytes);
    if guessed == EUC_JP
        && errors > 0
        && let Some(newer) = euc::newer(bytes, "")
    {
        return Decoded::new(newer, Codec::EucJis0213.name());
    }
    let decoded = Decoded::new(text.into_owned(), codec.name());
    if errors > 0 { decoded.unreadable(errors) } else { decoded }
}

/// Runs one decoder; counts what it could not read.
fn run(codec: Codec, bytes: &[u8]) -> (Cow<'_, str>, usize) {
    let own = |(text, errors): (String, usize)| (Cow::Owned(text), errors);
    match codec {
        Codec::Standard(encoding) if encoding == EUC_JP => {
            let (text, bad) = encoding.decode_without_bom_handling(bytes);
            if bad { own(euc::with_ibm(bytes)) } else { (text, 0) }
        }
        Codec::Standard(encoding) => {
            let (text, bad) = encoding.decode_without_bom_handling(bytes);
            let errors = if bad { text.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
            (text, errors)
        }
        Codec::Jis => own(jis::decode(bytes)),
        Codec::Iso2022Kr => own(shifted::shift_out(bytes, encoding_rs::EUC_KR)),
        Codec::Iso2022Cn => own(shifted::shift_out(bytes, encoding_rs::GBK)),
        Codec::Hz => own(shifted::hz(bytes)),
        Codec::Utf7 => own(shifted::utf7(bytes)),
        Codec::Utf32(little) => own((utf32(bytes, little).text, 0)),
        Codec::ShiftJis0213 => own(counted(jisx0213::shift_jis(bytes).0)),
        Codec::EucJis0213 => own(counted(jisx0213::euc(bytes).0)),
        Codec::Dos437 => own((single::dos437(bytes), 0)),
        Codec::Dos850 => own((single::dos850(bytes), 0)),
    }
}

fn counted(text: String) -> (String, usize) {
    let errors = text.matches(char::REPLACEMENT_CHARACTER).count();
    (text, errors)
}

fn utf32(bytes: &[u8], little: bool) -> Decoded {
    let text = bytes
        .chunks_exact(4)
        .map(|four| {
            let four = [four[0], four[1], four[2], four[3]];
            let code = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect();
    Decoded::new(text, if little { "utf-32le" } else { "utf-32be" })
}

/// Letters of JIS X 0213 under a Shift_JIS label: CP932 has none or private letters at their places.
fn newer_shift_jis(bytes: &[u8]) -> Option<Decoded> {
    let (text, bad) = SHIFT_JIS.decode_without_bom_handling(bytes);
    if !bad && !text.contains(|letter| ('\u{e000}'..='\u{f8ff}').contains(&letter)) {
        return None;
    }
    let (newer, clean) = jisx0213::shift_jis(bytes);
    clean.then(|| Decoded::new(newer, "shift_jisx0213"))
}

/// UTF-8 with some damage: far more whole letters than broken ones.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let mut letters = 0usize;
    let mut broken = 0usize;
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    letters > broken * 4 && letters > 0
}

/// Whole letters of three bytes and more, which other charsets do not make by chance, and broken places; `None`
/// if there is no such letter.
fn utf8_letters(bytes: &[u8]) -> Option<(usize, usize)> {
    let (mut letters, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| *letter > '\u{7ff}').count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    (letters > 0).then_some((letters, broken))
}

#[cfg(test)]
mod tests;
