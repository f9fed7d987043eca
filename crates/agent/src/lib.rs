//! A member's side: its own files, logs and mail boxes opened and checked against a set of indicators.
//!
//! [`sources`] knows files, compression, archives and formats; what a correct match is it leaves to `sweep`, and what a
//! message says to `mail`. Nothing here talks to a hub.

pub mod lists;
mod patterns;
pub mod sources;
