//! The nouns of Noroshi and their states: organisations, persons, submissions, items, consents, audiences, answers.
//!
//! Everything here is a value. The states and who may change them stand in [`state`]; who may *see* what is decided
//! in `sharing`, what may *leave* in `deid`. Nothing here reads a clock or draws a random number.
#![deny(missing_docs)]

pub mod answer;
pub mod audience;
pub mod check;
pub mod clock;
pub mod consent;
pub mod id;
pub mod item;
pub mod lang;
pub mod naming;
pub mod org;
pub mod profile;
pub mod question;
pub mod receipt;
pub mod report;
pub mod role;
pub mod state;
pub mod stix_map;
pub mod submission;
pub mod time;
pub mod tlp;
pub mod vocabulary;

pub mod named;

#[doc(hidden)]
pub use serde;
