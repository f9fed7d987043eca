//! PDF: links, scripts, document properties and locks, by a scan that needs no intact file.

use super::archive;
use crate::code;
use crate::html;
use crate::link;
use crate::message::Attachment;
use crate::reader::Reader;
use crate::transfer;
use memchr::memmem;
use std::borrow::Cow;

/// Streams unpacked of one file; phishing files have a handful.
const STREAMS_MAX: usize = 400;

/// Keys with a link or a script of one file or stream whose string is read; a long document has some thousands.
const KEYS_MAX: usize = 10_000;

/// Looks into a PDF.
pub(crate) fn read(bytes: &[u8], file: &mut Attachment, part: &str, reader: &mut Reader) {
    file.encrypted = memmem::find(bytes, b"/Encrypt").is_some();
    scan(bytes, file);
    let mut at = 0;
    for _ in 0..STREAMS_MAX {
        let Some(found) = memmem::find(&bytes[at..], b"stream") else { return };
        let start = at + found + 6;
        let start =
            start + bytes[start..].iter().take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let end = memmem::find(&bytes[start..], b"endstream").map_or(bytes.len(), |end| start + end);
        let stream = without_letters(&bytes[at..at + found], &bytes[start..end]);
        if stream.first().is_some_and(|byte| byte & 0x0f == 8) {
            let inner = archive::inflate(&stream, reader.expandable());
            if !reader.expand(part, inner.len()) {
                return;
            }
            scan(&inner, file);
        }
        at = (end + 9).min(bytes.len());
    }
    reader.problem(part, code::LIMIT_ARCHIVE, "a PDF holds more streams than are read");
}

/// A stream without the coding in letters that its dictionary states around the packing.
fn without_letters<'s>(before: &[u8], stream: &'s [u8]) -> Cow<'s, [u8]> {
    /// A dictionary of a stream is shorter.
    const DICTIONARY_BYTES: usize = 512;
    let near = &before[before.len().saturating_sub(DICTIONARY_BYTES)..];
    let near = memmem::rfind(near, b"endobj").map_or(near, |end| &near[end..]);
    let has = |name: &[u8]| memmem::find(near, name).is_some();
    if has(b"ASCIIHexDecode") || has(b"/AHx") {
        Cow::Owned(transfer::hex(stream))
    } else if has(b"ASCII85Decode") || has(b"/A85") {
        Cow::Owned(ascii85(stream))
    } else {
        Cow::Borrowed(stream)
    }
}

