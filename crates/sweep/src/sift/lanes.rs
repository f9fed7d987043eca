//! Bitmaps of a whole piece, read through windows that end or start at any byte.
//!
//! A bitmap is kept as bytes, so that a window is one unaligned load and a shift by less than eight bits. It
//! therefore shows at least [`WINDOW`] bytes of text; the bits beyond are 0.

/// Bytes of text that every window shows.
pub(super) const WINDOW: usize = 57;

/// Bytes of "nothing here" before the first block of a bitmap, so that windows can reach out of the piece.
const PAD: usize = 8;

/// Bytes of "nothing here" behind the last block.
const BEHIND: usize = 16;

/// One bit for each byte of the piece.
#[derive(Debug, Default)]
struct Bitmap(Vec<u8>);

impl Bitmap {
    fn start(&mut self, blocks: usize) {
        self.0.resize(PAD + 8 * blocks + BEHIND, 0);
    }

    /// Writes the bits of blocks from `first` on.
    #[inline(always)]
    fn set(&mut self, first: usize, row: &[u64]) {
        let out = self.0.get_mut(PAD + 8 * first..).unwrap_or_default().as_chunks_mut().0;
        for (out, bits) in out.iter_mut().zip(row) {
            *out = bits.to_le_bytes();
        }
    }

    /// Nothing is left of a longer piece behind the last block.
    fn end(&mut self, blocks: usize) {
        if let Some(behind) = self.0.get_mut(PAD + 8 * blocks..) {
            let len = behind.len().min(BEHIND);
            behind[..len].fill(0);
        }
    }

    /// Bits before `end`, the last of them highest.
    #[inline(always)]
    fn before(&self, end: usize) -> u64 {
        let byte = end.div_ceil(8);
        crate::mix::u64_at(&self.0, byte + PAD - 8) << (8 * byte - end)
    }

    /// Bits from `start` on, the first of them lowest.
    #[inline(always)]
    fn from(&self, start: usize) -> u64 {
        crate::mix::u64_at(&self.0, start / 8 + PAD) >> (start % 8)
    }
}

/// The bitmaps of a piece.
///
/// Those of names are one byte late: bit `i` tells of byte `i - 1`. Whether a dot belongs to a name is known only from
/// the byte behind it.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    /// Bytes of names, late.
    names: Bitmap,
    /// Dots inside names, late.
    dots: Bitmap,
    alnum: Bitmap,
}

impl Lanes {
    /// Makes room for `blocks` blocks.
    pub(super) fn start(&mut self, blocks: usize) {
        for bitmap in [&mut self.names, &mut self.dots, &mut self.alnum] {
            bitmap.start(blocks);
        }
    }

    /// Sets the bitmaps of blocks from `first` on; `names` and `dots` are late by one byte.
    #[inline(always)]
    pub(super) fn set(&mut self, first: usize, names: &[u64], dots: &[u64], alnum: &[u64]) {
        self.names.set(first, names);
        self.dots.set(first, dots);
        self.alnum.set(first, alnum);
    }

    /// Says that `blocks` blocks were set.
    pub(super) fn end(&mut self, blocks: usize) {
        for bitmap in [&mut self.names, &mut self.dots, &mut self.alnum] {
            bitmap.end(blocks);
        }
    }

    /// Bytes of names among those before `end`.
    #[inline(always)]
    pub(super) fn names_before(&self, end: usize) -> u64 {
        self.names.before(end + 1)
    }

    /// Dots in names among the bytes before `end`.
    #[inline(always)]
    pub(super) fn dots_before(&self, end: usize) -> u64 {
        self.dots.before(end + 1)
    }

    /// Start and end of the run of letters and digits around `at`.
    pub(crate) fn alnum_run(&self, at: usize) -> (usize, usize) {
        let mut start = at;
        loop {
            let run = (!self.alnum.before(start)).leading_zeros() as usize;
            start -= run.min(start);
            if run < WINDOW || start == 0 {
                break;
            }
        }
        let mut end = at;
        loop {
            let run = (!self.alnum.from(end)).trailing_zeros() as usize;
            end += run;
            if run < WINDOW {
                return (start, end);
            }
        }
    }

    /// Start of the name that ends at `end`.
    pub(crate) fn name_start(&self, end: usize) -> usize {
        let mut start = end;
        loop {
            let run = (!self.names_before(start)).leading_zeros() as usize;
            start -= run.min(start);
            if run < WINDOW || start == 0 {
                return start;
            }
        }
    }
}
