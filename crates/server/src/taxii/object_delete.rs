//! DELETE of an object (TAXII 2.1, section 5.7): hides its versions in the organisation's own collection. What was submitted stays, and
//! what the hub released is recalled, not deleted.

use super::error::TaxiiError;
use super::filter::Pairs;
use super::media::Accept;
use super::place::{self, Endpoint, Named};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hub::ops::taxii;

/// Hides it; absent is absent, and a collection that is not the caller's too.
pub(crate) async fn delete(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named((named, id)): Named<(String, String)>,
    pairs: Pairs,
) -> Result<Response, TaxiiError> {
    let asked = pairs.read(Endpoint::Object)?;
    let one = place::collection(&app.hub, &caller, &named).await?;
    if !one.can_write {
        return Err(TaxiiError::Forbidden("what was released is recalled by the hub, not deleted"));
    }
    let source = caller.reporter()?;
    taxii::hide(&app.hub, &caller, source, one.id, &id, &asked.filter).await?;
    Ok(accept.bytes(StatusCode::OK, b"{}".to_vec()))
}
