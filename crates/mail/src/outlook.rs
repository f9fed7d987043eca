//! Outlook `.msg` files.
use crate::message::Message;
use crate::reader::Reader;

pub(crate) fn read(_bytes: &[u8], _part: &str, _depth: usize, _reader: &mut Reader) -> Message {
    Message::default()
}
