//! Sending: the raw bytes are the body, everything else stands around them.

use super::error::Problem;
use super::wire::{Answer, Asked, json, name, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use hub::HubError;
use hub::ops::submit::{self, NewSubmission, Receipt};
use model::consent::Delay;
use model::submission::{Door, Kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The longest idempotency key: what clients call unique is rarely over 64.
const KEY_BYTES_MAX: usize = 255;

/// What stands around the bytes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Around {
    /// `mail`, `indicators`, `stix` or `text`; guessed when absent.
    kind: Option<String>,
    /// The file's name: a hint only.
    filename: Option<String>,
    /// The sender's words to the hub.
    note: Option<String>,
    /// `slot` (default) or `now`.
    delay: Option<String>,
    /// Part of an exercise.
    exercise: bool,
}

/// A receipt. Whoever holds it knows that the bytes are on disk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceiptWire {
    /// The submission.
    id: String,
    /// The code for the telephone.
    code: String,
    /// When it came.
    received_at: String,
    /// Its state at that time.
    state: String,
}

impl From<Receipt> for ReceiptWire {
    fn from(one: Receipt) -> Self {
        Self {
            id: one.id.to_string(),
            code: one.code.to_string(),
            received_at: time(one.received_at),
            state: one.state.to_string(),
        }
    }
}

/// Sends a submission. Durable when it answers.
#[utoipa::path(post, path = "/api/v1/submissions", tag = "submissions",
    params(Around, ("Idempotency-Key" = Option<String>, Header, description = "the same key and bytes give the same receipt")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = ReceiptWire)))]
pub(crate) async fn post(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(around): Asked<Around>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let source = caller.reporter()?;
    let receipt = submit::submit(&app.hub, source, submission(around, &headers, &body)?).await?;
    let location = HeaderValue::from_str(&format!("/api/v1/submissions/{}", receipt.id));
    let mut response = json(StatusCode::CREATED, &ReceiptWire::from(receipt))?;
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// The newest checkpoint of the log that the sender saw, in base64: the bytes of `/log/checkpoint`.
const CHECKPOINT: &str = "noroshi-checkpoint";

fn submission(around: Around, headers: &HeaderMap, body: &Bytes) -> Result<NewSubmission, Problem> {
    let said = around.kind.as_deref().map(|kind| name::<Kind>("kind", kind)).transpose()?;
    let delay = around.delay.as_deref().map(|delay| name::<Delay>("delay", delay)).transpose()?;
    Ok(NewSubmission {
        bytes: body.to_vec(),
        kind: said.or_else(|| kind_of(headers)),
        filename: around.filename,
        note: around.note.unwrap_or_default(),
        door: Door::Api,
        delay: delay.unwrap_or(Delay::Slot),
        exercise: around.exercise,
        idempotency_key: idempotency_key(headers)?,
        seen: headers.get(CHECKPOINT).and_then(|value| value.to_str().ok()).map(str::to_owned),
    })
}

/// What the media type says, where it says something.
fn kind_of(headers: &HeaderMap) -> Option<Kind> {
    let said = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
    match said.split(';').next()?.trim() {
        "message/rfc822" | "application/vnd.ms-outlook" | "application/mbox" => Some(Kind::Mail),
        "application/stix+json" | "application/taxii+json" => Some(Kind::Stix),
        "text/csv" => Some(Kind::Indicators),
        _ => None,
    }
}

/// The key, with or without the quotes of a structured field.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let bad = || HubError::Invalid("Idempotency-Key", hub::Problem::IdempotencyKey { most: KEY_BYTES_MAX });
    let text = value.to_str().map_err(|_| bad())?.trim().trim_matches('"');
    let good = !text.is_empty() && text.len() <= KEY_BYTES_MAX;
    if good { Ok(Some(text.to_owned())) } else { Err(bad().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn media_types_tell_the_kind() {
        let check =
            |said, expected| assert_eq!(kind_of(&headers(header::CONTENT_TYPE, said)), expected, "{said}");
        check("message/rfc822", Some(Kind::Mail));
        check("Application/STIX+json; version=2.1", Some(Kind::Stix));
        check("text/csv; charset=shift_jis", Some(Kind::Indicators));
        check("application/octet-stream", None);
        check("text/plain", None);
    }

    #[test]
    fn idempotency_keys() {
        let name = || header::HeaderName::from_static("idempotency-key");
        let check = |said, expected: Option<&str>| {
            let read = idempotency_key(&headers(name(), said)).ok().flatten();
            assert_eq!(read.as_deref(), expected, "{said}");
        };
        check("\"8e03978e\"", Some("8e03978e"));
        check("8e03978e", Some("8e03978e"));
        check("\"\"", None);
        assert!(idempotency_key(&HeaderMap::new()).is_ok_and(|key| key.is_none()));
    }
}
