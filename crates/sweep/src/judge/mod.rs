//! The judges: each takes a place that the sieve kept, applies the rules of a correct match and compares stored values.
//!
//! They run for about one place in a hundred, so they are written to be read. Rules are named in hits:
//! `domain`, `subdomain`, `idn`, `url`, `url-joined`, `email`, `ipv4`, `ipv4-mapped`, `ipv6`, `range`, `ptr-name`,
//! `digest`, `file-name`, `defanged`.

mod defang;
mod digest;
mod high;
mod join;
mod name;
mod url;
mod v4;
mod v6;

use indicator::{Indicator, Kind};

pub use join::Columns;

use crate::set::{Set, key};
use crate::sift::{Found, Machine};

/// A hit within the piece, before lines are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) entry: u32,
    pub(crate) rule: &'static str,
}

/// One piece in front of the judges.
pub(crate) struct Judge<'a> {
    pub(crate) set: &'a Set,
    pub(crate) machine: Machine,
    pub(crate) piece: &'a [u8],
    pub(crate) columns: Option<&'a Columns>,
    pub(crate) out: &'a mut Vec<Raw>,
    /// Room in which keys are written.
    pub(crate) key: Vec<u8>,
    /// The host of a listed URL was met without the URL.
    pub(crate) met_url_host: bool,
}

impl Judge<'_> {
    /// Judges all that the sieve found. `inner` is the room for text made readable; without it that is left alone,
    /// so that defanged text is read once and not again.
    pub(crate) fn all(&mut self, found: &Found, inner: Option<&mut Found>) {
        for end in found.names.as_slice() {
            self.name(&found.lanes, *end as usize);
        }
        for address in &found.v4 {
            self.v4(*address);
        }
        for (start, end) in &found.digests {
            self.digest(*start as usize, *end as usize);
        }
        let mut seen_to = 0;
        for colon in found.colons.as_slice() {
            seen_to = self.v6(*colon as usize, seen_to);
        }
        for end in found.high.as_slice() {
            self.high(&found.lanes, *end as usize);
        }
        if let Some(inner) = inner {
            let mut seen_to = 0;
            for bracket in found.brackets.as_slice() {
                seen_to = self.defanged(*bracket as usize, seen_to, inner);
            }
        }
    }

    /// Reports every entry of this kind and value.
    fn look_up(&mut self, kind: Kind, value: &[u8], place: std::ops::Range<usize>, rule: &'static str) {
        self.key.clear();
        self.key.push(key::tag(kind));
        self.key.extend_from_slice(value);
        for entry in self.set.find(&self.key) {
            self.out.push(Raw { start: place.start, end: place.end, entry, rule });
        }
    }

    /// Reports every entry that equals what `written` is in its canonical form; true where there is one.
    fn look_up_written(
        &mut self,
        kind: Kind,
        written: &str,
        place: std::ops::Range<usize>,
        rule: &'static str,
    ) -> bool {
        let Ok(indicator) = Indicator::new(kind, written) else { return false };
        let before = self.out.len();
        self.look_up(indicator.kind(), indicator.value().as_bytes(), place, rule);
        self.out.len() > before
    }

    fn byte(&self, at: usize) -> u8 {
        self.piece.get(at).copied().unwrap_or(b' ')
    }

    /// The byte before `at`, a space at the start.
    fn byte_before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b' ', |at| self.byte(at))
    }
}
