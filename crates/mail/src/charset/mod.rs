//! Bytes to text: the declared charset where it is true, the right one where it is not.
//!
//! Decoding never fails. What was used is reported, and so is every label that did not fit; the bytes
//! themselves stay with the caller.

mod guess;
mod jis;
mod jisx0213;
mod label;
mod shifted;
mod single;

pub(crate) use label::{Codec, Label, code_page, resolve};

use encoding_rs::{EUC_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Text with the way it was read.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) used: String,
    pub(crate) problem: Option<(&'static str, String)>,
}

impl Decoded {
    fn new(text: String, used: impl Into<String>) -> Self {
        Self { text, used: used.into(), problem: None }
    }

    fn with(mut self, code: &'static str, text: impl Into<String>) -> Self {
        self.problem = Some((code, text.into()));
        self
    }
}

/// The code for a label that did not tell the truth.
pub(crate) const LIES: &str = "charset-lies";
/// The code for a label nobody knows.
pub(crate) const UNKNOWN: &str = "charset-unknown";
/// The code for letters that no decoder could read.
pub(crate) const UNREADABLE: &str = "charset-unreadable";

/// Decodes with the declared label if it fits; `hint` is what the rest of the mail uses.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>, hint: Option<Codec>) -> Decoded {
    if let Some(decoded) = by_mark(bytes) {
        return decoded;
    }
    let label = declared.map_or(Label::Open, resolve);
    match label {
        Label::Known(codec) => declared_as(codec, bytes, hint),
        Label::Ascii | Label::Open => by_content(bytes, hint),
        Label::Unknown => by_content(bytes, hint).with(
            UNKNOWN,
            format!("nobody knows this charset name; {} letters were read by content", bytes.len()),
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
        if errors * 4 <= bytes.len() {
            return Decoded::new(text, "iso-2022-jp");
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => return Decoded::new(text.to_owned(), "us-ascii"),
        Ok(text) => return Decoded::new(text.to_owned(), "utf-8"),
        Err(_) => {}
    }
    let guessed = guess::guess(bytes, hint);
    let (text, _) = guessed.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    if mostly_utf8(bytes) {
        let lossy = String::from_utf8_lossy(bytes).into_owned();
        return Decoded::new(lossy, "utf-8").with(UNREADABLE, "some bytes fit no charset");
    }
    if guessed == SHIFT_JIS {
        return newer_shift_jis(bytes).unwrap_or_else(|| Decoded::new(text, "shift_jis"));
    }
    Decoded::new(text, guessed.name().to_ascii_lowercase())
}

/// A label we know; the bytes may still say otherwise.
fn declared_as(codec: Codec, bytes: &[u8], hint: Option<Codec>) -> Decoded {
    let seven_bit = bytes.is_ascii();
    match codec {
        Codec::Jis => return as_jis(bytes, seven_bit),
        Codec::Standard(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            return as_utf16(encoding, bytes);
        }
        Codec::Standard(_) | Codec::ShiftJis0213 | Codec::EucJis0213 | Codec::Dos437 | Codec::Dos850
            if jis::has_escape(bytes) =>
        {
            return by_content(bytes, hint)
                .with(LIES, "the label names an 8-bit charset, the bytes are JIS escapes");
        }
        _ => {}
    }
    let (text, errors) = run(codec, bytes);
    if seven_bit && errors == 0 {
        return Decoded::new(text.into_owned(), codec.name());
    }
    if codec != Codec::Standard(UTF_8)
        && let (true, Ok(utf8)) = (utf8_instead(codec, bytes, errors), std::str::from_utf8(bytes))
    {
        return Decoded::new(utf8.to_owned(), "utf-8")
            .with(LIES, "the label names another charset, the bytes are UTF-8");
    }
    if codec == Codec::Standard(SHIFT_JIS)
        && let Some(decoded) = newer_shift_jis(bytes)
    {
        return decoded;
    }
    if errors == 0 {
        return Decoded::new(text.into_owned(), codec.name());
    }
    let text = text.into_owned();
    if codec == Codec::Standard(UTF_8) && mostly_utf8(bytes) {
        return Decoded::new(text, "utf-8")
            .with(UNREADABLE, format!("{errors} places are not of this charset"));
    }
    let other = by_content(bytes, hint);
    let other_errors = other.text.matches(char::REPLACEMENT_CHARACTER).count();
    // a few bad letters are a transport fault; many are a wrong label
    if other_errors * 2 < errors && errors * 40 > high_bytes(bytes) {
        return other.with(LIES, "the bytes are not of the charset that the label names");
    }
    Decoded::new(text, codec.name()).with(UNREADABLE, format!("{errors} places are not of this charset"))
}

fn high_bytes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte >= 0x80).count()
}

