//! Hashing for tables that are built once from our own lists and asked for every indicator found.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

/// Eight bytes a step, one multiplication each. The keys are ours or of a list that the operator chose, so no guard
/// against chosen keys is needed.
#[derive(Debug, Default)]
pub(crate) struct FastHasher(u64);

/// Builds [`FastHasher`]s.
pub(crate) type FastHash = BuildHasherDefault<FastHasher>;

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl FastHasher {
    fn step(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.step(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.step(u64::from_le_bytes(last) ^ ((bytes.len() as u64) << 56));
    }

    fn finish(&self) -> u64 {
        // The table takes its bits from both ends of the word; the product's low ones are weak.
        self.0 ^ (self.0 >> 29)
    }
}

/// A fixed list of short lower-case words, hashed at the first question that is not answered by a word's length and first
/// letter.
pub(crate) struct Words {
    list: &'static [&'static str],
    /// For each first letter, in either case, the lengths of the words that begin with it.
    lengths: [u64; FIRSTS],
    set: OnceLock<HashSet<&'static str, FastHash>>,
}

/// What is told apart of a first letter: the bits that are alike in both cases.
const FIRSTS: usize = 32;

/// The bit of a word's length; the longest share one.
const fn length_bit(length: usize) -> u64 {
    1 << (if length < 63 { length } else { 63 })
}

impl Words {
    pub(crate) const fn new(list: &'static [&'static str]) -> Words {
        let mut lengths = [0; FIRSTS];
        let mut at = 0;
        while at < list.len() {
            let word = list[at].as_bytes();
            lengths[word[0] as usize % FIRSTS] |= length_bit(word.len());
            at += 1;
        }
        Words { list, lengths, set: OnceLock::new() }
    }

    /// Whether a word of this length begins like this one.
    fn may_hold(&self, word: &str) -> bool {
        let first = word.as_bytes().first();
        first.is_some_and(|b| self.lengths[usize::from(*b) % FIRSTS] & length_bit(word.len()) != 0)
    }

    /// Whether the word stands in the list as it is.
    pub(crate) fn holds(&self, word: &str) -> bool {
        self.may_hold(word) && self.set.get_or_init(|| self.list.iter().copied().collect()).contains(word)
    }

    /// Whether the word stands in the list, its ASCII letters in any case.
    pub(crate) fn holds_any_case(&self, word: &str) -> bool {
        /// Longer words stand in no list.
        const WORD_BYTES_MAX: usize = 32;
        if !self.may_hold(word) {
            return false;
        }
        let mut lower = [0; WORD_BYTES_MAX];
        let Some(slot) = lower.get_mut(..word.len()) else { return false };
        slot.copy_from_slice(word.as_bytes());
        slot.make_ascii_lowercase();
        std::str::from_utf8(slot).is_ok_and(|word| self.holds(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        static LIST: Words = Words::new(&["exe", "applescript"]);
        let check = |word: &str, expected: bool| assert_eq!(LIST.holds_any_case(word), expected, "{word}");
        check("EXE", true);
        check("AppleScript", true);
        check("ex", false);
        check("見積書の長い長い名前", false);
        check("", false);
        assert!(!LIST.holds("EXE"));
    }
}
