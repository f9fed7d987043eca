//! Words of a subject or file name that tell its story: only concepts of the shipped vocabulary leave, never the text.

use crate::names::fold;
use model::vocabulary::{STORY, Word};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Words of file names beside those of the vocabulary that say nothing about anybody.
const FILE_WORDS: &[&str] = &[
    "scan",
    "img",
    "image",
    "photo",
    "doc",
    "docs",
    "pdf",
    "new",
    "copy",
    "final",
    "list",
    "details",
    "info",
    "form",
    "data",
    "of",
    "the",
    "your",
    "for",
    "and",
    "a",
    "to",
    "re",
    "fw",
    "fwd",
    "please",
    "read",
    "readme",
    "open",
    "view",
    "secure",
    "message",
    "mail",
    "letter",
    "statement",
    "receipt",
    "setup",
    "install",
    "installer",
    "archive",
    "eml",
    "voice",
    "の",
    "ご",
    "御",
    "について",
    "一覧",
    "表",
    "書",
    "案",
    "最新",
    "重要",
    "ファイル",
    "画像",
    "写真",
    "明細",
    "領収書",
    "納品書",
    "明細書",
];

/// Keys of the concepts that the text names.
pub(crate) fn keys(text: &str) -> BTreeSet<String> {
    let spaced = fold::spaced(text);
    STORY.iter().filter(|word| names(word, &spaced)).map(|word| word.key.to_owned()).collect()
}

fn names(word: &Word, spaced: &str) -> bool {
    word.forms.iter().any(|form| {
        let form = fold::spaced(form);
        if !form.is_ascii() {
            return spaced.contains(&form);
        }
        spaced.match_indices(&form).any(|(at, _)| {
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            !latin(spaced[..at].chars().next_back()) && !latin(spaced[at + form.len()..].chars().next())
        })
    })
}

/// Whether the text is made of nothing but such words.
pub(crate) fn is_only_story(text: &str) -> bool {
    let spaced = fold::spaced(text);
    !spaced.is_empty() && spaced.split(' ').all(is_story_word)
}

/// All words, folded once: a subject can hold a hundred thousand. The longest form first, so that 見積書 is not read as 見積 and a rest.
static FORMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let written = STORY.iter().flat_map(|w| w.forms).chain(FILE_WORDS);
    let mut forms: Vec<String> = written.map(|f| fold::squeezed(&fold::spaced(f))).collect();
    forms.sort_unstable_by_key(|f| std::cmp::Reverse(f.len()));
    forms
});

fn is_story_word(word: &str) -> bool {
    if word.is_ascii() {
        return FORMS.iter().any(|f| f == word);
    }
    let mut rest = word;
    while !rest.is_empty() {
        match FORMS.iter().find(|f| !f.is_ascii() && rest.starts_with(f.as_str())) {
            Some(form) => rest = &rest[form.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_becomes_keys() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(keys(text).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
        };
        check("【至急】富士見電機様 ７月分のお見積書の件", &["quotation", "urgent"]);
        check("Your INVOICE #4711 is attached, Mr. Yamada", &["document", "invoice"]);
        check("Bordering on silence", &[]);
        check("", &[]);
    }

    #[test]
    fn only_story_words() {
        assert!(is_only_story("見積書"));
        assert!(is_only_story("ご請求書の明細"));
        assert!(is_only_story("Invoice_details"));
        assert!(!is_only_story("富士見電機見積書"));
        assert!(!is_only_story("invoice-fujimi"));
        assert!(!is_only_story("invoice 4711"));
        assert!(is_only_story(&"invoice 請求書 ".repeat(100_000)));
    }
}
