//! From MAPI properties to a message: the same fields that the headers and parts of a mail would give.

use super::compressed;
use super::properties::Properties;
use crate::attach;
use crate::charset::Codec;
use crate::code;
use crate::header;
use crate::message::{Address, MailDate, Message};
use crate::mime::{self, Draft};
use crate::reader::Reader;

/// A message as properties.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) properties: Properties,
    pub(super) recipients: Vec<Properties>,
    pub(super) files: Vec<File>,
}

/// A file of a message.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) properties: Properties,
    pub(super) embedded: Option<Box<Item>>,
}

/// Builds the message.
pub(super) fn message(item: Item, part: &str, depth: usize, reader: &mut Reader) -> Message {
    let Item { properties, recipients, files } = item;
    let mut draft = Draft::default();
    if let Some(headers) = properties.text(0x007d) {
        let (headers, _) = header::split(headers.trim_start().as_bytes(), part, reader);
        mime::read_headers(&headers, part, &mut draft, reader);
    }
    people(&properties, recipients, &mut draft.message);
    let message = &mut draft.message;
    if let Some(subject) = properties.text(0x0037) {
        // control letters before the subject count the length of its "RE: "
        message.subject = subject.trim_start_matches(|c: char| c.is_control()).to_owned();
        if subject.starts_with('\u{1}') {
            message.subject = subject.chars().skip(2).collect();
        }
    }
    if message.message_id.is_none() {
        message.message_id = properties.text(0x1035).map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    }
    if message.date.is_none() {
        let time =
            properties.time(0x0039).or_else(|| properties.time(0x0e06)).or_else(|| properties.time(0x3007));
        message.date =
            time.map(|timestamp| MailDate { timestamp, offset_minutes: 0, rfc3339: timestamp.to_string() });
    }
    let class = properties.text(0x001a).unwrap_or_default().to_ascii_lowercase();
    message.structure.smime_signed |= class.contains("smime.multipartsigned");
    message.structure.smime_encrypted |= class.ends_with("note.smime");
    message.structure.delivery_report |= class.starts_with("report.") && class.ends_with(".ndr");
    message.structure.calendar |= class.starts_with("ipm.schedule") || class.starts_with("ipm.appointment");
    message.structure.parts += 1;
    bodies(&properties, &mut draft, part, reader);
    let codec = properties.codec();
    for (index, mut file) in files.into_iter().enumerate() {
        let number = if part.is_empty() { format!("{}", index + 1) } else { format!("{part}.{}", index + 1) };
        file.properties.inherit(codec);
        attach_file(file, &number, depth, &mut draft, reader);
    }
    mime::assemble(draft)
}

fn people(properties: &Properties, recipients: Vec<Properties>, message: &mut Message) {
    let codec = properties.codec();
    if message.from.is_empty() {
        let represented = mailbox(properties, 0x0042, &[0x5d02, 0x0065]);
        let sender = mailbox(properties, 0x0c1a, &[0x5d01, 0x0c1f]);
        message.from.extend(represented.or(sender));
    }
    let fill = (message.to.is_empty(), message.cc.is_empty(), message.bcc.is_empty());
    for mut recipient in recipients {
        recipient.inherit(codec);
        let Some(address) = mailbox(&recipient, 0x3001, &[0x39fe, 0x3003]) else { continue };
        match recipient.number(0x0c15) {
            Some(2) if fill.1 => message.cc.push(address),
            Some(3) if fill.2 => message.bcc.push(address),
            Some(2 | 3) => {}
            _ if fill.0 => message.to.push(address),
            _ => {}
        }
    }
    if message.reply_to.is_empty() {
        message.reply_to.extend(properties.text(0x0050).map(|name| {
            let is_address = name.contains('@') && !name.contains(' ');
            if is_address {
                Address { name: None, address: name }
            } else {
                Address { name: Some(name), address: String::new() }
            }
        }));
    }
}

