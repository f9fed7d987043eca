//! One leaf of the tree, its coding undone: taken as text, page, message or file.

use super::{Draft, Kind, Segment, nested};
use crate::code;
use crate::header;
use crate::limits;
use crate::message::{Attachment, Message};
use crate::reader::Reader;
use crate::{attach, html, transfer};

/// Takes one decoded leaf.
pub(super) fn take(
    kind: &Kind,
    bytes: &[u8],
    part: &str,
    depth: usize,
    draft: &mut Draft,
    reader: &mut Reader,
) {
    let value = kind.content_type.value.as_str();
    let charset = kind.content_type.get("charset");
    let offered = kind.disposition.value == "attachment";
    let name = kind.filename.as_deref();
    match value {
        "message/rfc822" | "message/global" | "message/x-rfc822" | "message/news" => {
            nested(bytes, name, part, depth, draft, reader);
        }
        "text/rfc822-headers" | "message/rfc822-headers" if !offered => {
            nested(bytes, name, part, depth, draft, reader);
        }
        "text/html" | "application/xhtml+xml"
            if !offered && (name.is_none() || kind.disposition.value == "inline") =>
        {
            as_html(bytes, charset, part, draft, reader);
            if name.is_some() {
                as_file(kind, bytes, part, depth, draft, reader);
            }
        }
        _ if value.starts_with("message/") && !offered => as_text(bytes, charset, part, draft, reader),
        _ if value.starts_with("text/")
            && !offered
            && (name.is_none() || kind.disposition.value == "inline") =>
        {
            as_plain(kind, bytes, part, depth, draft, reader);
            if name.is_some() {
                as_file(kind, bytes, part, depth, draft, reader);
            }
        }
        _ => as_file(kind, bytes, part, depth, draft, reader),
    }
}

fn as_plain(kind: &Kind, bytes: &[u8], part: &str, depth: usize, draft: &mut Draft, reader: &mut Reader) {
    let charset = kind.content_type.get("charset");
    let mut text = reader.decode(part, bytes, charset, draft.hint);
    if !kind.stated && looks_like_html(&text) {
        return as_html(bytes, charset, part, draft, reader);
    }
    match kind.content_type.value.as_str() {
        "text/enriched" | "text/richtext" => text = html::view(&text).shown,
        "text/rtf" | "text/calendar" | "text/x-vcard" | "text/vcard" => {
            as_file(kind, bytes, part, depth, draft, reader);
            text = match kind.content_type.value.as_str() {
                "text/rtf" => attach::rtf_text(bytes),
                _ => attach::calendar_text(&text),
            };
        }
        _ => {}
    }
    if kind.content_type.get("delsp").is_some_and(|flag| flag.eq_ignore_ascii_case("yes")) {
        text = joined(&text);
    }
    if text.contains("\nbegin ") || text.starts_with("begin ") {
        text = take_uuencoded(bytes, text, part, depth, draft, reader);
    }
    if text.contains("-----BEGIN PGP MESSAGE-----") {
        draft.message.structure.pgp_encrypted = true;
    }
    if text.contains("-----BEGIN PGP SIGNED MESSAGE-----") {
        draft.message.structure.pgp_signed = true;
    }
    draft.message.structure.has_plain |= kind.content_type.value == "text/plain";
    draft.segments.push(Segment::plain(text));
}

/// Lines that format=flowed cut inside words, as Japanese needs it: the blank at the line end goes with the break. Lines of others' words
/// join their like only, and the line above a signature none (RFC 3676, sections 4.3 and 4.5).
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let words = line.trim_start_matches('>');
        let depth = line.len() - words.len();
        let words = words.strip_prefix(' ').unwrap_or(words);
        let signature = words == "-- ";
        if open == Some(depth) && !signature {
            out.push_str(words);
        } else {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(line);
        }
        open = (words.ends_with(' ') && !signature).then_some(depth);
        if open.is_some() {
            out.pop();
        }
    }
    out
}

/// A body of unknown make, as text.
pub(super) fn as_text(
    bytes: &[u8],
    charset: Option<&str>,
    part: &str,
    draft: &mut Draft,
    reader: &mut Reader,
) {
    let text = reader.decode(part, bytes, charset, draft.hint);
    draft.segments.push(Segment::plain(text));
}

fn as_html(bytes: &[u8], charset: Option<&str>, part: &str, draft: &mut Draft, reader: &mut Reader) {
    let in_page = if charset.is_none() { charset_in_page(bytes) } else { None };
    let page = reader.decode(part, bytes, charset.or(in_page.as_deref()), draft.hint);
    add_page(&page, draft);
}

/// Adds a page to a draft.
pub(crate) fn add_page(page: &str, draft: &mut Draft) {
    let view = html::view(page);
    let structure = &mut draft.message.structure;
    structure.has_html = true;
    structure.has_form |= view.has_form;
    structure.has_script |= view.has_script;
    structure.loads_remote |= view.loads_remote;
    draft.segments.push(Segment::page(view.shown.clone(), view.links.clone()));
    draft.message.html.push(view);
}

