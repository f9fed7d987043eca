//! Discovery: where the API root is (TAXII 2.1, section 4.1).

use super::media::Accept;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
struct Discovery {
    title: String,
    default: String,
    api_roots: [String; 1],
}

/// The server and its one root.
pub(crate) async fn get(State(app): State<App>, accept: Accept) -> Response {
    let settings = app.hub.settings();
    let root = format!("{}/taxii2/hub/", settings.url);
    let found = Discovery { title: settings.name.en.clone(), default: root.clone(), api_roots: [root] };
    accept.json(StatusCode::OK, &found)
}
