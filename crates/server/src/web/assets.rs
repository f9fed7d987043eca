//! The style sheet, the scripts and the mark, compiled in.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// How long a browser keeps them: an hour, so that a new version of the hub is seen the same day.
const KEEP: &str = "public, max-age=3600";

const CSS: &str = include_str!("../../assets/noroshi.css");
const LIVE: &str = include_str!("../../assets/live.js");
const PASSKEY: &str = include_str!("../../assets/passkey.js");
const MARK: &str = include_str!("../../assets/mark.svg");

/// The style sheet.
pub(crate) async fn css() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, KEEP)], CSS).into_response()
}

/// A script: news while a page is open.
pub(crate) async fn live() -> Response {
    script(LIVE)
}

/// A script: passkeys.
pub(crate) async fn passkey() -> Response {
    script(PASSKEY)
}

fn script(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, KEEP)], text)
        .into_response()
}

/// The mark.
pub(crate) async fn mark() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, KEEP)], MARK).into_response()
}
