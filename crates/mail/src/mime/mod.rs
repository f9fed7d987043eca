//! The tree of a mail: parts, their codings, bodies, files and messages inside.

mod attached;
mod body;
mod coding;
mod multipart;
mod text;

use crate::attach;
use crate::charset::{self, Codec, Label};
use crate::code::{self, Sentence};
use crate::header::{self, RawHeader, address, authentication, date, params, received};
use crate::limits;
use crate::message::{Message, Structure};
use crate::reader::Reader;
pub(crate) use attached::carried;
pub use attached::{Attached, Carried, Role};
pub(crate) use body::{
    File, add_message, add_page, add_plain, charset_in_page, read_file, take_inner_message,
};
use params::Parameters;
use std::borrow::Cow;
pub(crate) use text::{Segment, assemble, segment_of_message};

/// A message under construction.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) message: Message,
    pub(crate) segments: Vec<Segment>,
    hint: Option<Codec>,
    multiparts: usize,
    /// Segments in which passwords were looked for.
    learned: usize,
}

/// What the headers of one part say about its body.
#[derive(Debug, Default)]
struct Kind {
    content_type: Parameters,
    disposition: Parameters,
    encoding: String,
    filename: Option<String>,
    /// There was a usable `Content-Type`.
    stated: bool,
}

impl Kind {
    /// The transfer coding without the dirt that mail programs leave on its name.
    fn coding(&self) -> String {
        self.encoding.chars().filter(char::is_ascii_alphanumeric).collect()
    }

    /// Whether the bytes are a file of their own, not text or structure of the mail.
    fn is_file(&self) -> bool {
        let value = self.content_type.value.as_str();
        self.disposition.value == "attachment"
            || !["text/", "message/", "multipart/"].iter().any(|start| value.starts_with(start))
    }
}

/// Reads a message in RFC 5322 form; `part` is its number (empty for the outermost).
pub(crate) fn read(raw: &[u8], part: &str, depth: usize, reader: &mut Reader) -> Message {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let raw = with_line_feeds(raw);
    let start = raw.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    // blank lines before the first header are skipped, blanks inside its line are not
    let start = raw[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let raw = &raw[start..];
    let (headers, body) = header::split(raw, part, reader);
    let mut draft = Draft { hint: hint(raw), ..Draft::default() };
    read_headers(&headers, part, &mut draft, reader);
    walk(&headers, &raw[body..], part, "text/plain", depth, &mut draft, reader);
    assemble(draft)
}

/// Old Macintosh line ends.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', raw).is_some() || memchr::memchr(b'\r', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

/// The first charset that the mail names; headers without any coding mostly use the same.
fn hint(raw: &[u8]) -> Option<Codec> {
    /// Charsets are named near the start, or not at all.
    const SEARCHED_BYTES: usize = 64 * 1024;
    let head = &raw[..raw.len().min(SEARCHED_BYTES)];
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&head[at..], b"harset=") {
        let value = &head[at + found + 7..];
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"3D")).unwrap_or(value);
        let end = value
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
            .unwrap_or(value.len());
        let label = std::str::from_utf8(&value[..end]).unwrap_or_default();
        if let Label::Known(codec) = charset::resolve(label)
            && codec != Codec::Standard(encoding_rs::UTF_8)
        {
            return Some(codec);
        }
        at += found + 7;
    }
    None
}

