//! Defanged text: read as what it stands for, then searched like any other (rule 16).

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
        let text = String::from_utf8_lossy(&self.piece[start..end]);
        let readable = indicator::refang(&text);
        if readable != text {
            self.read_again(&readable, start..end, inner);
        }
        end
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
