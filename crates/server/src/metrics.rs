//! The face of the machine that watches: figures for Prometheus and the health with its reasons, on a listener of their own.
//! Classes and numbers only: no organisation, no identifier.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hub::Hub;
use hub::ops::health;
use std::sync::Arc;

/// Prints every figure in the exposition format.
pub type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// The routes of the metrics listener.
pub fn metrics_router(hub: Hub, render: Render) -> Router {
    Router::new().route("/metrics", get(metrics)).route("/health", get(findings)).with_state((hub, render))
}

async fn metrics(State((hub, render)): State<(Hub, Render)>) -> Response {
    health::gauge(&hub).await;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], render()).into_response()
}

/// Every finding in a line of its own; 503 when the hub cannot serve.
async fn findings(State((hub, _)): State<(Hub, Render)>) -> Response {
    let found = health::look(&hub).await;
    let status = if health::is_ready(&found) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let lines: String = found.iter().map(|f| format!("{}: {}\n", f.class, f.text)).collect();
    (status, if lines.is_empty() { "all is well\n".to_owned() } else { lines }).into_response()
}
