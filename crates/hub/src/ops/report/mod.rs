//! Incident reports: written by the organisation it happened to, read and answered by the office it is addressed to.
//!
//! [`incident`] opens and saves, [`send`] tells a stage, [`office`] is the other side, [`view`] what both see, [`export`] and
//! [`pack`] what leaves as files, [`share`] the one way from here to a submission.

pub(crate) mod case;
pub mod erase;
pub mod export;
pub mod incident;
pub mod office;
pub mod pack;
mod pack_verify;
mod pack_words;
pub(crate) mod remind;
pub mod seat;
pub mod send;
pub mod share;
pub mod view;
mod xlsx;

pub use pack_verify::{PackFault, PackReport, verify};

/// The keyed hashes by which an organisation finds its incidents: the one in use, and the one of earlier versions, which found its
/// submissions as well, so that whoever had the database could join the two.
pub(crate) fn owner_tags(hub: &crate::Hub, org: model::id::OrgId) -> [Vec<u8>; 2] {
    let seals = hub.store.seals();
    [seals.tag("incident-owner", org.0.as_bytes()), seals.source_tag(org)]
}
