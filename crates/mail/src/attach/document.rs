//! Plain files: pages, text, calendars, shortcuts, pictures, and archives of makes that are not opened.

use crate::charset;
use crate::html;
use crate::link;
use crate::message::Attachment;
use crate::reader::Reader;

/// A text of any kind: its words and links; pages as they are seen.
pub(crate) fn text(bytes: &[u8], file: &mut Attachment, part: &str, reader: &mut Reader) {
    let declared = crate::mime::charset_in_page(bytes).filter(|_| file.content_type == "text/html");
    let decoded = charset::decode(bytes, declared.as_deref(), None);
    let place = file.filename.as_deref().map_or_else(|| part.to_owned(), |_| format!("{part}/file"));
    let text = reader.note(&place, declared.as_deref(), decoded);
    match file.content_type.as_str() {
        "text/html" | "image/svg+xml" | "application/hta" => {
            let view = html::view(&text);
            file.has_macros |= view.has_script;
            file.links.extend(
                view.links
                    .iter()
                    .filter(|link| link::is_url(&link.target))
                    .map(|link| link.destination().to_owned()),
            );
            super::keep_text(file, &view.shown, part, reader);
        }
        "text/calendar" | "text/vcard" => {
            super::keep_text(file, &calendar(&text), part, reader);
        }
        "text/javascript" | "text/vbscript" | "application/x-wsf" | "text/x-powershell"
        | "text/x-msdos-batch" => {
            file.has_macros = true;
            super::keep_text(file, &text, part, reader);
            file.links.extend(html::script_links(&text));
        }
        "message/rfc822" => {}
        "application/x-mswinurl" => {
            file.links.extend(link::shares(&text));
            super::keep_text(file, &text, part, reader);
        }
        _ => super::keep_text(file, &text, part, reader),
    }
}

/// Calendars and cards: their long lines joined, their escapes undone (RFC 5545, sections 3.1 and 3.3.11).
pub(crate) fn calendar(text: &str) -> String {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    unfolded.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
}

/// A Windows shortcut: what it starts, and the machine it was made on.
pub(crate) fn shortcut(bytes: &[u8], file: &mut Attachment) {
    file.has_macros = true;
    let wide = strings(bytes, true);
    let narrow = strings(bytes, false);
    let mut lines: Vec<String> = wide;
    lines.extend(narrow.into_iter().filter(|line| line.contains(['\\', '/', '.'])));
    // the block that tracks moved files names the machine
    if let Some(at) = memchr::memmem::find(bytes, b"\x60\0\0\0\x03\0\0\xa0") {
        let name: String = bytes
            .iter()
            .skip(at + 16)
            .take(16)
            .take_while(|byte| **byte != 0)
            .map(|byte| char::from(*byte))
            .collect();
        file.properties.push(("machine".to_owned(), name));
    }
    let text = lines.join("\n");
    file.links.extend(link::in_text(&text));
    file.links.extend(link::shares(&text));
    file.text = Some(text).filter(|text| !text.is_empty());
}

/// A OneNote section: what is written in it, and in the scripts that it carries.
pub(crate) fn notebook(bytes: &[u8], file: &mut Attachment) {
    let mut lines = strings(bytes, true);
    lines.extend(strings(bytes, false).into_iter().filter(|line| line.contains("://")));
    let text = lines.join("\n");
    file.links.extend(link::in_text(&text));
    // a file that is opened by a click on the page
    file.has_macros |= memchr::memmem::find(bytes, EMBEDDED_FILE).is_some();
    file.text = Some(text).filter(|text| !text.is_empty());
}

/// What begins a file embedded in a OneNote section ([MS-ONESTORE], 2.6.13: the GUID of `FileDataStoreObject`).
const EMBEDDED_FILE: &[u8] = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";

/// Runs of printable letters, one or two bytes wide.
pub(crate) fn strings(bytes: &[u8], wide: bool) -> Vec<String> {
    const LETTERS_MIN: usize = 4;
    const STRINGS_MAX: usize = 10_000;
    let mut list = Vec::new();
    let mut run = String::new();
    let step = if wide { 2 } else { 1 };
    let mut at = 0;
    while at < bytes.len() && list.len() < STRINGS_MAX {
        let byte = bytes[at];
        let printable = (0x20..0x7f).contains(&byte) && (!wide || bytes.get(at + 1) == Some(&0));
        if printable {
            run.push(char::from(byte));
            at += step;
        } else {
            if run.len() >= LETTERS_MIN {
                list.push(std::mem::take(&mut run));
            }
            run.clear();
            at += 1;
        }
    }
    if run.len() >= LETTERS_MIN {
        list.push(run);
    }
    list
}

/// RAR and 7z are named, not opened; whether their headers are locked stands in the first bytes.
pub(crate) fn rival_archive(bytes: &[u8], file: &mut Attachment) {
    file.encrypted = match bytes {
        // RAR 4: main header flags; RAR 5: an encryption header comes first
        [b'R', b'a', b'r', b'!', 0x1a, 7, 0, _, _, 0x73, flags, ..] => flags & 0x80 != 0,
        [b'R', b'a', b'r', b'!', 0x1a, 7, 1, 0, _, _, _, _, _, 4, ..] => true,
        _ => memchr::memmem::find(&bytes[bytes.len().saturating_sub(4096)..], b"\x06\xf1\x07\x01").is_some(),
    };
}

/// Pictures: text chunks and maker marks, evidence for the source only.
pub(crate) fn picture(bytes: &[u8], file: &mut Attachment) {
    if let Some(at) = memchr::memmem::find(bytes, b"Exif\0\0") {
        let inner = &bytes[at..(at + 4096).min(bytes.len())];
        let words = strings(inner, false);
        file.properties.extend(words.into_iter().skip(1).take(8).map(|words| ("exif".to_owned(), words)));
    }
    for found in memchr::memmem::find_iter(bytes, b"tEXt").take(16) {
        let inner = &bytes[found + 4..(found + 512).min(bytes.len())];
        let mut fields = inner.splitn(2, |byte| *byte == 0);
        if let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            let value: String = value
                .iter()
                .take_while(|byte| (0x20..0x7f).contains(*byte))
                .map(|byte| char::from(*byte))
                .collect();
            file.properties.push((String::from_utf8_lossy(name).into_owned(), value));
        }
    }
}
