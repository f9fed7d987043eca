//! Bytes to bitmaps to lists of places: the shapes of what an indicator can look like.
//!
//! Bytes are classified 64 at a time, a block. The bitmaps of many blocks then lie side by side, a row for each class, and
//! every shape is plain arithmetic along rows, which compilers turn into vectors of blocks. Shapes are found at their ends,
//! looking back only: a block needs no more than the one before it, which is why a row begins with the last block of the rows
//! before. A row is "late by n" when its bit `i` tells of byte `i - n`.

use super::Found;
use crate::classify::{BLOCK, Classify};

/// Blocks worked on together: their rows, some ten kilobytes, stay in the first cache.
const GROUP: usize = 64;

/// Blocks are worked on in eights, the largest vector that machines have.
const EIGHT: usize = 8;

/// Bytes behind the text that have to be seen before everything in it is known to end.
const BEYOND: usize = 8;

/// One bitmap for each block of a group; the first is that of the block before the group.
type Row = [u64; GROUP + 1];

const NONE: Row = [0; GROUP + 1];

/// All rows of a group.
struct Rows {
    word: Row,
    alnum: Row,
    digit: Row,
    dot: Row,
    colon: Row,
    high: Row,
    bracket: Row,
    newline: Row,
    /// Bytes of names but for dots.
    solid: Row,
    /// Dots inside names, late by one.
    dots: Row,
    /// Bytes of names, late by one.
    name: Row,
    behind_digit: Row,
    number_dots: Row,
    pairs: Row,
    third_dots: Row,
    /// Aligned sixteen bytes, all of them letters and digits, at the lowest.
    full: Row,
    long: Row,
    inside: Row,
    double: Row,
    behind_inside: Row,
    chain: Row,
    chain_pairs: Row,
    colons: Row,
    marks: Row,
    names_go_on: bool,
    high_goes_on: bool,
}

/// The bits of block `at`, late by `n`.
#[inline(always)]
fn late(row: &Row, at: usize, n: usize) -> u64 {
    row[at + 1] << n | row[at] >> (BLOCK - n)
}

/// Bits that have another two, three or four places before them.
#[inline(always)]
fn follow_2_to_4(row: &Row, at: usize) -> u64 {
    row[at + 1] & (late(row, at, 2) | late(row, at, 3) | late(row, at, 4))
}

/// Bits that have another at most five places before them.
#[inline(always)]
fn follow_to_5(row: &Row, at: usize) -> u64 {
    let near = late(row, at, 1) | late(row, at, 2) | late(row, at, 3) | late(row, at, 4) | late(row, at, 5);
    row[at + 1] & near
}

/// First aligned sixteenth of each run that fills one: every run of 31 or more does. Sixteenths that are full.
#[inline(always)]
fn full_sixteenths(alnum: u64) -> u64 {
    let two = alnum & alnum >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & eight >> 8 & 0x0001_0001_0001_0001
}

/// Adds `marks`, which lie inside the runs of ones of `runs`: a carry comes out just behind each run that has a mark.
/// That is all it takes to find the ends of marked runs, however long, across blocks.
#[inline(always)]
fn marked_ends(runs: u64, marks: u64, carry: &mut bool) -> u64 {
    let (sum, over) = runs.carrying_add(marks, *carry);
    *carry = over;
    sum & !runs
}

