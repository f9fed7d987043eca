//! ZIP and gzip: the files inside, within the bounds of size, count and depth.

use super::passwords;
use crate::charset;
use crate::code::{self, Code, Sentence};
use crate::limits;
use crate::message::Attachment;
use crate::reader::Reader;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads the files of a ZIP into `file.nested`.
pub(crate) fn zip(bytes: &[u8], file: &mut Attachment, part: &str, depth: usize, reader: &mut Reader) {
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(_) => return reader.problem(part, code::ARCHIVE_BROKEN, "an archive cannot be opened"),
    };
    let count = archive.len();
    let password = password(&mut archive, reader);
    for index in 0..count.min(limits::ARCHIVE_ENTRIES_MAX) {
        let Some(name) = name(&archive, index, part, reader) else { continue };
        if name.ends_with('/') {
            continue;
        }
        if !reader.attachment(part) {
            return;
        }
        let locked = archive.by_index_raw(index).is_ok_and(|entry| entry.encrypted());
        file.encrypted |= locked;
        match entry(&mut archive, index, password.as_deref(), reader.expandable()) {
            Ok(inner) if reader.expand(part, inner.len()) => {
                let mut read = super::read(&inner, Some(&name), None, part, depth + 1, reader);
                message(&inner, &mut read, part, depth + 1, reader);
                file.nested.push(read);
            }
            Ok(_) => return,
            Err(why) => {
                let size = archive.by_index_raw(index).map_or(0, |entry| entry.size());
                file.nested.push(Attachment {
                    filename: Some(name),
                    size,
                    encrypted: locked,
                    ..Attachment::default()
                });
                let text = match why {
                    Unread::Locked => "a file in an archive is locked by a password that nobody told",
                    Unread::TooLarge => "a file in an archive unpacks to more than is read",
                    Unread::Broken => "a file in an archive cannot be unpacked",
                };
                reader.problem(part, why.code(), text);
            }
        }
    }
    if count > limits::ARCHIVE_ENTRIES_MAX {
        let left = count - limits::ARCHIVE_ENTRIES_MAX;
        reader.problem(
            part,
            code::LIMIT_ARCHIVE,
            Sentence::counted(left, "{n} more files of an archive are not read"),
        );
    }
}

/// A mail in an archive is read like one that is attached.
fn message(bytes: &[u8], file: &mut Attachment, part: &str, depth: usize, reader: &mut Reader) {
    if depth >= limits::DEPTH_MAX {
        return;
    }
    let inner = match file.content_type.as_str() {
        "message/rfc822" => crate::mime::read(bytes, part, depth + 1, reader),
        "application/vnd.ms-outlook" => crate::outlook::read(bytes, part, depth + 1, reader),
        _ => return,
    };
    file.nested.clone_from(&inner.attachments);
    reader.packed.push(inner);
}

/// Why a file of an archive was not read.
#[derive(Debug, Clone, Copy)]
enum Unread {
    Locked,
    TooLarge,
    Broken,
}

impl Unread {
    fn code(self) -> Code {
        match self {
            Self::Locked => code::ARCHIVE_LOCKED,
            Self::TooLarge => code::LIMIT_EXPANDED,
            Self::Broken => code::ARCHIVE_BROKEN,
        }
    }
}

fn name(archive: &Archive<'_>, index: usize, part: &str, reader: &mut Reader) -> Option<String> {
    let raw = archive.by_index_data(index).ok()?.name_raw().to_vec();
    // names are often Shift_JIS without a mark
    let decoded = charset::decode(&raw, None, Some(charset::Codec::Standard(encoding_rs::SHIFT_JIS)));
    let declared = None;
    Some(reader.note(part, declared, decoded))
}

/// The password that opens the smallest locked file.
fn password(archive: &mut Archive<'_>, reader: &Reader) -> Option<Vec<u8>> {
    let mut smallest: Option<(u64, usize)> = None;
    for index in 0..archive.len().min(limits::ARCHIVE_ENTRIES_MAX) {
        if let Ok(entry) = archive.by_index_raw(index) {
            let size = entry.compressed_size();
            if entry.encrypted() && entry.is_file() && smallest.is_none_or(|(least, _)| size < least) {
                smallest = Some((size, index));
            }
        }
    }
    let (_, index) = smallest?;
    passwords::candidates(reader)
        .into_iter()
        .find(|candidate| entry(archive, index, Some(candidate), reader.expandable()).is_ok())
}

fn entry(
    archive: &mut Archive<'_>,
    index: usize,
    password: Option<&[u8]>,
    room: usize,
) -> Result<Vec<u8>, Unread> {
    let opened = match password {
        Some(password) => archive.by_index_decrypt(index, password),
        None => archive.by_index(index),
    };
    let mut opened = opened.map_err(|why| match why {
        ZipError::InvalidPassword => Unread::Locked,
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => Unread::Locked,
        _ => Unread::Broken,
    })?;
    let mut bytes = Vec::new();
    // the stated size is the sender's word; only what is read counts
    let limit = room as u64 + 1;
    opened.by_ref().take(limit).read_to_end(&mut bytes).map_err(|_| Unread::Broken)?;
    if bytes.len() > room { Err(Unread::TooLarge) } else { Ok(bytes) }
}

/// Reads one named file of a ZIP, for office formats.
pub(crate) fn member(
    archive: &mut Archive<'_>,
    index: usize,
    reader: &mut Reader,
    part: &str,
) -> Option<Vec<u8>> {
    let bytes = entry(archive, index, None, reader.expandable()).ok()?;
    reader.expand(part, bytes.len()).then_some(bytes)
}

/// Reads the file inside a gzip.
pub(crate) fn gzip(bytes: &[u8], file: &mut Attachment, part: &str, depth: usize, reader: &mut Reader) {
    let mut inner = Vec::new();
    let room = reader.expandable();
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes).take(room as u64 + 1);
    if decoder.read_to_end(&mut inner).is_err() {
        reader.problem(part, code::ARCHIVE_BROKEN, "a gzip file is broken; what could be unpacked was read");
    }
    if inner.is_empty() || !reader.attachment(part) || !reader.expand(part, inner.len()) {
        return;
    }
    let name = file.filename.as_deref().map(|name| {
        let lower = name.to_ascii_lowercase();
        if let Some(stem) = lower.strip_suffix(".tgz") {
            return format!("{}.tar", &name[..stem.len()]);
        }
        lower.strip_suffix(".gz").map_or(name, |stem| &name[..stem.len()]).to_owned()
    });
    let mut read = super::read(&inner, name.as_deref(), None, part, depth + 1, reader);
    message(&inner, &mut read, part, depth + 1, reader);
    file.nested.push(read);
}

/// Inflates a zlib stream up to a bound; a broken end does not lose the start.
pub(crate) fn inflate(bytes: &[u8], room: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(bytes).take(room as u64);
    if decoder.read_to_end(&mut out).is_err() && out.is_empty() {
        return Vec::new();
    }
    out
}
