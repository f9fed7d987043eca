//! The sectors, for whoever keeps the roster. Everybody reads them in the roster.

use super::organisations::AddedWire;
use super::wire::{Answer, Body, Words, done, json, name};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::admin::AsRegistrar;
use hub::ops::sector;
use serde::Deserialize;
use utoipa::ToSchema;

/// A new sector.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSectorWire {
    /// Short name in Latin letters. It stays.
    slug: String,
    /// Name.
    name: Words,
}

/// Adds a sector with its collection.
#[utoipa::path(post, path = "/api/v1/staff/sectors", tag = "staff", request_body = NewSectorWire,
    responses((status = 201, body = AddedWire)))]
pub(crate) async fn add(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewSectorWire>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let id = sector::add(&app.hub, by, &new.slug, new.name.into()).await?;
    json(StatusCode::CREATED, &AddedWire { id: id.to_string() })
}

/// What a sector is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SectorName {
    /// Its identifier.
    sector: String,
    /// Name.
    name: Words,
}

/// Changes what a sector is called.
#[utoipa::path(put, path = "/api/v1/staff/sectors/name", tag = "staff", request_body = SectorName,
    responses((status = 204)))]
pub(crate) async fn rename(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<SectorName>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    sector::rename(&app.hub, by, name("sector", &new.sector)?, new.name.into()).await?;
    done()
}
