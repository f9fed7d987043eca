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
}

/// Reads the address around each first dot and keeps those whose block is listed.
#[inline(always)]
pub(super) fn keep(
    piece: &[u8],
    lanes: &Lanes,
    dots: &Places,
    filters: Filters<'_>,
    out: &mut Vec<Address>,
) {
    out.clear();
    out.resize(dots.as_slice().len() + 1, Address::default());
    let mut kept = 0;
    for dot in dots.as_slice() {
        let (address, valid) = read(piece, lanes, *dot as usize);
        let listed = bit(filters.v4, (address.value >> filters.v4_shift) as usize);
        if let Some(slot) = out.get_mut(kept) {
            *slot = address;
        }
        kept += usize::from(listed & valid);
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

#[inline(always)]
fn read(piece: &[u8], lanes: &Lanes, dot: usize) -> (Address, bool) {
    let first = lanes.no_digit_before(dot).leading_zeros();
    let (dots, no_digit) = lanes.numbers_from(dot);
    let later = dots & dots.wrapping_sub(1);
    let second = later.trailing_zeros();
    let third = (later & later.wrapping_sub(1)).trailing_zeros();
    let last = (no_digit >> ((third + 1) & 63)).trailing_zeros();
    let end = (third + 1 + last) as usize;
    let ends = [0, second as usize, third as usize, end];
    let lens = [first, second.wrapping_sub(1), third.wrapping_sub(second + 1), last];
    // In the first bytes of a piece the four bytes before a number are not all there.
    let load = |at: usize| if at >= 4 { u32_at(piece, at - 4) } else { early(piece, at) };
    let mut value = 0;
    let mut valid = true;
    for (end, len) in ends.into_iter().zip(lens) {
        let (octet, fine) = number(load(dot + end), len);
        value = value << 8 | octet;
        valid &= fine;
    }
    let start = dot.saturating_sub(first as usize) as u32;
    (Address { start, end: (dot + end) as u32, value }, valid)
}

#[cold]
fn early(piece: &[u8], at: usize) -> u32 {
    let mut four = [b'0'; 4];
    let have = piece.get(..at.min(4)).unwrap_or_default();
    four[4 - have.len()..].copy_from_slice(have);
    u32::from_le_bytes(four)
}
