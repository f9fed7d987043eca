//! The mails that a mail carries as files, byte for byte: what a person forwards "as attachment".

use super::{coding, kind, multipart};
use crate::header;
use crate::limits;
use crate::reader::Reader;

/// A mail that lay in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The file's name, decoded.
    pub name: Option<String>,
    /// Its bytes, transfer coding undone.
    pub bytes: Vec<u8>,
}

/// Every attached mail (`message/rfc822`, `.eml`, Outlook `.msg`), in order; those inside attached mails stay there.
pub(crate) fn attached(raw: &[u8], reader: &mut Reader) -> Vec<Attached> {
    let mut out = Vec::new();
    collect(raw, "", "text/plain", 0, &mut out, reader);
    out
}

fn collect(
    raw: &[u8],
    part: &str,
    default: &str,
    depth: usize,
    out: &mut Vec<Attached>,
    reader: &mut Reader,
) {
    if depth > limits::MULTIPART_DEPTH_MAX || !reader.part(part) || out.len() >= limits::ATTACHMENTS_MAX {
        return;
    }
    let (headers, start) = header::split(raw, part, reader);
    let kind = kind(&headers, part, default, None, reader);
    let content = &raw[start..];
    if kind.content_type.value.starts_with("multipart/") {
        let Some(boundary) = kind.content_type.get("boundary") else { return };
        let default =
            if kind.content_type.value == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        let whole = coding::of_multipart(content, &kind, part, reader);
        for (index, piece) in multipart::split(&whole, boundary).parts.iter().enumerate() {
            collect(piece, &format!("{part}.{}", index + 1), default, depth + 1, out, reader);
        }
        return;
    }
    let name = kind.filename.as_deref().unwrap_or_default().to_ascii_lowercase();
    let stated = kind.content_type.value == "message/rfc822" && depth > 0;
    let outlook = |bytes: &[u8]| {
        bytes.starts_with(crate::OLE_MAGIC) && !name.ends_with(".doc") && !name.ends_with(".xls")
    };
    let named = name.ends_with(".eml") || name.ends_with(".msg");
    if stated || named || kind.content_type.value == "application/vnd.ms-outlook" {
        let bytes = coding::undo(content, &kind, part, reader).bytes;
        if named || stated || outlook(&bytes) {
            out.push(Attached { name: kind.filename.clone(), bytes: bytes.into_owned() });
        }
    }
}
