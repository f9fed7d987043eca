//! The faces of the hub over HTTP: TAXII 2.1, the JSON API and the web pages.
//!
//! Each face is a table of routes ([`matrix`]); a route exists only with its row, which says who may call it, on what object,
//! with how large a body. Handlers parse, call one function in `hub::ops`, and render. No SQL and no sharing rule lives here.

pub mod api;
pub mod matrix;
pub mod taxii;
pub mod web;

mod auth;
mod csrf;
mod error;
mod gate;
mod guard;
mod idle;
mod router;
mod serve;
mod state;

pub use router::router;
pub use serve::serve;
pub use state::App;
