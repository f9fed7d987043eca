//! The sieve: from a piece of text to the few places that a judge must look at.
//!
//! Two steps, both nearly free of branches that depend on the text: [`blocks`] turns bytes into bitmaps and bitmaps
//! into lists of places by shape alone (a name, four numbers with dots, a long run of digits, a chain of colons,
//! brackets around a dot); [`names`], [`v4`] and [`digests`] ask the set's filters about each place.
//! What is left may still be wrong, but nothing that is right is lost.

mod blocks;
mod digests;
mod lanes;
mod names;
mod v4;

pub(crate) use lanes::Lanes;
pub(crate) use v4::Address;

#[cfg(target_arch = "x86_64")]
use crate::classify::x86::{Avx2, Avx512};
use crate::classify::{Classify, Portable};
use crate::set::Filters;

/// A list of places in the piece. Lengths grow, the memory stays.
#[derive(Debug, Default)]
pub(crate) struct Places {
    at: Vec<u32>,
    len: usize,
}

impl Places {
    /// The places found.
    pub(crate) fn as_slice(&self) -> &[u32] {
        &self.at[..self.len]
    }

    /// Forgets the places and makes room for as many as a piece of `bytes` can have: one for each two bytes.
    fn start(&mut self, bytes: usize) {
        self.len = 0;
        if self.at.len() < bytes / 2 + 64 {
            self.at.resize(bytes / 2 + 64, 0);
        }
    }

    /// Adds the places of a block's bits. Two are written in any case: fewer than three is the rule,
    /// and a write too many costs less than a branch taken wrongly.
    #[inline(always)]
    fn push_bits(&mut self, base: u32, bits: u64) {
        let less_one = bits & bits.wrapping_sub(1);
        let rest = less_one & less_one.wrapping_sub(1);
        if let Some([one, two]) = self.at.get_mut(self.len..self.len + 2) {
            *one = base.wrapping_add(bits.trailing_zeros());
            *two = base.wrapping_add(less_one.trailing_zeros());
        }
        if rest != 0 {
            write_bits(&mut self.at, self.len + 2, base, rest);
        }
        self.len += bits.count_ones() as usize;
    }

    /// Adds the places of blocks that seldom have any: room is made when they do.
    #[inline(never)]
    fn push_row(&mut self, base: u32, row: &[u64]) {
        for (i, bits) in row.iter().enumerate().filter(|(_, bits)| **bits != 0) {
            let needed = self.len + bits.count_ones() as usize;
            if self.at.len() < needed {
                self.at.resize(2 * needed + 64, 0);
            }
            let base = base.wrapping_add((i * crate::classify::BLOCK) as u32);
            write_bits(&mut self.at, self.len, base, *bits);
            self.len = needed;
        }
    }

    /// Adds one place; there is room, because the list was longer before.
    #[inline(always)]
    fn push(&mut self, at: u32) {
        if let Some(slot) = self.at.get_mut(self.len) {
            *slot = at;
            self.len += 1;
        }
    }
}

#[inline(never)]
fn write_bits(places: &mut [u32], mut at: usize, base: u32, mut bits: u64) {
    while bits != 0 {
        if let Some(slot) = places.get_mut(at) {
            *slot = base.wrapping_add(bits.trailing_zeros());
        }
        at += 1;
        bits &= bits - 1;
    }
}

/// What the sieve found, and the memory it works in.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Bitmaps of the piece, for judges that need to look around.
    pub(crate) lanes: Lanes,
    /// Ends of names whose last labels may be listed.
    pub(crate) names: Places,
    probes: Vec<names::Probe>,
    /// Bytes behind the third dots of four dotted numbers.
    dots: Places,
    /// Addresses whose block is listed.
    pub(crate) v4: Vec<Address>,
    /// Colons that begin what may be an IPv6 address.
    pub(crate) colons: Places,
    /// Places inside long runs of letters and digits.
    long: Places,
    /// Brackets around what may be a dot.
    pub(crate) brackets: Places,
    /// Ends of words with bytes from 0x80 on.
    pub(crate) high: Places,
    /// Runs that may be listed digests, as start and end.
    pub(crate) digests: Vec<(u32, u32)>,
    /// Line feeds in the piece.
    pub(crate) newlines: u64,
}

impl Found {
    /// Forgets the last piece and makes room for one of `bytes`.
    fn start(&mut self, bytes: usize) {
        self.lanes.start(bytes.div_ceil(crate::classify::BLOCK));
        self.names.start(bytes);
        self.dots.start(bytes);
        for list in [&mut self.colons, &mut self.long, &mut self.brackets, &mut self.high] {
            list.len = 0;
        }
        self.newlines = 0;
    }
}

/// The classification that this machine runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Machine {
    /// Any machine.
    Portable,
    /// x86-64 with AVX2 and the bit instructions of its generation.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// x86-64 with AVX-512 and byte permutation.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Machine {
    /// The best that this machine can.
    pub(crate) fn detect() -> Self {
        Self::all().pop().unwrap_or(Self::Portable)
    }

    /// All that this machine can, the best last.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Avx2::detect().map(Self::Avx2));
            all.extend(Avx512::detect().map(Self::Avx512));
        }
        all
    }

    /// Runs the sieve over one piece.
    pub(crate) fn sift(self, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
        match self {
            Self::Portable => sift(Portable, piece, filters, found),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.sift(piece, filters, found),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.sift(piece, filters, found),
        }
    }
}

/// The sieve in one classification's way; compiled once for each.
#[inline(always)]
pub(crate) fn sift<C: Classify>(classify: C, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
    blocks::find(classify, piece, found);
    names::keep(classify, piece, &found.lanes, &mut found.names, &mut found.probes, filters);
    v4::keep(classify, piece, &found.dots, filters, &mut found.v4);
    digests::keep(classify, piece, &found.lanes, &found.long, filters, &mut found.digests);
}

/// Candidates whose filters are asked together: each has been fetched by the time it is asked, and all stay in the first cache.
const TOGETHER: usize = 64;