/// Finds all shapes in `piece`.
#[inline(always)]
pub(super) fn find<C: Classify>(classify: C, piece: &[u8], found: &mut Found) {
    let mut rows = Rows::default();
    found.start(piece.len() + GROUP * BLOCK + BEYOND);
    let (groups, rest) = piece.as_chunks::<{ GROUP * BLOCK }>();
    for (i, group) in groups.iter().enumerate() {
        rows.classify(classify, group);
        rows.find(i * GROUP, GROUP, found);
    }
    // The last bytes, and some of nothing, so that what ends with the piece is seen to end.
    let mut last = [b' '; GROUP * BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let blocks = (rest.len() + BEYOND).div_ceil(EIGHT * BLOCK) * EIGHT;
    rows.classify(classify, &last[..blocks.min(GROUP) * BLOCK]);
    rows.find(groups.len() * GROUP, blocks.min(GROUP), found);
    if blocks > GROUP {
        rows.classify(classify, &[b' '; EIGHT * BLOCK]);
        rows.find((groups.len() + 1) * GROUP, EIGHT, found);
    }
    found.lanes.end(groups.len() * GROUP + blocks);
}

impl Rows {
    #[inline(always)]
    fn classify<C: Classify>(&mut self, classify: C, text: &[u8]) {
        for (i, block) in text.as_chunks::<BLOCK>().0.iter().enumerate().take(GROUP) {
            let masks = classify.classify(block);
            self.word[i + 1] = masks.word;
            self.alnum[i + 1] = masks.alnum;
            self.digit[i + 1] = masks.digit;
            self.dot[i + 1] = masks.dot;
            self.colon[i + 1] = masks.colon;
            self.high[i + 1] = masks.high;
            self.bracket[i + 1] = masks.bracket;
            self.newline[i + 1] = masks.newline;
        }
    }

    /// Finds the shapes of the `count` blocks that were classified, the first of which is block `first` of the piece.
    #[inline(always)]
    fn find(&mut self, first: usize, count: usize, found: &mut Found) {
        let count = count.min(GROUP);
        self.shapes(count);
        found.lanes.set(first, &self.name[1..=count], &self.dots[1..=count], &self.alnum[1..=count]);
        self.places(first, count, found);
        self.rare(first, count, found);
        self.carry(count);
    }

    /// Step by step, because each looks at the whole of the one before.
    #[inline(always)]
    fn shapes(&mut self, count: usize) {
        for i in 0..count {
            // A dot belongs to a name only before a byte of the name that is no dot: not at a sentence's end.
            let solid = self.word[i + 1] & !self.dot[i + 1];
            let late_dot = late(&self.dot, i, 1);
            let dots = late_dot & solid;
            self.solid[i + 1] = solid;
            self.dots[i + 1] = dots;
            // Third dots of four numbers: dots between digits, each two to four bytes behind the one before.
            self.behind_digit[i + 1] = self.dot[i + 1] & late(&self.digit, i, 1);
            // Last colons of three at gaps of at most five, between letters, digits and colons; and every `::`.
            self.inside[i + 1] = self.alnum[i + 1] | self.colon[i + 1];
            self.double[i + 1] = self.colon[i + 1] & late(&self.colon, i, 1);
            self.full[i + 1] = full_sixteenths(self.alnum[i + 1]);
            // `[.]` at two, `[dot]` at four bytes' distance, `[.` before a name; found at the last byte.
            let (two, four) = (late(&self.bracket, i, 2), late(&self.bracket, i, 4));
            self.marks[i + 1] = self.bracket[i + 1] & (two & late_dot | four) | two & dots;
        }
        for i in 0..count {
            self.name[i + 1] = late(&self.solid, i, 1) | self.dots[i + 1];
            self.number_dots[i + 1] = self.digit[i + 1] & late(&self.behind_digit, i, 1);
            self.behind_inside[i + 1] = self.colon[i + 1] & late(&self.inside, i, 1);
            self.long[i + 1] = self.full[i + 1] & !late(&self.full, i, 16);
        }
        for i in 0..count {
            self.pairs[i + 1] = follow_2_to_4(&self.number_dots, i);
            // Late by one: the byte behind the colon has to be seen.
            self.chain[i + 1] = self.inside[i + 1] & late(&self.behind_inside, i, 1);
        }
        for i in 0..count {
            self.third_dots[i + 1] = follow_2_to_4(&self.pairs, i);
            self.chain_pairs[i + 1] = follow_to_5(&self.chain, i);
        }
        for i in 0..count {
            // Of `::` the first colon: its bit is that of the second, one place on.
            self.colons[i + 1] = follow_to_5(&self.chain_pairs, i) | self.double[i + 1];
        }
    }

    /// What every line has.
    #[inline(always)]
    fn places(&mut self, first: usize, count: usize, found: &mut Found) {
        let (mut names, mut dots) = (std::mem::take(&mut found.names), std::mem::take(&mut found.dots));
        let (mut newlines, mut carry) = (0, self.names_go_on);
        for i in 0..count {
            let base = ((first + i) * BLOCK) as u32;
            newlines += u64::from(self.newline[i + 1].count_ones());
            // Names are told from numbers by a dot before something that is no digit.
            let ends = marked_ends(self.name[i + 1], self.dots[i + 1] & !self.digit[i + 1], &mut carry);
            names.push_bits(base.wrapping_sub(1), ends);
            dots.push_bits(base, self.third_dots[i + 1]);
        }
        self.names_go_on = carry;
        found.newlines += newlines;
        (found.names, found.dots) = (names, dots);
    }

    /// What few blocks have: a group without any is done at once.
    #[inline(always)]
    fn rare(&mut self, first: usize, count: usize, found: &mut Found) {
        let (mut high, mut long, mut colons, mut marks) = (self.high[0] >> 63, 0, 0, 0);
        for i in 0..count {
            high |= self.high[i + 1];
            long |= self.long[i + 1];
            colons |= self.colons[i + 1];
            marks |= self.marks[i + 1];
        }
        let base = (first * BLOCK) as u32;
        if long != 0 {
            found.long.push_row(base, &self.long[1..=count]);
        }
        if colons != 0 {
            found.colons.push_row(base.wrapping_sub(1), &self.colons[1..=count]);
        }
        if marks != 0 {
            found.brackets.push_row(base, &self.marks[1..=count]);
        }
        if high != 0 || self.high_goes_on {
            let mut ends = [0; GROUP];
            for (i, ends) in ends.iter_mut().enumerate().take(count) {
                *ends = marked_ends(self.name[i + 1], late(&self.high, i, 1), &mut self.high_goes_on);
            }
            found.high.push_row(base.wrapping_sub(1), &ends[..count]);
        }
    }

    /// The last block becomes the one before.
    #[inline(always)]
    fn carry(&mut self, count: usize) {
        for row in [
            &mut self.digit,
            &mut self.dot,
            &mut self.colon,
            &mut self.high,
            &mut self.bracket,
            &mut self.solid,
            &mut self.behind_digit,
            &mut self.number_dots,
            &mut self.pairs,
            &mut self.full,
            &mut self.inside,
            &mut self.behind_inside,
            &mut self.chain,
            &mut self.chain_pairs,
        ] {
            row[0] = row[count];
        }
    }
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            word: NONE,
            alnum: NONE,
            digit: NONE,
            dot: NONE,
            colon: NONE,
            high: NONE,
            bracket: NONE,
            newline: NONE,
            solid: NONE,
            dots: NONE,
            name: NONE,
            behind_digit: NONE,
            number_dots: NONE,
            pairs: NONE,
            third_dots: NONE,
            full: NONE,
            long: NONE,
            inside: NONE,
            double: NONE,
            behind_inside: NONE,
            chain: NONE,
            chain_pairs: NONE,
            colons: NONE,
            marks: NONE,
            names_go_on: false,
            high_goes_on: false,
        }
    }
}
