//! The register of organisations, for whoever keeps the roster and for the auditor: a list of lines, adding one, and its place in it.

use super::access::{StandingWire, overseer};
use super::wire::{
    Answer, Asked, Body, Id, Paging, Rows, Words, done, json, list as strings, name, names, rows, time,
};
use crate::auth::ApiCaller;
use crate::state::App;
use crate::web::markup::in_address;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::org_place::{self, Move};
use hub::ops::org_role;
use hub::ops::register::{self, Listed};
use model::id::OrgId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A line of the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedWire {
    /// Identifier.
    id: String,
    /// Short name.
    slug: String,
    /// Name.
    name: Words,
    /// The organisation through which it reports.
    parent: Option<Words>,
    /// What it is.
    roles: Vec<String>,
    /// The version of the agreement that it signed.
    agreement: Option<String>,
    /// When.
    agreed_at: Option<String>,
    /// How many people act for it.
    people: u64,
    /// How many of them are on its on-call list.
    on_call: u64,
}

impl From<Listed> for ListedWire {
    fn from(one: Listed) -> Self {
        let (agreement, agreed_at) = one.agreement.map(|(v, at)| (v, time(at))).unzip();
        Self {
            id: one.id.to_string(),
            slug: one.slug,
            name: one.name.into(),
            parent: one.parent.map(Words::from),
            roles: strings(one.roles),
            agreement,
            agreed_at,
            people: one.people,
            on_call: one.on_call,
        }
    }
}

/// Which organisations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Letters that one of its names holds; all where absent.
    q: String,
    /// The cursor that the previous page gave.
    after: Option<String>,
    /// Rows wanted, at most 200; 50 when absent.
    limit: Option<u32>,
}

/// The register, by short name. The look is a leaf of the log.
#[utoipa::path(get, path = "/api/v1/staff/organisations", tag = "staff", params(Wanted),
    responses((status = 200, body = Rows<ListedWire>)))]
pub(crate) async fn list(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(wanted): Asked<Wanted>,
) -> Answer {
    let paging = Paging { after: wanted.after, limit: wanted.limit };
    let found = register::list(&app.hub, overseer(&caller)?, &wanted.q, &(&paging).into()).await?;
    let query = match wanted.q.is_empty() {
        true => String::new(),
        false => format!("&q={}", in_address(&wanted.q)),
    };
    rows("/api/v1/staff/organisations", &query, &paging, found, ListedWire::from)
}

/// One organisation with its people. The look is a leaf of the log.
#[utoipa::path(get, path = "/api/v1/staff/organisations/{id}", tag = "staff", responses((status = 200, body = StandingWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<OrgId>) -> Answer {
    let (standing, _) = register::one(&app.hub, overseer(&caller)?, id).await?;
    json(StatusCode::OK, &StandingWire::from(standing))
}

/// A new organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganisationWire {
    /// Short name in Latin letters.
    slug: String,
    /// Name.
    name: Words,
    /// What it is.
    roles: Vec<String>,
    /// Identifiers of its sectors.
    #[serde(default)]
    sectors: Vec<String>,
    /// The organisation through which it reports.
    #[serde(default)]
    parent: Option<String>,
}

/// An identifier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedWire {
    /// Of what was added.
    pub(super) id: String,
}

/// Adds an organisation.
#[utoipa::path(post, path = "/api/v1/staff/organisations", tag = "staff", request_body = NewOrganisationWire,
    responses((status = 201, body = AddedWire)))]
pub(crate) async fn add(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewOrganisationWire>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let new = NewOrganisation {
        slug: new.slug,
        name: new.name.into(),
        parent: new.parent.as_deref().map(|parent| name("parent", parent)).transpose()?,
        roles: names("roles", &new.roles)?,
        sectors: names("sectors", &new.sectors)?,
        profile: model::profile::Profile::default(),
    };
    let id = admin::add_organisation(&app.hub, by, new).await?;
    json(StatusCode::CREATED, &AddedWire { id: id.to_string() })
}

/// Where an organisation stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// The organisation through which it reports; none without.
    #[serde(default)]
    parent: Option<String>,
    /// Identifiers of all its sectors.
    sectors: Vec<String>,
}

/// Changes group parent and sectors: warnings for a sector reach it from then on.
#[utoipa::path(put, path = "/api/v1/staff/organisations/{id}/place", tag = "staff", request_body = Place,
    responses((status = 204)))]
pub(crate) async fn place(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<OrgId>,
    Body(new): Body<Place>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let parent = new.parent.as_deref().map(|parent| name("parent", parent)).transpose()?;
    let sectors = names("sectors", &new.sectors)?;
    org_place::set(&app.hub, by, id, Move { parent: Some(parent), sectors: Some(sectors) }).await?;
    done()
}

/// What an organisation is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganisationRoles {
    /// All of them.
    roles: Vec<String>,
}

/// Replaces an organisation's roles. A new member reads what was released to all and to its sectors; without a role that receives warnings it
/// reads none. The role of the hub is neither given nor taken.
#[utoipa::path(put, path = "/api/v1/staff/organisations/{id}/roles", tag = "staff", request_body = OrganisationRoles,
    responses((status = 204)))]
pub(crate) async fn roles(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<OrgId>,
    Body(new): Body<OrganisationRoles>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    org_role::set(&app.hub, by, id, names("roles", &new.roles)?).await?;
    done()
}
