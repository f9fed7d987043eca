//! One's own account: what one is called, how one is reached, password, one-time codes, sessions, language and zone.

use super::wire::{Answer, Body, done, json, name, time};
use crate::auth::{ApiCaller, session_cookie};
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use hub::HubError;
use hub::ops::account::{self, Proof};
use hub::ops::auth;
use hub::ops::person_name;
use model::id::PersonId;
use serde::{Deserialize, Serialize};
use sharing::Caller;
use utoipa::ToSchema;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountWire {
    /// Sign-in name.
    login: String,
    /// Name.
    name: String,
    /// Where notices go.
    address: Option<String>,
    /// Telephone.
    phone: Option<String>,
    /// `off`, `at-once`, `digest`.
    notify: String,
    /// Since when mail to the address comes back.
    unreachable_at: Option<String>,
    /// Whether one-time codes are asked for.
    totp: bool,
    /// Codes on paper that are left.
    recovery_codes: u64,
    /// Sessions that are open.
    sessions: u64,
}

/// Who is signed in.
pub(super) fn person(caller: &Caller) -> Result<PersonId, HubError> {
    caller.person().ok_or(HubError::Denied)
}

/// One's own account.
#[utoipa::path(get, path = "/api/v1/account", tag = "session", responses((status = 200, body = AccountWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let one = account::show(&app.hub, person(&caller)?).await?;
    let wire = AccountWire {
        login: one.login,
        name: one.name,
        address: one.address,
        phone: one.phone,
        notify: one.notify.to_string(),
        unreachable_at: one.unreachable_at.map(time),
        totp: one.totp,
        recovery_codes: one.recovery_codes,
        sessions: one.sessions,
    };
    json(StatusCode::OK, &wire)
}

/// What somebody is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonName {
    /// The name as people read it.
    pub(super) name: String,
}

/// Changes what one is called; the sign-in name stays.
#[utoipa::path(put, path = "/api/v1/account/name", tag = "session", request_body = PersonName, responses((status = 204)))]
pub(crate) async fn rename(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<PersonName>,
) -> Answer {
    person_name::set_own(&app.hub, person(&caller)?, &new.name).await?;
    done()
}

/// How one is reached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    /// Mail address; empty for none.
    address: String,
    /// Telephone; empty for none.
    phone: String,
    /// `off`, `at-once`, `digest`.
    notify: String,
}

/// Changes how one is reached.
#[utoipa::path(put, path = "/api/v1/account/contact", tag = "session", request_body = Contact, responses((status = 204)))]
pub(crate) async fn contact(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<Contact>,
) -> Answer {
    let notify = name("notify", &new.notify)?;
    account::set_contact(&app.hub, person(&caller)?, &new.address, &new.phone, notify).await?;
    done()
}

/// A password, once more, and a one-time code for whoever has one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofWire {
    /// The password.
    password: String,
    /// The code.
    #[serde(default)]
    code: String,
}

impl ProofWire {
    /// As the hub asks for it.
    pub(super) fn proof(&self) -> Proof<'_> {
        Proof { password: &self.password, code: &self.code }
    }
}

/// Another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The password so far.
    password: String,
    /// A one-time code, for whoever has one.
    #[serde(default)]
    code: String,
    /// The new one.
    new: String,
}

/// Changes the password; every other session ends.
#[utoipa::path(put, path = "/api/v1/account/password", tag = "session", request_body = NewPassword, responses((status = 204)))]
pub(crate) async fn password(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    headers: HeaderMap,
    Body(given): Body<NewPassword>,
) -> Answer {
    let cookie = session_cookie(&headers).unwrap_or_default();
    let proof = Proof { password: &given.password, code: &given.code };
    account::set_password(&app.hub, person(&caller)?, cookie, proof, &given.new).await?;
    done()
}

/// Ends every other session.
#[utoipa::path(delete, path = "/api/v1/account/sessions", tag = "session", responses((status = 204)))]
pub(crate) async fn sessions(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    headers: HeaderMap,
) -> Answer {
    let cookie = session_cookie(&headers).unwrap_or_default();
    account::end_other_sessions(&app.hub, person(&caller)?, cookie).await?;
    done()
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecretWire {
    /// In base32.
    secret: String,
    /// As an address that an authenticator reads (`otpauth`).
    address: String,
}

/// Draws a secret for one-time codes. It holds when a code of it was shown.
#[utoipa::path(post, path = "/api/v1/account/totp", tag = "session", request_body = ProofWire,
    responses((status = 201, body = SecretWire)))]
pub(crate) async fn totp(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<ProofWire>,
) -> Answer {
    let new = account::begin_totp(&app.hub, person(&caller)?, given.proof()).await?;
    json(StatusCode::CREATED, &SecretWire { secret: new.secret, address: new.address })
}

/// A one-time code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeWire {
    /// Six digits.
    code: String,
}

/// Codes on paper, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodesWire {
    /// Each opens once.
    codes: Vec<String>,
}

/// Puts the secret into force.
#[utoipa::path(post, path = "/api/v1/account/totp/confirm", tag = "session", request_body = CodeWire,
    responses((status = 201, body = CodesWire)))]
pub(crate) async fn confirm(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<CodeWire>,
) -> Answer {
    let codes = account::confirm_totp(&app.hub, person(&caller)?, &given.code).await?;
    json(StatusCode::CREATED, &CodesWire { codes })
}

/// New codes on paper; the old ones end.
#[utoipa::path(post, path = "/api/v1/account/recovery-codes", tag = "session", request_body = ProofWire,
    responses((status = 201, body = CodesWire)))]
pub(crate) async fn codes(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<ProofWire>,
) -> Answer {
    let codes = account::renew_codes(&app.hub, person(&caller)?, given.proof()).await?;
    json(StatusCode::CREATED, &CodesWire { codes })
}

/// Ends one-time codes.
#[utoipa::path(post, path = "/api/v1/account/totp/end", tag = "session", request_body = ProofWire, responses((status = 204)))]
pub(crate) async fn end_totp(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<ProofWire>,
) -> Answer {
    account::end_totp(&app.hub, person(&caller)?, given.proof()).await?;
    done()
}

/// Language and zone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preferences {
    /// `ja` or `en`.
    lang: String,
    /// Of the IANA database, e.g. `Asia/Tokyo`.
    zone: String,
}

/// Keeps language and zone.
#[utoipa::path(put, path = "/api/v1/account/preferences", tag = "session", request_body = Preferences,
    responses((status = 204)))]
pub(crate) async fn preferences(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<Preferences>,
) -> Answer {
    auth::set_preferences(&app.hub, person(&caller)?, name("lang", &given.lang)?, &given.zone).await?;
    done()
}

/// For which of one's organisations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActFor {
    /// The organisation.
    organisation: String,
}

/// Acts for another of one's organisations, in this session.
#[utoipa::path(put, path = "/api/v1/session/organisation", tag = "session", request_body = ActFor, responses((status = 204)))]
pub(crate) async fn act_for(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    headers: HeaderMap,
    Body(given): Body<ActFor>,
) -> Answer {
    person(&caller)?;
    let cookie = session_cookie(&headers).unwrap_or_default();
    auth::act_for(&app.hub, cookie, name("organisation", &given.organisation)?).await?;
    done()
}
