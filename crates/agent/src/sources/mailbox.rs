//! Mail boxes and single mails, through `mail`: what a mail shows, hides, links to and carries.
//!
//! A hit's line is the number of the message, from 1.

use std::fmt::Write as _;
use std::io::Read;

use indicator::Kind as Indicated;
use mail::{Attachment, Message};

use super::container::{HELD_BYTES_MAX, hold};
use super::kind::Kind;
use super::work::{Origin, Worker};

/// Bytes of a mail box that are held at once; a message longer than that is cut.
const HELD_BOX_BYTES: usize = 64 << 20;

/// Mails within mails that are read.
const NESTED_MAX: usize = 8;

/// Reads mails of any form.
pub(super) fn mails(worker: &mut Worker<'_>, kind: Kind, origin: &Origin, stream: impl Read) {
    if kind == Kind::Mbox {
        return mailbox(worker, origin, stream);
    }
    let Some(bytes) = hold(worker, origin, stream) else { return };
    if bytes.len() as u64 <= HELD_BYTES_MAX {
        one(worker, origin, 1, &bytes);
        worker.out.lines += 1;
    }
    if kind == Kind::Ole && origin.depth == 0 && !origin.found {
        worker.digest_hits(origin, &bytes[..]);
    }
}

/// An mbox, held in parts that end between messages.
fn mailbox(worker: &mut Worker<'_>, origin: &Origin, mut stream: impl Read) {
    let mut held = Vec::new();
    let mut number = 0;
    loop {
        let room = (HELD_BOX_BYTES - held.len()) as u64;
        let got = match Read::by_ref(&mut stream).take(room).read_to_end(&mut held) {
            Ok(got) => got,
            Err(fault) => {
                worker.skip(&origin.name, format!("not read to its end: {fault}"));
                0
            }
        };
        let full = held.len() == HELD_BOX_BYTES && got > 0;
        let end = if full {
            memchr::memmem::rfind(&held, b"\nFrom ").filter(|at| *at > 0).map_or(held.len(), |at| at + 1)
        } else {
            held.len()
        };
        if full && end == held.len() {
            worker.skip(
                &origin.name,
                format!("message {} is longer than {HELD_BOX_BYTES} bytes; cut", number + 1),
            );
        }
        for raw in mail::read_mbox(&held[..end]) {
            number += 1;
            one(worker, origin, number, raw);
        }
        held.drain(..end);
        if !full {
            worker.out.lines += number;
            return;
        }
    }
}

fn one(worker: &mut Worker<'_>, origin: &Origin, number: u64, raw: &[u8]) {
    let (message, problems) = mail::read_message(raw);
    let mut text = String::new();
    write_message(&message, 0, &mut text);
    worker.record(origin, number, text.as_bytes());
    attachments(worker, origin, number, &message.attachments);
    for problem in problems.iter().filter(|p| p.code.starts_with("limit")) {
        worker.skip(&origin.name, format!("message {number}: {}", problem.text));
    }
}

/// All text of a message in which an indicator can stand, one thing a line.
fn write_message(message: &Message, depth: usize, out: &mut String) {
    let mut line = |parts: &[&str]| {
        parts.iter().for_each(|part| out.push_str(part));
        out.push('\n');
    };
    for header in &message.headers {
        line(&[&header.name, ": ", &header.value]);
    }
    for address in message.from.iter().chain(&message.reply_to).chain(&message.sender) {
        line(&[&address.address]);
    }
    line(&[&message.text]);
    for html in &message.html {
        line(&[&html.shown]);
        html.hidden.iter().for_each(|hidden| line(&[hidden]));
        html.links.iter().for_each(|link| line(&[link.destination()]));
    }
    for link in &message.links {
        line(&[&link.target]);
        line(&[link.destination()]);
    }
    message.attachments.iter().for_each(|file| write_attachment(file, out));
    if depth < NESTED_MAX {
        message.nested.iter().for_each(|inner| write_message(inner, depth + 1, out));
    }
}

fn write_attachment(file: &Attachment, out: &mut String) {
    for text in file.filename.iter().chain(&file.text).chain(&file.links) {
        let _ = writeln!(out, "{text}");
    }
    file.nested.iter().for_each(|inner| write_attachment(inner, out));
}

fn attachments(worker: &mut Worker<'_>, origin: &Origin, number: u64, files: &[Attachment]) {
    for file in files {
        let before = worker.out.hits.len();
        for (kind, digest) in
            [(Indicated::Md5, &file.md5), (Indicated::Sha1, &file.sha1), (Indicated::Sha256, &file.sha256)]
        {
            worker.whole_hits(origin, kind, digest, "file-digest");
        }
        worker.out.hits[before..].iter_mut().for_each(|located| located.hit.line = number);
        attachments(worker, origin, number, &file.nested);
    }
}
