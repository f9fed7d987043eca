//! Hints for triage: targeted or mass-mailed, as a suggestion with reasons, and the fields of the quarterly report.

use model::lang::Bilingual;
use model::submission::{AttachmentKind, MailKind, TriageFields, Verdict};

/// One reason for a verdict.
#[derive(Clone, Debug)]
pub struct Hint {
    /// For which.
    pub verdict: Verdict,
    /// In words.
    pub words: Bilingual,
    /// How much it weighs.
    pub weight: i32,
}

/// The hints of a mail.
#[must_use]
pub fn of_mail(message: &mail::Message) -> Vec<Hint> {
    let mut hints = Vec::new();
    if message.headers.iter().any(|h| h.name.eq_ignore_ascii_case("List-Unsubscribe")) {
        let words = Bilingual {
            ja: "配信停止の案内がある".to_owned(),
            en: "it offers to unsubscribe".to_owned(),
        };
        hints.push(Hint { verdict: Verdict::MassMailed, words, weight: 1 });
    }
    hints
}

/// The verdict with the most weight, `None` when nothing weighs.
#[must_use]
pub fn suggestion(hints: &[Hint]) -> Option<Verdict> {
    let weight = |v: &Verdict| hints.iter().filter(|h| h.verdict == *v).map(|h| h.weight).sum::<i32>();
    Verdict::ALL.iter().copied().filter(|v| weight(v) > 0).max_by_key(weight)
}

/// The fields of the quarterly report that a program can fill in.
#[must_use]
pub fn triage_fields(message: &mail::Message) -> TriageFields {
    let kind = if !message.attachments.is_empty() {
        MailKind::Attachment
    } else if !message.links.is_empty() {
        MailKind::Link
    } else {
        MailKind::Words
    };
    let attachment =
        if message.attachments.is_empty() { AttachmentKind::Nothing } else { AttachmentKind::Other };
    TriageFields { mail_kind: Some(kind), attachment_kind: Some(attachment), ..TriageFields::default() }
}

/// A text that near-duplicates share: hashed by the hub to group them.
#[must_use]
pub fn likeness(message: &mail::Message) -> String {
    message.subject.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
