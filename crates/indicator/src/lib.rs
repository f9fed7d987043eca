//! Indicators of attack: found in text, brought to one canonical form, labelled, read from files.
//!
//! The canonical forms of [`canon`] are shared by the sweep, by STIX and by look-ups; `docs/canonical.md` publishes
//! them with test vectors. This crate knows text and values only: it opens no file and no socket, and it leaves to
//! others what is done with an indicator.
#![deny(missing_docs)]

pub mod canon;
mod defang;
mod fast_hash;
mod fault;
pub mod files;
mod find;
mod kind;
mod refang;
mod special;
mod suffix;
mod value;
pub mod warning;

pub use defang::defang;
pub use fault::Fault;
pub use find::{Find, REFERENCE, find};
pub use kind::Kind;
pub use refang::refang;
pub use special::is_special_ip;
pub use suffix::{is_public_suffix, registrable_domain};
pub use value::{Indicator, parse};
