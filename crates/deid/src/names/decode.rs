//! Every reading of a text in which a name could hide: transfer codings, escapes, and what lies in them again.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

/// How deep codings may lie in one another. Nobody nests a token deeper and still reads it.
const DEPTH_MAX: usize = 3;

/// Bytes that the decoding of one text may yield in all: bounds the work on hostile text.
const DECODED_BYTES_MAX: usize = 1024 * 1024;

/// The shortest run that is tried as base64 or base32: six letters hold four bytes, the shortest name worth hiding.
const RUN_MIN: usize = 6;

/// The longest run of coded letters that is decoded whole; longer ones are files, not names, and are decoded in part.
const RUN_MAX: usize = 64 * 1024;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Calls `each` with the text itself (`plain`) and with all that can be decoded from it.
pub(crate) fn views(text: &str, each: &mut dyn FnMut(&str, &'static str)) {
    let mut left = DECODED_BYTES_MAX;
    each(text, "plain");
    within(text, 0, &mut left, each);
}

fn within(text: &str, depth: usize, left: &mut usize, each: &mut dyn FnMut(&str, &'static str)) {
    if depth >= DEPTH_MAX {
        return;
    }
    decoded(text, &mut |found, how| {
        if found.len() <= *left {
            *left -= found.len();
            each(found, how);
            within(found, depth + 1, left, each);
        }
    });
}

/// One step of decoding in every known coding.
fn decoded(text: &str, each: &mut dyn FnMut(&str, &'static str)) {
    if text.contains('%') {
        let bytes: Cow<'_, [u8]> = percent_encoding::percent_decode_str(text).into();
        give_changed(text, &bytes, "percent", each);
    }
    if text.contains('&') && text.contains(';') {
        let plain = entities(text);
        if plain != text {
            each(&plain, "entities");
        }
    }
    if text.contains('=') {
        give_changed(text, &quoted_printable(text), "quoted-printable", each);
    }
    if text.contains("\\u") || text.contains("\\x") || text.contains("%u") {
        let plain = escapes(text);
        if plain != text {
            each(&plain, "escapes");
        }
    }
    if memchr_ascii(text, "xn--") {
        punycode(text, each);
    }
    runs(text, each);
}

fn memchr_ascii(text: &str, what: &str) -> bool {
    text.as_bytes().windows(what.len()).any(|w| w.eq_ignore_ascii_case(what.as_bytes()))
}

fn give_changed(text: &str, bytes: &[u8], how: &'static str, each: &mut dyn FnMut(&str, &'static str)) {
    if bytes != text.as_bytes() {
        readings(bytes, &mut |found| each(found, how));
    }
}

/// The texts that bytes can be: UTF-8, UTF-16, the Japanese charsets. Bytes that are no text in any of them give nothing. Nearly all that
/// reaches this is noise, so each charset is asked by what costs least.
fn readings(bytes: &[u8], each: &mut dyn FnMut(&str)) {
    for wide in [u16::from_le_bytes, u16::from_be_bytes] {
        if bytes.len() >= 4 && is_familiar_wide(bytes, wide) {
            let units: Vec<u16> = pairs(bytes).map(wide).collect();
            let text = String::from_utf16_lossy(&units);
            if is_readable(&text) {
                each(&text);
            }
        }
    }
    if is_noise(bytes) {
        return;
    }
    let text = String::from_utf8_lossy(bytes);
    if is_readable(&text) {
        each(&text);
    }
    // letters of ASCII are the same in all of them; beyond it is either the escapes of one or the two bytes of the others
    let codecs: &[&encoding_rs::Encoding] = match bytes.is_ascii() {
        true if bytes.contains(&0x1b) => &[encoding_rs::ISO_2022_JP],
        true => &[],
        false => &[encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP],
    };
    for codec in codecs {
        let japanese = codec.decode_without_bom_handling_and_without_replacement(bytes);
        if let Some(japanese) = japanese.filter(|japanese| *japanese != text && is_readable(japanese)) {
            each(&japanese);
        }
    }
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok())
}

/// Whether four in five of the characters that these bytes are in UTF-16 are familiar. A character of two units is none of them.
fn is_familiar_wide(bytes: &[u8], wide: fn([u8; 2]) -> u16) -> bool {
    let (mut all, mut familiar) = (bytes.len() % 2, 0_usize);
    for unit in pairs(bytes).map(wide) {
        all += usize::from(!(0xdc00..0xe000).contains(&unit));
        familiar += usize::from(char::from_u32(u32::from(unit)).is_some_and(is_familiar));
    }
    familiar * 5 >= all * 4
}

/// Whether so many bytes are control characters, which they are in every charset of one or two bytes, that no text is readable.
fn is_noise(bytes: &[u8]) -> bool {
    let control = |b: &&u8| b.is_ascii_control() && !matches!(**b, b'\n' | b'\r' | b'\t' | 0x1b);
    bytes.iter().filter(control).count() * 10 > bytes.len()
}

/// Letters of the languages that names are written in; noise read as UTF-16 lies all over the table.
fn is_familiar(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff9f}' | '\u{3000}'..='\u{303f}')
}

