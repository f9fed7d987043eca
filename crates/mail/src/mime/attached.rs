//! The mails and files that a mail carries, byte for byte: what a person forwards "as attachment", and what lies beside.

use super::{Kind, coding, kind, multipart};
use crate::header;
use crate::limits;
use crate::reader::Reader;
use std::ops::Range;

/// What lay in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The file's name, decoded.
    pub name: Option<String>,
    /// Its bytes, transfer coding undone.
    pub bytes: Vec<u8>,
    /// What it is there for.
    pub role: Role,
}

/// What an attached thing is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A mail (`message/rfc822`, `.eml`, Outlook `.msg`).
    Mail,
    /// A file that was offered as one.
    File,
    /// A picture that stands in the text: a logo under a signature, a screenshot that was pasted.
    Picture,
    /// What mail programs add for one another: a signature over the mail, or the mail once more in a form of their own.
    Wrapping,
}

/// What a mail carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Everything that lies in it, in order; what lies inside attached mails stays there.
    pub attached: Vec<Attached>,
    /// The mail as it came, with nothing in the place of each attached mail. `None` where the parts cannot be told from one another in
    /// the bytes as they came.
    pub without_mails: Option<Vec<u8>>,
}

/// What a mail carries.
pub(crate) fn carried(raw: &[u8], reader: &mut Reader) -> Carried {
    let mut search = Search { raw, attached: Vec::new(), mails: Some(Vec::new()) };
    search.collect(raw, "", "text/plain", 0, reader);
    let without_mails = search.mails.map(|mails| {
        let mut rest = Vec::with_capacity(raw.len());
        let mut at = 0;
        for place in mails {
            rest.extend_from_slice(&raw[at..place.start]);
            at = place.end;
        }
        rest.extend_from_slice(&raw[at..]);
        rest
    });
    Carried { attached: search.attached, without_mails }
}

struct Search<'r> {
    raw: &'r [u8],
    attached: Vec<Attached>,
    /// Where the attached mails stand in `raw`, in order; `None` once one of them stands nowhere, because a coding lay over it.
    mails: Option<Vec<Range<usize>>>,
}

impl Search<'_> {
    fn collect(&mut self, piece: &[u8], part: &str, default: &str, depth: usize, reader: &mut Reader) {
        if depth > limits::MULTIPART_DEPTH_MAX
            || !reader.part(part)
            || self.attached.len() >= limits::ATTACHMENTS_MAX
        {
            return;
        }
        let (headers, start) = header::split(piece, part, reader);
        let kind = kind(&headers, part, default, None, reader);
        let content = &piece[start..];
        if kind.content_type.value.starts_with("multipart/") {
            let Some(boundary) = kind.content_type.get("boundary") else { return };
            let digest = kind.content_type.value == "multipart/digest";
            let default = if digest { "message/rfc822" } else { "text/plain" };
            let whole = coding::of_multipart(content, &kind, part, reader);
            for (index, piece) in multipart::split(&whole, boundary).parts.iter().enumerate() {
                self.collect(piece, &format!("{part}.{}", index + 1), default, depth + 1, reader);
            }
            return;
        }
        let Some(role) = role(&kind, content, depth) else { return };
        if role == Role::Mail {
            let place = self.place(content);
            self.mails = self.mails.take().zip(place).map(|(mails, place)| [mails, vec![place]].concat());
        }
        let bytes = coding::undo(content, &kind, part, reader).bytes;
        self.attached.push(Attached { name: kind.filename.clone(), bytes: bytes.into_owned(), role });
    }

    /// Where a piece of the mail stands in it.
    fn place(&self, piece: &[u8]) -> Option<Range<usize>> {
        let start = piece.as_ptr().addr().checked_sub(self.raw.as_ptr().addr())?;
        let end = start.checked_add(piece.len())?;
        (end <= self.raw.len()).then_some(start..end)
    }
}

/// `None` for the text itself.
fn role(kind: &Kind, content: &[u8], depth: usize) -> Option<Role> {
    const WRAPPING: &[&str] = &[
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/ms-tnef",
        "application/vnd.ms-tnef",
    ];
    let value = kind.content_type.value.as_str();
    let name = kind.filename.as_deref().unwrap_or_default().to_ascii_lowercase();
    const MAILS: &[&str] = &["message/rfc822", "message/global", "message/x-rfc822", "message/news"];
    let stated = MAILS.contains(&value) && depth > 0;
    let named = name.ends_with(".eml") || name.ends_with(".msg");
    // "0M8R4KGx" begins every OLE file in base64
    let outlook = value == "application/vnd.ms-outlook"
        && (content.trim_ascii_start().starts_with(b"0M8R4KGx") || content.starts_with(crate::OLE_MAGIC));
    if stated || named || outlook {
        return Some(Role::Mail);
    }
    if WRAPPING.contains(&value) {
        return Some(Role::Wrapping);
    }
    // what is shown as the words of the mail; other text is a file, whether it has a name or not
    let words = ["text/plain", "text/html", "text/enriched", "text/richtext", "text/rfc822-headers"];
    if !kind.is_file() && kind.filename.is_none() && (words.contains(&value) || value.starts_with("message/"))
    {
        return None;
    }
    let shown = kind.disposition.value != "attachment" && value.starts_with("image/");
    Some(if shown { Role::Picture } else { Role::File })
}
