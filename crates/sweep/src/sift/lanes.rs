//! Bitmaps of a whole piece, read through 64-bit windows that end or start at any byte.

/// The bitmaps of one block that later steps look around in. Outside of the piece everything is "not a word".
#[derive(Debug, Clone, Copy)]
struct Lane {
    /// Bytes that end a name.
    outside: u64,
    /// Dots inside names.
    dots: u64,
    /// Bytes that are no digit.
    no_digit: u64,
    /// Bytes that are neither letter nor digit.
    no_alnum: u64,
}

const OUTSIDE: Lane = Lane { outside: !0, dots: 0, no_digit: !0, no_alnum: !0 };

/// The bitmaps of a piece.
#[derive(Debug, Default)]
pub(crate) struct Lanes(Vec<Lane>);

/// Which bytes a window shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// Bytes that end a name.
    pub(crate) outside: u64,
    /// Dots inside names.
    pub(crate) dots: u64,
}

#[inline(always)]
fn join(low: u64, high: u64, by: usize) -> u64 {
    ((u128::from(high) << 64 | u128::from(low)) >> by) as u64
}

impl Lanes {
    /// Makes room for `blocks` blocks.
    pub(super) fn start(&mut self, blocks: usize) {
        self.0.clear();
        self.0.resize(blocks + 4, OUTSIDE);
    }

    /// Sets the bitmaps of one block.
    #[inline(always)]
    pub(super) fn set(&mut self, block: usize, outside: u64, dots: u64, digit: u64, alnum: u64) {
        if let Some(lane) = self.0.get_mut(block + 1) {
            *lane = Lane { outside, dots, no_digit: !digit, no_alnum: !alnum };
        }
    }

    /// The two neighbours that a window over the 64 bytes before `end` lies in, and the shift between them.
    #[inline(always)]
    fn pair(&self, end: usize) -> (&Lane, &Lane, usize) {
        match self.0.get(end / 64..end / 64 + 2) {
            Some([low, high]) => (low, high, end % 64),
            _ => (&OUTSIDE, &OUTSIDE, 0),
        }
    }

    /// The 64 bytes before `end`; the last of them is the highest bit.
    #[inline(always)]
    pub(super) fn before(&self, end: usize) -> Window {
        let (low, high, by) = self.pair(end);
        Window { outside: join(low.outside, high.outside, by), dots: join(low.dots, high.dots, by) }
    }

    /// No-digit bytes among the 64 before `end`.
    #[inline(always)]
    pub(super) fn no_digit_before(&self, end: usize) -> u64 {
        let (low, high, by) = self.pair(end);
        join(low.no_digit, high.no_digit, by)
    }

    /// Dots and no-digit bytes among the 64 from `start` on; the first of them is the lowest bit.
    #[inline(always)]
    pub(super) fn numbers_from(&self, start: usize) -> (u64, u64) {
        let (low, high, by) = self.pair(start + 64);
        (join(low.dots, high.dots, by), join(low.no_digit, high.no_digit, by))
    }

    /// Start and end of the run of letters and digits around `at`.
    pub(crate) fn alnum_run(&self, at: usize) -> (usize, usize) {
        let (mut start, mut end) = (at, at);
        loop {
            let (low, high, by) = self.pair(start);
            let run = join(low.no_alnum, high.no_alnum, by).leading_zeros() as usize;
            start -= run.min(start);
            if run < 64 {
                break;
            }
        }
        loop {
            let (low, high, by) = self.pair(end + 64);
            let run = join(low.no_alnum, high.no_alnum, by).trailing_zeros() as usize;
            end += run;
            if run < 64 {
                return (start, end);
            }
        }
    }

    /// Start of the name that ends at `end`.
    pub(crate) fn name_start(&self, end: usize) -> usize {
        let mut start = end;
        loop {
            let run = self.before(start).outside.leading_zeros() as usize;
            start -= run.min(start);
            if run < 64 || start == 0 {
                return start;
            }
        }
    }
}