/// A name and the first usable address; X.500 names of an Exchange server count last.
fn mailbox(properties: &Properties, name: u16, addresses: &[u16]) -> Option<Address> {
    let name = properties.text(name);
    let written: Vec<String> = addresses.iter().filter_map(|number| properties.text(*number)).collect();
    let address = written.iter().find(|address| address.contains('@')).or(written.first()).cloned();
    let name = name.filter(|name| Some(name) != address.as_ref());
    if name.is_none() && address.is_none() {
        return None;
    }
    Some(Address {
        name: name.map(|name| name.trim_matches('\'').to_owned()),
        address: address.unwrap_or_default(),
    })
}

fn bodies(properties: &Properties, draft: &mut Draft, part: &str, reader: &mut Reader) {
    let place = if part.is_empty() { "body" } else { part };
    let codec = properties.codec();
    if let Some(text) = properties.text(0x1000) {
        if !properties.bytes(0x1000).is_some_and(<[u8]>::is_ascii) {
            note(properties, 0x1000, codec, place, reader);
        }
        draft.message.structure.has_plain = true;
        mime::add_plain(text, draft);
    }
    let page = match properties.bytes(0x1013) {
        Some(_) if properties.is_text(0x1013) => properties.text(0x1013),
        Some(bytes) => {
            let page = properties.number(0x3fde).and_then(crate::charset::code_page).map(Codec::name);
            let stated = page.or_else(|| mime::charset_in_page(bytes));
            Some(reader.decode(place, bytes, stated.as_deref(), codec))
        }
        None => None,
    };
    let rtf = properties.bytes(0x1009).map(|packed| compressed::decompress(packed, reader.expandable()));
    let rtf = rtf.filter(|bytes| reader.expand(place, bytes.len())).map(|bytes| attach::rtf_body(&bytes));
    match (page, rtf) {
        (Some(page), _) => mime::add_page(&page, draft),
        (None, Some(body)) if body.is_html => mime::add_page(&body.text, draft),
        (None, Some(body)) if !draft.message.structure.has_plain => mime::add_plain(body.text, draft),
        _ => {}
    }
}

fn note(properties: &Properties, number: u16, codec: Option<Codec>, place: &str, reader: &mut Reader) {
    let stated = codec.map(Codec::name);
    if let Some(bytes) = properties.bytes(number).filter(|_| stated.is_some()) {
        reader.decode(place, bytes, stated.as_deref(), codec);
    }
}

fn attach_file(file: File, part: &str, depth: usize, draft: &mut Draft, reader: &mut Reader) {
    if !reader.attachment(part) {
        return;
    }
    let File { properties, embedded } = file;
    let name =
        properties.text(0x3707).or_else(|| properties.text(0x3704)).or_else(|| properties.text(0x3001));
    if let Some(item) = embedded {
        let inner = message(*item, part, depth + 1, reader);
        let mut described = attach::describe(&[], name.as_deref(), None);
        described.content_type = "application/vnd.ms-outlook".to_owned();
        described.nested.clone_from(&inner.attachments);
        draft.message.attachments.push(described);
        mime::add_message(inner, draft);
        return;
    }
    let declared = properties.text(0x370e).map(|kind| kind.to_ascii_lowercase());
    let Some(bytes) = properties.bytes(0x3701) else {
        reader.problem(part, code::FILE_ABSENT, "an Outlook file names an attachment that it does not hold");
        return;
    };
    if declared.as_deref() == Some("multipart/signed") {
        // a signed mail is kept whole as one file of its own MIME form
        let inner = mime::read(bytes, part, depth + 1, reader);
        draft.message.attachments.extend(inner.attachments.iter().cloned());
        mime::add_message(inner, draft);
        return;
    }
    let inner = mime::File { bytes, name: name.as_deref(), declared: declared.as_deref() };
    let mut described = mime::read_file(&inner, part, depth, draft, reader);
    described.inline = properties.text(0x3712).is_some();
    mime::take_inner_message(bytes, &mut described, part, depth, draft, reader);
    draft.message.attachments.push(described);
}
