//! A mail that a person forwarded: the mails attached to it, or the one that stands in its text under a block of headers.
//!
//! Mail programs introduce an inline forward in their own words, in many languages; common to all is a run of lines
//! `From: …`, `Subject: …` in the text. That run is what is looked for.

use crate::code;
use crate::header::address;
use crate::message::{Address, Link, LinkPlace, Message, Problem};
use crate::reader::Reader;

pub use crate::mime::{Attached, Carried, Role};

/// What this mail carries, byte for byte, and what was wrong with its parts.
#[must_use]
pub fn carried(raw: &[u8]) -> (Carried, Vec<Problem>) {
    let mut reader = Reader::default();
    let found = crate::mime::carried(&raw[..raw.len().min(crate::MESSAGE_BYTES_MAX)], &mut reader);
    (found, reader.finish())
}

/// A forward whose original stands in the text.
#[derive(Debug, Clone, Default)]
pub struct Inline {
    /// The original, as far as the text tells it: addresses, subject, text; links, attachments and pages are those of the whole.
    pub original: Message,
    /// What the forwarding person wrote above it.
    pub note: String,
}

/// What a line of a forwarded header block can be called, in the mail programs of Japan and elsewhere.
const NAMES: &[(&str, Field)] = &[
    ("from", Field::From),
    ("差出人", Field::From),
    ("送信者", Field::From),
    ("送信元", Field::From),
    ("発信者", Field::From),
    ("de", Field::From),
    ("von", Field::From),
    ("subject", Field::Subject),
    ("件名", Field::Subject),
    ("題名", Field::Subject),
    ("タイトル", Field::Subject),
    ("objet", Field::Subject),
    ("betreff", Field::Subject),
    ("to", Field::To),
    ("宛先", Field::To),
    ("宛て先", Field::To),
    ("送信先", Field::To),
    ("an", Field::To),
    ("cc", Field::Other),
    ("date", Field::Other),
    ("sent", Field::Other),
    ("日付", Field::Other),
    ("日時", Field::Other),
    ("送信日時", Field::Other),
    ("送信日", Field::Other),
    ("reply-to", Field::Other),
    ("返信先", Field::Other),
    ("importance", Field::Other),
    ("重要度", Field::Other),
    ("gesendet", Field::Other),
    ("à", Field::To),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Subject,
    To,
    Other,
}

/// Lines above which a header block may begin; a block deeper in the text is a quotation.
const LINES_SEARCHED: usize = 400;

/// The original of an inline forward; `None` when the text holds no block of headers.
#[must_use]
pub fn inline_forward(message: &Message) -> Option<(Inline, Vec<Problem>)> {
    let plain = without_pages(message);
    let text = plain.as_deref().filter(|plain| block(&plain.lines().collect::<Vec<_>>()).is_some());
    let lines: Vec<&str> = text.unwrap_or(&message.text).lines().collect();
    let begin = block(&lines)?;
    let mut reader = Reader::default();
    let mut original = Message {
        html: message.html.clone(),
        attachments: message.attachments.clone(),
        charsets: message.charsets.clone(),
        nested: message.nested.clone(),
        structure: message.structure.clone(),
        ..Message::default()
    };
    let mut at = begin;
    while let Some((field, value)) = lines.get(at).and_then(|line| header(line)) {
        match field {
            Field::From => {
                original.from = addresses(value, "text:From", &mut reader);
            }
            Field::To => {
                original.to = addresses(value, "text:To", &mut reader);
            }
            Field::Subject => value.clone_into(&mut original.subject),
            Field::Other => {}
        }
        at += 1;
    }
    original.text =
        lines[at..].iter().map(|line| unquoted(line)).collect::<Vec<_>>().join("\n").trim().to_owned();
    let note: Vec<&str> = lines[..begin].iter().copied().filter(|line| !is_rule(line)).collect();
    let note = note.join("\n").trim().to_owned();
    original.links = links_of(message, &original.text, &note);
    Some((Inline { original, note }, reader.finish()))
}

/// Where the first block of headers begins.
fn block(lines: &[&str]) -> Option<usize> {
    (0..lines.len().min(LINES_SEARCHED)).find(|at| is_block(&lines[*at..]))
}

