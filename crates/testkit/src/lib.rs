//! What the tests of the outer rings speak: a hub in a simulated world, and requests to its faces.
//!
//! Never shipped. Time and chance are simulated, so that a story runs the same twice and a slot costs no quarter of an hour.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use this crate; a fault must stop them"
)]

mod administrator;
mod cluster;
pub mod corpus;
mod device;
mod forgetful;
pub mod incident;
mod mail_server;
pub mod mails;
mod people;
mod proxy;
mod receiver;
mod request;
mod test_hub;
mod witnesses;
mod world;

pub use administrator::{Administrator, leaves};
pub use cluster::{Care, Cluster, Database, postgres_programs};
pub use device::Device;
pub use forgetful::Forgetful;
pub use mail_server::{Lying, MailServer};
pub use people::{leave, member, staff};
pub use proxy::Proxy;
pub use receiver::{Call, Receiver};
pub use request::{Answer, Ask};
pub use test_hub::{Member, TestHub};
pub use witnesses::Witnesses;
pub use world::{SimChance, SimClock};
