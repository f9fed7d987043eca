//! From a submission to what may leave: built up from an allow-list of typed fields, never by scrubbing.
//!
//! The readers ([`from_mail`] and its sisters) make a [`Draft`]; [`render`] makes of its content the objects and texts that
//! leave; [`gate`] decodes those again and refuses them on any hit of any organisation's profile. Nothing here keeps a key,
//! reads a clock or draws a random number.
#![deny(missing_docs)]

mod arrival;
mod draft;
mod forward;
mod from_mail;
mod from_report;
pub mod gate;
pub mod hints;
mod likeness;
mod listed;
mod made_for_one;
mod misread;
mod names;
mod own_words;
mod parts;
mod pattern;
mod profile_toml;
pub mod protective;
pub mod render;
mod victim;

pub use arrival::{readable, sniff};
pub use draft::{DROPPED_MAX, Draft, Known};
pub use forward::is_own;
pub use from_mail::{from_attached, from_forward, from_mail};
pub use from_report::from_report;
pub use likeness::{Likeness, likeness};
pub use listed::{from_indicators, from_misp, from_stix, from_text};
pub use misread::{Misread, misread};
pub use profile_toml::profile_from_toml;
pub use victim::own_domain;