/// The text without that of the pages: programs send both, and the second time the words above the original would stand below it.
fn without_pages(message: &Message) -> Option<String> {
    let mut text = message.text.clone();
    for page in message.html.iter().map(|page| page.shown.trim_matches('\n')).filter(|page| !page.is_empty())
    {
        let at = text.rfind(page)?;
        text.replace_range(at..at + page.len(), "");
    }
    Some(text)
}

/// The links of the whole, each of which is a link of the original only where it stands in the original's text: not above it, and not below
/// the line (RFC 3676, section 4.3) under which a program puts the signature of whoever forwards. Of any other it is said that a text names
/// it; pictures that lead somewhere are among these.
fn links_of(message: &Message, original: &str, note: &str) -> Vec<Link> {
    let signature = original.rfind("\n-- \n").or_else(|| original.rfind("\n--\n"));
    let text = beginning(&original[..signature.unwrap_or(original.len())]);
    let note = beginning(note);
    let stands = |written: &str| {
        let written = written.trim();
        !written.is_empty() && text.contains(written) && !note.contains(written)
    };
    let of_original = |link: &Link| stands(&link.target) || stands(&link.shown);
    let each = message.links.iter().map(|link| match of_original(link) {
        true => link.clone(),
        false => Link { place: LinkPlace::Text, ..link.clone() },
    });
    each.collect()
}

