//! Files that came with a mail: what they are by content, their hashes, and what lies in them.

mod kind;

use crate::message::{Attachment, Message};
use crate::reader::Reader;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Name, type, size and hashes; nothing is opened.
pub(crate) fn describe(bytes: &[u8], filename: Option<&str>, declared: Option<&str>) -> Attachment {
    Attachment {
        filename: filename.map(str::to_owned),
        content_type: kind::of(bytes, filename, declared).to_owned(),
        declared_type: declared.map(str::to_owned),
        size: bytes.len() as u64,
        md5: hex(&Md5::digest(bytes)),
        sha1: hex(&Sha1::digest(bytes)),
        sha256: hex(&Sha256::digest(bytes)),
        ..Attachment::default()
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

/// Describes a file and looks into it.
pub(crate) fn read(
    bytes: &[u8],
    filename: Option<&str>,
    declared: Option<&str>,
    _part: &str,
    _depth: usize,
    _reader: &mut Reader,
) -> Attachment {
    describe(bytes, filename, declared)
}

pub(crate) fn rtf_text(_bytes: &[u8]) -> String {
    String::new()
}

pub(crate) fn tnef_message(_bytes: &[u8], _part: &str, _depth: usize, _reader: &mut Reader) -> Option<Message> {
    None
}

pub(crate) fn learn_passwords(_text: &str, _reader: &mut Reader) {}
