//! One-time links: those that are open, taking one back, one for a new password; and taking one up.

use super::people::LinkWire;
use super::wire::{Answer, Body, Id, done, json, list as strings, name, time};
use crate::auth::{ApiCaller, Identity};
use crate::state::App;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::people::{self, InvitationRow, NewAccount};
use model::id::{InvitationId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An invitation. Its link was shown once and is kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationWire {
    /// Identifier.
    id: String,
    /// Who is expected.
    name: String,
    /// Its mail address.
    address: Option<String>,
    /// Its roles.
    roles: Vec<String>,
    /// For a new password: whose.
    person: Option<String>,
    /// Until when it can be used.
    expires_at: String,
}

impl From<InvitationRow> for InvitationWire {
    fn from(one: InvitationRow) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name,
            address: one.address,
            roles: strings(one.roles),
            person: one.person.map(|p| p.to_string()),
            expires_at: time(one.expires_at),
        }
    }
}

/// The open invitations.
#[utoipa::path(get, path = "/api/v1/people/invitations", tag = "organisation",
    responses((status = 200, body = Vec<InvitationWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = people::list(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &all.invitations.into_iter().map(InvitationWire::from).collect::<Vec<_>>())
}

/// Takes one back.
#[utoipa::path(delete, path = "/api/v1/people/invitations/{id}", tag = "organisation", responses((status = 204)))]
pub(crate) async fn end(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<InvitationId>,
) -> Answer {
    people::end_invitation(&app.hub, caller.org_admin()?, id).await?;
    done()
}

/// A one-time link for somebody's new password.
#[utoipa::path(post, path = "/api/v1/people/{id}/reset", tag = "organisation", responses((status = 201, body = LinkWire)))]
pub(crate) async fn reset(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PersonId>,
) -> Answer {
    let link = people::reset_link(&app.hub, caller.org_admin()?, id).await?;
    json(StatusCode::CREATED, &LinkWire { link })
}

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountToMake {
    /// Sign-in name.
    login: String,
    /// Name.
    name: String,
    /// `ja` or `en`.
    lang: String,
    /// Of the IANA database, e.g. `Asia/Tokyo`.
    zone: String,
    /// Password.
    password: String,
}

/// Taking a link up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Join {
    /// What stands behind `t=` in the link.
    token: String,
    /// The account to make, or for a new password: its name and the new one. Without it, whoever is signed in joins.
    #[serde(default)]
    account: Option<AccountToMake>,
}

/// Takes a one-time link up: a new account, a new password, or a further organisation for whoever is signed in.
#[utoipa::path(post, path = "/api/v1/join", tag = "session", request_body = Join, responses((status = 204)))]
pub(crate) async fn join(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    Body(given): Body<Join>,
) -> Answer {
    match (given.account, identity) {
        (Some(new), _) => {
            let lang = name("lang", &new.lang)?;
            let AccountToMake { login, name, zone, password, .. } = new;
            let new = NewAccount { login, name, lang, zone, password };
            people::join(&app.hub, &given.token, new).await?;
        }
        (None, Identity::Session(who)) => people::join_as(&app.hub, &given.token, who.person).await?,
        (None, Identity::Nobody | Identity::Credentials(_)) => {
            return Err(crate::error::Refusal::SignIn.into());
        }
    }
    done()
}
