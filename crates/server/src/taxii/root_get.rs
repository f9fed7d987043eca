//! The API root (TAXII 2.1, section 4.2).

use super::media::{Accept, TAXII};
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::submission::SUBMISSION_BYTES_MAX;
use serde::Serialize;

#[derive(Serialize)]
struct Root {
    title: String,
    versions: [&'static str; 1],
    max_content_length: usize,
}

/// What it speaks, and how much it takes.
pub(crate) async fn get(State(app): State<App>, accept: Accept) -> Response {
    let title = app.hub.settings().name.en.clone();
    let root = Root { title, versions: [TAXII], max_content_length: SUBMISSION_BYTES_MAX };
    accept.json(StatusCode::OK, &root)
}
