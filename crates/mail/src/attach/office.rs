//! Office files: packaged (OOXML, OpenDocument) and compound (OLE): words, links, macros, properties, files inside.

use super::archive;
use super::document::strings;
use crate::code;
use crate::html;
use crate::limits;
use crate::link;
use crate::message::Attachment;
use crate::reader::Reader;
use std::io::{Cursor, Read};

/// Looks into a packaged document.
pub(crate) fn packaged(bytes: &[u8], file: &mut Attachment, part: &str, depth: usize, reader: &mut Reader) {
    let Ok(mut package) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return reader.problem(part, code::ARCHIVE_BROKEN, "an office file cannot be opened");
    };
    let mut text = String::new();
    let names: Vec<(usize, String)> = (0..package.len().min(limits::ARCHIVE_ENTRIES_MAX))
        .filter_map(|index| {
            let name = package.by_index_data(index).ok()?.name_raw().to_vec();
            Some((index, String::from_utf8_lossy(&name).into_owned()))
        })
        .collect();
    for (index, name) in names {
        let lower = name.to_ascii_lowercase();
        file.has_macros |= lower.ends_with("vbaproject.bin")
            || lower.contains("/macrosheets/")
            || lower.starts_with("basic/");
        let is_text = lower.starts_with("word/") && lower.ends_with(".xml") && is_words(&lower)
            || lower == "xl/sharedstrings.xml"
            || lower.starts_with("ppt/slides/slide")
            || lower == "content.xml";
        let is_properties = lower.starts_with("docprops/") && lower.ends_with(".xml") || lower == "meta.xml";
        let is_embedded =
            lower.contains("/embeddings/") || lower.contains("/activex/") && lower.ends_with(".bin");
        if !(is_text || is_properties || is_embedded || lower.ends_with(".rels")) {
            continue;
        }
        let Some(inner) = archive::member(&mut package, index, reader, part) else { continue };
        if is_embedded {
            if depth < limits::DEPTH_MAX && reader.attachment(part) {
                file.nested.push(super::read(&inner, Some(&name), None, part, depth + 1, reader));
            }
            continue;
        }
        let xml = String::from_utf8_lossy(&inner);
        if is_properties {
            properties(&xml, file);
        } else if lower.ends_with(".rels") {
            file.links.extend(external(&xml));
        } else {
            text.push_str(&words(&xml));
            text.push('\n');
        }
    }
    super::keep_text(file, text.trim(), part, reader);
}

fn is_words(name: &str) -> bool {
    ["document", "comments", "header", "footer", "footnotes", "endnotes"]
        .iter()
        .any(|kind| name[5..].starts_with(kind))
}

/// The text of an XML part; paragraphs and cells end lines.
fn words(xml: &str) -> String {
    const LINES: [&str; 7] = ["</w:p>", "</a:p>", "</si>", "</text:p>", "</text:h>", "<w:br/>", "<w:tab/>"];
    let mut out = String::new();
    let mut rest = xml;
    while let Some(open) = rest.find('<') {
        out.push_str(&html::decode_entities(&rest[..open]));
        if LINES.iter().any(|tag| rest[open..].starts_with(tag)) {
            out.push('\n');
        }
        let close = rest[open..].find('>').map_or(rest.len(), |close| open + close + 1);
        rest = &rest[close..];
    }
    out.push_str(&html::decode_entities(rest));
    out
}

/// Targets outside the package: links, remote templates, linked pictures.
fn external(xml: &str) -> Vec<String> {
    let mut list = Vec::new();
    for tag in xml.split("<Relationship ").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        if !tag.contains("External") {
            continue;
        }
        if let Some(target) = attribute(tag, "Target") {
            list.push(html::decode_entities(target).into_owned());
        }
    }
    list
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    tag[start..].split('"').next()
}

/// Every element with plain text inside: author, company, template, tenant marks.
fn properties(xml: &str, file: &mut Attachment) {
    /// Properties kept of one document.
    const KEPT_MAX: usize = 100;
    let mut name = String::new();
    let mut custom = None;
    for piece in xml.split('<').skip(1) {
        let (tag, value) = piece.split_once('>').unwrap_or((piece, ""));
        if let Some(stated) = attribute(tag, "name") {
            custom = Some(stated.to_owned());
        }
        if !tag.starts_with(['/', '?', '!']) {
            name = tag
                .split([' ', '/'])
                .next()
                .unwrap_or_default()
                .rsplit(':')
                .next()
                .unwrap_or_default()
                .to_owned();
        }
        let value = value.trim();
        if !value.is_empty() && file.properties.len() < KEPT_MAX {
            let name = custom.take().unwrap_or_else(|| name.clone());
            file.properties.push((name, html::decode_entities(value).into_owned()));
        }
    }
}

/// Looks into a compound file.
pub(crate) fn compound(bytes: &[u8], file: &mut Attachment, part: &str, depth: usize, reader: &mut Reader) {
    if file.content_type == "application/vnd.ms-outlook" {
        return;
    }
    let Ok(mut compound) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        return reader.problem(part, code::ARCHIVE_BROKEN, "a compound file cannot be opened");
    };
    let paths: Vec<_> =
        compound.walk().take(limits::ARCHIVE_ENTRIES_MAX).map(|entry| entry.path().to_path_buf()).collect();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        file.has_macros |= matches!(name.as_str(), "_VBA_PROJECT" | "_VBA_PROJECT_CUR" | "VBA");
        file.encrypted |= name == "EncryptedPackage";
        let is_summary = name == "\u{5}SummaryInformation" || name == "\u{5}DocumentSummaryInformation";
        let is_package = name == "\u{1}Ole10Native";
        if !(is_summary || is_package) {
            continue;
        }
        let mut inner = Vec::new();
        let Ok(stream) = compound.open_stream(&path) else { continue };
        if stream.take(bytes.len() as u64).read_to_end(&mut inner).is_err()
            || !reader.expand(part, inner.len())
        {
            continue;
        }
        if is_summary {
            let words = strings(&inner, false).into_iter().take(16);
            file.properties.extend(words.map(|words| (name[1..].to_owned(), words)));
        } else if let Some((label, data)) = package(&inner)
            && depth < limits::DEPTH_MAX
            && reader.attachment(part)
        {
            file.nested.push(super::read(data, Some(&label), None, part, depth + 1, reader));
        }
    }
    let found = [strings(bytes, false), strings(bytes, true)].concat();
    for line in found.iter().filter(|line| line.contains("://")) {
        file.links.extend(link::in_text(line));
    }
}

/// A file put into a document by hand: its label and its bytes.
fn package(native: &[u8]) -> Option<(String, &[u8])> {
    let mut rest = native.get(6..)?;
    let mut strings = Vec::new();
    for _ in 0..2 {
        let end = memchr::memchr(0, rest)?;
        strings.push(crate::charset::decode(&rest[..end], None, None).text);
        rest = &rest[end + 1..];
    }
    let skip = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
    let rest = rest.get(8 + skip..)?;
    let size = u32::from_le_bytes(rest.get(..4)?.try_into().ok()?) as usize;
    Some((strings.swap_remove(0), rest.get(4..)?.get(..size)?))
}
