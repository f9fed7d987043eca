//! Whether the process lives, and whether it can serve.

/// It lives: it answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// It can serve.
pub(crate) async fn readyz() -> &'static str {
    "ready\n"
}
