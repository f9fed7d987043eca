//! One object, in the versions that were asked for (TAXII 2.1, section 5.6).

use super::error::TaxiiError;
use super::filter::{Pairs, is_id};
use super::media::Accept;
use super::objects_get::at;
use super::page::{self, List};
use super::place::{self, Endpoint, Named, Place};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::response::Response;
use hub::ops::taxii::{FeedPage, Filter, Versions};
use hub::{Hub, HubError};
use sharing::Caller;

/// The object.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named((named, id)): Named<(String, String)>,
    pairs: Pairs,
) -> Result<Response, TaxiiError> {
    let (place, page) = read(&app.hub, &caller, Endpoint::Object, &named, &id, &pairs).await?;
    Ok(page::render(&app.hub, accept, &place, &page, List::Objects))
}

/// The page of one object's versions. An object that this caller cannot see is absent: 404; one whose filters leave nothing is an
/// empty page.
pub(crate) async fn read(
    hub: &Hub,
    caller: &Caller,
    endpoint: Endpoint,
    named: &str,
    id: &str,
    pairs: &Pairs,
) -> Result<(Place, FeedPage), TaxiiError> {
    let mut asked = pairs.read(endpoint)?;
    asked.filter.ids = vec![id.to_owned()];
    if endpoint == Endpoint::Versions {
        asked.filter.versions = vec![Versions::All];
    }
    let collection = place::collection(hub, caller, named).await?;
    if !is_id(id) {
        return Err(HubError::NotFound.into());
    }
    let place = Place::find(hub, endpoint, collection, asked)?;
    if place.filter.ids != [id] {
        return Err(TaxiiError::Bad("`next` is not of this list", "start again without it".to_owned()));
    }
    let page = at(hub, caller, &place).await?;
    if page.content.is_none() && !exists(hub, caller, &place).await? {
        return Err(HubError::NotFound.into());
    }
    Ok((place, page))
}

async fn exists(hub: &Hub, caller: &Caller, place: &Place) -> Result<bool, TaxiiError> {
    let filter = Filter { ids: place.filter.ids.clone(), versions: vec![Versions::All], ..Filter::default() };
    let any = Place {
        filter,
        position: None,
        limit: 1,
        collection: place.collection.clone(),
        endpoint: place.endpoint,
    };
    Ok(at(hub, caller, &any).await?.content.is_some())
}
