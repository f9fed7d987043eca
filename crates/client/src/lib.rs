//! What we ask of others over HTTP, SMTP and IMAP: a hub's own API, any TAXII 2.1 server, witnesses, logs, time-stamping services,
//! a mail relay, a mailbox, receivers of webhooks.
//!
//! Requests and answers only; what to do with them is the caller's. Nothing here is called by the pure ring.

pub mod checks;
pub mod hub;
pub mod imap;
pub mod log;
pub mod news;
pub mod post;
pub mod reach;
pub mod stamp;
pub mod taxii;
pub mod webhook;
pub mod witness;

mod error;

pub use error::ClientError;