/// Runs one decoder; counts what it could not read.
fn run(codec: Codec, bytes: &[u8]) -> (Cow<'_, str>, usize) {
    let own = |(text, errors): (String, usize)| (Cow::Owned(text), errors);
    match codec {
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

fn as_jis(bytes: &[u8], seven_bit: bool) -> Decoded {
    let (text, errors) = jis::decode(bytes);
    if seven_bit {
        let decoded = Decoded::new(text, "iso-2022-jp");
        return if errors == 0 {
            decoded
        } else {
            decoded.with(UNREADABLE, format!("{errors} places are not of this charset"))
        };
    }
    if let Ok(utf8) = std::str::from_utf8(bytes) {
        return Decoded::new(utf8.to_owned(), "utf-8").with(LIES, "the label says JIS, the bytes are UTF-8");
    }
    // eight-bit kana is an old habit and keeps the escapes; anything else is another charset
    if errors == 0 && jis::has_escape(bytes) {
        return Decoded::new(text, "iso-2022-jp");
    }
    let (shift_jis, bad_shift_jis) = SHIFT_JIS.decode_without_bom_handling(bytes);
    let (euc, bad_euc) = EUC_JP.decode_without_bom_handling(bytes);
    if jis::has_escape(bytes) || (bad_shift_jis && bad_euc) {
        return Decoded::new(text, "iso-2022-jp")
            .with(UNREADABLE, format!("{errors} places are not of this charset"));
    }
    let is_euc = !bad_euc && (bad_shift_jis || guess::guess(bytes, None) == EUC_JP);
    let (text, used) = if is_euc { (euc, "euc-jp") } else { (shift_jis, "shift_jis") };
    Decoded::new(text.into_owned(), used).with(LIES, "the label says JIS, the bytes are of an 8-bit charset")
}

/// UTF-16 without a mark: the zero bytes of Western letters and spaces tell the order.
fn as_utf16(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Decoded {
    let even = bytes.iter().step_by(2).filter(|byte| **byte == 0).count();
    let odd = bytes.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    if even + odd == 0 && bytes.iter().filter(|byte| byte.is_ascii_graphic()).count() * 2 > bytes.len() {
        return by_content(bytes, None).with(LIES, "the label says UTF-16, the bytes are not");
    }
    let encoding = match even.cmp(&odd) {
        std::cmp::Ordering::Greater => UTF_16BE,
        std::cmp::Ordering::Less => UTF_16LE,
        std::cmp::Ordering::Equal => encoding,
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded::new(text.into_owned(), encoding.name().to_ascii_lowercase())
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

/// Whether bytes under another label are rather UTF-8. For single-byte charsets valid UTF-8 does not happen
/// by chance; for Shift_JIS three-byte letters decide; for the EUC family only errors do, because short
/// words of those are sometimes valid UTF-8.
fn utf8_instead(codec: Codec, bytes: &[u8], errors: usize) -> bool {
    if bytes.is_ascii() || std::str::from_utf8(bytes).is_err() {
        return false;
    }
    match codec {
        Codec::Standard(encoding) if encoding.is_single_byte() => true,
        Codec::Dos437 | Codec::Dos850 => true,
        Codec::Standard(encoding) if encoding == SHIFT_JIS => {
            errors > 0 || bytes.iter().filter(|byte| (0xe1..=0xef).contains(*byte)).count() >= 2
        }
        _ => errors > 0 || bytes.windows(3).filter(|three| (0xe1..=0xef).contains(&three[0])).count() >= 8,
    }
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

#[cfg(test)]
mod tests;
