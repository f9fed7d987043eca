//! The linkage game: a member sees all that members see, knows who sent the first half, and guesses the second.
//!
//! Knowing the first half is more than any member has; it makes the adversary the best there is without naming his tricks
//! one by one: whatever goes with a source more often than by chance is learnt (naive Bayes over features).

use std::collections::{BTreeMap, BTreeSet};

/// One released item as members see it, and who sent it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The source: what is guessed.
    pub source: usize,
    /// When members could first fetch it, in seconds.
    pub at: i64,
    /// Its identifiers, in order.
    pub id: String,
    /// All of its text and objects.
    pub content: String,
}

/// A way of guessing and its share of right guesses.
#[derive(Clone, Debug, PartialEq)]
pub struct Guessed {
    /// What it looks at.
    pub way: &'static str,
    /// Right guesses of all, 0 to 1.
    pub share: f64,
}

/// What a strategy sees of item `at`.
type Features = fn(&[Seen], usize) -> BTreeSet<String>;

const WAYS: &[(&str, Features)] = &[
    ("content", |seen, at| words(&seen[at].content)),
    ("hour", |seen, at| one("h", seen[at].at / 3_600 % 24)),
    ("moment within the slot", |seen, at| one("m", seen[at].at % 900 / 60)),
    ("who came before", |seen, at| one("p", if at == 0 { 99 } else { seen[at - 1].source as i64 })),
    ("place within the slot", |seen, at| {
        let slot = seen[at].at / 900;
        one("o", seen[..at].iter().rev().take_while(|s| s.at / 900 == slot).count() as i64)
    }),
    ("gap before", |seen, at| {
        one(
            "g",
            if at == 0 { 0 } else { (seen[at].at - seen[at - 1].at).checked_ilog2().map_or(0, i64::from) },
        )
    }),
    ("identifier", |seen, at| {
        seen[at].id.chars().enumerate().filter(|(n, _)| *n < 36).map(|(n, c)| format!("{n}{c}")).collect()
    }),
    ("size", |seen, at| one("s", seen[at].content.len() as i64 / 64)),
    ("everything", |seen, at| {
        WAYS[..8].iter().filter(|(way, _)| *way != "identifier").flat_map(|(_, f)| f(seen, at)).collect()
    }),
];

fn one(mark: &str, value: i64) -> BTreeSet<String> {
    BTreeSet::from([format!("{mark}{value}")])
}

/// Words, numbers and values; identifiers of objects differ always and say nothing.
fn words(content: &str) -> BTreeSet<String> {
    content
        .split(|c: char| c.is_whitespace() || "\"',[]{}()".contains(c))
        .filter(|w| w.len() > 1 && !w.contains("--"))
        .map(str::to_owned)
        .collect()
}

/// Plays every strategy over items in the order in which members see them, with `sources` possible sources.
#[must_use]
pub fn play(seen: &[Seen], sources: usize) -> Vec<Guessed> {
    let half = seen.len() / 2;
    WAYS.iter()
        .map(|(way, features)| {
            let table = learn(seen, half, *features, sources);
            let right = (half..seen.len())
                .filter(|at| guess(&table, &features(seen, *at), sources) == seen[*at].source)
                .count();
            Guessed { way, share: right as f64 / (seen.len() - half).max(1) as f64 }
        })
        .collect()
}

/// How often each feature came from each source; under the empty name, how many items each sent.
type Table = BTreeMap<String, Vec<u32>>;

fn learn(seen: &[Seen], half: usize, features: Features, sources: usize) -> Table {
    let mut table = Table::new();
    for at in 0..half {
        for feature in features(seen, at).into_iter().chain([String::new()]) {
            table.entry(feature).or_insert_with(|| vec![0; sources])[seen[at].source] += 1;
        }
    }
    table
}

fn guess(table: &Table, features: &BTreeSet<String>, sources: usize) -> usize {
    let nothing = vec![0; sources];
    let sent = table.get("").unwrap_or(&nothing);
    let weigh = |source: usize| -> f64 {
        let all = f64::from(sent[source]) + 1.0;
        let weight = |counts: &Vec<u32>| ((f64::from(counts[source]) + 0.1) / all).ln();
        all.ln() + features.iter().filter_map(|f| table.get(f)).map(weight).sum::<f64>()
    };
    (0..sources).max_by(|a, b| weigh(*a).total_cmp(&weigh(*b))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Dice;

    fn items(leak: bool) -> Vec<Seen> {
        let mut dice = Dice::new(4);
        let item = |n: i64, source: usize, noise: usize| Seen {
            source,
            at: n * 900,
            id: String::new(),
            content: if leak { format!("word{noise} gateway{source}") } else { format!("word{noise}") },
        };
        (0..2_000).map(|n| item(n, dice.below(10), dice.below(50))).collect()
    }

    #[test]
    fn the_adversary_learns_what_is_there_and_nothing_else() {
        let check = |leak, low: f64, high: f64| {
            let share = play(&items(leak), 10)[0].share;
            assert!((low..high).contains(&share), "{leak}: {share}");
        };
        check(true, 0.99, 1.01);
        check(false, 0.05, 0.15);
    }
}
