//! A member's side: its own files, logs and mail boxes opened and checked against a set of indicators.
//!
//! [`watch`] follows logs into a [`journal`], from which [`past`] answers a new warning; [`policy`] says what is answered alone and
//! [`done`] what was. [`sources`] knows files, compression, archives and formats; what a correct match is it leaves to `sweep`, and what a
//! message says to `mail`. Nothing here talks to a hub.

pub mod done;
pub mod journal;
pub mod lists;
pub mod past;
mod patterns;
pub mod policy;
pub mod sources;
pub mod watch;
