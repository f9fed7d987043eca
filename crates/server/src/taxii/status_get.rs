//! What became of a posted envelope (TAXII 2.1, section 4.3).

use super::error::TaxiiError;
use super::media::Accept;
use super::page::timestamp;
use super::place::Named;
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hub::HubError;
use hub::ops::taxii_post::{self, Status};
use serde::Serialize;

/// Section 4.3.1. Everything is decided when the answer leaves, so nothing is ever pending.
#[derive(Serialize)]
pub(crate) struct Resource {
    id: String,
    status: &'static str,
    request_timestamp: String,
    total_count: usize,
    success_count: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    successes: Vec<Details>,
    failure_count: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Details>,
    pending_count: usize,
}

#[derive(Serialize)]
struct Details {
    id: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl From<Status> for Resource {
    fn from(one: Status) -> Self {
        let requested = timestamp(one.requested_at.as_microsecond());
        // an object without a version of its own has the time of the request (section 3.4.1)
        let version = |said: String| if said.is_empty() { requested.clone() } else { said };
        let good =
            one.successes.into_iter().map(|(id, v)| Details { id, version: version(v), message: None });
        let successes: Vec<Details> = good.collect();
        let bad = one.failures.into_iter().map(|(id, v, why)| Details {
            id,
            version: version(v),
            message: Some(why),
        });
        let failures: Vec<Details> = bad.collect();
        Self {
            id: one.id.to_string(),
            status: "complete",
            total_count: successes.len() + failures.len(),
            success_count: successes.len(),
            successes,
            failure_count: failures.len(),
            failures,
            pending_count: 0,
            request_timestamp: requested,
        }
    }
}

/// The status resource of an own request.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named(id): Named<String>,
) -> Result<Response, TaxiiError> {
    let id = id.parse().map_err(|_| HubError::NotFound)?;
    let status = taxii_post::status(&app.hub, caller.source()?, id).await?;
    Ok(accept.json(StatusCode::OK, &Resource::from(status)))
}
