//! What of a mail at the door becomes submissions: each attached mail, what lies beside them, or the mail itself.
//!
//! Nothing that was sent is lost, and no mail is in two of them: whoever erases one of several that came together has erased it.

use mail::{Message, Role};

/// Attached mails that are picked apart: a person picks them by hand. More are kept as they came, in one piece.
const ATTACHED_MAX: usize = 50;

/// The forwarding person's words that are kept beside a submission, in characters: some ten pages.
const NOTE_CHARS_MAX: usize = 20_000;

/// What says that a part may be lost, cut or torn from its place. Such a mail is kept in one piece, with all its bytes.
const TORN: &[&str] = &[
    "base64-broken",
    "base64-cut",
    "base64-appended",
    "coding-unknown",
    "coding-lies",
    "limit-message",
    "limit-headers",
    "limit-header",
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
    pub(super) around: Around,
}

/// The mail to the door, as one of its parts has it: its envelope is its source's own, not an attacker's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Around {
    /// The part is it, or what is left of it.
    Carrier,
    /// The part was attached to this: what is left of it beside the first part, its header lines beside the others.
    Outer(Vec<u8>),
}

pub(super) fn read(raw: &[u8]) -> Forward {
    let (message, _) = mail::read_message(raw);
    Forward {
        sender: message.from.first().map(|a| a.address.clone()).unwrap_or_default(),
        subject: message.subject.chars().take(200).collect(),
        parts: parts(raw, &message),
        message_id: message.message_id.unwrap_or_default(),
    }
}

fn parts(raw: &[u8], message: &Message) -> Vec<Part> {
    let (carried, problems) = mail::carried(raw);
    let count = |role: Role| carried.attached.iter().filter(|one| one.role == role).count();
    let (mails, pictures) = (count(Role::Mail), count(Role::Picture));
    let words = if mails > 0 { message.own_text() } else { above(message) };
    let (words, all) = short(words.trim());
    let torn = !all || message.structure.broken || problems.iter().any(|one| TORN.contains(&one.code));
    let rest = carried.without_mails.filter(|_| !torn && (1..=ATTACHED_MAX).contains(&mails));
    let Some(rest) = rest else {
        // the mail itself, or one that stands in its text, or what cannot be picked apart: it is kept as it came
        return vec![Part { bytes: raw.to_vec(), name: None, note: words, around: Around::Carrier }];
    };
    let beside = carried.attached.iter().any(|one| one.role == Role::File);
    let note = if pictures > 0 && !beside { with_pictures(&words, pictures) } else { words };
    let mut parts = Vec::with_capacity(mails + 1);
    for one in carried.attached {
        if one.role == Role::Mail && !one.bytes.is_empty() {
            // the outer mail is kept once: beside the first, or as one more
            let whole = parts.is_empty() && !beside;
            let outer = if whole { rest.clone() } else { head(&rest).to_vec() };
            let around = Around::Outer(outer);
            parts.push(Part { bytes: one.bytes, name: one.name, note: note.clone(), around });
        }
    }
    if beside || parts.is_empty() {
        parts.push(Part { bytes: rest, name: None, note: String::new(), around: Around::Carrier });
    }
    parts
}

/// What somebody wrote above the mail that stands in the text.
fn above(message: &Message) -> String {
    mail::inline_forward(message).map(|(inline, _)| inline.note).unwrap_or_default()
}

/// The header lines of a mail, as far as those of an honest one go.
fn head(raw: &[u8]) -> &[u8] {
    const HEAD_BYTES_MAX: usize = 64 * 1024;
    let raw = &raw[..raw.len().min(HEAD_BYTES_MAX)];
    let end = ["\r\n\r\n", "\n\n", "\n\r\n"].into_iter().filter_map(|gap| {
        raw.windows(gap.len()).position(|bytes| bytes == gap.as_bytes()).map(|at| at + gap.len())
    });
    &raw[..end.min().unwrap_or(raw.len())]
}

/// The words as far as they are shown beside a submission, and whether that is all of them.
fn short(words: &str) -> (String, bool) {
    match words.char_indices().nth(NOTE_CHARS_MAX) {
        Some((end, _)) => (format!("{}\n[…]", &words[..end]), false),
        None => (words.to_owned(), true),
    }
}

/// Pictures in the words are mostly logos under a signature: they are kept and not shown, and that is said.
fn with_pictures(words: &str, count: usize) -> String {
    let said =
        format!("[本文中の画像 {count} 点は表示していません。 / Not shown: pictures in the text, {count}]");
    if words.is_empty() { said } else { format!("{words}\n\n{said}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_torn_is_said_by_the_reader() {
        for code in TORN {
            assert!(mail::PROBLEM_CODES.contains(code), "{code}");
        }
    }

    #[test]
    fn words_that_are_too_long_keep_the_mail_in_one_piece() {
        let forward = |words: &str| {
            let raw = format!(
                "From: bob@minami.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{words}\r\n\
                 --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@evil.example\r\n\r\nx\r\n--b--\r\n"
            );
            let parts = read(raw.as_bytes()).parts;
            (parts.len(), parts[0].around == Around::Carrier, parts[0].bytes == raw.as_bytes())
        };
        assert_eq!(forward("see"), (1, false, false), "the attached mail");
        assert_eq!(forward(&"x".repeat(NOTE_CHARS_MAX + 1)), (1, true, true), "all of it");
    }
}
