//! Attached files: hashes and the kind by content; the name only when it is made of words that thousands of mails share.

use super::story;
use indicator::{Indicator, Kind};
use mail::Attachment;
use model::item::FileFeature;

/// Endings that may stand in an output.
const ENDINGS: &[&str] = &[
    "zip", "rar", "7z", "gz", "tar", "lzh", "cab", "iso", "img", "vhd", "vhdx", "exe", "scr", "com", "pif",
    "dll", "msi", "bat", "cmd", "ps1", "js", "jse", "vbs", "vbe", "wsf", "hta", "lnk", "url", "jar", "chm",
    "doc", "docx", "docm", "dot", "dotm", "xls", "xlsx", "xlsm", "xlsb", "xlam", "xll", "ppt", "pptx",
    "pptm", "rtf", "one", "pdf", "html", "htm", "shtml", "svg", "xml", "csv", "iqy", "slk", "txt", "eml",
    "msg", "ics", "png", "jpg", "jpeg", "gif", "bmp", "tiff", "webp",
];

/// The kinds of content whose bytes are the victim's rather than the attacker's, or of no use as a hash: mails, signatures, cards.
const NOT_HASHED: &[&str] = &[
    "message/rfc822",
    "application/pkcs7-signature",
    "application/pgp",
    "application/x-empty",
    // what mail programs add of their user's: a card, the mail once more
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "application/ms-tnef",
    "application/vnd.ms-tnef",
];

/// Whether the file may leave as hashes: not a picture in the body, not a mail, not a signature.
pub(crate) fn is_evidence(file: &Attachment, nested: bool) -> bool {
    let picture = file.content_type.starts_with("image/");
    let declared = file.declared_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let hashed =
        !NOT_HASHED.contains(&file.content_type.as_str()) && !NOT_HASHED.contains(&declared.as_str());
    hashed && file.size > 0 && !(picture && (nested || file.inline)) && !declared.ends_with("-signature")
}

/// Whether it is a mail of its own.
pub(crate) fn is_mail(file: &Attachment) -> bool {
    matches!(file.content_type.as_str(), "message/rfc822" | "application/vnd.ms-outlook")
}

/// Whether opening it does more than show something: programs, macros, pages, what is locked or packed.
pub(crate) fn acts(file: &Attachment) -> bool {
    const SHOWN: &[&str] =
        &["pdf", "msword", "ms-excel", "ms-powerpoint", "officedocument", "opendocument", "rtf"];
    let kind = file.content_type.as_str();
    let document = SHOWN.iter().any(|shown| kind.contains(shown));
    let shown = document || kind == "text/plain" || kind == "text/calendar" || kind.starts_with("image/");
    file.has_macros || file.encrypted || !shown
}

/// The hashes as indicators, the strongest first.
pub(crate) fn hashes(file: &Attachment) -> Vec<Indicator> {
    [(Kind::Sha256, &file.sha256), (Kind::Sha1, &file.sha1), (Kind::Md5, &file.md5)]
        .into_iter()
        .filter_map(|(kind, value)| Indicator::new(kind, value).ok())
        .collect()
}

/// The kind of a file, and its name where that is generic.
pub(crate) fn feature(file: &Attachment) -> Option<FileFeature> {
    let is_type = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '+');
    let content_type = file.content_type.to_ascii_lowercase();
    (content_type.contains('/') && content_type.chars().all(is_type) && content_type.len() <= 100).then(
        || FileFeature {
            content_type,
            generic_name: file.filename.as_deref().and_then(generic_name),
            sha256: Indicator::new(Kind::Sha256, &file.sha256).ok().map(|one| one.value().to_owned()),
        },
    )
}

/// The name in lower case when each word is of the vocabulary and each ending is a known one.
pub(crate) fn generic_name(name: &str) -> Option<String> {
    let name = Indicator::new(Kind::FileName, name).ok()?;
    let mut parts = name.value().split('.');
    let stem = parts.next()?;
    let endings: Vec<&str> = parts.collect();
    let known = !endings.is_empty() && endings.len() <= 2 && endings.iter().all(|e| ENDINGS.contains(e));
    (known && story::is_only_story(stem)).then(|| name.value().to_owned())
}

