//! Indicators compiled into one matcher, and its hits in bytes.
//!
//! [`SetBuilder`] makes a [`Set`]; a [`Scanner`] finds the set's indicators in pieces of text. A piece goes through
//! a sieve (`sift`) that finds shapes with bit arithmetic and asks filters, and what is left goes to judges (`judge`)
//! that apply the rules of a correct match and compare the stored value. Opening files, undoing compression and
//! knowing formats is left to `agent`; what an indicator is and its canonical form to `indicator`.
//!
//! ```
//! use indicator::{Indicator, Kind};
//! use sweep::{Entry, Scanner, SetBuilder};
//!
//! let mut builder = SetBuilder::new();
//! let indicator = Indicator::new(Kind::Domain, "evil.example").map_err(|f| f.to_string())?;
//! builder.add(Entry { indicator, labels: vec![], item: None });
//! let (set, notes) = builder.compile();
//! assert!(notes.is_empty());
//! let mut hits = Vec::new();
//! Scanner::new(&set).scan(b"GET http://www.evil.example/ 200\n", 1, &mut hits);
//! assert_eq!((hits[0].line, hits[0].start, hits[0].rule), (1, 11, "subdomain"));
//! # Ok::<(), String>(())
//! ```
#![deny(missing_docs)]

pub mod bundle;
mod classify;
mod judge;
mod mix;
mod pattern;
mod scan;
mod set;
mod sift;
pub mod signed;

pub use judge::Columns;
pub use scan::{Hit, Scanner};
pub use set::{
    Entry, FORMAT, Items, Listed, Misfit, Note, ONLY_HOST_LABEL, Set, SetBuilder, SetFault, V4_WIDEST,
    V6_WIDEST,
};

/// Makes the checksum of a set's bytes fit again: for whoever tests what damaged sets do.
#[doc(hidden)]
pub fn fit_checksum(bytes: &mut [u8]) {
    set::fit_checksum(bytes);
}