/// Fills the fields that come from headers.
pub(crate) fn read_headers(headers: &[RawHeader<'_>], part: &str, draft: &mut Draft, reader: &mut Reader) {
    let hint = draft.hint;
    let message = &mut draft.message;
    message.headers = header::decode_all(headers, part, hint, reader);
    let prefix = if part.is_empty() { String::new() } else { format!("{part}/") };
    for raw in headers {
        let place = format!("{prefix}header:{}", raw.name);
        let list = match raw.name.to_ascii_lowercase().as_str() {
            "from" => &mut message.from,
            "sender" => &mut message.sender,
            "to" => &mut message.to,
            "cc" => &mut message.cc,
            "bcc" => &mut message.bcc,
            "reply-to" => &mut message.reply_to,
            _ => continue,
        };
        list.extend(address::read(raw.value, &place, hint, reader));
    }
    let value = |name: &str| {
        let found = message.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let subject = value("Subject").unwrap_or_default();
    let message_id = value("Message-ID").map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    let mailer = value("X-Mailer").or_else(|| value("User-Agent")).or_else(|| value("X-MimeOLE"));
    let written = value("Date");
    message.date = written.as_deref().and_then(date::read);
    if written.is_some() && message.date.is_none() {
        reader.problem(
            &format!("{prefix}header:Date"),
            code::DATE_UNREADABLE,
            "the date is of no form that is known",
        );
    }
    message.subject = subject;
    message.message_id = message_id.filter(|id| !id.is_empty());
    message.mailer = mailer;
    message.hops = message
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("Received"))
        .enumerate()
        .map(|(index, header)| received::read(&header.value, index))
        .collect();
    let edge = received::foreign_hop(message, &|_| false);
    message.authentication = authentication::read(&message.headers, edge);
}

/// Reads one part with its headers already split off.
fn walk(
    headers: &[RawHeader<'_>],
    body: &[u8],
    part: &str,
    default: &str,
    depth: usize,
    draft: &mut Draft,
    reader: &mut Reader,
) {
    if !reader.part(part) {
        return;
    }
    let kind = kind(headers, part, default, draft.hint, reader);
    let value = kind.content_type.value.clone();
    let shown_part = if part.is_empty() { "1" } else { part };
    if draft.message.structure.tree.len() < limits::PARTS_MAX {
        draft.message.structure.tree.push(format!("{shown_part} {value}"));
    }
    mark(&kind, &mut draft.message.structure);
    if value.starts_with("multipart/") {
        return multipart(&kind, body, part, depth, draft, reader);
    }
    if let Some((kind, start)) = unstated(&kind, body, part, draft.hint, reader) {
        draft.message.structure.broken = true;
        reader.problem(
            shown_part,
            code::MULTIPART_UNSTATED,
            "the body has parts, and the headers do not say so",
        );
        return multipart(&kind, &body[start..], part, depth, draft, reader);
    }
    let undone = coding::undo(body, &kind, shown_part, reader);
    body::take(&kind, &undone.bytes, shown_part, depth, draft, reader);
    if !undone.under.is_empty() {
        body::as_text(undone.under, None, shown_part, draft, reader);
    }
}

/// A multipart that was stated to be text, or nothing: its headers go on behind an empty line that some program put among them, or they
/// are lost and the body begins with a boundary line and the headers of the first part. With the place where its body starts.
fn unstated(
    stated: &Kind,
    body: &[u8],
    part: &str,
    hint: Option<Codec>,
    reader: &mut Reader,
) -> Option<(Kind, usize)> {
    if stated.is_file() || stated.content_type.value != "text/plain" {
        return None;
    }
    let start = body.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let rest = &body[start..];
    let begins = |name: &[u8]| rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    if !stated.stated && (begins(b"Content-") || begins(b"MIME-Version:")) {
        let (headers, length) = header::split(rest, part, reader);
        let kind = kind(&headers, part, "text/plain", hint, reader);
        return kind.content_type.value.starts_with("multipart/").then_some((kind, start + length));
    }
    let kind = Kind { content_type: stated.content_type.clone(), ..Kind::default() };
    multipart::begins_with_part(rest).then_some((kind, start))
}

fn multipart(kind: &Kind, body: &[u8], part: &str, depth: usize, draft: &mut Draft, reader: &mut Reader) {
    let shown_part = if part.is_empty() { "1" } else { part };
    if draft.multiparts >= limits::MULTIPART_DEPTH_MAX {
        draft.message.structure.broken = true;
        reader.problem(
            shown_part,
            code::LIMIT_DEPTH,
            "multiparts lie too deep in one another; this one is not opened",
        );
        return;
    }
    let whole = coding::of_multipart(body, kind, shown_part, reader);
    let body = whole.as_ref();
    let stated = kind.content_type.get("boundary").filter(|boundary| !boundary.trim().is_empty());
    let mut parts = stated.map(|boundary| multipart::split(body, boundary)).unwrap_or_default();
    if parts.parts.is_empty() {
        let (code, text) = match stated {
            Some(_) => (code::BOUNDARY_ABSENT, "the stated boundary stands nowhere in the body"),
            None => (code::BOUNDARY_MISSING, "the multipart states no boundary"),
        };
        draft.message.structure.broken = true;
        reader.problem(shown_part, code, text);
        match multipart::guess_boundary(body) {
            Some(boundary) => parts = multipart::split(body, &boundary),
            None => return body::as_text(body, None, shown_part, draft, reader),
        }
    } else if !parts.closed {
        draft.message.structure.broken = true;
        reader.problem(
            shown_part,
            code::MULTIPART_UNCLOSED,
            "the multipart is never closed; all that came was read",
        );
    }
    if parts.left_out > 0 {
        reader.problem(
            shown_part,
            code::LIMIT_PARTS,
            Sentence::counted(parts.left_out, "{n} parts beyond the limit are not read"),
        );
    }
    let digest = kind.content_type.value == "multipart/digest";
    let default = if digest { "message/rfc822" } else { "text/plain" };
    draft.multiparts += 1;
    for (index, raw) in parts.parts.iter().enumerate() {
        let number = if part.is_empty() { format!("{}", index + 1) } else { format!("{part}.{}", index + 1) };
        let (headers, start) = header::split(raw, &number, reader);
        walk(&headers, &raw[start..], &number, default, depth, draft, reader);
    }
    draft.multiparts -= 1;
}

fn kind(
    headers: &[RawHeader<'_>],
    part: &str,
    default: &str,
    hint: Option<Codec>,
    reader: &mut Reader,
) -> Kind {
    let shown_part = if part.is_empty() { "1" } else { part };
    let mut kind = Kind::default();
    // the first that can be read; some mails state two
    for raw in headers.iter().filter(|header| header.name.eq_ignore_ascii_case("Content-Type")) {
        let read = params::read(raw.value, &format!("{shown_part}/header:Content-Type"), hint, reader);
        if kind.content_type.value.is_empty()
            || !kind.content_type.value.contains('/') && read.value.contains('/')
        {
            kind.content_type = read;
        }
    }
    if let Some(raw) = header::first(headers, "Content-Disposition") {
        kind.disposition =
            params::read(raw, &format!("{shown_part}/header:Content-Disposition"), hint, reader);
    }
    if let Some(raw) = header::first(headers, "Content-Transfer-Encoding") {
        let text = String::from_utf8_lossy(raw).to_ascii_lowercase();
        let text =
            text.split([';', '(']).next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned();
        kind.encoding = text;
    }
    let name = kind.disposition.get("filename").or_else(|| kind.content_type.get("name"));
    let name = name.or_else(|| kind.content_type.get("filename")).or_else(|| kind.disposition.get("name"));
    kind.filename = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    kind.stated = kind.content_type.value.contains('/');
    if !kind.stated {
        let stated = kind.content_type.value.as_str();
        kind.content_type.value = match stated {
            "" if kind.filename.is_some() && default == "text/plain" => "application/octet-stream".to_owned(),
            "" => default.to_owned(),
            "text" | "plain" => "text/plain".to_owned(),
            "html" => "text/html".to_owned(),
            "multipart" => "multipart/mixed".to_owned(),
            _ if kind.content_type.get("boundary").is_some() => "multipart/mixed".to_owned(),
            _ => default.to_owned(),
        };
    }
    kind
}

/// Notes what kinds of mail this part makes it.
fn mark(kind: &Kind, structure: &mut Structure) {
    structure.parts += 1;
    let protocol = kind.content_type.get("protocol").unwrap_or_default().to_ascii_lowercase();
    match kind.content_type.value.as_str() {
        "multipart/signed" if protocol.contains("pgp") => structure.pgp_signed = true,
        "multipart/signed" => structure.smime_signed = true,
        "multipart/encrypted" | "application/pgp-encrypted" => structure.pgp_encrypted = true,
        "application/pgp-signature" => structure.pgp_signed = true,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            let signed = kind
                .content_type
                .get("smime-type")
                .is_some_and(|kind| kind.to_ascii_lowercase().contains("signed"));
            structure.smime_signed |= signed;
            structure.smime_encrypted |= !signed;
        }
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => structure.smime_signed = true,
        "message/delivery-status" | "message/global-delivery-status" => structure.delivery_report = true,
        "message/disposition-notification" => structure.disposition_report = true,
        "message/feedback-report" => structure.feedback_report = true,
        "text/calendar" => structure.calendar = true,
        "application/ms-tnef" | "application/vnd.ms-tnef" => structure.tnef = true,
        _ => {}
    }
}

/// Reads a message that lies in another, and lists it as a file of the outer one.
pub(crate) fn nested(
    bytes: &[u8],
    name: Option<&str>,
    part: &str,
    depth: usize,
    draft: &mut Draft,
    reader: &mut Reader,
) {
    if !reader.attachment(part) {
        return;
    }
    let mut file = attach::describe(bytes, name, Some("message/rfc822"));
    file.content_type = "message/rfc822".to_owned();
    if depth >= limits::DEPTH_MAX {
        reader.problem(
            part,
            code::LIMIT_DEPTH,
            "messages lie too deep in one another; this one is not opened",
        );
        draft.message.attachments.push(file);
        return;
    }
    let inner = read(bytes, part, depth + 1, reader);
    file.nested.clone_from(&inner.attachments);
    draft.message.attachments.push(file);
    draft.segments.push(segment_of_message(&inner));
    draft.message.nested.push(inner);
}
