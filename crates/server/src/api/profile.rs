//! One's own names and addresses, which the gate looks for.

use super::wire::{Answer, Body, done, json};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::admin;
use model::profile::Profile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An organisation's own names.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProfileWire {
    /// Names in kanji, kana, romaji and English.
    names: Vec<String>,
    /// Own domains.
    domains: Vec<String>,
    /// Own networks.
    networks: Vec<String>,
    /// Own host names.
    hosts: Vec<String>,
    /// People.
    people: Vec<String>,
    /// Tenant identifiers.
    tenants: Vec<String>,
    /// Project words.
    words: Vec<String>,
}

impl From<Profile> for ProfileWire {
    fn from(p: Profile) -> Self {
        Self {
            names: p.names,
            domains: p.domains,
            networks: p.networks,
            hosts: p.hosts,
            people: p.people,
            tenants: p.tenants,
            words: p.words,
        }
    }
}

impl From<ProfileWire> for Profile {
    fn from(p: ProfileWire) -> Self {
        Self {
            names: p.names,
            domains: p.domains,
            networks: p.networks,
            hosts: p.hosts,
            people: p.people,
            tenants: p.tenants,
            words: p.words,
        }
    }
}

/// The profile.
#[utoipa::path(get, path = "/api/v1/profile", tag = "organisation", responses((status = 200, body = ProfileWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let profile = admin::profile(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &ProfileWire::from(profile))
}

/// Replaces it.
#[utoipa::path(put, path = "/api/v1/profile", tag = "organisation", request_body = ProfileWire,
    responses((status = 204)))]
pub(crate) async fn set(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<ProfileWire>,
) -> Answer {
    admin::set_profile(&app.hub, caller.org_admin()?, given.into()).await?;
    done()
}
