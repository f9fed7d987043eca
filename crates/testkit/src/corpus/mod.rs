//! The leak corpus: attack mails full of names of a victim that exists nowhere, an oracle that finds those names again
//! however they are disguised, and the two scores: what survives de-identification, and who can tell the source.
//!
//! Written apart from `deid`, from the list of what identifies a recipient alone: it knows the public functions, not the rules.

mod bodies;
mod cast;
mod coding;
pub mod decode;
mod dice;
mod files;
mod fold;
mod headers;
pub mod linkage;
mod links;
mod names;
mod oracle;
mod parts;
mod pen;
mod score;
mod sector;
mod specimen;

pub use dice::Dice;
pub use oracle::{Hit, Oracle};
pub use pen::{Needle, Plant};
pub use score::{Found, Lost, Outcome, Output, judge, output};
pub use sector::Sector;
pub use specimen::{Kept, KeptKind, Specimen, Story, specimen};
