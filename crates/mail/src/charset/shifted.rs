//! The seven-bit codings of China and Korea (ISO-2022-KR, ISO-2022-CN, HZ) and UTF-7.
//!
//! Browsers gave these up for safety; old mail and attackers still use them, so the reader must know them.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::Encoding;

/// ISO-2022-KR or -CN: two-byte runs between shift-out and shift-in.
pub(crate) fn shift_out(bytes: &[u8], encoding: &'static Encoding) -> (String, usize) {
    let mut eight_bit = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..] {
            [0x1b, b'$', b')', b'A'..=b'H', ..] | [0x1b, b'$', b'*', b'A'..=b'H', ..] => at += 3,
            [0x0e, ..] => shifted = true,
            [0x0f, ..] => shifted = false,
            [b'\n', ..] => {
                shifted = false;
                eight_bit.push(b'\n');
            }
            [byte @ 0x21..=0x7e, ..] if shifted => eight_bit.push(byte | 0x80),
            [byte, ..] => eight_bit.push(byte),
            [] => break,
        }
        at += 1;
    }
    finish(encoding, &eight_bit)
}

/// HZ: GB 2312 between `~{` and `~}`.
pub(crate) fn hz(bytes: &[u8]) -> (String, usize) {
    let mut eight_bit = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..] {
            [b'~', b'{', ..] => (shifted, at) = (true, at + 1),
            [b'~', b'}', ..] => (shifted, at) = (false, at + 1),
            [b'~', b'~', ..] if !shifted => {
                eight_bit.push(b'~');
                at += 1;
            }
            [b'~', b'\n', ..] => at += 1,
            [b'\n', ..] => {
                shifted = false;
                eight_bit.push(b'\n');
            }
            [byte @ 0x21..=0x7e, ..] if shifted => eight_bit.push(byte | 0x80),
            [byte, ..] => eight_bit.push(byte),
            [] => break,
        }
        at += 1;
    }
    finish(encoding_rs::GBK, &eight_bit)
}

fn finish(encoding: &'static Encoding, bytes: &[u8]) -> (String, usize) {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let errors = text.matches(char::REPLACEMENT_CHARACTER).count();
    (text.into_owned(), errors)
}

/// UTF-7: UTF-16 in base64 between `+` and the first letter outside that alphabet.
pub(crate) fn utf7(bytes: &[u8]) -> (String, usize) {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let mut text = String::with_capacity(bytes.len());
    let mut errors = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte != b'+' {
            text.push(if byte < 0x80 { char::from(byte) } else { char::REPLACEMENT_CHARACTER });
            errors += usize::from(byte >= 0x80);
            at += 1;
            continue;
        }
        let run: Vec<u8> = bytes[at + 1..]
            .iter()
            .copied()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
            .collect();
        at += 1 + run.len();
        let closed = bytes.get(at) == Some(&b'-');
        if run.is_empty() {
            text.push('+');
        } else {
            // a lone last letter of base64 carries no byte
            let usable = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { &run[..] };
            match LENIENT.decode(usable) {
                Ok(wide) if wide.len() >= 2 => {
                    let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                    for letter in char::decode_utf16(units) {
                        errors += usize::from(letter.is_err());
                        text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                }
                _ => {
                    text.push('+');
                    text.push_str(&String::from_utf8_lossy(&run));
                }
            }
        }
        at += usize::from(closed);
    }
    (text, errors)
}
