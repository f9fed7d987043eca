//! Around everything: headers that protect the reader, one line a request, and no fault that ends a connection.

use crate::error::Refusal;
use crate::matrix::Face;
use crate::state::App;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;

/// Nothing but our own style sheet and pictures, no script at all, no frame, forms to us only.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                   frame-ancestors 'none'; base-uri 'none'";

/// The headers of every response.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A year: browsers come back over TLS only.
const HSTS: &str = "max-age=31536000";

/// Runs a request. The line in the log says method, route and outcome; never who asked, and never an identifier.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = app.hub.now();
    let method = request.method().clone();
    let face = Face::of(request.uri().path());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
        // called in this process, not over a socket
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
    }
    let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = outcome.unwrap_or_else(|_| {
        tracing::error!(route, "a handler panicked");
        Refusal::Fault.on(face)
    });
    protect(&app, &mut response);
    let status = response.status().as_u16();
    let duration_ms = app.hub.now().duration_since(begun).as_millis();
    tracing::info!(%method, route, status, duration_ms, "request");
    response
}

fn protect(app: &App, response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    // everything is private unless its handler says otherwise
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
