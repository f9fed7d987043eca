//! Bytes to bitmaps to lists of places: the shapes of what an indicator can look like, found 64 bytes at a time.
//!
//! Every shape is found at its end, looking back only: what a later block needs of an earlier one are a few carried
//! bits, shifted into place before they are put away: what compiles to a double shift is slow on many machines.
//! A bitmap is "late by n" when its bit `i` tells of byte `i - n`.

use super::Found;
use crate::classify::{BLOCK, Classify, Masks};

/// Adds `marks`, which lie inside the runs of ones of `runs`: a carry comes out just behind each run that has a mark.
/// That is all it takes to find the ends of marked runs, however long, across blocks.
#[inline(always)]
fn marked_ends(runs: u64, marks: u64, carry: &mut bool) -> u64 {
    let (sum, over) = runs.overflowing_add(marks);
    let (sum, over_again) = sum.overflowing_add(u64::from(*carry));
    *carry = over | over_again;
    sum & !runs
}

/// Makes a bitmap late by one; the bit pushed out waits in `carry`.
#[inline(always)]
fn late(bits: u64, carry: &mut u64) -> u64 {
    let out = bits << 1 | *carry;
    *carry = bits >> 63;
    out
}

/// Bits that have another two, three or four places before them. `carry` holds what reaches over from the block before.
#[inline(always)]
fn follow_2_to_4(bits: u64, carry: &mut u64) -> u64 {
    let near = bits << 2 | bits << 3 | bits << 4;
    let out = bits & (near | *carry);
    *carry = bits >> 62 | bits >> 61 | bits >> 60;
    out
}

/// What one block leaves to the next.
#[derive(Default)]
struct Carry {
    solid: u64,
    dot: u64,
    digit: u64,
    number_dot: u64,
    pairs: u64,
    triples: u64,
    inside: u64,
    chain_colon: u64,
    colon: u64,
    bracket_2: u64,
    bracket_4: u64,
    names: bool,
    high: bool,
    late_high: u64,
    /// Whether the last sixteen bytes of the block before were letters and digits throughout.
    full: u64,
    /// Colons within chains, of the block before.
    chain: u64,
}

/// Finds all shapes in `piece`.
#[inline(always)]
pub(super) fn find<C: Classify>(classify: C, piece: &[u8], found: &mut Found) {
    let (full, rest) = piece.as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    found.start(full.len() + 2);
    let mut carry = Carry::default();
    for (block, bytes) in full.iter().enumerate() {
        one(block, classify.classify(bytes), &mut carry, found);
    }
    // The last bytes, and one block of nothing, so that what ends with the piece is seen to end.
    one(full.len(), classify.classify(&last), &mut carry, found);
    one(full.len() + 1, Masks::default(), &mut carry, found);
}

#[inline(always)]
fn one(block: usize, here: Masks, carry: &mut Carry, found: &mut Found) {
    let base = (block * BLOCK) as u32;
    found.newlines += u64::from(here.newline.count_ones());

    // A dot belongs to a name only before a byte of the name that is no dot: not at a sentence's end.
    let solid = here.word & !here.dot;
    let late_dot = late(here.dot, &mut carry.dot);
    let dots = late_dot & solid;
    let name = late(solid, &mut carry.solid) | dots;
    found.lanes.set(block, name, dots, here.digit, here.alnum);
    // Names are told from numbers by a dot before something that is no digit.
    let ends = marked_ends(name, dots & !here.digit, &mut carry.names);
    found.names.push_bits(base.wrapping_sub(1), ends);

    // Third dots of four numbers: dots between digits, each two to four bytes behind the one before.
    let behind_digit = here.dot & late(here.digit, &mut carry.digit);
    let number_dots = here.digit & late(behind_digit, &mut carry.number_dot);
    let pairs = follow_2_to_4(number_dots, &mut carry.pairs);
    found.dots.push_bits(base, follow_2_to_4(pairs, &mut carry.triples));

    let high = late(here.high, &mut carry.late_high);
    if high != 0 || carry.high {
        let ends = marked_ends(name, high, &mut carry.high);
        found.high.push_rare(base.wrapping_sub(1), ends);
    }
    let long = long_runs(here.alnum, &mut carry.full);
    if long != 0 {
        found.long.push_rare(base, long);
    }
    colons(base, &here, carry, found);

    // `[.]` at two, `[dot]` at four bytes' distance, `[.` before a name; found at the last byte.
    let (two, four) = (here.bracket << 2 | carry.bracket_2, here.bracket << 4 | carry.bracket_4);
    (carry.bracket_2, carry.bracket_4) = (here.bracket >> 62, here.bracket >> 60);
    let marks = here.bracket & (two & late_dot | four) | two & dots;
    if marks != 0 {
        found.brackets.push_rare(base, marks);
    }
}

/// First aligned sixteenth of each run that fills one: every run of 31 or more does.
#[inline(always)]
fn long_runs(alnum: u64, full_before: &mut u64) -> u64 {
    let two = alnum & alnum >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let full = eight & eight >> 8 & 0x0001_0001_0001_0001;
    let first = full & !(full << 16 | *full_before);
    *full_before = full >> 48;
    first
}

/// Last colons of three at gaps of at most five, between letters, digits and colons; and of every `::`. Times have two,
/// JSON's stand behind a quote, so that most blocks end at the first test.
#[inline(always)]
fn colons(base: u32, here: &Masks, carry: &mut Carry, found: &mut Found) {
    let inside = here.alnum | here.colon;
    let behind_inside = here.colon & late(inside, &mut carry.inside);
    // Late by one: the byte behind the colon has to be seen.
    let chain = inside & late(behind_inside, &mut carry.chain_colon);
    let double = here.colon & late(here.colon, &mut carry.colon);
    let before = std::mem::replace(&mut carry.chain, chain);
    if double == 0 && chain.count_ones() + (before >> 53).count_ones() < 3 {
        return;
    }
    let all = u128::from(chain) << 64 | u128::from(before);
    let near = |m: u128| m << 1 | m << 2 | m << 3 | m << 4 | m << 5;
    let pairs = all & near(all);
    let last = (pairs & near(pairs)) >> 64;
    // Of `::` the first colon: its bit is that of the second, one place on.
    found.colons.push_rare(base.wrapping_sub(1), last as u64 | double);
}
