//! Files that came with a mail: what they are by content, their hashes, and what lies in them.

mod archive;
mod der;
mod document;
mod kind;
mod office;
mod passwords;
mod pdf;
mod rtf;

use crate::code;
use crate::limits;
use crate::link;
use crate::message::Attachment;
use crate::reader::Reader;
pub(crate) use document::calendar as calendar_text;
use md5::Md5;
pub(crate) use passwords::learn as learn_passwords;
pub(crate) use rtf::{body as rtf_body, text as rtf_text};
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
    let digits =
        bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

/// Describes a file and looks into it.
pub(crate) fn read(
    bytes: &[u8],
    filename: Option<&str>,
    declared: Option<&str>,
    part: &str,
    depth: usize,
    reader: &mut Reader,
) -> Attachment {
    let mut file = describe(bytes, filename, declared);
    let kind = file.content_type.clone();
    let is_container =
        matches!(kind.as_str(), "application/zip" | "application/gzip" | "application/java-archive");
    if depth >= limits::DEPTH_MAX && is_container {
        reader.problem(part, code::LIMIT_DEPTH, "files lie too deep in one another; this one is not opened");
        return file;
    }
    match kind.as_str() {
        "application/zip" | "application/java-archive" => archive::zip(bytes, &mut file, part, depth, reader),
        "application/gzip" => archive::gzip(bytes, &mut file, part, depth, reader),
        "application/pdf" => pdf::read(bytes, &mut file, part, reader),
        "application/rtf" => rtf::read(bytes, &mut file, part, depth, reader),
        "application/x-ms-shortcut" => document::shortcut(bytes, &mut file),
        "application/x-ooxml-protected" => file.encrypted = true,
        "application/x-7z-compressed" | "application/vnd.rar" => document::rival_archive(bytes, &mut file),
        _ if kind.starts_with("application/vnd.openxmlformats")
            || kind.starts_with("application/vnd.oasis") =>
        {
            office::packaged(bytes, &mut file, part, depth, reader);
        }
        _ if bytes.starts_with(crate::OLE_MAGIC) => office::compound(bytes, &mut file, part, depth, reader),
        "application/onenote" => document::notebook(bytes, &mut file),
        "image/jpeg" | "image/png" => document::picture(bytes, &mut file),
        _ if kind::looks_like_text(bytes) => document::text(bytes, &mut file, part, reader),
        _ => {}
    }
    let mut links = std::mem::take(&mut file.links);
    for target in &mut links {
        if let Some(inner) = link::unwrap(target) {
            *target = inner;
        }
    }
    let mut seen = std::collections::HashSet::new();
    links.retain(|target| seen.insert(target.clone()));
    links.truncate(limits::LINKS_MAX);
    file.links = links;
    file
}

/// Keeps readable text of a file, with its links.
fn keep_text(file: &mut Attachment, text: &str, part: &str, reader: &mut Reader) {
    file.links.extend(link::in_text(text));
    let end = text.char_indices().nth(limits::ATTACHMENT_TEXT_MAX).map_or(text.len(), |(at, _)| at);
    if end < text.len() {
        reader.problem(
            part,
            code::LIMIT_TEXT,
            "the text of a file is longer than is kept; its links were all looked for",
        );
    }
    file.text = Some(text[..end].to_owned()).filter(|text| !text.trim().is_empty());
}
