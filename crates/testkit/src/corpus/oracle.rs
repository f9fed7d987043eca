//! Finds planted identifiers in whatever left, however they are disguised.

use super::decode;
use super::fold::{fold, romaji, squash};
use super::pen::{Needle, Plant};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A planted identifier that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its place in the list of plants.
    pub plant: usize,
    /// The codings undone before it was seen.
    pub way: String,
    /// The text around it.
    pub around: String,
}

/// Looks for a fixed list of plants.
#[derive(Debug)]
pub struct Oracle {
    squashed: AhoCorasick,
    squashed_of: Vec<usize>,
    whole: AhoCorasick,
    whole_of: Vec<usize>,
}

/// How much of the text around a hit is shown, in characters.
const AROUND: usize = 24;

impl Oracle {
    /// An oracle for `plants`.
    #[must_use]
    pub fn new(plants: &[Plant]) -> Self {
        let (mut squashed, mut squashed_of, mut whole, mut whole_of) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, plant) in plants.iter().enumerate() {
            for needle in &plant.needles {
                match needle {
                    Needle::Squashed(text) => {
                        squashed.push(text.clone());
                        squashed_of.push(at);
                    }
                    Needle::Whole(text) => {
                        whole.push(fold(text));
                        whole_of.push(at);
                    }
                }
            }
        }
        let build = |list: &[String]| {
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(list)
                .expect("a few hundred short texts")
        };
        Self { squashed: build(&squashed), squashed_of, whole: build(&whole), whole_of }
    }

    fn look(&self, text: &str, way: &str, hits: &mut BTreeMap<usize, Hit>) {
        let small = squash(text);
        let latin = romaji(&small);
        let mut note = |plant: usize, text: &str, start: usize| {
            hits.entry(plant).or_insert_with(|| Hit {
                plant,
                way: way.to_owned(),
                around: around(text, start),
            });
        };
        for text in [&small, &latin] {
            for found in self.squashed.find_overlapping_iter(text) {
                note(self.squashed_of[found.pattern().as_usize()], text, found.start());
            }
        }
        let folded = fold(text);
        for found in self.whole.find_overlapping_iter(&folded) {
            if alone(&folded, found.start(), found.end()) {
                note(self.whole_of[found.pattern().as_usize()], &folded, found.start());
            }
        }
    }

    /// Every plant in `bytes`, once each, and whether the whole of it was looked through.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> (Vec<Hit>, bool) {
        let (views, complete) = decode::views(bytes);
        let mut hits = BTreeMap::new();
        let mut seen = HashSet::new();
        for view in &views {
            let text = String::from_utf8_lossy(&view.bytes);
            for fresh in fresh(&text, &mut seen) {
                self.look(fresh, &view.way, &mut hits);
            }
        }
        (hits.into_values().collect(), complete)
    }
}

/// The stretches of `text` with lines that no earlier view had, each with one line before and after: codings leave most lines
/// of a mail as they are, and a name may stand across two.
fn fresh<'a>(text: &'a str, seen: &mut HashSet<u64>) -> Vec<&'a str> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut before) = (0, 0);
    let mut new_before = false;
    for line in text.split_inclusive('\n') {
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        let new = seen.insert(hasher.finish());
        if new || new_before {
            match out.last_mut() {
                Some((_, end)) if *end >= before => *end = at + line.len(),
                _ => out.push((before, at + line.len())),
            }
        }
        (before, at, new_before) = (at, at + line.len(), new);
    }
    out.into_iter().filter_map(|(start, end)| text.get(start..end)).collect()
}

/// No letter, digit or further part of an address stands beside it.
fn alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let mut after = text[end..].chars();
    let next = after.next();
    let dotted = next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
    !before.is_some_and(|c| c.is_alphanumeric() || c == '.')
        && !next.is_some_and(|c| c.is_alphanumeric())
        && !dotted
}

fn around(text: &str, start: usize) -> String {
    let before: Vec<char> = text[..start].chars().rev().take(AROUND).collect();
    before.into_iter().rev().chain(text[start..].chars().take(2 * AROUND)).collect()
}
