//! DELETE of an object (TAXII 2.1, section 5.7): refused with the way that is open instead.

use super::error::TaxiiError;
use super::place::{self, Named};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::response::Response;

/// Refuses; a collection that is not the caller's is absent as everywhere.
pub(crate) async fn delete(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Named((named, _)): Named<(String, String)>,
) -> Result<Response, TaxiiError> {
    let one = place::collection(&app.hub, &caller, &named).await?;
    let why = match one.can_write {
        true => {
            "what was sent is evidence: withdraw the submission instead, and its part is taken back everywhere"
        }
        false => "what was released is recalled by the hub, not deleted",
    };
    Err(TaxiiError::Forbidden(why))
}
