//! What we ask of others over HTTP: a hub's own API, and any TAXII 2.1 server.
//!
//! Requests and answers only; what to do with them is the caller's. Nothing here is called by the pure ring.

pub mod checks;
pub mod hub;
pub mod taxii;

mod error;

pub use error::ClientError;
