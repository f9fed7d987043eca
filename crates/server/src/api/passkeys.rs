//! Passkeys: one's own, and signing in by one. Bytes are base64url without padding, as browsers write them in JSON.

use super::account::{ProofWire, person};
use super::me::entered;
use super::wire::{Answer, Body, Id, done, json, time};
use crate::auth::{ApiCaller, From as CameFrom};
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::BASE64URL_NOPAD;
use hub::HubError;
use hub::ops::passkey::{self, Assertion, CHALLENGE_SECONDS, NewPasskey};
use model::id::PasskeyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Milliseconds that a browser is told to wait for the device: as long as the challenge counts.
const TIMEOUT_MS: i64 = CHALLENGE_SECONDS * 1_000;

/// The bytes of a field.
///
/// # Errors
/// `Invalid` for what is not base64url without padding.
pub(crate) fn bytes(field: &'static str, text: &str) -> Result<Vec<u8>, HubError> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| HubError::Invalid(field, hub::Problem::Base64Url))
}

/// One of one's own passkeys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyWire {
    /// Identifier.
    id: String,
    /// What its owner calls it.
    label: String,
    /// When it was added.
    created_at: String,
    /// When somebody last signed in by it.
    last_used_at: Option<String>,
}

/// What a browser is told to sign in: `publicKey` of `navigator.credentials.get`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToSignInWire {
    /// What the device signs; it counts once.
    challenge: String,
    /// For whom.
    rp_id: String,
    /// `required`.
    user_verification: &'static str,
    /// How long it counts.
    timeout_ms: i64,
}

/// What a browser is told to make a passkey: `publicKey` of `navigator.credentials.create`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToAddWire {
    /// What the device answers; it counts once.
    challenge: String,
    /// For whom.
    rp_id: String,
    /// The user handle.
    user: String,
    /// The user's name for the device to show: the sign-in name.
    login: String,
    /// The user's display name.
    name: String,
    /// The credentials to exclude.
    have: Vec<String>,
    /// The algorithm: ES256.
    algorithm: i64,
    /// How long it counts.
    timeout_ms: i64,
}

/// What a device signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssertionWire {
    /// The credential id.
    credential: String,
    /// `clientDataJSON`.
    client_data: String,
    /// The authenticator data.
    authenticator_data: String,
    /// The signature.
    signature: String,
    /// The user handle.
    user_handle: String,
}

/// A passkey that a browser made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPasskeyWire {
    /// `clientDataJSON`.
    client_data: String,
    /// What `getAuthenticatorData()` gave.
    authenticator_data: String,
    /// What its owner calls it.
    label: String,
}

/// A challenge to sign in by a passkey.
#[utoipa::path(get, path = "/api/v1/session/passkey", tag = "session", responses((status = 200, body = ToSignInWire)))]
pub(crate) async fn to_sign_in(State(app): State<App>) -> Answer {
    let told = passkey::to_sign_in(&app.hub)?;
    let told = ToSignInWire {
        challenge: BASE64URL_NOPAD.encode(&told.challenge),
        rp_id: told.relying_party,
        user_verification: "required",
        timeout_ms: TIMEOUT_MS,
    };
    json(StatusCode::OK, &told)
}

/// Signs a person in by a passkey.
#[utoipa::path(post, path = "/api/v1/session/passkey", tag = "session", request_body = AssertionWire,
    responses((status = 201, body = super::me::SessionWire)))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    CameFrom(from): CameFrom,
    Body(given): Body<AssertionWire>,
) -> Answer {
    let shown = Assertion {
        credential: bytes("credential", &given.credential)?,
        client_data: bytes("client_data", &given.client_data)?,
        authenticator_data: bytes("authenticator_data", &given.authenticator_data)?,
        signature: bytes("signature", &given.signature)?,
        user_handle: bytes("user_handle", &given.user_handle)?,
    };
    entered(&app, &passkey::sign_in(&app.hub, &shown, &from).await?).await
}

/// One's own passkeys.
#[utoipa::path(get, path = "/api/v1/passkeys", tag = "session", responses((status = 200, body = Vec<PasskeyWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = passkey::list(&app.hub, person(&caller)?).await?;
    let wire = |one: passkey::Passkey| PasskeyWire {
        id: one.id.to_string(),
        label: one.label,
        created_at: time(one.created_at),
        last_used_at: one.last_used_at.map(time),
    };
    json(StatusCode::OK, &all.into_iter().map(wire).collect::<Vec<_>>())
}

/// A challenge to add one.
#[utoipa::path(post, path = "/api/v1/passkeys/challenge", tag = "session", request_body = ProofWire,
    responses((status = 200, body = ToAddWire)))]
pub(crate) async fn to_add(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<ProofWire>,
) -> Answer {
    let told = passkey::to_add(&app.hub, person(&caller)?, given.proof()).await?;
    let told = ToAddWire {
        challenge: BASE64URL_NOPAD.encode(&told.challenge),
        rp_id: told.relying_party,
        user: BASE64URL_NOPAD.encode(&told.user),
        login: told.login,
        name: told.name,
        have: told.have.iter().map(|id| BASE64URL_NOPAD.encode(id)).collect(),
        algorithm: passkey::ES256,
        timeout_ms: TIMEOUT_MS,
    };
    json(StatusCode::OK, &told)
}

/// Adds one.
#[utoipa::path(post, path = "/api/v1/passkeys", tag = "session", request_body = NewPasskeyWire,
    responses((status = 201, body = Added)))]
pub(crate) async fn add(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<NewPasskeyWire>,
) -> Answer {
    let new = NewPasskey {
        client_data: bytes("client_data", &given.client_data)?,
        authenticator_data: bytes("authenticator_data", &given.authenticator_data)?,
        label: given.label,
    };
    let id = passkey::add(&app.hub, person(&caller)?, &new).await?;
    json(StatusCode::CREATED, &Added { id: id.to_string() })
}

/// A passkey that was added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Added {
    /// Identifier.
    id: String,
}

/// Removes one of one's own.
#[utoipa::path(post, path = "/api/v1/passkeys/{id}/remove", tag = "session", request_body = ProofWire,
    responses((status = 204)))]
pub(crate) async fn remove(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PasskeyId>,
    Body(given): Body<ProofWire>,
) -> Answer {
    passkey::remove(&app.hub, person(&caller)?, id, given.proof()).await?;
    done()
}
