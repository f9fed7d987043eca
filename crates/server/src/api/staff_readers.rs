//! Hub staff: the persons who may read what is TLP:RED.

use super::staff_release::Leaving;
use super::wire::{Answer, Body, Id, Words, done, json, name, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::release::{self, Reader};
use model::id::{ItemId, OrgId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person of an organisation that the item reaches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReaderWire {
    /// For which organisation.
    organisation: String,
    /// Its name.
    organisation_name: Words,
    /// Who.
    person: String,
    /// Its name.
    name: String,
    /// Whether it is named.
    named: bool,
}

impl From<Reader> for ReaderWire {
    fn from(one: Reader) -> Self {
        Self {
            organisation: one.organisation.to_string(),
            organisation_name: one.organisation_name.into(),
            person: one.person.to_string(),
            name: one.name,
            named: one.named,
        }
    }
}

/// Who can be named, and who is.
#[utoipa::path(get, path = "/api/v1/staff/items/{id}/readers", tag = "staff", responses((status = 200, body = Vec<ReaderWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<ItemId>) -> Answer {
    let all = release::readers_offered(&app.hub, caller.releaser()?, id).await?;
    json(StatusCode::OK, &all.into_iter().map(ReaderWire::from).collect::<Vec<_>>())
}

/// A person, for one of its organisations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedWire {
    /// For which organisation.
    organisation: String,
    /// Who.
    person: String,
}

/// Everybody who may read it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Readers {
    /// The persons.
    readers: Vec<NamedWire>,
}

impl Readers {
    fn read(&self) -> Result<Vec<(OrgId, PersonId)>, super::error::Problem> {
        let pair =
            |one: &NamedWire| Ok((name("organisation", &one.organisation)?, name("person", &one.person)?));
        self.readers.iter().map(pair).collect()
    }
}

/// Replaces who may read it.
#[utoipa::path(put, path = "/api/v1/staff/items/{id}/readers", tag = "staff", request_body = Readers,
    responses((status = 204)))]
pub(crate) async fn set(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(given): Body<Readers>,
) -> Answer {
    release::name_readers(&app.hub, caller.releaser()?, id, given.read()?).await?;
    done()
}

/// Lets what is TLP:RED leave, to these persons alone.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/release-to", tag = "staff", request_body = Readers,
    responses((status = 200, body = Leaving)))]
pub(crate) async fn release_to(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(given): Body<Readers>,
) -> Answer {
    let at = release::release_to(&app.hub, caller.releaser()?, id, given.read()?).await?;
    json(StatusCode::OK, &Leaving { release_at: time(at) })
}
