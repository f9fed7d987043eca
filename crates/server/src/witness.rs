//! A witness over HTTP (C2SP tlog-witness): one route, open to everybody, because a request proves itself by the log's signature.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hub::log::witness::{REQUEST_BYTES_MAX, Witness};
use std::sync::Arc;

/// The witness's one route.
pub fn witness_router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .with_state(witness)
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Response {
    match witness.add_checkpoint(&body).await {
        Ok(said) => {
            let status = StatusCode::from_u16(said.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, said.media)], said.body).into_response()
        }
        Err(why) => {
            tracing::error!(error = %why, "nothing was signed");
            (StatusCode::SERVICE_UNAVAILABLE, "what was seen cannot be kept now; nothing was signed\n")
                .into_response()
        }
    }
}
