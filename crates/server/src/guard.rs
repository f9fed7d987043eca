//! Around everything: headers that protect the reader, one line a request, and no fault that ends a connection.

use crate::error::Refusal;
use crate::limits::Whose;
use crate::matrix::Face;
use crate::state::App;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use hub::HubError;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// Nothing but our own style sheet, pictures and two scripts of our own that no page depends on; no inline script, no frame, forms
/// and connections to us only.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; \
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

/// A request that takes longer than its body may take to arrive (see `gate`) and a minute more has lost its database: it ends,
/// so that it holds no connection of the pool.
const REQUEST_SECONDS_MAX: Duration = Duration::from_secs(360);

/// By the first digit.
const STATUS_CLASSES: [&str; 6] = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// A year: browsers come back over TLS only.
const HSTS: &str = "max-age=31536000";

/// Runs a request. The line in the log says method, route and outcome; never who asked, and never an identifier.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = app.hub.now();
    let method = request.method().clone();
    let face = Face::of(request.uri().path());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    // called in this process there is no socket
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let mut from = peer.map_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), |peer| peer.0);
    from.set_ip(app.front.caller(from.ip(), request.headers()));
    request.extensions_mut().insert(ConnectInfo(from));
    let mut response = match app.buckets.take(Whose::Address(from.ip()), &app.front.limits, begun) {
        Err(why) => Refusal::Hub(why).on(face),
        Ok(()) => answered(request, next, &route, face).await,
    };
    protect(&app, &mut response);
    let status = response.status().as_u16();
    let duration_ms = app.hub.now().duration_since(begun).as_millis();
    tracing::info!(%method, route, status, duration_ms, "request");
    let class = STATUS_CLASSES[usize::from(status / 100).min(STATUS_CLASSES.len() - 1)];
    metrics::counter!("noroshi_requests_total", "route" => route, "status" => class).increment(1);
    let seconds = app.hub.now().duration_since(begun).as_secs_f64();
    metrics::histogram!("noroshi_request_seconds", "face" => face.as_str()).record(seconds);
    response
}

/// The answer, whatever happens to the handler.
async fn answered(request: Request, next: Next, route: &str, face: Face) -> Response {
    let running = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(REQUEST_SECONDS_MAX, running).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!(route, "a handler panicked");
            Refusal::Fault.on(face)
        }
        Err(_) => {
            tracing::error!(route, "a request did not end in time");
            Refusal::Hub(HubError::Unavailable("slow".to_owned())).on(face)
        }
    }
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
