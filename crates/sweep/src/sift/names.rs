//! Names against the filter of names: about thirty instructions a name and no branch that the text decides.

use super::{Lanes, Places};
use crate::set::Filters;
use crate::set::filter::{NAME_TAIL, bit, may_hold, name_hash, name_key_len, short_index};

/// Keeps the ends of those names whose last labels may be listed.
#[inline(always)]
pub(super) fn keep(piece: &[u8], lanes: &Lanes, names: &mut Places, filters: Filters<'_>) {
    names.retain(|end| {
        let end = end as usize;
        let window = lanes.before(end);
        // Lengths of the last one, two, three labels: distances to the dots, never past the name's start.
        let stops = window.outside | window.dots;
        let one = stops.leading_zeros();
        let stops = forget_dot(stops, window.dots, one);
        let two = stops.leading_zeros();
        let stops = forget_dot(stops, window.dots, two);
        let three = stops.leading_zeros();
        let (len, short) = name_key_len(one as usize, two as usize, three as usize);
        let padded;
        let tail: &[u8; NAME_TAIL] = match piece.get(..end).and_then(|p| p.last_chunk()) {
            Some(tail) => tail,
            None => {
                padded = pad(piece, end);
                &padded
            }
        };
        may_hold(filters.names, name_hash(tail, len))
            | (short & bit(filters.short, short_index(tail, two as usize)))
    });
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
