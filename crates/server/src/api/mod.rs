//! The JSON API `/api/v1`: the contents page of the face.

pub(crate) mod error;
mod health_get;

use crate::matrix::{Face, Object, Route, Row, Who, route};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let public = |path| Row::get(Face::Api, path, Who::Public, Object::None);
    vec![route!(public("/healthz"), health_get::healthz), route!(public("/readyz"), health_get::readyz)]
}
