//! The people of one's own organisation, and what is held about it.

use super::account::PersonName;
use super::wire::{Answer, Body, Id, done, json, list as strings, name, names, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::export;
use hub::ops::people::{self, NewInvitation, PersonView};
use hub::ops::person_name;
use model::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody of the organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonWire {
    /// Identifier.
    id: String,
    /// Sign-in name.
    login: String,
    /// Name.
    name: String,
    /// Roles.
    roles: Vec<String>,
    /// Where notices go.
    address: Option<String>,
    /// Telephone.
    phone: Option<String>,
    /// Whether mail to the address comes back.
    unreachable: bool,
    /// Whether one-time codes are asked for.
    totp: bool,
    /// Its passkeys.
    passkeys: u64,
    /// Last sign-in.
    signed_in_at: Option<String>,
    /// Place on the on-call list, from 1.
    on_call: Option<usize>,
}

impl From<PersonView> for PersonWire {
    fn from(one: PersonView) -> Self {
        Self {
            id: one.id.to_string(),
            login: one.login,
            name: one.name,
            roles: strings(one.roles),
            address: one.address,
            phone: one.phone,
            unreachable: one.unreachable,
            totp: one.totp,
            passkeys: one.passkeys,
            signed_in_at: one.signed_in_at.map(time),
            on_call: one.on_call,
        }
    }
}

/// Everybody.
#[utoipa::path(get, path = "/api/v1/people", tag = "organisation", responses((status = 200, body = Vec<PersonWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = people::list(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &all.people.into_iter().map(PersonWire::from).collect::<Vec<_>>())
}

/// An invitation to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invite {
    /// Whom one expects.
    name: String,
    /// Its mail address.
    #[serde(default)]
    address: String,
    /// Its roles.
    roles: Vec<String>,
}

/// A one-time link, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkWire {
    /// The link.
    pub(super) link: String,
}

/// Makes a one-time link.
#[utoipa::path(post, path = "/api/v1/people/invitations", tag = "organisation", request_body = Invite,
    responses((status = 201, body = LinkWire)))]
pub(crate) async fn invite(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<Invite>,
) -> Answer {
    let roles = names("roles", &new.roles)?;
    let new = NewInvitation { name: new.name, address: new.address, roles };
    let link = people::invite(&app.hub, caller.org_admin()?, new).await?;
    json(StatusCode::CREATED, &LinkWire { link })
}

/// Changes what somebody is called, who acts for this organisation alone; the sign-in name stays.
#[utoipa::path(put, path = "/api/v1/people/{id}/name", tag = "organisation", request_body = PersonName,
    responses((status = 204)))]
pub(crate) async fn rename(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PersonId>,
    Body(new): Body<PersonName>,
) -> Answer {
    person_name::set(&app.hub, caller.org_admin()?, id, &new.name).await?;
    done()
}

/// Roles to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roles {
    /// All of them.
    roles: Vec<String>,
}

/// Replaces somebody's roles.
#[utoipa::path(put, path = "/api/v1/people/{id}/roles", tag = "organisation", request_body = Roles,
    responses((status = 204)))]
pub(crate) async fn roles(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PersonId>,
    Body(new): Body<Roles>,
) -> Answer {
    people::set_roles(&app.hub, caller.org_admin()?, id, names("roles", &new.roles)?).await?;
    done()
}

/// Takes somebody out: roles, sessions, deputies and its tokens end at once.
#[utoipa::path(delete, path = "/api/v1/people/{id}", tag = "organisation", responses((status = 204)))]
pub(crate) async fn remove(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PersonId>,
) -> Answer {
    people::remove(&app.hub, caller.org_admin()?, id).await?;
    done()
}

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOver {
    /// The person who takes over.
    to: String,
}

/// Gives somebody's roles to another and takes the first out.
#[utoipa::path(post, path = "/api/v1/people/{id}/hand-over", tag = "organisation", request_body = HandOver,
    responses((status = 204)))]
pub(crate) async fn hand_over(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PersonId>,
    Body(new): Body<HandOver>,
) -> Answer {
    people::hand_over(&app.hub, caller.org_admin()?, id, name("to", &new.to)?).await?;
    done()
}

/// The on-call list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnCall {
    /// First to call first.
    people: Vec<String>,
}

/// Replaces the on-call list.
#[utoipa::path(put, path = "/api/v1/on-call", tag = "organisation", request_body = OnCall, responses((status = 204)))]
pub(crate) async fn on_call(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<OnCall>,
) -> Answer {
    let people: Result<Vec<PersonId>, super::error::Problem> =
        new.people.iter().map(|one| name("people", one)).collect();
    people::set_on_call(&app.hub, caller.org_admin()?, people?).await?;
    done()
}

/// What the hub holds about the organisation.
#[utoipa::path(get, path = "/api/v1/organisation/export", tag = "organisation", responses((status = 200, body = Object)))]
pub(crate) async fn export(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    json(StatusCode::OK, &export::export(&app.hub, caller.org_admin()?).await?)
}
