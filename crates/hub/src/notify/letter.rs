//! The letters: which there are, what they may carry, and how they read.
//!
//! To everybody alike (各位): nothing of anybody, the same bytes for each. To one person (様): the receipt code of what it forwarded, and
//! that it was mass mail; every other verdict is read behind the sign-in, as the plain notice says. No letter to a person names an
//! organisation, and a check's letter (御中) only the one that it is addressed to: a mail passes relays and mailboxes that are not the
//! hub's (design, rule of trust 9).

use model::id::{ContactId, PersonId, PutId, SubmissionId};
use model::lang::Bilingual;
use serde::{Deserialize, Serialize};

/// A letter that waits to go out. Sealed in the store: a row names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Waiting {
    /// To somebody who signs in.
    Person {
        /// To whom.
        to: PersonId,
        /// Which.
        kind: Kind,
    },
    /// To an address without an account: a check's link.
    Contact {
        /// To whom.
        to: ContactId,
        /// About which check.
        put: PutId,
        /// Which.
        kind: Kind,
    },
}

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Something waits: to members alike.
    Notice,
    /// Something urgent waits: to the person on call.
    Urgent,
    /// What was forwarded is kept.
    Receipt(SubmissionId),
    /// It was mass mail, nothing to do: the one verdict that a letter says.
    MassMailed(SubmissionId),
    /// A mail from an unknown sender is held.
    Unknown,
    /// A check, with its link and code.
    Check,
    /// The same once more: nobody has answered.
    CheckAgain,
}

/// What a letter's text is filled with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) hub: Bilingual,
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) organisation: Bilingual,
    pub(crate) link: String,
    pub(crate) due: Bilingual,
}

impl Kind {
    /// Subject and text.
    pub(crate) fn written(self, words: &Words) -> (String, String) {
        let (ja, en, text) = match self {
            Self::Notice => {
                ("お知らせがあります", "There is something new", include_str!("../../letters/notice.txt"))
            }
            Self::Urgent => (
                "【緊急】至急ご確認ください",
                "URGENT: please sign in",
                include_str!("../../letters/urgent.txt"),
            ),
            Self::Receipt(_) => ("受付のお知らせ", "Received", include_str!("../../letters/receipt.txt")),
            Self::MassMailed(_) => {
                ("判定結果のお知らせ", "Verdict", include_str!("../../letters/verdict.txt"))
            }
            Self::Unknown => {
                ("受付アドレスへの保留メール", "A mail is held", include_str!("../../letters/unknown.txt"))
            }
            Self::Check => (
                "ご確認のお願い",
                "Please check yourself and answer",
                include_str!("../../letters/check.txt"),
            ),
            Self::CheckAgain => (
                "ご確認のお願い(再送)",
                "Reminder: please check yourself and answer",
                include_str!("../../letters/check-again.txt"),
            ),
        };
        (format!("[{}] {ja} / {en}", words.hub.ja), filled(text, words))
    }
}

/// Puts the words into their places, each in one pass, so that nothing inside a word is taken for a place.
fn filled(text: &str, words: &Words) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((place, after)) = after.split_once('}') else { break };
        out.push_str(match place {
            "hub.ja" => &words.hub.ja,
            "hub.en" => &words.hub.en,
            "url" => &words.url,
            "name" => &words.name,
            "code" => &words.code,
            "organisation.ja" => &words.organisation.ja,
            "organisation.en" => &words.organisation.en,
            "link" => &words.link,
            "due.ja" => &words.due.ja,
            "due.en" => &words.due.en,
            _ => "",
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let both = |ja: &str, en: &str| Bilingual { ja: ja.to_owned(), en: en.to_owned() };
        Words {
            hub: both("例示ハブ", "Example hub"),
            url: "https://hub.example".to_owned(),
            name: "北山 {url}".to_owned(),
            code: "ABCD-EFGH-J".to_owned(),
            organisation: both("あさぎり電力", "Asagiri Power"),
            link: "https://hub.example/c/abc".to_owned(),
            due: both("11月27日", "27 November"),
        }
    }

    #[test]
    fn letters_to_all_are_the_same_for_all() {
        let other = Words { name: "南".to_owned(), code: "X".to_owned(), ..words() };
        for kind in [Kind::Notice, Kind::Urgent] {
            assert_eq!(kind.written(&words()), kind.written(&other), "{kind:?}");
            assert!(kind.written(&words()).1.contains("各位"));
        }
    }

    #[test]
    fn letters_to_one_address_it_as_business_mail_does() {
        let id = SubmissionId::from_random([1; 16]);
        for kind in [Kind::Receipt(id), Kind::MassMailed(id), Kind::Unknown] {
            let (_, text) = kind.written(&words());
            assert!(text.contains("よろしくお願いいたします"), "{text}");
            assert!(!text.contains("{c") && !text.contains("{o"), "every place is filled: {text}");
            assert!(!text.contains("御中"), "no letter names an organisation: {text}");
        }
        for kind in [Kind::Check, Kind::CheckAgain] {
            let (_, text) = kind.written(&words());
            for told in ["https://hub.example/c/abc\n", "ABCD-EFGH-J", "11月27日", "27 November"] {
                assert!(text.contains(told), "{told}: {text}");
            }
        }
        assert!(Kind::MassMailed(id).written(&words()).1.contains("mass mail, nothing to do"));
        assert!(Kind::Receipt(id).written(&words()).1.starts_with("北山 {url} 様"), "a name is no template");
    }
}