/// Whether the name has two endings, of which the last runs a program: `invoice.pdf.exe`.
pub(crate) fn has_double_ending(name: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "exe", "scr", "com", "pif", "bat", "cmd", "js", "jse", "vbs", "vbe", "wsf", "hta", "lnk", "jar",
        "msi", "ps1",
    ];
    let lower = name.to_lowercase();
    let mut parts = lower.rsplit('.');
    let last = parts.next().unwrap_or_default();
    let before = parts.next().unwrap_or_default().trim();
    PROGRAMS.contains(&last) && parts.next().is_some() && ENDINGS.contains(&before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(generic_name(name).as_deref(), expected, "{name}")
        };
        check("Invoice.ZIP", Some("invoice.zip"));
        check("見積書.pdf.exe", Some("見積書.pdf.exe"));
        check("御見積書_富士見電機.pdf", None);
        check("yamada.docx", None);
        check("invoice_20261124.zip", None);
        check("invoice.yamada", None);
        check("invoice", None);
        check(r"C:\Users\taro\invoice.doc", Some("invoice.doc"));
    }

    fn file(content_type: &str) -> Attachment {
        let (content_type, sha256) = (content_type.to_owned(), "ab".repeat(32));
        Attachment { content_type, sha256, size: 4_096, ..Attachment::default() }
    }

    #[test]
    fn what_leaves_as_hashes() {
        let check = |file: Attachment, nested: bool, expected: bool| {
            assert_eq!(is_evidence(&file, nested), expected, "{file:?}, nested {nested}");
        };
        check(file("application/pdf"), false, true);
        check(file("application/pdf"), true, true);
        check(Attachment { inline: true, ..file("application/pdf") }, false, true);
        check(Attachment { size: 1, ..file("application/pdf") }, false, true);
        check(Attachment { size: 0, ..file("application/pdf") }, false, false);
        // a picture that was offered as a file is the attacker's; one in the body or in a document is often a logo of the victim
        check(file("image/png"), false, true);
        check(file("image/png"), true, false);
        check(Attachment { inline: true, ..file("image/png") }, false, false);
        check(file("message/rfc822"), false, false);
        let declared = |declared: &str| Attachment {
            declared_type: Some(declared.to_owned()),
            ..file("application/octet-stream")
        };
        check(declared("application/zip"), false, true);
        check(declared("Message/RFC822"), false, false);
        check(declared("application/x-pkcs7-signature"), false, false);
        check(declared("application/PGP-signature"), false, false);
    }

    #[test]
    fn what_is_a_mail() {
        let check = |kind: &str, expected: bool| assert_eq!(is_mail(&file(kind)), expected, "{kind}");
        check("message/rfc822", true);
        check("application/vnd.ms-outlook", true);
        check("application/zip", false);
        check("text/plain", false);
    }

    #[test]
    fn what_does_more_than_show() {
        let check = |file: Attachment, expected: bool| assert_eq!(acts(&file), expected, "{file:?}");
        for shown in [
            "application/pdf",
            "application/msword",
            "text/plain",
            "text/calendar",
            "image/png",
            "application/rtf",
        ] {
            check(file(shown), false);
            check(Attachment { has_macros: true, ..file(shown) }, true);
            check(Attachment { encrypted: true, ..file(shown) }, true);
        }
        for acting in ["application/zip", "text/html", "application/x-ms-shortcut", "text/javascript"] {
            check(file(acting), true);
        }
    }

    #[test]
    fn the_kind_of_a_file_is_a_kind() {
        let check = |kind: &str, expected: Option<&str>| {
            assert_eq!(feature(&file(kind)).map(|f| f.content_type).as_deref(), expected, "{kind}");
        };
        check(
            "application/vnd.ms-excel.sheet.macroEnabled.12",
            Some("application/vnd.ms-excel.sheet.macroenabled.12"),
        );
        check("image/svg+xml", Some("image/svg+xml"));
        check("fujimi", None);
        check("text/plain; name=fujimi", None);
        check("text/富士見", None);
        check(&format!("text/{}", "x".repeat(95)), Some(&format!("text/{}", "x".repeat(95))));
        check(&format!("text/{}", "x".repeat(96)), None);
        let named = Attachment { filename: Some("Invoice.zip".to_owned()), ..file("application/zip") };
        let found = feature(&named).unwrap();
        assert_eq!(
            (found.generic_name.as_deref(), found.sha256),
            (Some("invoice.zip"), Some("ab".repeat(32)))
        );
    }

    #[test]
    fn two_endings() {
        assert!(has_double_ending("Invoice.pdf.exe"));
        assert!(has_double_ending("資料.docx   .scr"));
        assert!(!has_double_ending("invoice.exe"));
        assert!(!has_double_ending("v1.2.exe"));
    }
}
