//! Bytes to bitmaps to lists of places: the shapes of what an indicator can look like, found 64 bytes at a time.

use super::Found;
use crate::classify::{BLOCK, Classify, Masks};

/// A block with its neighbours, whose bits a shape can reach into.
struct Step {
    before: Masks,
    here: Masks,
    after: Masks,
}

/// Bits of `here` moved so that bit `i` tells of byte `i + by`.
#[inline(always)]
fn ahead(here: u64, after: u64, by: u32) -> u64 {
    here >> by | after << (64 - by)
}

/// Bits of `here` moved so that bit `i` tells of byte `i - by`.
#[inline(always)]
fn behind(here: u64, before: u64, by: u32) -> u64 {
    here << by | before >> (64 - by)
}

/// Adds `marks`, which lie inside the runs of ones of `runs`: a carry comes out just behind each run that has a mark.
/// That is all it takes to find the ends of marked runs, however long, across blocks.
#[inline(always)]
fn marked_ends(runs: u64, marks: u64, carry: &mut bool) -> u64 {
    let (sum, over) = runs.overflowing_add(marks);
    let (sum, over_again) = sum.overflowing_add(u64::from(*carry));
    *carry = over | over_again;
    sum & !runs
}

/// Runs of one block and the carries into the next.
#[derive(Default)]
struct Carries {
    names: bool,
    high: bool,
    /// Which sixteenths of the block before were letters and digits throughout.
    full: u64,
}

/// Finds all shapes in `piece`.
#[inline(always)]
pub(super) fn find<C: Classify>(classify: C, piece: &[u8], found: &mut Found) {
    let (full, rest) = piece.as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let blocks = full.len() + 1;
    found.lanes.start(blocks);
    for list in
        [&mut found.names, &mut found.dots, &mut found.colons, &mut found.long, &mut found.brackets, &mut found.high]
    {
        list.len = 0;
    }
    found.newlines = 0;
    let mut carries = Carries::default();
    let mut step = Step {
        before: Masks::default(),
        here: Masks::default(),
        after: classify.classify(full.first().unwrap_or(&last)),
    };
    // One step more than blocks, so that what ends with the piece is seen to end.
    for block in 0..=blocks {
        let after = match full.get(block + 1) {
            Some(bytes) => classify.classify(bytes),
            None if block + 1 == full.len() => classify.classify(&last),
            None => Masks::default(),
        };
        step = Step { before: step.here, here: step.after, after };
        one(block, &step, &mut carries, found);
    }
}

#[inline(always)]
fn one(block: usize, step: &Step, carries: &mut Carries, found: &mut Found) {
    let Step { before, here, after } = step;
    let base = (block * BLOCK) as u32;
    found.newlines += u64::from(here.newline.count_ones());

    // A dot belongs to a name only before a byte of the name that is no dot: not at a sentence's end.
    let solid = here.word & !here.dot;
    let solid_next = ahead(solid, after.word & !after.dot, 1);
    let dots = here.dot & solid_next;
    let name = solid | dots;
    found.lanes.set(block, !name, dots, here.digit, here.alnum);
    // Names are told from numbers by a dot before something that is no digit.
    let digit_next = ahead(here.digit, after.digit, 1);
    found.names.push_bits(base, marked_ends(name, dots & !digit_next, &mut carries.names));

    found.dots.push_bits(base, four_numbers(step, digit_next));

    if here.high != 0 || carries.high {
        found.high.push_bits(base, marked_ends(name, here.high, &mut carries.high));
    }
    let long = long_runs(here.alnum, &mut carries.full);
    if long != 0 {
        found.long.push_bits(base, long);
    }
    let colons = colon_chains(step);
    if colons != 0 {
        found.colons.push_bits(base, colons);
    }
    let brackets = u128::from(here.bracket) | u128::from(after.bracket) << 64;
    let dot = u128::from(here.dot) | u128::from(after.dot) << 64;
    // `[.]` at two, `[dot]` at four bytes' distance.
    let pairs = (brackets & (brackets >> 2 & dot >> 1 | brackets >> 4)) as u64;
    // `[.` or `.]` between word bytes, as in evil[.example
    let half = here.bracket & behind(here.alnum, before.alnum, 1) & ahead(dots, after.dot, 1);
    if pairs | half != 0 {
        found.brackets.push_bits(base, pairs | half);
    }
}

/// First dots of three that stand between digits, two to four bytes apart.
#[inline(always)]
fn four_numbers(step: &Step, digit_next: u64) -> u64 {
    let Step { before, here, after } = step;
    let here_dots = here.dot & behind(here.digit, before.digit, 1) & digit_next;
    let after_dots = after.dot & behind(after.digit, here.digit, 1) & after.digit >> 1;
    let dots = u128::from(here_dots) | u128::from(after_dots) << 64;
    let pairs = dots & (dots >> 2 | dots >> 3 | dots >> 4);
    (pairs & (pairs >> 2 | pairs >> 3 | pairs >> 4)) as u64
}

/// First aligned sixteenth of each run that fills one: every run of 31 or more does.
#[inline(always)]
fn long_runs(alnum: u64, full_before: &mut u64) -> u64 {
    let two = alnum & alnum >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let full = eight & eight >> 8 & 0x0001_0001_0001_0001;
    let first = full & !(full << 16 | *full_before >> 48);
    *full_before = full;
    first
}

/// First colons of three at gaps of at most five, between letters, digits and colons; and of every `::`.
/// Times have two, JSON's stand after a quote, so that most blocks end at the first test.
#[inline(always)]
fn colon_chains(step: &Step) -> u64 {
    let Step { before, here, after } = step;
    let double = here.colon & ahead(here.colon, after.colon, 1);
    let inside = here.alnum | here.colon;
    let (inside_before, inside_after) = (before.alnum | before.colon, after.alnum | after.colon);
    let chain = here.colon & behind(inside, inside_before, 1) & ahead(inside, inside_after, 1);
    let chain_after = after.colon & behind(inside_after, inside, 1) & inside_after >> 1;
    if double == 0 && chain.count_ones() + (chain_after & 0x7ff).count_ones() < 3 {
        return 0;
    }
    let all = u128::from(chain) | u128::from(chain_after) << 64;
    let near = |m: u128| m >> 1 | m >> 2 | m >> 3 | m >> 4 | m >> 5;
    let pairs = all & near(all);
    (pairs & near(pairs)) as u64 | double
}