/// As much of a text as its links are looked for in: each of thousands is.
fn beginning(text: &str) -> &str {
    const SEARCHED_BYTES: usize = 200_000;
    let end = (0..=SEARCHED_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// Whether a block begins here: its first line names a field, and From and Subject are among the lines that follow it directly.
fn is_block(lines: &[&str]) -> bool {
    let fields: Vec<Field> = lines.iter().map_while(|line| header(line).map(|(field, _)| field)).collect();
    fields.len() >= 3 && fields.contains(&Field::From) && fields.contains(&Field::Subject)
}

fn header(line: &str) -> Option<(Field, &str)> {
    let line = unquoted(line).trim().trim_matches('*');
    let (name, value) = line.split_once([':', '：'])?;
    let name = name.trim().trim_matches(['*', ' ', '　']).to_lowercase();
    let field = NAMES.iter().find(|(known, _)| *known == name)?.1;
    Some((field, value.trim().trim_matches('*').trim()))
}

/// Addresses that stand in the text: decoded already, whatever their letters.
fn addresses(value: &str, place: &str, reader: &mut Reader) -> Vec<Address> {
    let mut text = Reader::default();
    let list = address::read(in_angles(value).as_bytes(), place, None, &mut text);
    reader.problems.extend(text.problems.into_iter().filter(|one| one.code != code::HEADER_RAW.as_str()));
    list
}

/// Addresses as Outlook writes them in a forward, `Bill [mailto:bill@evil.example]`, in the angles of RFC 5322.
fn in_angles(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("[mailto:") {
        let Some((address, behind)) = after.split_once(']') else { break };
        out.extend([before, "<", address, ">"]);
        rest = behind;
    }
    out + rest
}

fn unquoted(line: &str) -> &str {
    line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line)
}

/// A line of dashes or underscores with at most a few words in it: `----- Original Message -----`.
fn is_rule(line: &str) -> bool {
    let marks = line.chars().filter(|c| "-_=─━".contains(*c)).count();
    marks >= 8 || line.trim().eq_ignore_ascii_case("begin forwarded message:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, from: &str, subject: &str, body: &str, note: &str) {
        let message = Message { text: text.to_owned(), ..Message::default() };
        let (inline, _) = inline_forward(&message).unwrap();
        assert_eq!(inline.original.from.first().map(|a| a.address.as_str()), Some(from));
        assert_eq!(inline.original.subject, subject);
        assert_eq!(inline.original.text, body);
        assert_eq!(inline.note, note);
    }

    #[test]
    fn the_forwards_of_mail_programs() {
        check(
            "怪しいメールです。\n\n---------- Forwarded message ---------\nFrom: 請求係 <bill@evil.example>\nDate: 2026年11月24日(火) 9:00\nSubject: 請求書\nTo: <kita@asagiri.example>\n\n\n至急ご確認ください。\nhttps://evil.example/a",
            "bill@evil.example",
            "請求書",
            "至急ご確認ください。\nhttps://evil.example/a",
            "怪しいメールです。",
        );
        check(
            "________________________________\n差出人: bill@evil.example <bill@evil.example>\n送信日時: 2026年11月24日 9:00\n宛先: 北山\n件名: 【重要】更新のお知らせ\n\n本文",
            "bill@evil.example",
            "【重要】更新のお知らせ",
            "本文",
            "",
        );
        check(
            "FYI\n\n-----Original Message-----\nFrom: Bill [mailto:bill@evil.example]\nSent: Tuesday\nTo: Kita\nSubject: RE: Invoice\n\nPay now.",
            "bill@evil.example",
            "RE: Invoice",
            "Pay now.",
            "FYI",
        );
        check(
            "Begin forwarded message:\n> From: Bill <bill@evil.example>\n> Subject: Invoice\n> Date: 24 November\n> To: kita@asagiri.example\n>\n> Pay now.\n",
            "bill@evil.example",
            "Invoice",
            "Pay now.",
            "",
        );
        check(
            "*From:* Bill <bill@evil.example>\n*Sent:* Tuesday\n*To:* Kita\n*Subject:* Invoice\n\nPay.",
            "bill@evil.example",
            "Invoice",
            "Pay.",
            "",
        );
    }

    #[test]
    fn a_mail_of_its_own_is_no_forward() {
        for text in ["", "Please check.\nSubject: nothing\nthanks", "From: me\nhello", "件名: 会議\n場所: 3F"]
        {
            let message = Message { text: text.to_owned(), ..Message::default() };
            assert!(inline_forward(&message).is_none(), "{text}");
        }
    }

    #[test]
    fn attached_mails_come_out_byte_for_byte() {
        let inner = "From: a@evil.example\r\nSubject: x\r\n\r\nbody\r\n";
        let raw = format!(
            "From: kita@asagiri.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nsee attached\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n\
             --b\r\nContent-Type: application/octet-stream; name=\"two.eml\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
             {}\r\n--b--\r\n",
            data(inner)
        );
        let (carried, problems) = carried(raw.as_bytes());
        assert_eq!(problems, []);
        let found = carried.attached;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].bytes, inner.as_bytes());
        assert_eq!(
            (found[1].name.as_deref(), found[1].bytes.as_slice()),
            (Some("two.eml"), inner.as_bytes())
        );
        let rest = String::from_utf8(carried.without_mails.unwrap()).unwrap();
        assert!(rest.contains("see attached") && rest.ends_with("--b--\r\n"), "{rest}");
        assert!(!rest.contains("evil.example") && !rest.contains(&data(inner)[..20]), "{rest}");
        assert_eq!(super::carried(inner.as_bytes()).0.attached, Vec::new());
    }

    #[test]
    fn what_lies_beside_a_mail_has_its_role() {
        let file = |head: &str| format!("--b\r\nContent-Type: {head}\r\n\r\nx\r\n");
        let raw = format!(
            "Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}{}{}{}{}--b--\r\n",
            file("text/plain; charset=utf-8"),
            file("text/csv; name=iocs.csv"),
            file("image/png; name=logo.png\r\nContent-ID: <a>"),
            file("image/png; name=screen.png\r\nContent-Disposition: attachment"),
            file("application/pkcs7-signature; name=smime.p7s\r\nContent-Disposition: attachment"),
        );
        let (carried, _) = carried(raw.as_bytes());
        let roles: Vec<Role> = carried.attached.iter().map(|one| one.role).collect();
        assert_eq!(roles, [Role::File, Role::Picture, Role::File, Role::Wrapping]);
    }

    /// Base64 by hand: the crate reads it, it never writes it.
    fn data(text: &str) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for three in text.as_bytes().chunks(3) {
            let n = three.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b)) << (8 * (3 - three.len()));
            for place in 0..4 {
                let letter = LETTERS[(n >> (18 - 6 * place)) as usize & 63];
                out.push(if place <= three.len() { char::from(letter) } else { '=' });
            }
        }
        out
    }
}