/// Five letters for four bytes (ISO 32000-1, 7.4.3), up to the first sign that is none of the code.
fn ascii85(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 5 * 4);
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => break,
        }
        if group.len() == 5 {
            out.extend(four_bytes(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let left = group.len() - 1;
        group.resize(5, 84);
        out.extend(&four_bytes(&group)[..left]);
    }
    out
}

fn four_bytes(group: &[u32]) -> [u8; 4] {
    group.iter().fold(0u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(*digit)).to_be_bytes()
}

/// Names may write any letter as `#55`, which readers undo (ISO 32000-1, 7.3.5). In a string, which ends with its line at the latest, a
/// slash begins no name.
fn with_plain_names(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'#', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let (mut in_name, mut in_string) = (false, false);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        in_string = byte == b'(' || in_string && !matches!(byte, b')' | b'\n' | b'\r');
        in_name = !in_string && (byte == b'/' || in_name && (byte.is_ascii_alphanumeric() || byte == b'#'));
        let two = bytes.get(at + 1..at + 3).filter(|_| in_name && byte == b'#');
        match two.filter(|two| two.iter().all(u8::is_ascii_hexdigit)) {
            Some(two) => {
                out.extend(transfer::hex(two));
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(out)
}

/// Where a form is sent, what is started and which file is opened: the keys whose string may lead elsewhere.
fn led_to(bytes: &[u8], file: &mut Attachment) {
    for found in [&b"/F"[..], b"/P"].iter().flat_map(|key| memmem::find_iter(bytes, key).take(KEYS_MAX)) {
        let rest = &bytes[found + 2..];
        if rest.trim_ascii_start().starts_with(b"(")
            && let Some(text) = string_after(rest)
        {
            file.links.extend(link::in_text(&text));
        }
    }
}

fn scan(bytes: &[u8], file: &mut Attachment) {
    let plain = with_plain_names(bytes);
    let bytes = plain.as_ref();
    led_to(bytes, file);
    for found in memmem::find_iter(bytes, b"/URI").take(KEYS_MAX) {
        if let Some(target) = string_after(&bytes[found + 4..])
            && link::is_url(&target)
        {
            file.links.push(target);
        }
    }
    for found in memmem::find_iter(bytes, b"/JS").take(KEYS_MAX) {
        let script = string_after(&bytes[found + 3..]).unwrap_or_default();
        file.links.extend(html::script_links(&script));
    }
    for name in [&b"/JavaScript"[..], b"/JS ", b"/JS(", b"/Launch"] {
        file.has_macros |= memmem::find(bytes, name).is_some();
    }
    const PROPERTIES: [&str; 6] = ["Author", "Creator", "Producer", "Title", "Company", "Subject"];
    for name in PROPERTIES {
        let key = format!("/{name}");
        if let Some(found) = memmem::find(bytes, key.as_bytes())
            && let Some(value) = string_after(&bytes[found + key.len()..]).filter(|value| !value.is_empty())
        {
            let entry = (name.to_owned(), value);
            if !file.properties.contains(&entry) {
                file.properties.push(entry);
            }
        }
    }
}

/// The string that follows a name: `(…)` or `<…>`.
fn string_after(rest: &[u8]) -> Option<String> {
    /// Strings beyond this are no targets and no names.
    const BYTES_MAX: usize = 8 * 1024;
    let rest = rest.trim_ascii_start();
    let rest = &rest[..rest.len().min(BYTES_MAX)];
    let bytes = match rest.first()? {
        b'(' => literal(&rest[1..])?,
        b'<' if rest.get(1) != Some(&b'<') => transfer::hex(&rest[1..]),
        _ => return None,
    };
    Some(match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => encoding_rs::UTF_16BE.decode_without_bom_handling(wide).0.into_owned(),
        None => crate::charset::decode(&bytes, None, None).text,
    })
}

/// A string in parentheses, its escapes undone (ISO 32000-1, 7.3.4.2); none where the parentheses do not close.
fn literal(rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        at += 1;
        match byte {
            b'\\' => at += escape(&rest[at..], &mut out),
            b'(' => {
                depth += 1;
                out.push(byte);
            }
            b')' if depth == 0 => return Some(out),
            b')' => {
                depth -= 1;
                out.push(byte);
            }
            _ => out.push(byte),
        }
    }
    None
}

/// What stands after a backslash; answers how many bytes that is.
fn escape(rest: &[u8], out: &mut Vec<u8>) -> usize {
    let digits = rest.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
    if digits > 0 {
        let code = rest[..digits].iter().fold(0u32, |code, digit| code * 8 + u32::from(digit - b'0'));
        // a code beyond a byte is cut to it
        out.push((code & 0xff) as u8);
        return digits;
    }
    match rest {
        [b'\r', b'\n', ..] => return 2,
        // a line break after a backslash joins the lines
        [b'\r' | b'\n', ..] => {}
        [b'n', ..] => out.push(b'\n'),
        [b'r', ..] => out.push(b'\r'),
        [b't', ..] => out.push(b'\t'),
        [b'b', ..] => out.push(8),
        [b'f', ..] => out.push(12),
        [other, ..] => out.push(*other),
        [] => return 0,
    }
    1
}

#[cfg(test)]
mod tests {
    use crate::message::Attachment;
    use crate::reader::Reader;

    fn check(pdf: &[u8], link: &str) {
        let mut file = Attachment::default();
        super::read(pdf, &mut file, "1", &mut Reader::default());
        assert_eq!(file.links, [link], "{}", String::from_utf8_lossy(pdf));
    }

    #[test]
    fn names_with_coded_letters() {
        check(b"%PDF-1.5 <</S/#55RI/U#52I(https://x.example/a#20b)>>", "https://x.example/a#20b");
    }

    #[test]
    fn streams_packed_and_then_written_in_letters() {
        let hex = b"1 0 obj <</Filter[/ASCIIHexDecode/FlateDecode]>> stream\n789cb3b1d10f0df2d4c828292928b6d2d7afd04bad48cc2dc849d54fd4b4b3030089d60952>\nendstream";
        check(hex, "https://x.example/a");
        let letters = b"1 0 obj <</Filter[/A85/Fl]>> stream\nGau+Fd16]WeAs$e.4DXQf<<OoX[pYfa@XoXe?lOa!/]85;?~>\nendstream";
        check(letters, "https://x.example/a");
    }

    #[test]
    fn forms_and_programs_that_lead_elsewhere() {
        check(b"%PDF-1.5 <</S/SubmitForm/F<</FS/URL/F(https://x.example/a)>>>>", "https://x.example/a");
        check(
            b"%PDF-1.5 <</S/Launch/Win<</F(cmd.exe)/P(/c start https://x.example/a)>>>>",
            "https://x.example/a",
        );
    }
}
