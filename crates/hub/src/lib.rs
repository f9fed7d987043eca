//! What the hub does: one function a wish in [`ops`], one file a deferred job in [`jobs`].
//!
//! Faces (web, API, TAXII, mail, command line) call the same functions. Each opens one transaction, loads, asks a pure
//! function, saves state, job and leaf together, and commits. Nothing here knows HTTP, TAXII or MISP.

mod compose;
mod disclosures;
pub mod error;
mod fresh;
mod hub;
pub mod jobs;
mod ledger;
pub mod log;
mod notices;
pub mod notify;
pub mod ops;
mod own;
mod packed;
pub mod page;
pub mod problem;
pub mod pull;
mod reading;
pub mod regimes;
mod release;
pub mod unread;
mod webauthn;
mod webhook;
pub mod world;

pub use error::HubError;
pub use hub::{Hub, Quota, Retention, Settings, Upkeep};
pub use indicator::defang;
pub use page::{Page, PageRequest};
pub use problem::Problem;
pub use unread::Unread;
pub use world::{Chance, Clock};
