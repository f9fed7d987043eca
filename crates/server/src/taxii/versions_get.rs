//! The versions of one object, by name (TAXII 2.1, section 5.8).

use super::error::TaxiiError;
use super::filter::Pairs;
use super::media::Accept;
use super::object_get;
use super::page::{self, List};
use super::place::{Endpoint, Named};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::response::Response;
use hub::ops::taxii::Record;

/// All of them.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named((named, id)): Named<(String, String)>,
    pairs: Pairs,
) -> Result<Response, TaxiiError> {
    let (place, page) = object_get::read(&app.hub, &caller, Endpoint::Versions, &named, &id, &pairs).await?;
    Ok(page::render(&app.hub, accept, &place, &page, List::Said("versions", version)))
}

fn version(one: &Record, body: &mut Vec<u8>) {
    page::text(&one.version, body);
}
