//! A chunk's clean text with the way back to the original.

use super::Found;
use crate::Kind;

/// Clean text and where it stood.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    /// Where the chunk begins in the whole text.
    pub(super) base: usize,
    /// For each clean byte its place in the chunk; none when nothing was changed.
    pub(super) map: Option<&'a [usize]>,
    /// Clean places that were defanged, ascending.
    pub(super) marks: &'a [usize],
}

impl Piece<'_> {
    /// The range of the whole text that clean bytes `start..end` were made of.
    pub(super) fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        match self.map {
            Some(map) => (self.base + map[start], self.base + map[end]),
            None => (self.base + start, self.base + end),
        }
    }

    /// Whether anything in `start..end` was defanged.
    pub(super) fn marked(&self, start: usize, end: usize) -> bool {
        let first = self.marks.partition_point(|mark| *mark < start);
        self.marks.get(first).is_some_and(|mark| *mark < end)
    }

    /// Whether the sign at `at` stands in full width in the original: Japanese punctuation, and none of program code.
    pub(super) fn is_wide(&self, at: usize) -> bool {
        let origin = |at: usize| self.map.and_then(|map| map.get(at).copied());
        matches!((origin(at), origin(at + 1)), (Some(from), Some(to)) if to > from + 1)
    }

    /// The byte before `at`.
    pub(super) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).map(|at| self.text.as_bytes()[at])
    }

    /// The byte at `at`.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Records clean bytes `start..end` as a find.
    pub(super) fn emit(
        &self,
        found: &mut Found<'_>,
        range: (usize, usize),
        value: (Kind, String),
        rule: &'static str,
        confidence: u8,
    ) {
        let plain = !self.marked(range.0, range.1);
        found.push(self.origin(range.0, range.1), plain, value, rule, confidence);
    }
}

/// Chinese, Japanese and Korean letters and signs: they stand beside names without a space.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
