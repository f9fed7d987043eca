//! Header text: encoded words (RFC 2047), joined as bytes before decoding, and raw 8-bit or JIS bytes.

use crate::charset::{self, Codec};
use crate::code;
use crate::reader::Reader;
use crate::transfer;

/// Decodes a header value.
pub(crate) fn decode(value: &[u8], place: &str, hint: Option<Codec>, reader: &mut Reader) -> String {
    let line = text_of(value, place, hint, reader);
    decode_words(&line, place, hint, reader)
}

/// The value as one line of text in which encoded words still stand as they came.
pub(crate) fn text_of(value: &[u8], place: &str, hint: Option<Codec>, reader: &mut Reader) -> String {
    let line = super::unfold(value);
    if line.is_ascii() && !line.contains(&0x1b) {
        return String::from_utf8_lossy(&line).into_owned();
    }
    let decoded = charset::decode(&line, None, hint);
    if decoded.used != "us-ascii" {
        reader.problem(place, code::HEADER_RAW, "the header holds letters without any coding");
    }
    reader.note(place, None, decoded)
}

/// One encoded word: its charset, its coding and its letters.
struct Word<'a> {
    charset: &'a str,
    base64: bool,
    text: &'a str,
    length: usize,
    closed: bool,
}

/// Undoes the encoded words in a line; everything else stays.
pub(crate) fn decode_words(line: &str, place: &str, hint: Option<Codec>, reader: &mut Reader) -> String {
    if !line.contains("=?") {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut run = Run::default();
    let mut rest = line;
    while let Some(start) = rest.find("=?") {
        let (between, from) = rest.split_at(start);
        let Some(word) = word_at(from) else {
            run.flush(&mut out, place, hint, reader);
            out.push_str(between);
            out.push_str("=?");
            rest = &from[2..];
            continue;
        };
        if !run.open() || !between.trim().is_empty() {
            run.flush(&mut out, place, hint, reader);
            out.push_str(between);
        }
        if !word.closed {
            reader.problem(place, code::ENCODED_WORD, "an encoded word is not closed");
        }
        run.add(&word, &mut out, place, hint, reader);
        rest = &from[word.length..];
    }
    run.flush(&mut out, place, hint, reader);
    out.push_str(rest);
    out
}

/// Whether an encoded word starts here, and how long it is.
pub(crate) fn word_length(from: &str) -> Option<usize> {
    word_at(from).map(|word| word.length)
}

fn word_at(from: &str) -> Option<Word<'_>> {
    let after = from.strip_prefix("=?")?;
    let (charset, after) = after.split_once('?')?;
    if charset.len() > 60 || charset.contains(|c: char| c.is_whitespace() || c == '=') {
        return None;
    }
    let base64 = match after.as_bytes() {
        [b'B' | b'b', b'?', ..] => true,
        [b'Q' | b'q', b'?', ..] => false,
        _ => return None,
    };
    let text = &after[2..];
    let head = from.len() - text.len();
    let (text, tail, closed) = match closing(text, base64) {
        Some(end) => (&text[..end], 2, true),
        None => {
            // cut off: up to the next word or the end
            let next = text.find("=?").unwrap_or(text.len());
            let end = text[..next].find(['"', '<', '\r']).unwrap_or(next);
            (text[..end].trim_end_matches('?'), end - text[..end].trim_end_matches('?').len(), false)
        }
    };
    let charset = charset.split('*').next().unwrap_or(charset);
    Some(Word { charset, base64, text, length: head + text.len() + tail, closed })
}

/// Where `?=` closes the word, which no other word stands in. In the Q coding a bare `?` before `=E3` is a letter of the text.
/// Nothing is looked for behind the start of the next word: a header can hold a hundred thousand that never end.
fn closing(text: &str, base64: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    // both share a sign in `?=?`
    let next = text.find("=?").map_or(text.len(), |next| text.floor_char_boundary(next + 3));
    let mut from = 0;
    while let Some(found) = text.get(from..next)?.find("?=") {
        let end = from + found;
        let two_hex = bytes.get(end + 2..end + 4).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if base64 || !two_hex {
            return Some(end);
        }
        from = end + 2;
    }
    None
}

/// Neighbouring words of one charset, collected as bytes: letters may be cut between them.
#[derive(Default)]
struct Run {
    charset: Option<String>,
    bytes: Vec<u8>,
    /// Base64 that did not end on a whole group; the next word goes on with it.
    pending: String,
}

impl Run {
    fn open(&self) -> bool {
        self.charset.is_some()
    }

    fn add(
        &mut self,
        word: &Word<'_>,
        out: &mut String,
        place: &str,
        hint: Option<Codec>,
        reader: &mut Reader,
    ) {
        if self.charset.as_deref().is_some_and(|charset| !charset.eq_ignore_ascii_case(word.charset)) {
            self.flush(out, place, hint, reader);
        }
        self.charset = Some(word.charset.to_owned());
        if word.base64 {
            self.pending.extend(word.text.chars().filter(|c| !c.is_whitespace()));
            if self.pending.ends_with('=') || self.pending.len().is_multiple_of(4) {
                self.settle();
            }
        } else {
            self.settle();
            self.bytes.extend(transfer::q_word(word.text));
        }
    }

    fn settle(&mut self) {
        if !self.pending.is_empty() {
            self.bytes.extend(transfer::base64(self.pending.as_bytes()).0);
            self.pending.clear();
        }
    }

    fn flush(&mut self, out: &mut String, place: &str, hint: Option<Codec>, reader: &mut Reader) {
        self.settle();
        if let Some(charset) = self.charset.take() {
            let declared = Some(charset.as_str()).filter(|charset| !charset.is_empty());
            let text = reader.decode(place, &self.bytes, declared, hint);
            out.extend(text.chars().map(|c| if matches!(c, '\r' | '\n' | '\0') { ' ' } else { c }));
            self.bytes.clear();
        }
    }
}
