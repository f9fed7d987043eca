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
mod events;
mod front;
mod gate;
mod guard;
mod idle;
mod limits;
mod metrics;
mod router;
mod serve;
pub mod smtp;
mod state;
mod tls;
mod witness;

pub use front::Front;
pub use limits::Limits;
pub use metrics::{Render, metrics_router};
pub use router::{router, router_behind};
pub use serve::{serve, serve_over};
pub use state::App;
pub use tls::Tls;
pub use witness::witness_router;
