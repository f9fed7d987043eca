//! The exact table: open addressing over `u64` slots, a fingerprint above and an entry below.

use std::collections::HashMap;

use super::build::slot_hash;
use super::filter;
use crate::mix;

/// Slots for ten keys: a third of them stay free, so that a search for what is absent ends after one or two steps.
const SLOTS_FOR_TEN: usize = 15;

fn count(keys: usize) -> usize {
    (keys * SLOTS_FOR_TEN / 10).max(8)
}

fn fingerprint(hash: u64) -> u64 {
    hash << 32
}

/// Builds the table over all keys, the sorted list of entries whose key was there before, and the filter of all keys.
pub(super) fn build(arena: &[u8], starts: &[u32]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let keys = starts.len().saturating_sub(1);
    let mut slots = vec![0u64; count(keys)];
    let mut again: Vec<(u32, u32)> = Vec::new();
    let mut last_of: HashMap<u32, u32> = HashMap::new();
    let mut filter = vec![0; 8 * filter::words_for(keys)];
    for entry in 0..keys {
        let key = &arena[starts[entry] as usize..starts[entry + 1] as usize];
        let hash = slot_hash(key);
        filter::insert(&mut filter, hash);
        let mut at = mix::onto(hash, slots.len());
        loop {
            let slot = slots[at];
            if slot == 0 {
                slots[at] = fingerprint(hash) | (entry as u64 + 1);
                break;
            }
            let first = (slot as u32 - 1) as usize;
            let same = slot >> 32 == fingerprint(hash) >> 32
                && &arena[starts[first] as usize..starts[first + 1] as usize] == key;
            if same {
                let last = last_of.entry(first as u32).or_insert(first as u32);
                again.push((*last, entry as u32));
                *last = entry as u32;
                break;
            }
            at = if at + 1 == slots.len() { 0 } else { at + 1 };
        }
    }
    again.sort_unstable();
    let slots = slots.iter().flat_map(|s| s.to_le_bytes()).collect();
    let again = again.iter().flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()].concat()).collect();
    (slots, again, filter)
}

/// The first entry with this key.
pub(super) fn first<'s>(
    slots: &[u8],
    filter: &[u8],
    key: &[u8],
    key_of: impl Fn(u32) -> &'s [u8],
) -> Option<u32> {
    let count = slots.len() / 8;
    let hash = slot_hash(key);
    if count == 0 || !filter::may_hold(filter, hash) {
        return None;
    }
    let mut at = mix::onto(hash, count);
    for _ in 0..count {
        let slot = mix::u64_at(slots, 8 * at);
        if slot == 0 {
            return None;
        }
        let entry = (slot as u32).wrapping_sub(1);
        if slot >> 32 == fingerprint(hash) >> 32 && key_of(entry) == key {
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
