//! Deputies: who has whose roles for a time.

use super::wire::{Answer, Body, done, json, name, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::people::{self, DeputyView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A deputy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeputyWire {
    /// Whose roles.
    person: String,
    /// Who has them.
    deputy: String,
    /// From when.
    from: String,
    /// Until when.
    until: String,
}

impl From<DeputyView> for DeputyWire {
    fn from(one: DeputyView) -> Self {
        let (from, until) = (time(one.from), time(one.until));
        Self { person: one.person.to_string(), deputy: one.deputy.to_string(), from, until }
    }
}

/// The deputies.
#[utoipa::path(get, path = "/api/v1/deputies", tag = "organisation", responses((status = 200, body = Vec<DeputyWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = people::list(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &all.deputies.into_iter().map(DeputyWire::from).collect::<Vec<_>>())
}

/// A deputy to name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDeputy {
    /// Whose roles.
    person: String,
    /// Who has them.
    deputy: String,
    /// From when (RFC 3339).
    from: String,
    /// Until when (RFC 3339).
    until: String,
}

/// Names a deputy.
#[utoipa::path(put, path = "/api/v1/deputies", tag = "organisation", request_body = NewDeputy, responses((status = 204)))]
pub(crate) async fn lend(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewDeputy>,
) -> Answer {
    let (person, deputy) = (name("person", &new.person)?, name("deputy", &new.deputy)?);
    let (from, until) = (name("from", &new.from)?, name("until", &new.until)?);
    people::name_deputy(&app.hub, caller.org_admin()?, person, deputy, from, until).await?;
    done()
}

/// Whose deputy ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeputyToEnd {
    /// Whose roles.
    person: String,
    /// Who has them.
    deputy: String,
}

/// Ends a deputy before its time.
#[utoipa::path(post, path = "/api/v1/deputies/end", tag = "organisation", request_body = DeputyToEnd, responses((status = 204)))]
pub(crate) async fn end(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<DeputyToEnd>,
) -> Answer {
    let (person, deputy) = (name("person", &given.person)?, name("deputy", &given.deputy)?);
    people::end_deputy(&app.hub, caller.org_admin()?, person, deputy).await?;
    done()
}
