//! Whether the process lives, and whether it can serve.

use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;

/// It lives: it answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether it can serve: the database answers, the clock is right, the disk takes more, the workers live. What exactly is wrong
/// stands on the metrics listener only.
pub(crate) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.is_ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
