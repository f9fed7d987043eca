//! Character references: `&amp;`, `&#12354;`, `&#x3042;`, also without their semicolon.

use std::borrow::Cow;

/// The longest name of the standard's table is 31 letters.
const NAME_MAX: usize = 33;

/// Decodes all references in a text.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = reference(rest, &mut out);
        if used == 0 {
            out.push('&');
        }
        rest = &rest[used.max(1)..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes what the reference at the start of `rest` stands for; answers its length, 0 if it is none.
fn reference(rest: &str, out: &mut String) -> usize {
    let bytes = rest.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
        let start = if hex { 3 } else { 2 };
        let digits = bytes[start..]
            .iter()
            .take_while(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() })
            .count();
        if digits == 0 {
            return 0;
        }
        let code =
            u32::from_str_radix(&rest[start..start + digits], if hex { 16 } else { 10 }).unwrap_or(u32::MAX);
        out.push(letter(code));
        return start + digits + usize::from(bytes.get(start + digits) == Some(&b';'));
    }
    let name = bytes[1..].iter().take(NAME_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if name == 0 {
        return 0;
    }
    if bytes.get(1 + name) == Some(&b';') {
        let before = out.len();
        mail_parser::decoders::html::add_html_token(out, &bytes[..name + 2], false);
        // an unknown name comes back as it was
        if out.len() > before && !out[before..].starts_with('&') || &rest[1..=name] == "amp" {
            return name + 2;
        }
        out.truncate(before);
        return 0;
    }
    bare(rest, name, out)
}

/// Old names that browsers accept without a semicolon.
fn bare(rest: &str, name: usize, out: &mut String) -> usize {
    const NAMES: [(&str, char); 8] = [
        ("nbsp", '\u{a0}'),
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("copy", '©'),
        ("reg", '®'),
        ("yen", '¥'),
    ];
    // in addresses `&copy=1` is a parameter, not a sign
    let next = rest.as_bytes().get(1 + name);
    match NAMES.iter().find(|(found, _)| *found == &rest[1..=name]) {
        Some((found, letter)) if next != Some(&b'=') => {
            out.push(*letter);
            1 + found.len()
        }
        _ => 0,
    }
}

/// The letter of a number; 128 to 159 mean Windows letters, as browsers read them.
fn letter(code: u32) -> char {
    match code {
        0x80..=0x9f => {
            let byte = [(code & 0xff) as u8];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}
