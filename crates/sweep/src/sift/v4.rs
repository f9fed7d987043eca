//! Four dotted numbers against the bitmap of IPv4 blocks.
//!
//! What the digits mean is checked here; what stands around them is left to the judge.

use super::{Places, TOGETHER};
use crate::classify::{Classify, LAST, WINDOW};
use crate::set::Filters;
use crate::set::filter::bit;

/// An address as the sieve read it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Address {
    /// First byte of the first number.
    pub(crate) start: u32,
    /// Byte behind the last number.
    pub(crate) end: u32,
    /// What it says.
    pub(crate) value: u32,
    /// Whether its four numbers are numbers of an address.
    valid: bool,
}

/// Reads the address around each third dot and keeps those whose block is listed.
#[inline(always)]
pub(super) fn keep<C: Classify>(
    classify: C,
    piece: &[u8],
    dots: &Places,
    filters: Filters<'_>,
    out: &mut Vec<Address>,
) {
    out.clear();
    let mut addresses = [Address::default(); TOGETHER];
    for group in dots.as_slice().chunks(TOGETHER) {
        for (address, last) in addresses.iter_mut().zip(group) {
            *address = read(classify, piece, *last as usize);
            classify.prefetch(filters.v4, (address.value >> filters.v4_shift) as usize / 8);
        }
        let mut passes = 0;
        for (i, address) in addresses[..group.len()].iter().enumerate() {
            let listed = bit(filters.v4, (address.value >> filters.v4_shift) as usize);
            passes |= u64::from(listed & address.valid) << i;
        }
        while passes != 0 {
            out.push(addresses[passes.trailing_zeros() as usize]);
            passes &= passes - 1;
        }
    }
}

/// Reads the address whose last number begins at `last`.
#[inline(always)]
fn read<C: Classify>(classify: C, piece: &[u8], last: usize) -> Address {
    let whole = last.checked_sub(LAST).and_then(|from| piece.get(from..)).and_then(|rest| rest.first_chunk());
    let quad = match whole {
        Some(window) => classify.quad(window),
        None => classify.quad(&at_the_edge(piece, last)),
    };
    let place = |at: u32| (last as u32 + at).wrapping_sub(LAST as u32);
    Address { start: place(quad.start), end: place(quad.end), value: quad.value, valid: quad.valid }
}

/// A window that reaches out of the piece, with spaces there.
#[cold]
fn at_the_edge(piece: &[u8], last: usize) -> [u8; WINDOW] {
    let mut window = [b' '; WINDOW];
    let (from, upto) = (last.saturating_sub(LAST), (last + WINDOW - LAST).min(piece.len()));
    let have = piece.get(from..upto).unwrap_or_default();
    let at = LAST.saturating_sub(last);
    if let Some(room) = window.get_mut(at..at + have.len()) {
        room.copy_from_slice(have);
    }
    window
}
