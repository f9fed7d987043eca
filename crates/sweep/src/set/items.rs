//! Which of a hub's items a set stands for, so that an overlay can take away as well as add.
//!
//! A whole set brings items. An overlay brings some, and names those that it keeps of the sets below: whatever else lies below was
//! revised, recalled or went out of reach, and goes. Since each kept item is named with its version, an overlay that lies on the wrong
//! set is told from one that fits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Set;

/// The items of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items {
    /// Whether the set is to lie over others.
    pub overlay: bool,
    /// What it has the indicators of: item and version.
    pub brings: BTreeMap<String, u32>,
    /// What it leaves as it lies below.
    pub keeps: BTreeMap<String, u32>,
}

/// Why an overlay does not fit what lies below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// An item that the overlay counts on and that is not below.
    pub item: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a part that adds to another set: warning {} is in none of the sets before it; ",
            self.item
        )?;
        f.write_str("give all parts in their order, or fetch the whole set")
    }
}

impl std::error::Error for Misfit {}

/// As bytes of a set; nothing for a set that is of no hub.
pub(super) fn write(items: Option<&Items>) -> Vec<u8> {
    let text = items.map(|items| serde_json::json!([items.overlay, items.brings, items.keeps]).to_string());
    text.unwrap_or_default().into_bytes()
}

/// What [`write()`] wrote; what does not read is of no hub.
pub(super) fn read(bytes: &[u8]) -> Option<Items> {
    let (overlay, brings, keeps) = serde_json::from_slice(bytes).ok()?;
    Some(Items { overlay, brings, keeps })
}

/// What remains of sets that lie over each other.
#[derive(Debug, Default)]
pub(super) struct Pile {
    /// For each set the items whose entries are gone.
    pub(super) gone: Vec<BTreeSet<String>>,
    /// What all of them stand for.
    pub(super) brings: BTreeMap<String, u32>,
}

/// Lays `sets` over each other. An overlay speaks of the sets from the last whole one of a hub on; lists that are of no hub stay as they
/// are wherever they lie.
pub(super) fn pile(sets: &[Set]) -> Result<Pile, Misfit> {
    let mut pile = Pile { gone: vec![BTreeSet::new(); sets.len()], brings: BTreeMap::new() };
    // Of the whole set and the overlays on it: which set brings an item.
    let mut standing: BTreeMap<String, (u32, usize)> = BTreeMap::new();
    for (at, items) in sets.iter().enumerate().filter_map(|(at, set)| Some((at, set.items_of_hub()?))) {
        if items.overlay {
            let absent = |(item, version): &(&String, &u32)| {
                standing.get(*item).is_none_or(|(below, _)| below != *version)
            };
            if let Some((item, _)) = items.keeps.iter().find(absent) {
                return Err(Misfit { item: item.clone() });
            }
            let gone = standing.extract_if(.., |item, _| !items.keeps.contains_key(item));
            for (item, (_, from)) in gone {
                pile.gone[from].insert(item);
            }
        } else {
            pile.settle(&mut standing);
        }
        standing.extend(items.brings.into_iter().map(|(item, version)| (item, (version, at))));
    }
    pile.settle(&mut standing);
    Ok(pile)
}

impl Pile {
    fn settle(&mut self, standing: &mut BTreeMap<String, (u32, usize)>) {
        self.brings.extend(std::mem::take(standing).into_iter().map(|(item, (version, _))| (item, version)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, SetBuilder};
    use indicator::{Indicator, Kind};

    fn versions(items: &[(&str, u32)]) -> BTreeMap<String, u32> {
        items.iter().map(|(item, version)| ((*item).to_owned(), *version)).collect()
    }

    /// A set whose items have each one domain, `ITEM-VERSION.test`, and one pattern.
    fn set(overlay: bool, brings: &[(&str, u32)], keeps: &[(&str, u32)]) -> Set {
        let mut builder = SetBuilder::new();
        for (item, version) in brings {
            let indicator = Indicator::new(Kind::Domain, &format!("{item}-{version}.test")).unwrap();
            let entry = Entry { indicator, labels: Vec::new(), item: Some((*item).to_owned()) };
            builder.add_pattern(&format!("[x:y = '{item}']"), vec![entry]);
        }
        builder.of_hub(Items { overlay, brings: versions(brings), keeps: versions(keeps) });
        builder.compile().0
    }

    #[track_caller]
    fn check(sets: &[Set], expected: Result<&[&str], &str>) {
        let mut builder = SetBuilder::new();
        let laid = builder.add_sets(sets).map_err(|misfit| misfit.item);
        let set = builder.compile().0;
        let mut values: Vec<String> =
            (0..set.len() as u32).filter_map(|n| Some(set.entry(n)?.value)).collect();
        values.sort();
        let found = laid.as_ref().map(|()| values.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found.as_deref().map_err(|item| item.as_str()), expected);
        if laid.is_ok() {
            let patterns = crate::pattern::texts(set.section(crate::set::Section::Patterns));
            assert_eq!(patterns.len(), values.len());
            for (text, entries) in patterns {
                let item = set.entry(entries[0]).and_then(|entry| entry.item).unwrap();
                assert_eq!(text, format!("[x:y = '{item}']"), "a pattern keeps its entry");
            }
        }
    }

    #[test]
    fn overlays_add_revise_and_take_away() {
        let whole = || set(false, &[("a", 1), ("b", 1), ("c", 1)], &[]);
        let next = || set(true, &[("b", 2), ("d", 1)], &[("c", 1)]);
        check(&[whole()], Ok(&["a-1.test", "b-1.test", "c-1.test"]));
        check(&[whole(), next()], Ok(&["b-2.test", "c-1.test", "d-1.test"]));
        let last = || set(true, &[], &[("b", 2), ("c", 1)]);
        check(&[whole(), next(), last()], Ok(&["b-2.test", "c-1.test"]));
        check(&[whole(), set(true, &[], &[])], Ok(&[]));
        // another hub's set beside it is not spoken of
        check(
            &[set(false, &[("z", 1)], &[]), whole(), next()],
            Ok(&["b-2.test", "c-1.test", "d-1.test", "z-1.test"]),
        );
        let mut merged = SetBuilder::new();
        merged.add_sets(&[whole(), next()]).unwrap();
        check(&[merged.compile().0, last()], Ok(&["b-2.test", "c-1.test"]));
    }

    #[test]
    fn an_overlay_on_the_wrong_set_is_refused() {
        let next = || set(true, &[], &[("a", 2)]);
        check(&[next()], Err("a"));
        check(&[set(false, &[("a", 1)], &[]), next()], Err("a"));
        check(&[set(false, &[("a", 2)], &[]), set(true, &[], &[]), next()], Err("a"));
        check(&[set(false, &[("a", 2)], &[]), next()], Ok(&["a-2.test"]));
    }

    #[test]
    fn bytes_that_do_not_read() {
        assert_eq!(read(b""), None);
        assert_eq!(read(b"[true,{}]"), None);
        let items = Items { overlay: true, brings: versions(&[("a", 1)]), keeps: versions(&[("b", 7)]) };
        assert_eq!(read(&write(Some(&items))), Some(items));
        assert_eq!(write(None), b"");
    }
}
