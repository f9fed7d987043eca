//! TAXII 2.1: the contents page of the face.

pub(crate) mod error;
pub(crate) mod media;

use crate::matrix::Route;

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![]
}
