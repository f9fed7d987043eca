//! The type of a file by its content; its name and the stated type only break ties between texts.

use memchr::memmem::find;

/// Magic bytes, their offset and the type.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rt", "application/rtf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (0, b"ITSF", "application/vnd.ms-htmlhelp"),
    (0, b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "application/onenote"),
    (0, b"\xca\xfe\xba\xbe\0\0\0", "application/java-vm"),
    (257, b"ustar", "application/x-tar"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
    // the later form of the same discs, with the same endings of names
    (0x8001, b"BEA01", "application/x-iso9660-image"),
    (0, b"vhdxfile", "application/x-vhdx"),
    (0, b"conectix", "application/x-vhd"),
    (2, b"-lh", "application/x-lzh"),
    (7, b"**ACE**", "application/x-ace-compressed"),
    (0, b"\x60\xea", "application/x-arj"),
    (0, b"BEGIN:VCALENDAR", "text/calendar"),
    (0, b"BEGIN:VCARD", "text/vcard"),
    (0, b"-----BEGIN PGP", "application/pgp"),
    (0, b"[InternetShortcut]", "application/x-mswinurl"),
    (0, b"\xef\xbb\xbf[InternetShortcut]", "application/x-mswinurl"),
];

/// The type of a file.
pub(crate) fn of(bytes: &[u8], filename: Option<&str>, declared: Option<&str>) -> &'static str {
    if bytes.is_empty() {
        return "application/x-empty";
    }
    if bytes.starts_with(crate::OLE_MAGIC) {
        return ole(bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip(bytes);
    }
    let magic =
        MAGIC.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((_, magic, kind)) = magic {
        // two letters may start any text
        if magic.len() > 2 || !looks_like_text(bytes) {
            return kind;
        }
    }
    if ends_as_disk(bytes) {
        return "application/x-vhd";
    }
    if let Some(kind) = super::der::kind(bytes, filename, declared) {
        return kind;
    }
    if let Some(known) = infer::get(bytes).filter(|known| known.matcher_type() != infer::MatcherType::Text) {
        return known.mime_type();
    }
    text(bytes, filename, declared)
}

/// A disk of fixed size has its mark in the last sector alone, which some programs cut by a byte.
fn ends_as_disk(bytes: &[u8]) -> bool {
    const SECTOR: usize = 512;
    [SECTOR, SECTOR - 1]
        .iter()
        .any(|back| bytes.len().checked_sub(*back).is_some_and(|at| bytes[at..].starts_with(b"conectix")))
}

fn ole(bytes: &[u8]) -> &'static str {
    // names in the directory are UTF-16
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(bytes, &wide).is_some()
    };
    if has("__properties_version1.0") {
        "application/vnd.ms-outlook"
    } else if has("EncryptedPackage") {
        "application/x-ooxml-protected"
    } else if has("WordDocument") {
        "application/msword"
    } else if has("Workbook") || has("Book\0") {
        "application/vnd.ms-excel"
    } else if has("PowerPoint Document") {
        "application/vnd.ms-powerpoint"
    } else if has("\u{4840}") {
        "application/x-msi"
    } else {
        "application/x-ole-storage"
    }
}

fn zip(bytes: &[u8]) -> &'static str {
    let has = |name: &str| find(bytes, name.as_bytes()).is_some();
    if has("[Content_Types].xml") || has("_rels/.rels") {
        if has("word/") {
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        }
        if has("xl/") {
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        }
        if has("ppt/") {
            return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
        }
    }
    if has("mimetypeapplication/vnd.oasis.opendocument.text") {
        return "application/vnd.oasis.opendocument.text";
    }
    if has("mimetypeapplication/vnd.oasis.opendocument.spreadsheet") {
        return "application/vnd.oasis.opendocument.spreadsheet";
    }
    if has("META-INF/MANIFEST.MF") {
        return "application/java-archive";
    }
    "application/zip"
}

/// Whether the start reads as text of some charset.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    let odd =
        head.iter().filter(|byte| **byte < 9 || (14..27).contains(*byte) || (28..32).contains(*byte)).count();
    odd * 50 <= head.len()
}

