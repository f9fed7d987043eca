//! The transfer coding of a part, undone: also where it was put on a whole multipart, or text was put under it.

use super::{Kind, multipart};
use crate::code::{self, Sentence};
use crate::reader::Reader;
use crate::transfer;
use std::borrow::Cow;

/// A body without its coding.
pub(super) struct Undone<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// Plain text that somebody put under a file.
    pub(super) under: &'a [u8],
}

/// Undoes the content transfer coding.
pub(super) fn undo<'a>(body: &'a [u8], kind: &Kind, part: &str, reader: &mut Reader) -> Undone<'a> {
    let mut under = Default::default();
    let bytes = bytes(body, kind, part, &mut under, reader);
    Undone { bytes, under }
}

fn bytes<'a>(
    body: &'a [u8],
    kind: &Kind,
    part: &str,
    under: &mut &'a [u8],
    reader: &mut Reader,
) -> Cow<'a, [u8]> {
    match kind.coding().as_str() {
        "base64" | "b64" | "base64mime" => {
            if !reader.expand(part, body.len() / 4 * 3) {
                return Cow::Borrowed(&[]);
            }
            base64(body, kind, part, under, reader)
        }
        "quotedprintable" | "qp" | "quoteprintable" => {
            if !reader.expand(part, body.len()) {
                return Cow::Borrowed(&[]);
            }
            let (bytes, bad) = transfer::quoted_printable(body);
            if bad > 0 {
                reader.problem(
                    part,
                    code::QUOTED_PRINTABLE_BROKEN,
                    Sentence::counted(bad, "{n} places are no quoted-printable and stayed"),
                );
            }
            Cow::Owned(bytes)
        }
        "xuuencode" | "uuencode" | "uue" | "xuue" => match transfer::uuencoded(body, 0) {
            Some(found) if reader.expand(part, found.bytes.len()) => Cow::Owned(found.bytes),
            _ => Cow::Borrowed(body),
        },
        "" | "7bit" | "8bit" | "binary" | "none" | "plain" | "ascii" => Cow::Borrowed(body),
        _ => {
            reader.problem(
                part,
                code::CODING_UNKNOWN,
                "the transfer coding has a name nobody knows; the part was read as it stands",
            );
            Cow::Borrowed(body)
        }
    }
}

fn base64<'a>(
    body: &'a [u8],
    kind: &Kind,
    part: &str,
    under: &mut &'a [u8],
    reader: &mut Reader,
) -> Cow<'a, [u8]> {
    let (bytes, skipped) = transfer::base64(body);
    // a blank or an underscore is no fault of base64, but what text has
    if (skipped > 0 || memchr::memchr2(b' ', b'_', body).is_some())
        && let Some(end) = transfer::base64_end(body)
    {
        reader.problem(
            part,
            code::BASE64_APPENDED,
            "plain text follows the base64; it was read as it stands",
        );
        let (mut bytes, _) = transfer::base64(&body[..end]);
        let plain = body[end..].trim_ascii();
        if kind.is_file() {
            *under = plain;
            return Cow::Owned(bytes);
        }
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(plain);
        return Cow::Owned(bytes);
    }
    if skipped * 8 > body.len() {
        reader.problem(part, code::CODING_LIES, "the part says base64 and is not; it was read as it stands");
        return Cow::Borrowed(body);
    }
    if skipped > 0 {
        let text = Sentence::counted(skipped, "{n} letters are not of base64 and were skipped");
        reader.problem(part, code::BASE64_BROKEN, text);
    } else if transfer::base64_is_cut(body) {
        reader.problem(
            part,
            code::BASE64_CUT,
            "the base64 ends within a group of letters; the part may be cut off",
        );
    }
    Cow::Owned(bytes)
}

/// The body of a multipart. It has no coding of its own by the standard; where one was put on the whole all the
/// same, the boundaries stand only in what it decodes to.
pub(super) fn of_multipart<'a>(
    body: &'a [u8],
    kind: &Kind,
    part: &str,
    reader: &mut Reader,
) -> Cow<'a, [u8]> {
    let coding = kind.coding();
    if matches!(coding.as_str(), "" | "7bit" | "8bit" | "binary") {
        return Cow::Borrowed(body);
    }
    let found = |body: &[u8]| match kind.content_type.get("boundary") {
        Some(boundary) => !multipart::split(body, boundary).parts.is_empty(),
        None => multipart::guess_boundary(body).is_some(),
    };
    // quoted-printable leaves boundary lines as they are
    let quoted = matches!(coding.as_str(), "quotedprintable" | "qp") && multipart::is_quoted(body);
    if found(body) && !quoted {
        return Cow::Borrowed(body);
    }
    let bytes = undo(body, kind, part, reader).bytes;
    if matches!(bytes, Cow::Owned(_)) {
        reader.problem(
            part,
            code::CODING_MULTIPART,
            "a whole multipart was transfer-coded; it was decoded and read",
        );
    }
    bytes
}
