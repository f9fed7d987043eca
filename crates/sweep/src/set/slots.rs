//! The exact table: open addressing over `u32` slots, each an entry. Before it stands a filter of all keys, so that nearly
//! every search that reaches the table finds.

use std::collections::HashMap;
use std::hint::black_box;

use super::build::slot_hash;
use super::filter;
use crate::mix;

/// Slots for ten keys: a third of them stay free, so that a search for what is absent ends after one or two steps.
const SLOTS_FOR_TEN: usize = 15;

/// Keys whose slots are fetched together while the table is built: it is larger than any near cache.
const TOGETHER: usize = 32;

fn count(keys: usize) -> usize {
    (keys * SLOTS_FOR_TEN / 10).max(8)
}

/// What finds keys.
pub(super) struct Tables {
    /// For each slot an entry + 1; 0 is free.
    pub(super) slots: Vec<u8>,
    /// Pairs of an entry and the next one with the same key, sorted.
    pub(super) again: Vec<u8>,
    /// The filter of all keys.
    pub(super) keys: Vec<u8>,
}

/// Builds the tables over all keys. The filter holds the keys of these hashes beside them.
pub(super) fn build(arena: &[u8], starts: &[u32], hashes_beside: &[u64]) -> Tables {
    let keys = starts.len().saturating_sub(1);
    let key = |entry: usize| &arena[starts[entry] as usize..starts[entry + 1] as usize];
    // While the table is built a slot has its key's hash above the entry, so that few keys are compared.
    let mut slots = vec![0u64; count(keys)];
    let mut again: Vec<(u32, u32)> = Vec::new();
    let mut last_of: HashMap<u32, u32> = HashMap::new();
    let mut filter = vec![0; 8 * filter::words_for(keys + hashes_beside.len())];
    hashes_beside.iter().for_each(|hash| filter::insert(&mut filter, *hash));
    let mut hashes = [0; TOGETHER];
    for first in (0..keys).step_by(TOGETHER) {
        let some = TOGETHER.min(keys - first);
        for (i, hash) in hashes[..some].iter_mut().enumerate() {
            *hash = slot_hash(key(first + i));
        }
        // in a loop of its own: so short that all of them are under way at once
        let fetch = |hash: &u64| {
            slots[mix::onto(*hash, slots.len())] ^ mix::u64_at(&filter, filter::word_at(&filter, *hash))
        };
        black_box(hashes[..some].iter().map(fetch).fold(0, |all, one| all ^ one));
        for (i, hash) in hashes[..some].iter().enumerate() {
            let entry = first + i;
            filter::insert(&mut filter, *hash);
            let mut at = mix::onto(*hash, slots.len());
            loop {
                let slot = slots[at];
                if slot == 0 {
                    slots[at] = hash << 32 | (entry as u64 + 1);
                    break;
                }
                let other = (slot as u32 - 1) as usize;
                if slot >> 32 == hash & u64::from(u32::MAX) && key(other) == key(entry) {
                    let last = last_of.entry(other as u32).or_insert(other as u32);
                    again.push((*last, entry as u32));
                    *last = entry as u32;
                    break;
                }
                at = if at + 1 == slots.len() { 0 } else { at + 1 };
            }
        }
    }
    again.sort_unstable();
    Tables {
        slots: mix::le(slots.iter().map(|slot| *slot as u32)),
        again: mix::le(again.iter().flat_map(|(entry, next)| [*entry, *next])),
        keys: filter,
    }
}

/// The first entry with this key.
pub(super) fn first<'s>(
    slots: &[u8],
    filter: &[u8],
    key: &[u8],
    key_of: impl Fn(u32) -> &'s [u8],
) -> Option<u32> {
    let count = slots.len() / 4;
    let hash = slot_hash(key);
    if count == 0 || !filter::may_hold(filter, hash) {
        return None;
    }
    let mut at = mix::onto(hash, count);
    for _ in 0..count {
        let entry = mix::u32_at(slots, 4 * at).checked_sub(1)?;
        if key_of(entry) == key {
            return Some(entry);
        }
        at = if at + 1 == count { 0 } else { at + 1 };
    }
    None
}

/// The next entry with the same key as `entry`.
pub(super) fn next(again: &[u8], entry: u32) -> Option<u32> {
    let (mut low, mut high) = (0, again.len() / 8);
    while low < high {
        let middle = low + (high - low) / 2;
        let found = mix::u32_at(again, 8 * middle);
        if found == entry {
            return Some(mix::u32_at(again, 8 * middle + 4));
        }
        if found < entry { low = middle + 1 } else { high = middle }
    }
    None
}
