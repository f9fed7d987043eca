//! PDF: links, scripts, document properties and locks, by a scan that needs no intact file.

use super::archive;
use crate::html;
use crate::link;
use crate::message::Attachment;
use crate::reader::Reader;
use crate::transfer;
use memchr::memmem;

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
        if bytes.get(start).is_some_and(|byte| byte & 0x0f == 8) {
            let inner = archive::inflate(&bytes[start..end], reader.expandable());
            if !reader.expand(part, inner.len()) {
                return;
            }
            scan(&inner, file);
        }
        at = (end + 9).min(bytes.len());
    }
    reader.problem(part, "limit-archive", "a PDF holds more streams than are read");
}

fn scan(bytes: &[u8], file: &mut Attachment) {
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
