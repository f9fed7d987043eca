//! From a submission to what may leave: built up from an allow-list of typed fields, never by scrubbing.
//!
//! The readers ([`from_mail`] and its sisters) make a [`Draft`]; [`render`] makes of its content the objects and texts that
//! leave; [`gate`] decodes those again and refuses them on any hit of any organisation's profile. Nothing here keeps a key,
//! reads a clock or draws a random number.
#![deny(missing_docs)]

mod draft;
pub mod gate;
pub mod hints;
mod profile_toml;
pub mod render;

pub use draft::{Draft, Known, from_indicators, from_mail, from_stix, from_text};
pub use profile_toml::profile_from_toml;
