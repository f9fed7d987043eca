//! Posting an envelope or a bundle into the organisation's own collection (TAXII 2.1, section 5.5). It becomes a submission and is on
//! disk before the answer.

use super::error::TaxiiError;
use super::media::{Accept, check_posted};
use super::place::{self, Named};
use super::status_get::Resource;
use crate::auth::ApiCaller;
use crate::state::App;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub::HubError;
use hub::ops::taxii_post;

/// Keeps it, and says what became of each object.
pub(crate) async fn post(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named(named): Named<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, TaxiiError> {
    check_posted(&headers)?;
    let source = caller.reporter()?;
    let target = place::collection(&app.hub, &caller, &named).await?;
    if !target.can_write {
        return Err(TaxiiError::Forbidden("this collection is filled by the hub: post into your own"));
    }
    let posted = taxii_post::post(&app.hub, &caller, source, target.id, body.into()).await;
    let status = posted.map_err(|why| match why {
        // nothing of it is understood: 400, and nothing is kept (section 5.5)
        HubError::Invalid(_, why) => {
            TaxiiError::Bad("the body is no envelope and no bundle", why.to_string())
        }
        other => other.into(),
    })?;
    Ok(accept.json(StatusCode::ACCEPTED, &Resource::from(status)))
}
