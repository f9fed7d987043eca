//! Reads any mail: message bytes in, a typed message and a list of problems out, never an error.
//!
//! `.eml`, mbox and Outlook `.msg`; every charset that mail uses, also where the label lies; HTML as a
//! person sees it; attachments by content. It opens no socket and no file, runs nothing, and leaves it to
//! `indicator` to find indicators in the text and to `deid` to decide what may leave.
#![deny(missing_docs)]

mod attach;
mod charset;
mod code;
mod forward;
mod header;
mod html;
mod json;
mod link;
mod mbox;
mod message;
mod mime;
mod outlook;
mod plain;
mod reader;
mod transfer;

pub mod limits;

pub use code::PROBLEM_CODES;
pub use forward::{Attached, Carried, Inline, Role, carried, inline_forward};
pub use header::received::foreign_hop;
pub use json::{to_json, urls};
pub use limits::MESSAGE_BYTES_MAX;
pub use mbox::{is_mbox, read_mbox};
pub use message::{
    Address, Attachment, Authentication, CharsetUse, Header, Hop, HtmlView, Link, LinkPlace, MailDate,
    Message, Problem, Structure,
};
pub use plain::to_text;

use code::Sentence;

/// The first bytes of an OLE container, which is what Outlook saves mail in.
const OLE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Reads one mail, RFC 5322 or Outlook by its first bytes. It never panics and never fails: what is wrong
/// with the mail is in the list.
#[must_use]
pub fn read_message(raw: &[u8]) -> (Message, Vec<Problem>) {
    let mut reader = reader::Reader::default();
    let read = &raw[..raw.len().min(MESSAGE_BYTES_MAX)];
    if read.len() < raw.len() {
        let left = raw.len() - read.len();
        reader.problem(
            "",
            code::LIMIT_MESSAGE,
            Sentence::counted(left, "the mail is too large; its last {n} bytes are not read"),
        );
    }
    if read.iter().all(u8::is_ascii_whitespace) {
        reader.problem("", code::EMPTY, "the mail is empty");
    }
    let mut message = if read.starts_with(OLE_MAGIC) {
        outlook::read(read, "", 0, &mut reader)
    } else {
        let narrow = narrowed(read);
        if narrow.is_some() {
            reader.problem(
                "",
                code::SAVED_UTF_16,
                "the file was saved again as UTF-16; the mail in it was read",
            );
        }
        mime::read(narrow.as_deref().unwrap_or(read), "", 0, &mut reader)
    };
    message.charsets = std::mem::take(&mut reader.charsets);
    (message, reader.finish())
}

/// The text of a file that does not say its charset: by its mark of byte order, as UTF-8, or by what the bytes look like, as mails
/// without a label are read. Text that is UTF-8 is not copied.
#[must_use]
pub fn decode_text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !bytes.contains(&0x1b) => text.into(),
        _ => charset::decode(bytes, None, None).text.into(),
    }
}

/// The bytes of a mail that a shell or an editor wrote again as UTF-16, mark of byte order included.
fn narrowed(raw: &[u8]) -> Option<Vec<u8>> {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(raw)?;
    if encoding == encoding_rs::UTF_8 {
        return None;
    }
    let (text, _) = encoding.decode_without_bom_handling(&raw[mark..]);
    let name = text.lines().next()?.split_once(':')?.0;
    let header = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    header.then(|| text.into_owned().into_bytes())
}
