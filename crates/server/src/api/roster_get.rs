//! Who is in the community. Profiles and people are not in it.

use super::wire::{Answer, Words, json, list};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use model::org::{Organisation, Roster, Sector};
use serde::Serialize;
use utoipa::ToSchema;

/// A sector.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SectorWire {
    /// Its identifier.
    id: String,
    /// Short name.
    slug: String,
    /// Name.
    name: Words,
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationWire {
    /// Its identifier.
    id: String,
    /// Short name.
    slug: String,
    /// Name.
    name: Words,
    /// The organisation through which it reports.
    parent: Option<String>,
    /// What it is.
    roles: Vec<String>,
    /// Sectors it belongs to.
    sectors: Vec<String>,
}

/// The roster.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RosterWire {
    /// Organisations.
    organisations: Vec<OrganisationWire>,
    /// Sectors.
    sectors: Vec<SectorWire>,
}

impl From<Roster> for RosterWire {
    fn from(roster: Roster) -> Self {
        let organisation = |o: Organisation| OrganisationWire {
            id: o.id.to_string(),
            slug: o.slug,
            name: o.name.into(),
            parent: o.parent.map(|p| p.to_string()),
            roles: list(o.roles),
            sectors: list(o.sectors),
        };
        let sector = |s: Sector| SectorWire { id: s.id.to_string(), slug: s.slug, name: s.name.into() };
        Self {
            organisations: roster.organisations.into_iter().map(organisation).collect(),
            sectors: roster.sectors.into_iter().map(sector).collect(),
        }
    }
}

/// The roster, known to all.
#[utoipa::path(get, path = "/api/v1/roster", tag = "organisation", responses((status = 200, body = RosterWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let roster = hub::ops::admin::roster(&app.hub, &caller).await?;
    json(StatusCode::OK, &RosterWire::from(roster))
}
