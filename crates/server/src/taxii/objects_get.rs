//! The objects of a collection (TAXII 2.1, section 5.4).

use super::error::TaxiiError;
use super::filter::Pairs;
use super::media::Accept;
use super::page::{self, List};
use super::place::{self, Endpoint, Named, Place};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::response::Response;
use hub::Hub;
use hub::ops::taxii::{self, FeedPage, Read};
use sharing::Caller;

/// A page of them.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named(named): Named<String>,
    pairs: Pairs,
) -> Result<Response, TaxiiError> {
    let (place, page) = read(&app.hub, &caller, Endpoint::Objects, &named, &pairs).await?;
    Ok(page::render(&app.hub, accept, &place, &page, List::Objects))
}

/// The page that a request asks for.
pub(crate) async fn read(
    hub: &Hub,
    caller: &Caller,
    endpoint: Endpoint,
    named: &str,
    pairs: &Pairs,
) -> Result<(Place, FeedPage), TaxiiError> {
    let asked = pairs.read(endpoint)?;
    let collection = place::collection(hub, caller, named).await?;
    let place = Place::find(hub, endpoint, collection, asked)?;
    let page = at(hub, caller, &place).await?;
    Ok((place, page))
}

/// The page at a place.
pub(crate) async fn at(hub: &Hub, caller: &Caller, place: &Place) -> Result<FeedPage, TaxiiError> {
    let read = Read {
        collection: place.collection.id,
        filter: &place.filter,
        position: place.position,
        limit: place.limit,
        shape: place.endpoint.shape(),
    };
    Ok(taxii::objects(hub, caller, read).await?)
}
