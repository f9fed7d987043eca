//! What came in, before anything reads it: which kind it is, and the text that its reader gets.
//!
//! A hub and a member's own machine ask the same functions, so that what a member saw of its draft is what the hub makes of it.

use model::submission::Kind;
use std::borrow::Cow;

/// How much of a file is looked at, in bytes: headers of a mail and the first members of a bundle stand within this. In UTF-16 it is
/// half as many letters.
const HEAD_BYTES: usize = 16 * 1024;

/// Guesses the kind of what came in from its first bytes, in whatever charset they are, and its name. Never wrong in a way that loses
/// anything: the raw bytes are kept, and a person can say otherwise.
#[must_use]
pub fn sniff(name: Option<&str>, raw: &[u8]) -> Kind {
    // even, so that no letter of UTF-16 is cut
    let head = &raw[..raw.len().min(HEAD_BYTES)];
    let name = name.unwrap_or_default().to_ascii_lowercase();
    let named = |endings: &[&str]| endings.iter().any(|e| name.ends_with(e));
    // mails say their charset themselves, part by part; Outlook's files are no text
    if named(&[".eml", ".msg", ".mbox"])
        || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
        || looks_like_mail(&String::from_utf8_lossy(head))
    {
        return Kind::Mail;
    }
    let text = decoded(head);
    let start = text.trim_start();
    if start.starts_with(['{', '[']) && !start.starts_with("[.") {
        let stix = ["\"bundle\"", "\"objects\"", "\"spec_version\""].iter().any(|m| start.contains(m));
        return if stix { Kind::Stix } else { Kind::Indicators };
    }
    if named(&[".csv", ".tsv", ".ioc"]) {
        return Kind::Indicators;
    }
    if looks_like_mail(start) { Kind::Mail } else { Kind::Text }
}

/// The bytes that the reader of a kind gets: mails as they came, all others as UTF-8 without a mark of byte order.
#[must_use]
pub fn readable(kind: Kind, raw: &[u8]) -> Cow<'_, [u8]> {
    if kind == Kind::Mail {
        return Cow::Borrowed(raw);
    }
    match decoded(raw) {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// The text, without the mark that programs put before UTF-8 and that no reader of JSON allows.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    const MARK: char = '\u{feff}';
    match mail::decode_text(bytes) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches(MARK)),
        Cow::Owned(text) if text.starts_with(MARK) => Cow::Owned(text.trim_start_matches(MARK).to_owned()),
        owned => owned,
    }
}

/// Whether the text begins with header lines that only mail has.
fn looks_like_mail(start: &str) -> bool {
    const HEADERS: &[&str] = &[
        "received:",
        "return-path:",
        "delivered-to:",
        "from:",
        "to:",
        "subject:",
        "message-id:",
        "mime-version:",
        "date:",
        "from ",
    ];
    /// Mails of forwarders have as many lines of traces before the first of these.
    const LINES_MAX: usize = 40;
    let head = |line: &str, h: &str| line.get(..h.len()).is_some_and(|l| l.eq_ignore_ascii_case(h));
    let lines = start.trim_start().lines().take(LINES_MAX);
    lines.filter(|line| HEADERS.iter().any(|h| head(line, h))).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: Option<&str>, text: &str, expected: Kind) {
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect()
        };
        let marked = format!("\u{feff}{text}").into_bytes();
        for bytes in [text.as_bytes().to_vec(), marked, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            let found = sniff(name, &bytes);
            assert_eq!(found, expected, "{text} as {bytes:02x?}");
            if found != Kind::Mail {
                assert_eq!(readable(found, &bytes), text.as_bytes(), "{bytes:02x?}");
            }
        }
    }

    #[test]
    fn sniffing_in_any_charset() {
        check(None, "Received: from a\r\nSubject: b\r\n\r\n", Kind::Mail);
        check(Some("x.eml"), "", Kind::Mail);
        check(None, " {\"type\":\"bundle\",\"objects\":[]}", Kind::Stix);
        check(None, "{\"Event\":{\"info\":\"不審メール\"}}", Kind::Indicators);
        check(Some("list.csv"), "indicator,type", Kind::Indicators);
        check(None, "[.]example was defanged", Kind::Text);
        check(None, "We received a strange call.", Kind::Text);
        check(None, "不審なメールを受信した。", Kind::Text);
        check(None, "", Kind::Text);
    }

    #[test]
    fn mails_stay_as_they_came() {
        let sjis = b"From: a@evil.example\r\nSubject: \x8c\x8f\r\n\r\n\x96\x7b\r\n";
        assert_eq!(sniff(None, sjis), Kind::Mail);
        assert_eq!(readable(Kind::Mail, sjis).as_ref(), sjis);
    }

    #[test]
    fn a_list_in_the_charset_of_japanese_windows() {
        let (bytes, _, _) =
            encoding_rs::SHIFT_JIS.encode("{\"Event\":{\"info\":\"見積書を装うメールの件\"}}");
        assert_eq!(sniff(None, &bytes), Kind::Indicators);
        assert!(
            String::from_utf8_lossy(&readable(Kind::Indicators, &bytes)).contains("見積書を装うメールの件")
        );
    }
}