/// Endings of names of texts.
const NAMES: &[(&str, &str)] = &[
    (".html", "text/html"),
    (".htm", "text/html"),
    (".shtml", "text/html"),
    (".svg", "image/svg+xml"),
    (".xml", "text/xml"),
    (".csv", "text/csv"),
    (".json", "application/json"),
    (".js", "text/javascript"),
    (".jse", "text/javascript"),
    (".vbs", "text/vbscript"),
    (".vbe", "text/vbscript"),
    (".wsf", "application/x-wsf"),
    (".ps1", "text/x-powershell"),
    (".bat", "text/x-msdos-batch"),
    (".cmd", "text/x-msdos-batch"),
    (".iqy", "text/x-ms-iqy"),
    (".slk", "text/x-sylk"),
    (".eml", "message/rfc822"),
    (".ics", "text/calendar"),
    (".asc", "application/pgp"),
    (".css", "text/css"),
];

/// What tells the type wherever it stands near the start.
const INSIDE: &[(&str, &str)] = &[
    ("<hta:application", "application/hta"),
    ("\n[internetshortcut]", "application/x-mswinurl"),
    ("full address:s:", "application/x-rdp"),
];

/// Types of text: by their start, then by the name, then as stated.
fn text(bytes: &[u8], filename: Option<&str>, declared: Option<&str>) -> &'static str {
    if !looks_like_text(bytes) {
        return "application/octet-stream";
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase().replace('\0', "");
    let head = head.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    let name = filename.unwrap_or_default().to_ascii_lowercase();
    if let Some((_, kind)) = INSIDE.iter().find(|(mark, _)| head.contains(mark)) {
        return kind;
    }
    if name.ends_with(".hta") {
        return "application/hta";
    }
    if head.starts_with("<!doctype html")
        || head.starts_with("<html")
        || head.starts_with("<head")
        || head.starts_with("<body")
    {
        return "text/html";
    }
    if head.starts_with("<svg") || head.starts_with("<?xml") && head.contains("<svg") {
        return "image/svg+xml";
    }
    if let Some((_, kind)) = NAMES.iter().find(|(end, _)| name.ends_with(end)) {
        return kind;
    }
    if head.starts_with("<?xml") {
        return "text/xml";
    }
    let headers = [
        "received: ",
        "return-path: ",
        "delivered-to: ",
        "mime-version: ",
        "from: ",
        "date: ",
        "message-id: ",
    ];
    if declared == Some("message/rfc822")
        || headers.iter().any(|header| head.starts_with(header)) && head.contains("\nsubject: ")
    {
        return "message/rfc822";
    }
    match declared {
        Some("text/html") => "text/html",
        Some("text/calendar") => "text/calendar",
        Some("text/csv") => "text/csv",
        Some("application/json") => "application/json",
        _ => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    fn check(bytes: &[u8], name: &str, expected: &str) {
        assert_eq!(super::of(bytes, Some(name), None), expected, "{name}");
    }

    #[test]
    fn disks_and_archives_by_their_marks() {
        let sector = |mark: &[u8], length: usize| [mark, &vec![0; length - mark.len()]].concat();
        let disk = [vec![0; 2048], sector(b"conectix", 512)].concat();
        check(&disk, "invoice.pdf", "application/x-vhd");
        check(&disk[..disk.len() - 1], "invoice.pdf", "application/x-vhd");
        let disc = [vec![0; 0x8000], sector(b"\0BEA01\x01", 2048), sector(b"\0NSR02\x01", 2048)].concat();
        check(&disc, "invoice.img", "application/x-iso9660-image");
        check(&sector(b"\x31\x2e\x31\0\0\x10\x10**ACE**", 64), "a.rar", "application/x-ace-compressed");
        check(&sector(b"\x60\xea\x2a\0\x1e\x07\x01", 64), "a.dat", "application/x-arj");
    }

    #[test]
    fn texts_that_open_something() {
        let shortcut = "[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,9\r\n[InternetShortcut]\r\nURL=https://x.example/\r\n";
        check(shortcut.as_bytes(), "a", "application/x-mswinurl");
        check(b"\xef\xbb\xbf[InternetShortcut]\r\n", "a", "application/x-mswinurl");
        check(b"<html><hta:application/><script></script>", "a.html", "application/hta");
        check(b"<html><script></script>", "a.hta", "application/hta");
        let remote: Vec<u8> =
            "\u{feff}full address:s:x.example\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&remote, "a.rdp", "application/x-rdp");
        check(b"see [InternetShortcut]", "a.txt", "text/plain");
    }
}
