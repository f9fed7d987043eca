//! What of a mail at the door becomes submissions: each attached mail, what lies beside them, or the mail itself.
//!
//! Nothing that was sent is lost, and no mail is in two of them: whoever erases one of several that came together has erased it.

use mail::{Attached, Message, Problem, Role};

/// Attached mails that are picked apart: a person picks them by hand. More are kept as they came, in one piece.
const ATTACHED_MAX: usize = 50;

/// The forwarding person's words that are kept beside a submission, in characters: some ten pages.
const NOTE_CHARS_MAX: usize = 20_000;

/// What says that a part may be lost, cut or torn from its place. Such a mail is kept in one piece, with all its bytes.
const TORN: &[&str] = &[
    "base64-broken",
    "base64-cut",
    "coding-unknown",
    "coding-lies",
    "limit-message",
    "limit-expanded",
    "limit-parts",
    "limit-depth",
    "limit-attachments",
];

/// What is read of a forward before it is kept.
pub(super) struct Forward {
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) message_id: String,
    pub(super) parts: Vec<Part>,
}

/// What becomes one submission.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) bytes: Vec<u8>,
    pub(super) name: Option<String>,
    /// The forwarding person's words.
    pub(super) note: String,
    /// It is the mail to the door itself, or what is left of it: its envelope is its source's own, not an attacker's.
    pub(super) carrier: bool,
}

pub(super) fn read(raw: &[u8]) -> Forward {
    let (message, problems) = mail::read_message(raw);
    Forward {
        sender: message.from.first().map(|a| a.address.clone()).unwrap_or_default(),
        subject: message.subject.chars().take(200).collect(),
        parts: parts(raw, &message, &problems),
        message_id: message.message_id.unwrap_or_default(),
    }
}

fn parts(raw: &[u8], message: &Message, problems: &[Problem]) -> Vec<Part> {
    let (carried, torn) = mail::carried(raw);
    let torn = message.structure.broken
        || [problems, &torn[..]].concat().iter().any(|problem| TORN.contains(&problem.code));
    let count = |role: Role| carried.attached.iter().filter(|one| one.role == role).count();
    let (mails, pictures) = (count(Role::Mail), count(Role::Picture));
    let whole = |note: String| vec![Part { bytes: raw.to_vec(), name: None, note, carrier: true }];
    if mails == 0 {
        // the mail itself, or one that stands in its text: it is kept as it came, and read from its text later
        return whole(
            mail::inline_forward(message).map(|(inline, _)| short(&inline.note)).unwrap_or_default(),
        );
    }
    let words = short(message.own_text().trim());
    let Some(rest) = carried.without_mails.filter(|_| !torn && mails <= ATTACHED_MAX) else {
        return whole(words);
    };
    let beside = carried.attached.iter().any(|one| one.role == Role::File);
    let note = if pictures > 0 && !beside { with_pictures(&words, pictures) } else { words };
    let of_mail =
        |one: Attached| Part { bytes: one.bytes, name: one.name, note: note.clone(), carrier: false };
    let mails = carried.attached.into_iter().filter(|one| one.role == Role::Mail && !one.bytes.is_empty());
    let mut parts: Vec<Part> = mails.map(of_mail).collect();
    if beside || parts.is_empty() {
        parts.push(Part { bytes: rest, name: None, note: String::new(), carrier: true });
    }
    parts
}

/// Words that are too long end with a mark.
fn short(words: &str) -> String {
    match words.char_indices().nth(NOTE_CHARS_MAX) {
        Some((end, _)) => format!("{}\n[…]", &words[..end]),
        None => words.to_owned(),
    }
}

/// Pictures in the words are mostly logos under a signature: they are not kept, and that is said.
fn with_pictures(words: &str, count: usize) -> String {
    let said = format!(
        "[本文中の画像 {count} 点は取り込んでいません。 / Not taken in: pictures in the text, {count}]"
    );
    if words.is_empty() { said } else { format!("{words}\n\n{said}") }
}
