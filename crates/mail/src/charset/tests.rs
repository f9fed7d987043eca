//! Decoders against bytes: the golden mails cover whole messages, these cover single decisions.

use super::{Label, decode, resolve};

fn check(bytes: &[u8], declared: Option<&str>, text: &str, used: &str) {
    let decoded = decode(bytes, declared, None);
    assert_eq!((decoded.text.as_str(), decoded.used.as_str()), (text, used));
}

fn check_label(label: &str, used: Option<&str>) {
    let found = match resolve(label) {
        Label::Known(codec) => Some(codec.name()),
        _ => None,
    };
    assert_eq!(found.as_deref(), used, "{label}");
}

#[test]
fn labels_of_mail_programs() {
    check_label("ISO-2022-JP", Some("iso-2022-jp"));
    check_label("_iso-2022-jp$ESC", Some("iso-2022-jp"));
    check_label("cp50221", Some("iso-2022-jp"));
    check_label("Windows-31J", Some("shift_jis"));
    check_label("\"Shift_JIS\";", Some("shift_jis"));
    check_label("charset=euc-jp", Some("euc-jp"));
    check_label("cp1252", Some("windows-1252"));
    check_label("win-1251", Some("windows-1251"));
    check_label("iso8859-2", Some("iso-8859-2"));
    check_label("Latin1", Some("windows-1252"));
    check_label("us-ascii", None);
    check_label("x-nobody", None);
}

#[test]
fn jis_with_faults() {
    check(b"\x1b$B@A5a=q", Some("iso-2022-jp"), "請求書", "iso-2022-jp");
    check(b"\x1b$B@A5a\nplain", Some("iso-2022-jp"), "請求\nplain", "iso-2022-jp");
    check(b"\x1b$B@A5a\n=q\x1b(B.", Some("iso-2022-jp"), "請求\n書.", "iso-2022-jp");
    check(b"\x1b$B@A5a\n\x1b$B=q\x1b(B", Some("iso-2022-jp"), "請求\n書", "iso-2022-jp");
    check(b"\xb6\xde \x1b$B@A\x1b(B", Some("iso-2022-jp"), "ｶﾞ 請", "iso-2022-jp");
    check(b"\x0e6^\x0f \x1b(J\\\x1b(B", Some("jis7"), "ｶﾞ \\", "iso-2022-jp");
}

#[test]
fn bytes_without_a_label() {
    check("請求書".as_bytes(), None, "請求書", "utf-8");
    check(b"\x90\xbf\x8b\x81\x8f\x91", None, "請求書", "shift_jis");
    check(b"\xc0\xc1\xb5\xe1\xbd\xf1\xa4\xce\xb7\xef", None, "請求書の件", "euc-jp");
    check(b"Gr\xfc\xdfe", None, "Grüße", "windows-1252");
    check(b"\xf0\xd2\xc9\xd7\xc5\xd4, \xcd\xc9\xd2", None, "Привет, мир", "koi8-r");
    check(b"plain", None, "plain", "us-ascii");
}

#[test]
fn labels_that_lie() {
    check("請求書".as_bytes(), Some("shift_jis"), "請求書", "utf-8");
    check("Größe".as_bytes(), Some("iso-8859-1"), "Größe", "utf-8");
    check(b"\x90\xbf\x8b\x81\x8f\x91", Some("utf-8"), "請求書", "shift_jis");
    check(b"\xff\xfea\0b\0", Some("utf-8"), "ab", "utf-16le");
    check(b"plain words here", Some("utf-16"), "plain words here", "us-ascii");
}
