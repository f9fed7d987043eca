//! What a file is, by its first bytes; its name decides only between kinds of text.

use std::path::Path;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Zip,
    Tar,
    Evtx,
    /// Outlook's own format, and other files in the same container.
    Ole,
    Mbox,
    Mail,
    Utf16Le,
    Utf16Be,
    Text,
    /// Anything else: compared by digest and name.
    Binary,
}

const MAGIC: [(&[u8], Kind); 9] = [
    (b"\x1f\x8b\x08", Kind::Gzip),
    (b"\x28\xb5\x2f\xfd", Kind::Zstd),
    (b"\xfd7zXZ\0", Kind::Xz),
    (b"BZh", Kind::Bzip2),
    (b"PK\x03\x04", Kind::Zip),
    (b"ElfFile\0", Kind::Evtx),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::Ole),
    (b"\xff\xfe", Kind::Utf16Le),
    (b"\xfe\xff", Kind::Utf16Be),
];

/// Where a tar header says that it is one.
const TAR_MARK: std::ops::Range<usize> = 257..262;

/// Header fields one of which every mail has near its start.
const MAIL_FIELDS: [&str; 8] = [
    "received:",
    "return-path:",
    "message-id:",
    "from:",
    "delivered-to:",
    "mime-version:",
    "subject:",
    "dkim-signature:",
];

/// Tells what a file is from its first bytes.
pub(super) fn sniff(head: &[u8], path: &Path) -> Kind {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *kind;
    }
    if head.get(TAR_MARK) == Some(b"ustar") {
        return Kind::Tar;
    }
    let start = &head[..head.len().min(4096)];
    if let Some(kind) = utf16_by_zeros(start) {
        return kind;
    }
    if start.contains(&0) && !is_text_with_zeros(start) {
        return Kind::Binary;
    }
    if head.starts_with(b"From ") && mail::is_mbox(head) {
        return Kind::Mbox;
    }
    let extension = path.extension().map(|e| e.to_ascii_lowercase());
    let named_mail = extension.is_some_and(|e| e == "eml" || e == "emlx");
    if named_mail || looks_like_mail(start) { Kind::Mail } else { Kind::Text }
}

/// Every other byte zero: UTF-16 of mostly Latin text without a mark at its start.
fn utf16_by_zeros(start: &[u8]) -> Option<Kind> {
    let pairs = start.as_chunks::<2>().0;
    if pairs.len() < 8 {
        return None;
    }
    let zeros = |i: usize| pairs.iter().filter(|p| p[i] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let most = pairs.len() * 2 / 5;
    match (first, second) {
        (0, n) if n > most => Some(Kind::Utf16Le),
        (n, 0) if n > most => Some(Kind::Utf16Be),
        _ => None,
    }
}

/// Text in which zeros stand, as logs have them after a loss of power or where they were cut while written to: nothing else
/// that is no text, and lines.
fn is_text_with_zeros(start: &[u8]) -> bool {
    let odd = |byte: &&u8| {
        **byte < b' ' && !matches!(**byte, 0 | b'\t' | b'\n' | b'\r' | 0x0c | 0x1b) || **byte == 0x7f
    };
    let written = start.iter().filter(|byte| **byte != 0).count();
    !start.iter().any(|byte| odd(&byte))
        && (written == 0 || start.contains(&b'\n'))
        && std::str::from_utf8(start).map_or_else(|fault| fault.error_len().is_none(), |_| true)
}

/// Two different mail fields among the first lines, all of which are fields or go on with one.
fn looks_like_mail(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    let lines: Vec<&str> = text.lines().take_while(|l| !l.is_empty()).take(12).collect();
    let is_field = |l: &&str| {
        l.starts_with([' ', '\t'])
            || l.split_once(':').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
    };
    let whole = lines.len().saturating_sub(1).max(1);
    let known = MAIL_FIELDS.iter().filter(|f| lines.iter().any(|l| l.starts_with(**f))).count();
    known >= 2 && lines.iter().take(whole).all(is_field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], name: &str, expected: Kind) {
        assert_eq!(sniff(head, Path::new(name)), expected, "{name}");
    }

    #[test]
    fn kinds_by_first_bytes() {
        check(b"\x1f\x8b\x08\0", "a", Kind::Gzip);
        check(b"2026-11-23 hello\n", "a.log", Kind::Text);
        check(b"", "empty", Kind::Text);
        check(b"one\n\0\0\0\0two\n", "a.log", Kind::Text);
        check(&[0; 4096], "a.log", Kind::Text);
        check(b"MZ\x90\0\x03\0\0\0", "a.exe", Kind::Binary);
        check(b"\xff\xfeh\0i\0", "a.txt", Kind::Utf16Le);
        check(b"l\0o\0n\0g\0 \0t\0e\0x\0t\0 \0", "a.txt", Kind::Utf16Le);
        check(b"\0l\0o\0n\0g\0 \0t\0e\0x\0t\0 ", "a.txt", Kind::Utf16Be);
        check(b"Received: by x\nFrom: a@b.example\nSubject: c\n\nhello", "17.M1", Kind::Mail);
        check(b"hello", "a.eml", Kind::Mail);
        check(b"level: info\nfrom: x\nplain words here\n", "a.log", Kind::Text);
    }
}
