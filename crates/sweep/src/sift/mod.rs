//! The sieve: from a piece of text to the few places that a judge must look at.
//!
//! Two steps, both nearly free of branches that depend on the text: [`blocks`] turns bytes into bitmaps and bitmaps
//! into lists of places by shape alone (a name, four numbers with dots, a long run of digits, a chain of colons,
//! brackets around a dot); [`names`], [`v4`] and [`digests`] ask the set's filters about each place.
//! What is left may still be wrong, but nothing that is right is lost.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod blocks;
mod digests;
mod lanes;
mod names;
mod v4;

pub(crate) use lanes::Lanes;
pub(crate) use v4::Address;

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

    /// Makes room for the places of one block, so that writing needs no further test.
    #[inline(always)]
    fn reserve(&mut self) {
        if self.at.len() < self.len + 64 {
            self.grow();
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.at.resize((2 * self.at.len()).max(1024), 0);
    }

    /// Adds the places of a block's bits. Two are written in any case: fewer than three is the rule,
    /// and a write too many costs less than a branch taken wrongly.
    #[inline(always)]
    fn push_bits(&mut self, base: u32, mut bits: u64) {
        self.reserve();
        let count = bits.count_ones() as usize;
        if let Some(out) = self.at.get_mut(self.len..self.len + 64) {
            out[0] = base + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
            out[1] = base + bits.trailing_zeros();
            if count > 2 {
                for slot in &mut out[2..] {
                    bits &= bits.wrapping_sub(1);
                    if bits == 0 {
                        break;
                    }
                    *slot = base + bits.trailing_zeros();
                }
            }
        }
        self.len += count;
    }

    /// Keeps those places that pass, in order.
    #[inline(always)]
    fn retain(&mut self, mut passes: impl FnMut(u32) -> bool) {
        let mut kept = 0;
        for i in 0..self.len {
            let at = self.at[i];
            let pass = passes(at);
            self.at[kept] = at;
            kept += usize::from(pass);
        }
        self.len = kept;
    }
}

/// What the sieve found, and the memory it works in.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Bitmaps of the piece, for judges that need to look around.
    pub(crate) lanes: Lanes,
    /// Ends of names whose last labels may be listed.
    pub(crate) names: Places,
    /// First dots of four dotted numbers; after the filter, those in `v4` only.
    dots: Places,
    /// Addresses whose block is listed.
    pub(crate) v4: Vec<Address>,
    /// Colons that begin what may be an IPv6 address.
    pub(crate) colons: Places,
    /// Places inside long runs of letters and digits.
    long: Places,
    /// Runs that may be listed digests, as start and end.
    pub(crate) digests: Vec<(u32, u32)>,
    /// Brackets around what may be a dot.
    pub(crate) brackets: Places,
    /// Ends of words with bytes from 0x80 on.
    pub(crate) high: Places,
    /// Line feeds in the piece.
    pub(crate) newlines: u64,
}

/// The classification that this machine runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Machine {
    /// Any machine.
    Portable,
    /// x86-64 with AVX2 and the bit instructions of its generation.
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
}

impl Machine {
    /// The best that this machine can.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = avx2::Avx2::detect() {
            return Self::Avx2(avx2);
        }
        Self::Portable
    }

    /// Runs the sieve over one piece.
    pub(crate) fn sift(self, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
        match self {
            Self::Portable => sift(Portable, piece, filters, found),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.sift(piece, filters, found),
        }
    }
}

#[inline(always)]
fn sift<C: Classify>(classify: C, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
    blocks::find(classify, piece, found);
    names::keep(piece, &found.lanes, &mut found.names, filters);
    v4::keep(piece, &found.lanes, &found.dots, filters, &mut found.v4);
    digests::keep(piece, &found.lanes, &found.long, filters, &mut found.digests);
}
