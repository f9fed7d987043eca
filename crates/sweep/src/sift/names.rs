//! Names against the filter of names: about thirty instructions a name and no branch that the text decides.
//!
//! What the filters of a large set hold lies outside the near caches: it is asked for when a hash is known and looked at some
//! candidates later. The filter of ends stops nearly all; names under a much used end (`github.io`, `co.jp`) pass it in
//! numbers, and the depth at which names are listed stops most of them.

use super::{Lanes, Places, TOGETHER};
use crate::classify::Classify;
use crate::set::Filters;
use crate::set::filter::{
    NAME_TAIL, bit, ends_here, may_hold, name_hash, name_key_len, short_index, word_at,
};

/// A name on its way to the filters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Probe {
    hash: u64,
    end: u32,
    /// Length of its last three labels.
    three: u8,
    /// Its last two labels may be listed by themselves, whatever the filter says.
    short: bool,
    /// The name filter was asked for three labels already.
    registry: bool,
}

/// Keeps the ends of those names that may be listed. `kept` is room for those that pass the first filter.
#[inline(always)]
pub(super) fn keep<C: Classify>(
    classify: C,
    piece: &[u8],
    lanes: &Lanes,
    names: &mut Places,
    kept: &mut Vec<Probe>,
    filters: Filters<'_>,
) {
    kept.clear();
    // Loops, not iterator adapters: a closure would be compiled for every machine, not for this one.
    let mut probes = [Probe::default(); TOGETHER];
    for group in names.as_slice().chunks(TOGETHER) {
        for (probe, end) in probes.iter_mut().zip(group) {
            *probe = of(piece, lanes, *end as usize, filters);
            classify.prefetch(filters.names, word_at(filters.names, probe.hash));
        }
        let mut passes = 0;
        for (i, probe) in probes[..group.len()].iter().enumerate() {
            passes |= u64::from(may_hold(filters.names, probe.hash) | probe.short) << i;
        }
        while passes != 0 {
            kept.push(probes[passes.trailing_zeros() as usize]);
            passes &= passes - 1;
        }
    }
    names.len = 0;
    let mut deeper = [0; TOGETHER];
    for group in kept.chunks(TOGETHER) {
        for (hash, probe) in deeper.iter_mut().zip(group) {
            *hash = name_hash(&tail(piece, probe.end as usize), probe.three as usize);
            classify.prefetch(filters.deep, word_at(filters.deep, ends_here(probe.hash)));
            classify.prefetch(filters.deep, word_at(filters.deep, *hash));
        }
        let mut passes = 0;
        for (i, probe) in group.iter().enumerate() {
            let listed = may_hold(filters.deep, ends_here(probe.hash)) | may_hold(filters.deep, deeper[i]);
            passes |= u64::from(listed | probe.short | probe.registry) << i;
        }
        while passes != 0 {
            names.push(group[passes.trailing_zeros() as usize].end);
            passes &= passes - 1;
        }
    }
}

#[inline(always)]
fn of(piece: &[u8], lanes: &Lanes, end: usize, filters: Filters<'_>) -> Probe {
    let dots = lanes.dots_before(end);
    // Lengths of the last one, two, three labels: distances to the dots, never past the name's start.
    let stops = !lanes.names_before(end) | dots;
    let one = stops.leading_zeros();
    let stops = forget_dot(stops, dots, one);
    let two = stops.leading_zeros();
    let stops = forget_dot(stops, dots, two);
    let three = stops.leading_zeros();
    let (len, registry) = name_key_len(one as usize, two as usize, three as usize);
    let tail = tail(piece, end);
    let short = registry & bit(filters.short, short_index(&tail, two as usize));
    Probe { hash: name_hash(&tail, len), end: end as u32, three: three as u8, short, registry }
}

/// The bytes that end at `end`; zeros stand where the piece has not begun.
#[inline(always)]
fn tail(piece: &[u8], end: usize) -> [u8; NAME_TAIL] {
    match piece.get(..end).and_then(|p| p.last_chunk()) {
        Some(tail) => *tail,
        None => pad(piece, end),
    }
}

/// Clears the highest stop, at distance `at`, if it is a dot.
#[inline(always)]
fn forget_dot(stops: u64, dots: u64, at: u32) -> u64 {
    let top = (1 << 63 >> (at & 63)) & dots;
    stops & !top
}

#[cold]
fn pad(piece: &[u8], end: usize) -> [u8; NAME_TAIL] {
    let mut tail = [0; NAME_TAIL];
    let have = piece.get(..end).unwrap_or_default();
    let n = have.len().min(NAME_TAIL);
    tail[NAME_TAIL - n..].copy_from_slice(&have[have.len() - n..]);
    tail
}
