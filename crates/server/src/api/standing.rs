//! Consent given beforehand.

use super::approval::DestinationsWire;
use super::wire::{Answer, Body, done, json, name, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::approval::{self, StandingRow};
use model::consent::StandingConsent;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The terms of a standing consent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    /// Where the part may go.
    destinations: DestinationsWire,
    /// The widest marking: `clear`, `green`, `amber`, `amber+strict`.
    widest_tlp: String,
    /// `slot` or `now`.
    delay: String,
}

/// A standing consent as listed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingWire {
    /// Its identifier.
    id: String,
    /// Its terms.
    terms: Terms,
    /// Since when.
    created_at: String,
    /// Until when.
    revoked_at: Option<String>,
}

impl From<StandingRow> for StandingWire {
    fn from(one: StandingRow) -> Self {
        let terms = Terms {
            destinations: one.terms.destinations.into(),
            widest_tlp: one.terms.widest_tlp.to_string(),
            delay: one.terms.delay.to_string(),
        };
        Self {
            id: one.id.to_string(),
            terms,
            created_at: time(one.created_at),
            revoked_at: one.revoked_at.map(time),
        }
    }
}

/// The organisation's standing consents.
#[utoipa::path(get, path = "/api/v1/standing-consent", tag = "approval",
    responses((status = 200, body = Vec<StandingWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = approval::standing(&app.hub, caller.source()?).await?;
    json(StatusCode::OK, &all.into_iter().map(StandingWire::from).collect::<Vec<_>>())
}

/// Gives one; an older one ends. A person's session only.
#[utoipa::path(post, path = "/api/v1/standing-consent", tag = "approval", request_body = Terms,
    responses((status = 204)))]
pub(crate) async fn give(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<Terms>,
) -> Answer {
    let terms = StandingConsent {
        destinations: given.destinations.read()?,
        widest_tlp: name("widest_tlp", &given.widest_tlp)?,
        delay: name("delay", &given.delay)?,
    };
    approval::give_standing(&app.hub, caller.approver()?, terms).await?;
    done()
}

/// Ends it. A person's session only.
#[utoipa::path(delete, path = "/api/v1/standing-consent", tag = "approval", responses((status = 204)))]
pub(crate) async fn end(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    approval::revoke_standing(&app.hub, caller.approver()?).await?;
    done()
}
