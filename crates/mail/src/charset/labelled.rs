//! Bytes under a label that we know: read as it says where that is true, otherwise as what they are.

use super::guess::{self, Look};
use super::label::Codec;
use super::{Decoded, by_content, euc, jis, lines, mostly_utf8, newer_shift_jis, run, utf8_letters};
use crate::code;
use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// A label we know; the bytes may still say otherwise.
pub(crate) fn declared_as(codec: Codec, bytes: &[u8], hint: Option<Codec>) -> Decoded {
    let seven_bit = bytes.is_ascii();
    match codec {
        Codec::Jis => return as_jis(bytes, seven_bit, hint),
        Codec::Standard(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            return as_utf16(encoding, bytes);
        }
        Codec::Standard(_) | Codec::ShiftJis0213 | Codec::EucJis0213 | Codec::Dos437 | Codec::Dos850
            if jis::has_escape(bytes) =>
        {
            return by_content(bytes, hint)
                .with(code::CHARSET_LIES, "the label names an 8-bit charset, the bytes are JIS escapes");
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
            .with(code::CHARSET_LIES, "the label names another charset, the bytes are UTF-8");
    }
    if codec == Codec::Standard(SHIFT_JIS)
        && let Some(decoded) = newer_shift_jis(bytes)
    {
        return decoded;
    }
    if errors > 0 {
        return with_errors(codec, text.into_owned(), errors, bytes, hint);
    }
    if codec == Codec::Standard(SHIFT_JIS)
        && let Some(decoded) = euc_under_shift_jis(bytes, &text)
    {
        return decoded;
    }
    Decoded::new(text.into_owned(), codec.name())
}

/// Shift_JIS read everything, half-width kana among it: that is what EUC looks like, whole or in some lines.
fn euc_under_shift_jis(bytes: &[u8], text: &str) -> Option<Decoded> {
    /// Half-width kana that a line of EUC makes at least; fewer are words of their own.
    const KANA_MIN: usize = 4;
    text.chars().filter(|letter| matches!(letter, '｡'..='ﾟ')).nth(KANA_MIN - 1)?;
    if let Some(euc) = euc::instead_of_shift_jis(bytes, text) {
        return Some(
            Decoded::new(euc, "euc-jp")
                .with(code::CHARSET_LIES, "the label says Shift_JIS, the bytes are EUC"),
        );
    }
    lines::by_line(bytes, Some(Codec::Standard(SHIFT_JIS)))
}

/// The label's decoder stumbled: damage, a mixture, a newer edition of the charset, or a wrong label.
fn with_errors(codec: Codec, text: String, errors: usize, bytes: &[u8], hint: Option<Codec>) -> Decoded {
    if let Some(mixed) = lines::mixed(bytes, Some(codec)) {
        return mixed;
    }
    if codec == Codec::Standard(UTF_8) && mostly_utf8(bytes) {
        return Decoded::new(text, "utf-8").unreadable(errors);
    }
    let other = by_content(bytes, hint);
    if codec == Codec::Standard(EUC_JP)
        && let Some(newer) = euc::newer(bytes, &other.text)
    {
        return Decoded::new(newer, Codec::EucJis0213.name());
    }
    let other_errors = other.text.matches(char::REPLACEMENT_CHARACTER).count();
    // a few bad letters are a transport fault; many are a wrong label
    if other_errors * 2 < errors
        && errors * 40 > high_bytes(bytes)
        && !holds(codec, &text, errors, bytes, &other)
    {
        return other.with(code::CHARSET_LIES, "the bytes are not of the charset that the label names");
    }
    Decoded::new(text, codec.name()).unreadable(errors)
}

/// Whether the label of a multi-byte charset is true in spite of errors. A single-byte guess has none on any
/// bytes, so it proves nothing against letters that make sense; another guess must look twice as good.
fn holds(codec: Codec, text: &str, errors: usize, bytes: &[u8], other: &Decoded) -> bool {
    let guessed = Encoding::for_label(other.used.as_bytes());
    let is_single = guessed.is_some_and(Encoding::is_single_byte);
    if codec == Codec::Standard(UTF_8) {
        return is_single && utf8_letters(bytes).is_some_and(|(letters, _)| letters > errors);
    }
    let Some(encoding) = codec.east() else { return false };
    let look = Look::at(encoding, text);
    let better = || guessed.is_some_and(|guessed| Look::at(guessed, &other.text).score > look.score * 2);
    look.outweighs_errors() && (is_single || !better())
}

fn high_bytes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte >= 0x80).count()
}

fn as_jis(bytes: &[u8], seven_bit: bool, hint: Option<Codec>) -> Decoded {
    let (text, errors) = jis::decode(bytes);
    let decoded = Decoded::new(text, "iso-2022-jp");
    if seven_bit {
        return if errors == 0 { decoded } else { decoded.unreadable(errors) };
    }
    if let Ok(utf8) = std::str::from_utf8(bytes) {
        return Decoded::new(utf8.to_owned(), "utf-8")
            .with(code::CHARSET_LIES, "the label says JIS, the bytes are UTF-8");
    }
    let has_escape = jis::has_escape(bytes);
    // eight-bit kana is an old habit; anything else is another charset
    if errors == 0 && (has_escape || euc::rather_than_half_width(bytes).is_none()) {
        return decoded;
    }
    let other = lines::mixed(bytes, None);
    if other.is_none() && has_escape {
        return decoded.unreadable(errors);
    }
    let other = other.unwrap_or_else(|| japanese(bytes).unwrap_or_else(|| by_content(bytes, hint)));
    let other_errors = other.text.matches(char::REPLACEMENT_CHARACTER).count();
    let is_single = Encoding::for_label(other.used.as_bytes()).is_some_and(|used| used.is_single_byte());
    if is_single || other_errors * 2 > errors {
        return decoded.unreadable(errors);
    }
    other.with(code::CHARSET_LIES, "the label says JIS, the bytes are of an 8-bit charset")
}

/// The two 8-bit charsets of Japan, where one of them is clean.
fn japanese(bytes: &[u8]) -> Option<Decoded> {
    let (shift_jis, bad_shift_jis) = SHIFT_JIS.decode_without_bom_handling(bytes);
    let (euc, bad_euc) = EUC_JP.decode_without_bom_handling(bytes);
    let (text, used) = match (bad_shift_jis, bad_euc) {
        (true, true) => return None,
        (false, false) if guess::guess(bytes, None) == EUC_JP => (euc, "euc-jp"),
        (true, false) => (euc, "euc-jp"),
        (false, _) => (shift_jis, "shift_jis"),
    };
    Some(Decoded::new(text.into_owned(), used))
}

/// UTF-16 without a mark: the zero bytes of Western letters and spaces tell the order.
fn as_utf16(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let even = bytes.iter().step_by(2).filter(|byte| **byte == 0).count();
    let odd = bytes.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    if even + odd == 0 && bytes.iter().filter(|byte| byte.is_ascii_graphic()).count() * 2 > bytes.len() {
        return by_content(bytes, None).with(code::CHARSET_LIES, "the label says UTF-16, the bytes are not");
    }
    let encoding = match even.cmp(&odd) {
        std::cmp::Ordering::Greater => UTF_16BE,
        std::cmp::Ordering::Less => UTF_16LE,
        std::cmp::Ordering::Equal => encoding,
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded::new(text.into_owned(), encoding.name().to_ascii_lowercase())
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
