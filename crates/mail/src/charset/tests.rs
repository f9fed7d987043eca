//! Decoders against bytes: the golden mails cover whole messages, these cover single decisions.

use super::{Codec, Label, decode, resolve};
use crate::code;

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

/// Mail text of a charset, long enough to be known by.
fn samples() -> [(&'static str, &'static str); 6] {
    [
        ("utf-8", "本文です。よろしくお願いします"),
        ("shift_jis", "本文です。よろしくお願いします"),
        ("euc-jp", "本文です。よろしくお願いします"),
        ("gbk", "您好，请在今天下午之前确认附件中的发票"),
        ("big5", "您好，請在今天下午之前確認附件中的發票"),
        ("euc-kr", "안녕하세요 첨부된 송장을 오늘까지 확인해 주세요"),
    ]
}

fn encode(label: &str, text: &str) -> Vec<u8> {
    match resolve(label) {
        Label::Known(Codec::Standard(encoding)) => encoding.encode(text).0.into_owned(),
        _ => Vec::new(),
    }
}

#[test]
fn damage_is_no_other_charset() {
    for (label, text) in samples() {
        let length = encode(label, text).len();
        // damage inside a letter lasts to the end of its line
        let text = &format!("{text}\n{text}\n{text}");
        let clean = encode(label, text);
        for at in 0..=length {
            for bad in [&b"\xff"[..], b"\x80\xff"] {
                let bytes = [&clean[..at], bad, &clean[at..]].concat();
                let decoded = decode(&bytes, Some(label), None);
                assert_eq!(decoded.used, label, "{bad:?} at {at}: {}", decoded.text);
                assert!(decoded.text.ends_with(text.lines().next_back().unwrap_or_default()), "{label} {at}");
                assert!(
                    decoded.problem.is_some_and(|(code, _)| code == code::CHARSET_UNREADABLE),
                    "{label} {at}"
                );
            }
        }
    }
}

#[test]
fn damage_without_a_label() {
    check(
        b"\x96{\x95\xb6\x82\xc5\x82\xb7\x81B\xff\x82\xe6\x82\xeb\x82\xb5\x82\xad",
        None,
        "本文です。\u{fffd}よろしく",
        "shift_jis",
    );
    check(
        b"Stra\xdfe, Gr\xfc\xdfe, \xc4rger und \xd6l f\xfcr \xdcber",
        None,
        "Straße, Grüße, Ärger und Öl für Über",
        "windows-1252",
    );
}

#[test]
fn letters_of_vendors_in_euc() {
    check(b"\x8f\xf4\xfb\x8f\xf4\xbd\xad\xa1", Some("eucjp-ms"), "髙﨑①", "euc-jp");
    check(b"\x8f\xf3\xf3\x8f\xf3\xfe\x8f\xf4\xa1\x8f\xf4\xfe", Some("euc-jp"), "ⅰⅡⅢ黑", "euc-jp");
    check(
        b"\x8f\xf4\xfb\xb6\xb6\xcd\xcd\xa1\xa1\xa4\xaa\xc0\xa4\xcf\xc3\xa4\xcb\xff",
        Some("eucjp-ms"),
        "髙橋様　お世話に\u{fffd}",
        "euc-jp",
    );
    check(b"\xcf\xd4\xa4\xeb\xae\xa2", Some("euc-jp"), "𠮟る𠀋", "euc-jisx0213");
}

#[test]
fn lines_of_different_charsets() {
    let shift_jis = encode("shift_jis", "署名はシフトジスです\n");
    let euc = encode("euc-jp", "こちらは別の文字符号です\n");
    let join = |pieces: &[&[u8]]| pieces.concat();
    let mixed = join(&["本文です\nplain\n".as_bytes(), &shift_jis]);
    check(&mixed, Some("utf-8"), "本文です\nplain\n署名はシフトジスです\n", "utf-8+shift_jis");
    check(&mixed, Some("shift_jis"), "本文です\nplain\n署名はシフトジスです\n", "utf-8+shift_jis");
    check(&mixed, None, "本文です\nplain\n署名はシフトジスです\n", "utf-8+shift_jis");
    let long = join(&["本文です\n".repeat(400).as_bytes(), &shift_jis]);
    assert_eq!(decode(&long, Some("utf-8"), None).used, "utf-8+shift_jis");
    let two = join(&[&shift_jis, &euc]);
    check(&two, Some("shift_jis"), "署名はシフトジスです\nこちらは別の文字符号です\n", "shift_jis+euc-jp");
    let three = join(&["本文です\n".as_bytes(), &shift_jis, &euc]);
    assert_eq!(
        decode(&three, Some("utf-8"), None).text,
        "本文です\n署名はシフトジスです\nこちらは別の文字符号です\n"
    );
    let jis = join(&[b"\x1b$B@A5a=q\x1b(B\n", &shift_jis]);
    check(&jis, Some("iso-2022-jp"), "請求書\n署名はシフトジスです\n", "iso-2022-jp+shift_jis");
    // a line with damage is no line of another charset
    check("本文です\nよろし\u{fffd}\n".as_bytes(), Some("utf-8"), "本文です\nよろし\u{fffd}\n", "utf-8");
    check(b"\xe6\x9c\xac\xe6\x96\x87\n\xe3\x81\xa7\xe3\x81\n", Some("utf-8"), "本文\nで\u{fffd}\n", "utf-8");
}

#[test]
fn half_width_kana_or_euc() {
    check(b"\xbc\xdd\xc0\xd9 ok", Some("iso-2022-jp"), "ｼﾝﾀﾙ ok", "iso-2022-jp");
    check(b"\xbc\xdd\xc0\xd9 ok", Some("shift_jis"), "ｼﾝﾀﾙ ok", "shift_jis");
    check(b"\xc3\xde\xbd\xb6\xde\xa4\xcf\xdd\xba", Some("shift_jis"), "ﾃﾞｽｶﾞ､ﾏﾝｺ", "shift_jis");
    let euc = encode("euc-jp", "本文です。よろしくお願いします");
    check(&euc, Some("shift_jis"), "本文です。よろしくお願いします", "euc-jp");
    check(&encode("euc-jp", "です。"), Some("iso-2022-jp"), "です。", "euc-jp");
}
