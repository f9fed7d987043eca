//! Header lines: where they end, what they are called, and their values as text.

pub(crate) mod address;
pub(crate) mod authentication;
pub(crate) mod date;
pub(crate) mod params;
pub(crate) mod received;
pub(crate) mod words;

use crate::charset::Codec;
use crate::code::{self, Sentence};
use crate::limits;
use crate::message::Header;
use crate::reader::Reader;

/// A header line as it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawHeader<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a [u8],
}

/// The header lines at the start of a message or part, and where its body starts.
pub(crate) fn split<'a>(raw: &'a [u8], part: &str, reader: &mut Reader) -> (Vec<RawHeader<'a>>, usize) {
    let mut headers: Vec<RawHeader<'a>> = Vec::new();
    let mut at = 0;
    let mut left_out = 0usize;
    while at < raw.len() {
        let end = line_end(raw, at);
        let line = trim_end(&raw[at..end]);
        if line.is_empty() {
            at = end;
            break;
        }
        if line[0] == b' ' || line[0] == b'\t' {
            if let Some(last) = headers.last_mut() {
                last.value = join(raw, last.value, end);
            } else if line.trim_ascii().is_empty() {
                at = end;
                continue;
            }
        } else if let Some((name, value)) = name_of(line) {
            if headers.len() < limits::HEADERS_MAX {
                headers.push(RawHeader { name, value });
            } else {
                left_out += 1;
            }
        } else if at == 0 && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            // the separator line of an mbox
        } else if at == 0 && part.is_empty() && mail_begins(&raw[end..]) {
            reader.problem(part, code::HEADER_BROKEN, "a line without a name stands before the headers");
        } else if headers.is_empty() || !more_headers(&raw[end..]) {
            reader.problem(part, code::HEADER_END, "the headers end without an empty line");
            break;
        } else {
            reader.problem(
                part,
                code::HEADER_BROKEN,
                "a header line without a name was added to the one before",
            );
            if let Some(last) = headers.last_mut() {
                last.value = join(raw, last.value, end);
            }
        }
        at = end;
    }
    if left_out > 0 {
        reader.problem(
            part,
            code::LIMIT_HEADERS,
            Sentence::counted(left_out, "{n} header lines beyond the limit were left out"),
        );
    }
    (headers, at.min(raw.len()))
}

/// Whether two header lines that only mail has stand here.
fn mail_begins(rest: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "Received",
        "Return-Path",
        "Delivered-To",
        "From",
        "To",
        "Date",
        "Subject",
        "Message-ID",
        "MIME-Version",
    ];
    let mut lines = rest.split_inclusive(|byte| *byte == b'\n').map(trim_end);
    let is = |line: Option<&[u8]>| {
        line.and_then(name_of).is_some_and(|(name, _)| NAMES.iter().any(|n| n.eq_ignore_ascii_case(name)))
    };
    let first = is(lines.next());
    // the first may go on in further lines
    let mut further = lines.skip_while(|line| line.starts_with(b" ") || line.starts_with(b"\t"));
    first && is(further.next())
}

/// The end of the line that starts at `at`, line break included. A lone CR ends a line only where no LF follows soon.
pub(crate) fn line_end(raw: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |found| at + found + 1)
}

/// A line without its break.
pub(crate) fn trim_end(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., b'\n' | b'\r'] = line {
        line = rest;
    }
    line
}

/// A value prolonged to `end`; both lie in `raw`, the value is only grown.
fn join<'a>(raw: &'a [u8], value: &'a [u8], end: usize) -> &'a [u8] {
    let start = (value.as_ptr() as usize).saturating_sub(raw.as_ptr() as usize);
    trim_end(raw.get(start..end).unwrap_or(value))
}

fn name_of(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    let valid = !name.is_empty() && name.len() <= 200 && name.iter().all(|byte| (0x21..=0x7e).contains(byte));
    let name = std::str::from_utf8(name).ok().filter(|_| valid)?;
    Some((name, &line[colon + 1..]))
}

/// Whether further header lines follow before the next empty line.
fn more_headers(mut rest: &[u8]) -> bool {
    for _ in 0..5 {
        let end = line_end(rest, 0);
        let line = trim_end(&rest[..end]);
        if line.is_empty() {
            return false;
        }
        if !line.starts_with(b" ")
            && name_of(line).is_some_and(|(name, _)| !name.contains(['/', '<', '.', ',']))
        {
            return true;
        }
        rest = &rest[end..];
    }
    false
}

/// A value in one line: folding undone, bytes otherwise untouched.
pub(crate) fn unfold(value: &[u8]) -> Vec<u8> {
    let value = value.trim_ascii();
    let value = &value[..value.len().min(limits::HEADER_BYTES_MAX)];
    let mut line = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr::memchr3(b'\r', b'\n', 0, rest) {
        line.extend_from_slice(&rest[..at]);
        if rest[at] == 0 {
            line.push(b' ');
        }
        rest = &rest[at + 1..];
    }
    line.extend_from_slice(rest);
    line
}

/// All headers with decoded values.
pub(crate) fn decode_all(
    raw: &[RawHeader<'_>],
    part: &str,
    hint: Option<Codec>,
    reader: &mut Reader,
) -> Vec<Header> {
    let prefix = if part.is_empty() { String::new() } else { format!("{part}/") };
    raw.iter()
        .map(|header| {
            let place = format!("{prefix}header:{}", header.name);
            if header.value.len() > limits::HEADER_BYTES_MAX {
                reader.problem(
                    &place,
                    code::LIMIT_HEADER,
                    "the header is longer than is read; its end is left out",
                );
            }
            let value = words::decode(header.value, &place, hint, reader);
            Header { name: header.name.to_owned(), value, raw: header.value.to_vec() }
        })
        .collect()
}

/// The first header of that name.
pub(crate) fn first<'a>(headers: &[RawHeader<'a>], name: &str) -> Option<&'a [u8]> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
}
