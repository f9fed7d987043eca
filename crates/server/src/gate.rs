//! What stands before every handler: its row of the matrix, applied.

use crate::api::query_names;
use crate::auth::{self, Identity};
use crate::csrf;
use crate::error::Refusal;
use crate::limits::Whose;
use crate::matrix::{Face, Row, Who};
use crate::state::App;
use crate::web::typed::Typed;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use hub::HubError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SemaphorePermit;

/// The longest time that a body may take to arrive, in seconds: 64 MiB over a line of 2 Mbit/s.
const BODY_SECONDS_MAX: u64 = 300;

/// Bytes for one permit of [`App::uploads`]; a body below it takes none.
const PERMIT_BYTES: usize = 1024 * 1024;

/// Lets a request pass to its handler, with its body in memory and its [`Identity`] known.
pub(crate) async fn pass(
    State((app, row)): State<(App, Arc<Row>)>,
    request: Request,
    next: Next,
) -> Response {
    match admitted(&app, &row, request).await {
        Ok((request, _permit)) => {
            let typed = form(&row, &request);
            let mut response = next.run(request.map(Body::from)).await;
            if let Some((kind, body)) = typed
                && response.status() == StatusCode::UNPROCESSABLE_ENTITY
                && let Some(typed) = Typed::read(kind, body).await
            {
                response.extensions_mut().insert(typed);
            }
            response
        }
        Err(why) => why.on(row.face),
    }
}

/// A form that is ours, should it be refused: of a session, or of a page that only its one-time link opens. The others that anybody may
/// send have none: what is typed there are codes and passwords.
fn form(row: &Row, request: &Request<Bytes>) -> Option<(HeaderValue, Bytes)> {
    let form = row.face == Face::Web && row.csrf && !request.body().is_empty();
    let kind = request.headers().get(header::CONTENT_TYPE).filter(|_| form)?;
    Some((kind.clone(), request.body().clone()))
}

async fn admitted<'a>(
    app: &'a App,
    row: &Row,
    request: Request,
) -> Result<(Request<Bytes>, Option<SemaphorePermit<'a>>), Refusal> {
    let (mut parts, body) = request.into_parts();
    let identity =
        auth::identify(app, row.face, &parts.headers, &parts.extensions).await.map_err(Refusal::Hub)?;
    within_limits(app, &identity, &parts.headers)?;
    may(row.who, &identity)?;
    if row.face == Face::Api {
        query_names::check(row, parts.uri.query()).map_err(Refusal::Hub)?;
    }
    if row.method == Method::GET {
        parts.extensions.insert(identity);
        return Ok((Request::from_parts(parts, Bytes::new()), None));
    }
    if row.face == Face::Web && csrf::is_cross_site(&parts.headers) {
        return Err(Refusal::Form);
    }
    let permit = permit(app, row, &parts.headers).await?;
    let body = read(body, row.body_max).await?;
    if let Identity::Session(who) = &identity
        && row.csrf
    {
        csrf::check(&parts.headers, &body, &who.csrf).await?;
    }
    parts.extensions.insert(identity);
    Ok((Request::from_parts(parts, body), permit))
}

/// Counts the request to whoever is known to have sent it.
fn within_limits(app: &App, identity: &Identity, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(caller) = identity.caller() else { return Ok(()) };
    let shown = match identity {
        Identity::Session(_) => auth::session_cookie(headers).unwrap_or_default().as_bytes(),
        _ => headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default(),
    };
    for whose in [Whose::Token(shown), Whose::Organisation(caller.org().0)] {
        app.buckets.take(whose, &app.front.limits, app.hub.now()).map_err(Refusal::Hub)?;
    }
    Ok(())
}

fn may(who: Who, identity: &Identity) -> Result<(), Refusal> {
    match (who, identity.caller()) {
        (Who::Public, _) => Ok(()),
        (_, None) => Err(Refusal::SignIn),
        (_, Some(caller)) if who.admits(caller) => Ok(()),
        _ => Err(Refusal::Hub(HubError::Denied)),
    }
}

/// Room for the body: all large bodies together stay within a bound, later ones wait. A body that says that it is too large is
/// refused before a byte of it is read.
async fn permit<'a>(
    app: &'a App,
    row: &Row,
    headers: &HeaderMap,
) -> Result<Option<SemaphorePermit<'a>>, Refusal> {
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let bytes = length.unwrap_or(row.body_max);
    if bytes > row.body_max {
        return Err(Refusal::Hub(HubError::TooLarge(row.body_max)));
    }
    let permits = u32::try_from(bytes / PERMIT_BYTES).unwrap_or(u32::MAX);
    if permits == 0 {
        return Ok(None);
    }
    app.uploads.acquire_many(permits).await.map(Some).map_err(|_| Refusal::Fault)
}

async fn read(body: Body, max: usize) -> Result<Bytes, Refusal> {
    let reading = axum::body::to_bytes(body, max);
    match tokio::time::timeout(Duration::from_secs(BODY_SECONDS_MAX), reading).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(why)) if is_too_large(&why) => Err(Refusal::Hub(HubError::TooLarge(max))),
        Ok(Err(_)) | Err(_) => Err(Refusal::Body),
    }
}

fn is_too_large(why: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(why);
    while let Some(one) = cause {
        if one.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = one.source();
    }
    false
}
