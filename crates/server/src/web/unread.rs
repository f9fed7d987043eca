//! What could not be read in a submission, in the reader's language: where, and what it means.
//!
//! The words stand under `unread-…`; the hub gives code, place and values. What it kept before there were codes, and what a newer version
//! of it knows, stands there in the English of programs.

use crate::web::text::{knows, text, text_with};
use fluent_bundle::FluentArgs;
use hub::Unread;
use hub::unread::Place;
use model::lang::Lang;

/// The names of the values in a sentence, in their order.
const NAMES: [&str; 3] = ["value", "other", "n"];

/// The sentence behind its place.
pub(crate) fn said(lang: Lang, unread: &Unread) -> String {
    let key = format!("unread-{}", unread.code);
    if unread.code.is_empty() || !knows(&key) {
        return unread.text.clone();
    }
    let problem = with_values(lang, &key, &unread.values);
    let Some(place) = place(lang, unread) else { return problem };
    let mut args = FluentArgs::new();
    args.set("place", place);
    args.set("problem", problem);
    text_with(lang, "unread-said", &args)
}

/// Values stay as they were written: one may look like a number and be none. A value that is not there is the word `none`, by which the
/// words of a code choose among its sentences.
fn with_values(lang: Lang, key: &str, values: &[String]) -> String {
    let mut args = FluentArgs::new();
    let given = values.iter().map(String::as_str).chain(std::iter::repeat("none"));
    for (name, value) in NAMES.into_iter().zip(given) {
        args.set(name, value.to_owned());
    }
    text_with(lang, key, &args)
}