/// Nine in ten characters can be printed. Cut-off ends of a run may be broken.
fn is_readable(text: &str) -> bool {
    let (mut all, mut bad) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        bad += usize::from(c == '\u{fffd}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
    }
    all > 0 && bad * 10 <= all
}

fn entities(text: &str) -> String {
    const NAMED: &[(&str, char)] = &[
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("commat", '@'),
        ("period", '.'),
        ("hyphen", '-'),
        ("lowbar", '_'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.find(';').filter(|end| *end <= 10);
        let decoded = end.and_then(|end| {
            let name = &after[..end];
            match name.strip_prefix('#') {
                Some(number) => match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
                    None => number.parse().ok().and_then(char::from_u32),
                },
                None => NAMED.iter().find(|(n, _)| *n == name).map(|(_, c)| *c),
            }
        });
        match (decoded, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &after[end + 1..];
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let pair = bytes.get(at + 1..at + 3);
        if byte == b'=' {
            if let Some(value) = pair.and_then(hex_pair) {
                out.push(value);
                at += 3;
                continue;
            }
            if bytes.get(at + 1) == Some(&b'\n') {
                at += 2;
                continue;
            }
        }
        out.push(byte);
        at += 1;
    }
    out
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?).ok()
}

/// `\u3042`, `%u3042` and `\x41`.
fn escapes(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let four = ["\\u", "%u"].iter().find_map(|mark| rest.strip_prefix(mark)).and_then(|r| r.get(..4));
        let two = rest.strip_prefix("\\x").and_then(|r| r.get(..2));
        let (value, used) =
            match (four.map(|h| u16::from_str_radix(h, 16)), two.map(|h| u16::from_str_radix(h, 16))) {
                (Some(Ok(value)), _) => (value, 6),
                (_, Some(Ok(value))) => (value, 4),
                _ => {
                    units.extend(c.encode_utf16(&mut [0; 2]).iter());
                    rest = &rest[c.len_utf8()..];
                    continue;
                }
            };
        units.push(value);
        rest = &rest[used..];
    }
    String::from_utf16_lossy(&units)
}

fn punycode(text: &str, each: &mut dyn FnMut(&str, &'static str)) {
    for name in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')) {
        if memchr_ascii(name, "xn--") {
            let mut plain = String::new();
            for label in name.split('.') {
                let inner =
                    label.get(4..).filter(|_| label.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("xn--")));
                let decoded = inner.and_then(|i| idna::punycode::decode_to_string(&i.to_ascii_lowercase()));
                plain.push_str(decoded.as_deref().unwrap_or(label));
                plain.push('.');
            }
            each(&plain, "punycode");
        }
    }
}

/// Runs of coded letters. A slash, a hyphen or an underscore can be a letter of the code or a separator: both are tried.
fn runs(text: &str, each: &mut dyn FnMut(&str, &'static str)) {
    let plain = |b: u8| b.is_ascii_alphanumeric();
    each_run(text, plain, &mut |run| {
        base64(run, &STANDARD, each);
        base32(run, each);
        hex(run, each);
    });
    each_run(text, |b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/', &mut |run| {
        if !run.bytes().all(plain) {
            base64(run.trim_start_matches('+'), &STANDARD, each);
            if run.starts_with('+') {
                base64(run, &STANDARD, each);
            }
        }
    });
    each_run(text, |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_', &mut |run| {
        if !run.bytes().all(plain) {
            base64(run, &URL_SAFE, each);
        }
    });
    numbers(text, each);
}

