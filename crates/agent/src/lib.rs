//! A member's side: its own files, logs and mail boxes opened and checked against a set of indicators.
//!
//! [`watch`] follows logs into a [`journal`], from which [`past`] answers a new warning; [`policy`] says what is answered alone and
//! [`done`] what was. [`sources`] knows files, compression, archives and formats; what a correct match is it leaves to `sweep`, and what a
//! message says to `mail`. [`findings`] says what a sweep means for each warning, [`slip`] how that is carried by hand. Nothing here
//! talks to a hub.

pub mod done;
pub mod findings;
pub mod journal;
pub mod lists;
pub mod past;
pub mod policy;
pub mod slip;
pub mod sources;
pub mod watch;
