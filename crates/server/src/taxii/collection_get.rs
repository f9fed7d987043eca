//! One collection, by id or alias (TAXII 2.1, section 5.2).

use super::collections_get::Resource;
use super::error::TaxiiError;
use super::media::Accept;
use super::place::{self, Named};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// The collection.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named(named): Named<String>,
) -> Result<Response, TaxiiError> {
    let one = place::collection(&app.hub, &caller, &named).await?;
    Ok(accept.json(StatusCode::OK, &Resource::from(one)))
}