/// Letters as numbers with a sign between: hexadecimal `74:61:72:6f`, `74-61-72-6f`, decimal `102-117-106`.
fn numbers(text: &str, each: &mut dyn FnMut(&str, &'static str)) {
    let parts = |is_sign: fn(char) -> bool| text.split(is_sign);
    let pair = |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
    hex(&parts(|c| matches!(c, ':' | ' ' | '-' | '_' | '.' | ',')).filter(pair).collect::<String>(), each);
    let codes: Vec<u8> = parts(|c| !c.is_ascii_alphanumeric()).filter_map(|part| part.parse().ok()).collect();
    if codes.len() >= RUN_MIN {
        readings(&codes, &mut |found| each(found, "decimal"));
    }
}

fn each_run(text: &str, is_in: impl Fn(u8) -> bool, each: &mut dyn FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_in(bytes[at]) {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|b| !is_in(*b)).map_or(bytes.len(), |n| at + n);
        if end - at >= RUN_MIN
            && let Some(run) = text.get(at..end.min(at + RUN_MAX))
        {
            each(run);
        }
        at = end;
    }
}

fn base64(run: &str, engine: &GeneralPurpose, each: &mut dyn FnMut(&str, &'static str)) {
    // a letter before the token shifts the code: all four beginnings are tried on runs long enough to hold a name
    let starts = if run.len() >= 12 { 4 } else { 1 };
    for start in 0..starts {
        let part = &run[start..];
        let part = if part.len() % 4 == 1 { &part[..part.len() - 1] } else { part };
        if let Ok(bytes) = engine.decode(part) {
            readings(&bytes, &mut |found| each(found, "base64"));
        }
    }
}

fn base32(run: &str, each: &mut dyn FnMut(&str, &'static str)) {
    let upper = run.to_ascii_uppercase();
    if upper.len() < 8 || !upper.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7')) {
        return;
    }
    let spare = match upper.len() % 8 {
        1 | 3 | 6 => 1,
        _ => 0,
    };
    let mut specification = data_encoding::BASE32_NOPAD.specification();
    specification.check_trailing_bits = false;
    if let Ok(encoding) = specification.encoding()
        && let Ok(bytes) = encoding.decode(&upper.as_bytes()[..upper.len() - spare])
    {
        readings(&bytes, &mut |found| each(found, "base32"));
    }
}

fn hex(run: &str, each: &mut dyn FnMut(&str, &'static str)) {
    let run = run.strip_prefix("0x").unwrap_or(run);
    if run.len() < 8 || !run.bytes().all(|b| b.is_ascii_hexdigit()) {
        return;
    }
    for start in 0..2 {
        let bytes: Vec<u8> = run.as_bytes()[start..].chunks_exact(2).filter_map(hex_pair).collect();
        readings(&bytes, &mut |found| each(found, "hex"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, how: &str) {
        let mut found = Vec::new();
        views(text, &mut |view, how| found.push((view.to_owned(), how)));
        assert!(found.iter().any(|(view, h)| view.contains(expected) && *h == how), "{text}: {found:?}");
    }

    #[test]
    fn codings() {
        check("taro.yamada", "taro.yamada", "plain");
        check("taro%2Eyamada", "taro.yamada", "percent");
        check("taro&#46;yamada&#x40;", "taro.yamada@", "entities");
        check("=E5=B1=B1=E7=94=B0", "山田", "quoted-printable");
        check("\\u5c71\\u7530", "山田", "escapes");
        check("xn--r8jz45g.jp", "例え.jp", "punycode");
        check("x/dGFyby55YW1hZGE/y", "taro.yamada", "base64");
        check("/c/adGFyby55YW1hZGE/", "taro.yamada", "base64");
        check("5bGx55Sw5aSq6YOO", "山田太郎", "base64");
        check("jlKTY5G+mFk=", "山田太郎", "base64");
        check("OeRhcm8ueWFtYWRh", "aro.yamada", "base64");
        check("orqxe3zopfqw2ylemfqq", "taro", "base32");
        check("7461726f2e79616d616461", "taro.yamada", "hex");
        check("74:61:72:6f:2e", "taro.", "hex");
        check("74-61-72-6f-2e", "taro.", "hex");
        check("/102-117-106-105-109-105/x", "fujimi", "decimal");
        check("%64%47%46%79%62%79%35%35%59%57%31%68%5A%47%45", "taro.yamada", "base64");
    }

    #[test]
    fn hostile_text_ends() {
        let text = "%25".repeat(20_000) + &"A".repeat(200_000);
        let mut count = 0;
        views(&text, &mut |_, _| count += 1);
        assert!(count < 10_000);
    }
}
