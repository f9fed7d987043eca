//! Words with bytes beyond ASCII: names in other scripts, and names that stand in Japanese text without a space
//! (rule 12).

use std::ops::Range;

use indicator::{Indicator, Kind};

use super::Judge;
use crate::set::filter::may_hold;
use crate::set::names::key_of;
use crate::sift::Lanes;

/// Longest word tried as a name: 253 bytes of A-labels come from at most four times as many of UTF-8.
const WORD_BYTES_MAX: usize = 1024;

impl Judge<'_> {
    /// Judges the word that ends at `end` and has bytes from 0x80 on.
    pub(super) fn high(&mut self, lanes: &Lanes, end: usize) {
        let start = lanes.name_start(end);
        let Some(word) = self.piece.get(start..end) else { return };
        if !word.contains(&b'.') && !has_wide_stop(word) {
            return;
        }
        let Ok(text) = std::str::from_utf8(word) else { return self.between_characters(start..end) };
        let last_two = text.rsplit(is_stop).take(2);
        if word.len() <= WORD_BYTES_MAX && last_two.into_iter().any(|label| !label.is_ascii()) {
            self.other_script(text, start..end);
        }
        if has_wide_stop(word) && word.len() <= WORD_BYTES_MAX {
            self.wide_stops(text, start);
        }
        let mut at = start;
        for run in text.split(|c| !is_latin(c)) {
            if run.contains('.') && run.is_ascii() && run.len() < word.len() {
                let from = at + (run.len() - run.trim_start_matches('.').len());
                let run = run.trim_matches('.');
                if may_hold(self.set.filters().names, key_of(&run.to_ascii_lowercase().into_bytes()).hash)
                    || run.split('.').count() > 2
                {
                    self.name_at(from, from + run.len(), "domain");
                }
            }
            at += run.len();
            at += self.piece.get(at..end).map_or(0, first_char_len);
        }
    }

    /// Names in ASCII between characters of another encoding, of at least two bytes each: EUC-JP and most of Shift_JIS.
    fn between_characters(&mut self, place: Range<usize>) {
        let piece = self.piece;
        let mut at = place.start;
        for run in piece.get(place).unwrap_or_default().split(|byte| !byte.is_ascii()) {
            let behind = at.checked_sub(2).and_then(|two| piece.get(two..at));
            let apart = behind.is_none_or(|two| two.is_ascii() || two.iter().all(|byte| !byte.is_ascii()));
            if run.contains(&b'.') && apart {
                let left = run.iter().take_while(|byte| **byte == b'.').count();
                let right = run.iter().rev().take_while(|byte| **byte == b'.').count();
                self.name_at(at + left, at + run.len() - right, "domain");
            }
            at += run.len() + 1;
        }
    }

    /// Names whose labels a full stop of another script parts.
    fn wide_stops(&mut self, text: &str, start: usize) {
        let mut at = start;
        for run in text.split_inclusive(|c| !is_latin(c) && !is_stop(c)) {
            let written = run.trim_end_matches(|c| !is_latin(c));
            let name = written.trim_start_matches(is_stop);
            let from = at + written.len() - name.len();
            at += run.len();
            if name.contains(|c| is_stop(c) && c != '.') && name.chars().all(|c| c.is_ascii() || is_stop(c)) {
                let place = from..from + name.len();
                let name = name.replace(is_stop, ".").to_ascii_lowercase().into_bytes();
                self.suffixes(&name, true, place.clone(), "idn");
                self.around(&name, place);
            }
        }
    }

    fn other_script(&mut self, text: &str, place: Range<usize>) {
        let text = text.trim_matches(|c: char| !c.is_alphanumeric());
        if let Ok(name) = Indicator::new(Kind::Domain, text) {
            let name = name.value().as_bytes().to_vec();
            self.suffixes(&name, true, place.clone(), "idn");
            self.around(&name, place);
        }
    }
}

/// The full stops of UTS 46 beside the ASCII one.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | '。' | '．' | '｡')
}

fn has_wide_stop(word: &[u8]) -> bool {
    word.windows(3).any(|w| matches!(w, [0xe3, 0x80, 0x82] | [0xef, 0xbc, 0x8e] | [0xef, 0xbd, 0xa1]))
}

/// Whether a name in Latin, Greek or Cyrillic letters can go on with this character. Characters of scripts that
/// are written without spaces, and signs, cannot: a name can start or end next to them.
pub(super) fn is_latin(c: char) -> bool {
    c.is_ascii() || c.is_alphabetic() && c < '\u{2000}'
}

fn first_char_len(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(0xf0..) => 4,
        Some(0xe0..) => 3,
        Some(0xc0..) => 2,
        Some(_) => 1,
        None => 0,
    }
}
