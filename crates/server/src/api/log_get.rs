//! The public log as files that never change, but for the checkpoint (C2SP tlog-tiles). They say how many leaves there are, and
//! nothing of what happened: the log grows at a constant pace.

use super::error::Problem;
use crate::state::App;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hub::HubError;
use hub::log::{LogFile, file};

/// A year: what a path names never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A newer one may stand there in a second.
const SHORT: &str = "public, max-age=1";

/// One file.
pub(crate) async fn get(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let which = LogFile::parse(&path).ok_or(HubError::NotFound)?;
    let bytes = file(&app.hub, which)?;
    let (media, keep) = match which {
        LogFile::Checkpoint => ("text/plain; charset=utf-8", SHORT),
        LogFile::Tile(_) | LogFile::Entries(_) => ("application/octet-stream", FOREVER),
    };
    Ok(([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, keep)], bytes).into_response())
}
