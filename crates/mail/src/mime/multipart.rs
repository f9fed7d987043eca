//! Cutting a multipart body at its boundary lines, also where boundaries are missing or never closed.

use crate::header::{line_end, trim_end};
use crate::limits;
use crate::transfer;
use memchr::memmem;

/// The parts of a multipart body.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) parts: Vec<&'a [u8]>,
    /// The closing line was there.
    pub(crate) closed: bool,
    /// Parts beyond the bound.
    pub(crate) left_out: usize,
}

/// Cuts at `--boundary` lines. Parts after a closing line count too: some programs close too early.
pub(crate) fn split<'a>(body: &'a [u8], boundary: &str) -> Parts<'a> {
    let mut found = Parts::default();
    let mut start: Option<usize> = None;
    let boundary = boundary.trim_end().as_bytes();
    let mut at = 0;
    while let Some(dashes) = next_dashes(body, at) {
        let end = line_end(body, dashes);
        let line = trim_end(&body[dashes + 2..end]);
        at = end;
        let Some(tail) = line.strip_prefix(boundary) else { continue };
        let closing = tail.starts_with(b"--");
        if !closing && !tail.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(start) = start.take() {
            found.push(part(body, start, dashes));
        }
        if closing {
            found.closed = true;
        } else {
            found.closed = false;
            start = Some(end);
        }
    }
    if let Some(start) = start {
        found.push(&body[start..]);
    }
    found
}

impl<'a> Parts<'a> {
    fn push(&mut self, part: &'a [u8]) {
        if self.parts.len() < limits::PARTS_MAX {
            self.parts.push(part);
        } else {
            self.left_out += 1;
        }
    }
}

/// The next line that starts with two dashes.
fn next_dashes(body: &[u8], from: usize) -> Option<usize> {
    if body.get(from..from + 2) == Some(b"--") {
        return Some(from);
    }
    memmem::find(body.get(from..)?, b"\n--").map(|at| from + at + 1)
}

/// The line break before a boundary belongs to the boundary.
fn part(body: &[u8], start: usize, end: usize) -> &[u8] {
    let inner = &body[start.min(end)..end];
    let inner = inner.strip_suffix(b"\n").unwrap_or(inner);
    inner.strip_suffix(b"\r").unwrap_or(inner)
}

/// A boundary that the header forgot: a line of two dashes with a header line after it.
pub(crate) fn guess_boundary(body: &[u8]) -> Option<String> {
    let mut at = 0;
    while let Some(dashes) = next_dashes(body, at) {
        let end = line_end(body, dashes);
        let line = trim_end(&body[dashes + 2..end]);
        let after = &body[end..(end + 8).min(body.len())];
        if line.len() >= 3 && !line.contains(&b' ') && after.eq_ignore_ascii_case(b"Content-") {
            return std::str::from_utf8(line).ok().map(str::to_owned);
        }
        at = end;
    }
    None
}

/// Whether the body is a multipart though nobody says so: its first line is a boundary with a header line behind, and the same line
/// comes once more.
pub(crate) fn begins_with_part(body: &[u8]) -> bool {
    let Some(boundary) = body.strip_prefix(b"--").and_then(|_| guess_boundary(body)) else { return false };
    let first = &body[..line_end(body, 0)];
    let again = [b"\n--", boundary.as_bytes()].concat();
    trim_end(first).get(2..) == Some(boundary.as_bytes())
        && memmem::find(&body[first.len() - 1..], &again).is_some()
}

/// Whether quoted-printable was put on the whole body: `=3D` stands in the first part's header where a parameter has
/// its sign, or no part states a coding of its own and all that stands there is quoted-printable.
pub(crate) fn is_quoted(body: &[u8]) -> bool {
    /// A header block of a part; the first parameter stands in its first lines.
    const SEARCHED_BYTES: usize = 4 * 1024;
    let Some(dashes) = next_dashes(body, 0) else { return false };
    let start = line_end(body, dashes);
    let head = &body[start..(start + SEARCHED_BYTES).min(body.len())];
    let blank = memmem::find(head, b"\n\r\n").or_else(|| memmem::find(head, b"\n\n"));
    if memmem::find(&head[..blank.unwrap_or(head.len())], b"=3D").is_some() {
        return true;
    }
    let states_coding = memmem::find(&body.to_ascii_lowercase(), b"\ncontent-transfer-encoding").is_some();
    !states_coding && body.contains(&b'=') && transfer::quoted_printable(body).1 == 0
}