/// Adds a plain body to a draft.
pub(crate) fn add_plain(text: String, draft: &mut Draft) {
    draft.segments.push(Segment::plain(text));
}

/// Adds a message that lies inside.
pub(crate) fn add_message(inner: Message, draft: &mut Draft) {
    draft.segments.push(super::segment_of_message(&inner));
    draft.message.nested.push(inner);
}

/// `<meta charset=…>`, used only where the mail itself is silent.
pub(crate) fn charset_in_page(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(2048)];
    let at = memchr::memmem::find(head, b"charset=")?;
    let value: String = head[at + 8..]
        .iter()
        .skip_while(|byte| matches!(byte, b'"' | b'\''))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .map(|byte| char::from(*byte))
        .collect();
    Some(value).filter(|value| !value.is_empty())
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    let head: String = start.chars().take(15).collect::<String>().to_ascii_lowercase();
    head.starts_with("<html") || head.starts_with("<!doctype html")
}

fn as_file(kind: &Kind, bytes: &[u8], part: &str, depth: usize, draft: &mut Draft, reader: &mut Reader) {
    if !reader.attachment(part) {
        return;
    }
    let declared = Some(kind.content_type.value.as_str()).filter(|_| kind.stated);
    let name = kind.filename.as_deref();
    let mut file = read_file(&File { bytes, name, declared }, part, depth, draft, reader);
    file.inline =
        kind.disposition.value == "inline" || kind.disposition.value.is_empty() && kind.filename.is_none();
    take_inner_message(bytes, &mut file, part, depth, draft, reader);
    draft.message.attachments.push(file);
}

/// A file as it came.
pub(crate) struct File<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) name: Option<&'a str>,
    pub(crate) declared: Option<&'a str>,
}

/// Looks into a file; the messages that lie in it (a mail in a locked archive is how mails are handed on) join the draft.
pub(crate) fn read_file(
    file: &File<'_>,
    part: &str,
    depth: usize,
    draft: &mut Draft,
    reader: &mut Reader,
) -> Attachment {
    if may_be_locked(file.bytes) {
        learn_passwords(draft, reader);
    }
    let outer = std::mem::take(&mut reader.packed);
    let read = attach::read(file.bytes, file.name, file.declared, part, depth, reader);
    for inner in std::mem::replace(&mut reader.packed, outer) {
        add_message(inner, draft);
    }
    read
}

/// Whether an archive lies in the bytes, as they are or packed.
fn may_be_locked(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b") || memchr::memmem::find(bytes, b"PK\x03\x04").is_some()
}

/// Looks for passwords in the subject and in the words before the file, each once.
fn learn_passwords(draft: &mut Draft, reader: &mut Reader) {
    if draft.learned == 0 {
        attach::learn_passwords(&draft.message.subject, reader);
    }
    for segment in &draft.segments[draft.learned..] {
        attach::learn_passwords(&segment.text, reader);
    }
    draft.learned = draft.segments.len();
}

/// Opens a file that is itself a mail: an attached `.eml` or `.msg`, a `winmail.dat`.
pub(crate) fn take_inner_message(
    bytes: &[u8],
    file: &mut Attachment,
    part: &str,
    depth: usize,
    draft: &mut Draft,
    reader: &mut Reader,
) {
    let inner = match file.content_type.as_str() {
        "message/rfc822" | "application/vnd.ms-outlook" | "application/vnd.ms-tnef"
            if depth >= limits::DEPTH_MAX =>
        {
            reader.problem(
                part,
                code::LIMIT_DEPTH,
                "messages lie too deep in one another; this one is not opened",
            );
            return;
        }
        "message/rfc822" => super::read(bytes, part, depth + 1, reader),
        "application/vnd.ms-outlook" => crate::outlook::read(bytes, part, depth + 1, reader),
        "application/vnd.ms-tnef" => match crate::outlook::read_tnef(bytes, part, depth, reader) {
            Some(inner) => inner,
            None => return,
        },
        _ => return,
    };
    draft.message.structure.tnef |= inner.structure.tnef;
    file.nested.clone_from(&inner.attachments);
    add_message(inner, draft);
}

/// Files written into the text by uuencode: taken out of it and listed as files.
fn take_uuencoded(
    bytes: &[u8],
    text: String,
    part: &str,
    depth: usize,
    draft: &mut Draft,
    reader: &mut Reader,
) -> String {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(found) = transfer::uuencoded(bytes, at) {
        if !reader.attachment(part) || !reader.expand(part, found.bytes.len()) {
            break;
        }
        let file = File { bytes: &found.bytes, name: Some(&found.name), declared: None };
        let file = read_file(&file, part, depth, draft, reader);
        draft.message.attachments.push(file);
        kept.extend_from_slice(&bytes[at..found.range.start]);
        at = found.range.end;
    }
    if at == 0 {
        return text;
    }
    kept.extend_from_slice(&bytes[at..]);
    let kept = header::trim_end(&kept).to_vec();
    reader.decode(part, &kept, None, draft.hint)
}