fn place(lang: Lang, unread: &Unread) -> Option<String> {
    let of = |key: &str, value: String| with_values(lang, key, &[value]);
    let first = match unread.place.clone() {
        Place::Whole => return None,
        Place::Part(part) => of("unread-place-part", part),
        Place::File(part) => of("unread-place-file", part),
        Place::Header(part, name) if part.is_empty() => of("unread-place-header", name),
        Place::Header(part, name) => with_values(lang, "unread-place-header-in", &[name, part]),
        Place::Quoted(name) => of("unread-place-quoted", name),
        Place::Body => text(lang, "unread-place-body"),
        Place::Line(line) => of("unread-place-line", line.to_string()),
        Place::Attribute(number) => of("unread-place-attribute", number.to_string()),
        Place::Pointer(pointer) => pointer,
    };
    if unread.more == 0 {
        return Some(first);
    }
    let mut args = FluentArgs::new();
    args.set("place", first);
    args.set("n", unread.more as u64);
    Some(text_with(lang, "unread-more", &args))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::unread::codes;

    /// What stays in Latin letters in a Japanese sentence: names of formats, and words that stand in the file.
    const LATIN: &[&str] = &[
        "quoted-printable",
        "winmail.dat",
        "Base64",
        "Outlook",
        "UTF-16",
        "UTF-8",
        "STIX",
        "MISP",
        "JSON",
        "UUID",
        "CSV",
        "objects",
        "bundle",
        "type",
    ];

    fn unread(code: &str, place: Place, values: &[&str]) -> Unread {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Unread { code: code.to_owned(), place, values, text: "in English".to_owned(), more: 0 }
    }

    /// A code that a reader has and a page has no words for would stand there in English.
    #[test]
    fn every_code_has_its_words_in_both_languages() {
        for code in codes() {
            assert!(knows(&format!("unread-{code}")), "no words for {code}");
            for values in [&[][..], &["4711"], &["4711", "4712", "4713"]] {
                for lang in [Lang::Ja, Lang::En] {
                    let words = said(lang, &unread(&code, Place::Whole, values));
                    assert!(!words.is_empty() && !words.contains(['{', '}', '$']), "{lang} {code}: {words}");
                }
            }
        }
    }

    #[test]
    fn no_english_is_left_in_japanese() {
        for code in codes() {
            let mut words = said(Lang::Ja, &unread(&code, Place::Whole, &["4711", "4712", "4713"]));
            LATIN.iter().for_each(|known| words = words.replace(known, ""));
            assert!(!words.contains(|c: char| c.is_ascii_alphabetic()), "{code}: {words}");
            // a sentence to somebody: it ends as one, unless what follows is what somebody wrote
            assert!(
                words.ends_with('。') || words.ends_with(": 4711") || words.ends_with(": 4712"),
                "{words}"
            );
        }
    }

    /// No words are kept of codes that no reader has any more.
    #[test]
    fn every_words_have_their_code() {
        let all: Vec<String> = codes().into_iter().map(|code| format!("unread-{code}")).collect();
        let frames = ["unread-said", "unread-more"];
        let keys = include_str!("../../i18n/en/unread.ftl").lines().filter_map(|line| line.split_once(" ="));
        let keys = keys.map(|(key, _)| key).filter(|key| key.starts_with("unread-"));
        for key in keys.filter(|key| !key.starts_with("unread-place-") && !frames.contains(key)) {
            assert!(all.iter().any(|one| one == key), "{key}");
        }
    }

    #[test]
    fn a_place_stands_before_its_sentence() {
        let check = |one: Unread, ja: &str, en: &str| {
            assert_eq!((said(Lang::Ja, &one).as_str(), said(Lang::En, &one).as_str()), (ja, en));
        };
        check(
            unread("mail-archive-locked", Place::Part("1.2".to_owned()), &[]),
            "パート 1.2: 圧縮ファイルの中に、パスワードが分からず開けないファイルがあります。",
            "part 1.2: a file in an archive is locked by a password that nobody told",
        );
        check(
            unread("mail-limit-header", Place::Header(String::new(), "Subject".to_owned()), &[]),
            "ヘッダー Subject: ヘッダーが長すぎるため、末尾は読み取っていません。",
            "header Subject: the header is longer than is read; its end is left out",
        );
        check(
            unread("mail-header-raw", Place::Header("2".to_owned(), "Content-Type".to_owned()), &[]),
            "パート 2 のヘッダー Content-Type: ヘッダーの文字が符号化されていないため、文字コードを推定して読み取りました。",
            "header Content-Type of part 2: the header holds letters without any coding; their charset was guessed",
        );
        check(
            unread("list-none-in-line", Place::Line(3), &["0012"]),
            "3 行目: 指標が見つかりません: 0012",
            "line 3: no indicator in: 0012",
        );
        check(
            unread("stix-required", Place::Pointer("/objects/7/id".to_owned()), &["id"]),
            "/objects/7/id: 必須の項目「id」がありません。",
            "/objects/7/id: the property “id” is missing",
        );
        check(
            unread("mail-limit-message", Place::Whole, &["12"]),
            "メールが大きすぎるため、末尾の 12 バイトは読み取っていません。",
            "the mail is too large; its last 12 bytes are not read",
        );
        let one = unread("lift-renamed", Place::Pointer("/objects/0/labels".to_owned()), &["tool_types"]);
        check(
            Unread { more: 2, ..one },
            "/objects/0/labels ほか 2 か所: STIX 2.1 に合わせて、項目の名前を tool_types に変えました。",
            "/objects/0/labels and 2 more: STIX 2.0: renamed to tool_types",
        );
    }

    #[test]
    fn sentences_of_one_code_are_chosen_by_their_values() {
        let check = |code: &str, values: &[&str], expected: &str| {
            assert_eq!(said(Lang::Ja, &unread(code, Place::Whole, values)), expected);
        };
        check("mail-limit-parts", &[], "パートが多すぎるため、残りは読み取っていません。");
        check("mail-limit-parts", &["5"], "パートが多すぎるため、5 個は読み取っていません。");
        check("stix-json-malformed", &["is empty"], "JSON の書式が正しくありません。");
        let parsed = ["expected value at line 1 column 9", "1", "9"];
        let words = "JSON の書式が正しくありません(1 行目の 9 文字目)。";
        check("stix-json-malformed", &parsed, words);
    }

    /// What the version before kept, and what a newer node keeps.
    #[test]
    fn what_has_no_words_stands_there_as_programs_read_it() {
        for code in ["", "mail-of-tomorrow"] {
            assert_eq!(said(Lang::Ja, &unread(code, Place::Line(3), &[])), "in English");
        }
    }
}
