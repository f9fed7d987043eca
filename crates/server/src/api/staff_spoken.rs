//! Hub staff: what was said on the telephone or came by fax, recorded on an organisation's behalf after calling back.

use super::wire::{Answer, Body, Words, json, name};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::BASE64;
use hub::HubError;
use hub::ops::spoken::{self, Spoken};
use model::id::OrgId;
use model::submission::SUBMISSION_BYTES_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest body: a file of the largest size in base64, and the words beside it.
pub(super) const SPOKEN_BYTES_MAX: usize = SUBMISSION_BYTES_MAX / 3 * 4 + 64 * 1024;

/// Somebody who can be called back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallableWire {
    /// Who.
    person: String,
    /// Its name.
    name: String,
    /// Its number in the register.
    phone: String,
}

/// Whom to call back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallablesWire {
    /// The organisation.
    organisation: Words,
    /// Its people with a number.
    people: Vec<CallableWire>,
}

/// Whose people. In the body, and the look is an act: an address would stand in the log of any proxy before the hub.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhoseWire {
    /// The organisation.
    organisation: String,
}

/// Whom of an organisation to call back before anything is recorded in its name. The look is a leaf of the log.
#[utoipa::path(post, path = "/api/v1/staff/phones", tag = "staff", request_body = WhoseWire,
    responses((status = 200, body = CallablesWire)))]
pub(crate) async fn phones(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(whose): Body<WhoseWire>,
) -> Answer {
    let triager = caller.triager()?;
    let id: OrgId = name("organisation", &whose.organisation)?;
    let (organisation, people) = spoken::to_call(&app.hub, triager, id).await?;
    let wire = |one: spoken::Callable| CallableWire {
        person: one.person.to_string(),
        name: one.name,
        phone: one.phone,
    };
    json(
        StatusCode::OK,
        &CallablesWire { organisation: organisation.into(), people: people.into_iter().map(wire).collect() },
    )
}

/// A scanned fax.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaxWire {
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// Its bytes, in base64.
    bytes: String,
}

/// What was said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpokenWire {
    /// On whose behalf: the organisation.
    organisation: String,
    /// The words.
    #[serde(default)]
    text: String,
    /// `phone` or `fax`.
    medium: String,
    /// Who called, as that person said it.
    #[serde(default)]
    caller: Option<String>,
    /// Who was called back: somebody of the organisation whose number is registered.
    called_back: String,
    /// The fax.
    #[serde(default)]
    file: Option<FaxWire>,
}

/// The receipt that whoever called is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpokenReceiptWire {
    /// The submission.
    id: String,
    /// Its receipt code.
    code: String,
}

/// Records it on the organisation's behalf.
#[utoipa::path(post, path = "/api/v1/staff/spoken", tag = "staff", request_body = SpokenWire,
    responses((status = 201, body = SpokenReceiptWire)))]
pub(crate) async fn record(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(said): Body<SpokenWire>,
) -> Answer {
    let triager = caller.triager()?;
    let file = said.file.map(|fax| bytes(&fax.bytes).map(|bytes| (fax.name, bytes))).transpose()?;
    let new = Spoken {
        organisation: name("organisation", &said.organisation)?,
        text: said.text,
        medium: name("medium", &said.medium)?,
        caller: said.caller,
        called_back: name("called_back", &said.called_back)?,
        file,
    };
    let receipt = spoken::on_behalf(&app.hub, triager, new).await?;
    let code = receipt.code.as_str().to_owned();
    json(StatusCode::CREATED, &SpokenReceiptWire { id: receipt.id.to_string(), code })
}

fn bytes(text: &str) -> Result<Vec<u8>, HubError> {
    BASE64.decode(text.as_bytes()).map_err(|why| HubError::said("file", format!("not base64: {why}")))
}
