//! The distinct observables of one source and day, while the day lasts.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Observables held before they are written and forgotten. Four million take about 70 MB; what comes again afterwards is written
/// again, which costs space and nothing else.
pub const HELD_MAX: usize = 4_000_000;

/// Places of the table that knows what came of late: 512 KiB, which a core's own second cache holds.
const RECENT: usize = 1 << 16;

/// Takes a number that is already well mixed as its own hash.
#[derive(Default)]
pub(crate) struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = super::print::hash(self.0, bytes);
    }

    fn write_u32(&mut self, n: u32) {
        self.0 = u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

type Few<T> = HashSet<T, BuildHasherDefault<Itself>>;

/// What was seen and is not yet written.
#[derive(Debug, Default)]
pub struct New {
    /// Prints of names, mail addresses, URLs and digests.
    pub prints: Vec<u64>,
    /// IPv4 addresses.
    pub v4: Vec<u32>,
    /// IPv6 addresses.
    pub v6: Vec<u128>,
}

impl New {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prints.is_empty() && self.v4.is_empty() && self.v6.is_empty()
    }
}

/// The distinct observables of a day, and which of them are new since the last [`Observed::take`].
pub struct Observed {
    prints: Few<u64>,
    v4: Few<u32>,
    v6: BTreeSet<u128>,
    new: New,
    recent: Vec<u64>,
    /// Lines in which host and path stand in fields of their own: no URL of theirs is in the prints.
    pub joined: bool,
}

impl Default for Observed {
    fn default() -> Self {
        Self {
            prints: Few::default(),
            v4: Few::default(),
            v6: BTreeSet::new(),
            new: New::default(),
            recent: vec![0; RECENT],
            joined: false,
        }
    }
}

impl Observed {
    /// Whether this very text, by its hash, was not looked at of late. Forgets older ones.
    #[inline]
    pub(crate) fn is_fresh(&mut self, raw: u64) -> bool {
        let place = (raw as usize) & (RECENT - 1);
        match self.recent.get_mut(place) {
            Some(last) if *last == raw => false,
            Some(last) => {
                *last = raw;
                true
            }
            None => true,
        }
    }

    #[inline]
    pub(crate) fn print(&mut self, print: u64) {
        if self.prints.insert(print) {
            self.new.prints.push(print);
        }
    }

    #[inline]
    pub(crate) fn v4(&mut self, address: u32) {
        if self.v4.insert(address) {
            self.new.v4.push(address);
        }
    }

    pub(crate) fn v6(&mut self, address: u128) {
        if self.v6.insert(address) {
            self.new.v6.push(address);
        }
    }

    /// Distinct observables held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.prints.len() + self.v4.len() + self.v6.len()
    }

    /// Whether nothing was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many are new since the last [`Observed::take`].
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.new.prints.len() + self.new.v4.len() + self.new.v6.len()
    }

    /// What is new, sorted, to be written. Beyond [`HELD_MAX`] everything held is forgotten.
    pub fn take(&mut self) -> New {
        let mut new = std::mem::take(&mut self.new);
        new.prints.sort_unstable();
        new.v4.sort_unstable();
        new.v6.sort_unstable();
        if self.len() > HELD_MAX {
            *self = Self { joined: self.joined, ..Self::default() };
        }
        new
    }

    /// Puts back what could not be written, so that it is tried again.
    pub fn put_back(&mut self, unwritten: New) {
        self.new.prints.extend(unwritten.prints);
        self.new.v4.extend(unwritten.v4);
        self.new.v6.extend(unwritten.v6);
    }
}
