//! Four dotted numbers against the bitmap of IPv4 blocks.
//!
//! The dots' places give the numbers' places, so an address is read by four loads and four products. What the digits
//! mean is checked here; what stands around them is left to the judge.

use super::{Lanes, Places};
use crate::mix::u32_at;
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
pub(super) fn keep(piece: &[u8], lanes: &Lanes, dots: &Places, filters: Filters<'_>, out: &mut Vec<Address>) {
    out.resize(dots.as_slice().len(), Address::default());
    for (address, last) in out.iter_mut().zip(dots.as_slice()) {
        *address = read(piece, lanes, *last as usize);
    }
    // A pass of its own, in which nothing waits for what was loaded but one OR: many loads are under way at once.
    let mut kept = 0;
    for first in (0..out.len()).step_by(64) {
        let mut passes = 0;
        for (i, address) in out[first..].iter().take(64).enumerate() {
            let listed = bit(filters.v4, (address.value >> filters.v4_shift) as usize);
            passes |= u64::from(listed & address.valid) << i;
        }
        while passes != 0 {
            out[kept] = out[first + passes.trailing_zeros() as usize];
            kept += 1;
            passes &= passes - 1;
        }
    }
    out.truncate(kept);
}

/// One number of `len` digits, read from the four bytes that end with it; the last bool of all is whether it is one.
#[inline(always)]
fn number(bytes: u32, len: u32) -> (u32, bool) {
    let keep = u32::MAX << (32 - 8 * len.clamp(1, 3));
    let digits = (bytes ^ 0x3030_3030) & keep;
    let only_digits = (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080 & keep == 0;
    // hundreds, tens and ones lie in bytes 1, 2 and 3: one product brings them together in the highest byte
    let value = digits.wrapping_mul(1 + (10 << 8) + (100 << 16)) >> 24;
    let in_range = digits.swap_bytes() <= 0x0002_0505;
    let first = digits >> (32 - 8 * len.clamp(1, 3)) & 0xff;
    let no_leading_zero = (len == 1) | (first != 0);
    (value, only_digits & no_leading_zero & in_range & (len <= 3))
}

/// Reads the address whose last number begins at `last`.
#[inline(always)]
fn read(piece: &[u8], lanes: &Lanes, last: usize) -> Address {
    // Distances of the three dots before `last`; the third one is next to it.
    let dots = lanes.dots_before(last) << 1;
    let second = dots.leading_zeros() + 1;
    let dots = dots & (u64::MAX >> 1 >> (second & 63).saturating_sub(1));
    let first = dots.leading_zeros() + 1;
    let first_len = (!(lanes.digits_before(last) << ((first + 1) & 63))).leading_zeros();
    let last_len = (!lanes.digits_from(last)).trailing_zeros();
    let lens = [first_len, first.wrapping_sub(second + 1), second.wrapping_sub(1), last_len];
    let first_end = last.wrapping_sub(first as usize + 1);
    let ends =
        [first_end, last.wrapping_sub(second as usize + 1), last.wrapping_sub(1), last + last_len as usize];
    let mut value = 0;
    let mut valid = true;
    for i in 0..4 {
        let (end, len) = (ends[i], lens[i]);
        // In the first bytes of a piece the four bytes before a number are not all there.
        let bytes = if first_end >= 4 { u32_at(piece, end.wrapping_sub(4)) } else { early(piece, end) };
        let (octet, fine) = number(bytes, len);
        value = value << 8 | octet;
        valid &= fine;
    }
    let start = first_end.saturating_sub(first_len as usize) as u32;
    Address { start, end: ends[3] as u32, value, valid }
}

#[cold]
fn early(piece: &[u8], at: usize) -> u32 {
    let mut four = [b'0'; 4];
    let have = piece.get(at.saturating_sub(4)..at).unwrap_or_default();
    four[4 - have.len()..].copy_from_slice(have);
    u32::from_le_bytes(four)
}
