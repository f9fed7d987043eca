//! The past in a moment: which observables were in which source on which day, so that a new warning is answered without reading
//! a log again.
//!
//! [`extract`] takes observables out of log text in the canonical form of `sweep`, [`observed`] holds the distinct ones of a day,
//! [`block`] is the format on disk, [`day`] the file of one source and day, [`ask`] the question of an item to all of them. The
//! journal answers "no" for certain and "perhaps" otherwise: a perhaps is settled by sweeping that source's files.

pub mod ask;
pub mod block;
pub mod day;
pub mod extract;
pub mod observed;
mod print;
mod shape;

pub use ask::{Question, Verdict};
pub use day::DayFile;
pub use extract::Extractor;
pub use observed::Observed;

/// The hash by which files are known again.
pub(crate) fn hash_of(bytes: &[u8]) -> u64 {
    print::hash(13, bytes)
}
