//! Defanged text: read as what it stands for, then searched like any other (rule 16).

use super::high::is_latin;
use super::{Judge, Raw};
use crate::sift::Found;

/// How far defanged text is read on either side of its mark.
const REACH: usize = 2048;

/// Marks of a dot between brackets, in lower case.
const DOTS: [&[u8]; 2] = [b".", b"dot"];

impl Judge<'_> {
    /// Judges the text around a bracket at or before `at` that may mark a dot. Returns how far the text has been seen.
    pub(super) fn defanged(&mut self, at: usize, seen_to: usize, inner: &mut Found) -> usize {
        if at < seen_to || !self.marks_a_dot(at) {
            return seen_to;
        }
        let from = at.saturating_sub(REACH).max(seen_to);
        let start = at - self.piece[from..at].iter().rev().take_while(|b| !ends_text(**b)).count();
        let upto = (at + REACH).min(self.piece.len());
        let end = at + self.piece[at..upto].iter().take_while(|b| !ends_text(**b)).count();
        let (start, end) = self.without_neighbours(start, at, end);
        let text = String::from_utf8_lossy(&self.piece[start..end]);
        let readable = indicator::refang(&text);
        if readable != text {
            self.read_again(&readable, start..end, inner);
        }
        end
    }

    /// The run without the Japanese that stands around it with no space between: a name in that script touches its own marks.
    fn without_neighbours(&self, start: usize, at: usize, end: usize) -> (usize, usize) {
        let part = |range| self.piece.get(range).and_then(|bytes: &[u8]| std::str::from_utf8(bytes).ok());
        let (Some(before), Some(after)) = (part(start..at), part(at..end)) else { return (start, end) };
        let label = before.trim_end_matches(|c: char| c.is_ascii_punctuation());
        let left = match label.ends_with(is_latin) {
            true => before
                .rfind(|c| !is_latin(c))
                .map_or(0, |i| i + before[i..].chars().next().map_or(0, char::len_utf8)),
            false => 0,
        };
        let label = after.trim_start_matches(|c: char| c.is_ascii_punctuation());
        let right = match label.starts_with(is_latin) {
            true => after.find(|c| !is_latin(c)).unwrap_or(after.len()),
            false => after.len(),
        };
        (start + left, at + right)
    }

    /// Whether `at` is the last byte of `[.]` or `[dot]`, or the byte behind `[.`.
    fn marks_a_dot(&self, at: usize) -> bool {
        let between = |len: usize| {
            let open = at.checked_sub(len + 1)?;
            let closes =
                matches!((self.byte(open), self.byte(at)), (b'[', b']') | (b'(', b')') | (b'{', b'}'));
            self.piece.get(open + 1..at).filter(|_| closes).map(|b| b.to_ascii_lowercase())
        };
        DOTS.iter().any(|dot| between(dot.len()).as_deref() == Some(dot))
            || self.byte_before(at) == b'.'
                && at >= 3
                && matches!(self.byte(at - 2), b'[' | b'(' | b'{')
                && self.byte(at - 3).is_ascii_alphanumeric()
    }

    fn read_again(&mut self, readable: &str, place: std::ops::Range<usize>, inner: &mut Found) {
        self.machine.sift(readable.as_bytes(), self.set.filters(), inner);
        let mut raw = Vec::new();
        let mut judge = Judge {
            set: self.set,
            machine: self.machine,
            piece: readable.as_bytes(),
            columns: None,
            out: &mut raw,
            key: Vec::new(),
            met_url_host: false,
        };
        judge.all(inner, None);
        for hit in raw {
            self.out.push(Raw { start: place.start, end: place.end, entry: hit.entry, rule: "defanged" });
        }
    }
}

fn ends_text(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'<' | b'>' | b',' | b';' | b'|' | b'`' | 0x7f)
}
