//! Who the caller is, and signing in without a browser.

use super::wire::{Answer, Body, Words, done, json, list, time};
use crate::auth::{self, From as CameFrom, Identity};
use crate::error::Refusal;
use crate::matrix::Right;
use crate::state::App;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use hub::ops::auth::NewSession;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The organisation that the caller acts for.
    organisation: String,
    /// Its name, for a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<Words>,
    /// What the organisation is.
    organisation_roles: Vec<String>,
    /// The person, for a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The person's roles.
    roles: Vec<String>,
    /// What the caller may do.
    rights: Vec<String>,
    /// The value of `X-Noroshi-Csrf` for acts by session.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf: Option<String>,
}

/// Who is calling, and what it may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "session", responses((status = 200, body = Me)))]
pub(crate) async fn get(Extension(identity): Extension<Identity>) -> Answer {
    let caller = identity.caller().ok_or(Refusal::SignIn)?;
    let session = match &identity {
        Identity::Session(who) => Some(who),
        Identity::Nobody | Identity::Credentials(_) => None,
    };
    let me = Me {
        organisation: caller.org().to_string(),
        organisation_name: session.map(|who| who.organisation.clone().into()),
        organisation_roles: list(caller.org_roles()),
        person: caller.person().map(|p| p.to_string()),
        roles: list(caller.roles()),
        rights: Right::ALL.iter().filter(|r| r.held_by(caller)).map(|r| r.as_str().to_owned()).collect(),
        csrf: session.map(|who| who.csrf.clone()),
    };
    json(StatusCode::OK, &me)
}

/// A name and a password.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SignIn {
    login: String,
    password: String,
    /// The one-time code, for whoever has one.
    #[serde(default)]
    code: String,
}

/// A session, whose value is in the cookie `noroshi_session`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionWire {
    /// When it ends.
    expires: String,
    /// The value of `X-Noroshi-Csrf` for acts.
    csrf: String,
}

/// Signs a person in.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 201, body = SessionWire)))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    CameFrom(from): CameFrom,
    Body(given): Body<SignIn>,
) -> Answer {
    let shown = hub::ops::auth::Shown { login: &given.login, password: &given.password, code: &given.code };
    entered(&app, &hub::ops::auth::sign_in_with(&app.hub, shown, &from).await?).await
}

/// The answer that begins a session.
pub(super) async fn entered(app: &App, session: &NewSession) -> Answer {
    let csrf =
        hub::ops::auth::session(&app.hub, &session.cookie).await?.map(|who| who.csrf).unwrap_or_default();
    let mut response = json(StatusCode::CREATED, &SessionWire { expires: time(session.expires), csrf })?;
    let cookie = auth::begin_cookie(app, session).ok_or(Refusal::Fault)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Ends the session.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204)))]
pub(crate) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Answer {
    if let Some(cookie) = auth::session_cookie(&headers) {
        hub::ops::auth::sign_out(&app.hub, cookie).await?;
    }
    let mut response = done()?;
    let cookie = auth::end_cookie(&app).ok_or(Refusal::Fault)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
