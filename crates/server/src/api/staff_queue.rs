//! Hub staff: the queue, a look, the verdict. Each look is logged with the person's name.

use super::error::Problem;
use super::submissions::file;
use super::wire::{
    Answer, Asked, Body, Id, Labelled, Paging, Rows, Words, done, json, labelled, name, rows, time,
};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::triage::{self, Look, QueueRow};
use model::id::SubmissionId;
use model::submission::TriageFields;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A row of the queue: near-duplicates are one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueRowWire {
    /// The newest of them.
    id: String,
    /// Its code.
    code: String,
    /// When it came.
    received_at: String,
    /// How.
    door: String,
    /// What.
    kind: String,
    /// How far.
    state: String,
    /// How many of them wait.
    copies: u64,
    /// Independent organisations that sent it.
    organisations: u64,
    /// The suggested verdict.
    suggestion: Option<String>,
    /// Part of an exercise.
    exercise: bool,
    /// Its item.
    item: Option<String>,
}

impl From<QueueRow> for QueueRowWire {
    fn from(one: QueueRow) -> Self {
        Self {
            id: one.id.to_string(),
            code: one.code,
            received_at: time(one.received_at),
            door: one.door.to_string(),
            kind: one.kind.to_string(),
            state: one.state.to_string(),
            copies: one.copies,
            organisations: one.organisations,
            suggestion: one.suggestion.map(|v| v.to_string()),
            exercise: one.exercise,
            item: one.item.map(|id| id.to_string()),
        }
    }
}

/// The fields that the quarterly report counts.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FieldsWire {
    /// `targeted`, `mass-mailed`, `fraud`, `harmless`, `consultation`.
    verdict: Option<String>,
    /// `attachment`, `link`, `words`, `other`.
    mail_kind: Option<String>,
    /// What was attached.
    attachment_kind: Option<String>,
    /// Region of the sender (ISO 3166).
    sender_region: Option<String>,
    /// Region of the destination (ISO 3166).
    destination_region: Option<String>,
    /// The campaign.
    campaign: Option<String>,
}

impl From<TriageFields> for FieldsWire {
    fn from(one: TriageFields) -> Self {
        Self {
            verdict: one.verdict.map(|v| v.to_string()),
            mail_kind: one.mail_kind.map(|v| v.to_string()),
            attachment_kind: one.attachment_kind.map(|v| v.to_string()),
            sender_region: one.sender_region,
            destination_region: one.destination_region,
            campaign: one.campaign,
        }
    }
}

impl FieldsWire {
    fn read(self) -> Result<TriageFields, Problem> {
        Ok(TriageFields {
            verdict: self.verdict.map(|text| name("verdict", &text)).transpose()?,
            mail_kind: self.mail_kind.map(|text| name("mail_kind", &text)).transpose()?,
            attachment_kind: self.attachment_kind.map(|text| name("attachment_kind", &text)).transpose()?,
            sender_region: self.sender_region,
            destination_region: self.destination_region,
            campaign: self.campaign,
        })
    }
}

/// An indicator that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindWire {
    /// `kind value`.
    indicator: String,
    /// What is known of it.
    labels: Vec<String>,
}

/// What the gate found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HitWire {
    /// Where.
    pub(crate) path: String,
    /// Whether on a source's own profile, else on another's.
    pub(crate) own: bool,
}

/// A look at one submission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LookWire {
    #[serde(flatten)]
    row: QueueRowWire,
    /// Who sent it.
    source: Words,
    /// What was sent.
    sent: Vec<Labelled>,
    /// The sender's words.
    note: String,
    /// Indicators found.
    finds: Vec<FindWire>,
    /// Why the suggestion.
    hints: Vec<Words>,
    /// What could not be read.
    problems: Vec<String>,
    /// What the gate found.
    gate: Vec<HitWire>,
    /// Triage fields.
    fields: FieldsWire,
    /// Members that sent the same kind before.
    seen_before: u64,
}

impl From<Look> for LookWire {
    fn from(one: Look) -> Self {
        Self {
            row: one.row.into(),
            source: one.source.into(),
            sent: labelled(one.sent),
            note: one.note,
            finds: one.finds.into_iter().map(|(indicator, labels)| FindWire { indicator, labels }).collect(),
            hints: one.hints.into_iter().map(Words::from).collect(),
            problems: one.unread.into_iter().map(|unread| unread.text).collect(),
            gate: one.gate.into_iter().map(|(path, own)| HitWire { path, own }).collect(),
            fields: one.fields.into(),
            seen_before: one.seen_before,
        }
    }
}

/// What of the queue.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Everything, not only what waits.
    all: bool,
}

/// The queue, oldest first.
#[utoipa::path(get, path = "/api/v1/staff/submissions", tag = "staff", params(Paging, Which),
    responses((status = 200, body = Rows<QueueRowWire>)))]
pub(crate) async fn list(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(paging): Asked<Paging>,
    Asked(which): Asked<Which>,
) -> Answer {
    let page = triage::queue(&app.hub, caller.staff()?, which.all, &(&paging).into()).await?;
    let query = if which.all { "&all=true" } else { "" };
    rows("/api/v1/staff/submissions", query, &paging, page, QueueRowWire::from)
}

/// Looks at one. The look is logged.
#[utoipa::path(get, path = "/api/v1/staff/submissions/{id}", tag = "staff", responses((status = 200, body = LookWire)))]
pub(crate) async fn look(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    let one = triage::look(&app.hub, caller.staff()?, id).await?;
    json(StatusCode::OK, &LookWire::from(one))
}

/// Its bytes. The look is logged.
#[utoipa::path(get, path = "/api/v1/staff/submissions/{id}/raw", tag = "staff",
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn raw(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    Ok(file(triage::raw(&app.hub, caller.staff()?, id).await?))
}

/// A verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriageWire {
    /// The fields.
    fields: FieldsWire,
    /// Whether it ends here; the verdict goes back to every sender.
    #[serde(default)]
    close: bool,
}

/// Gives a verdict.
#[utoipa::path(post, path = "/api/v1/staff/submissions/{id}/triage", tag = "staff", request_body = TriageWire,
    responses((status = 204)))]
pub(crate) async fn triage(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
    Body(given): Body<TriageWire>,
) -> Answer {
    triage::triage(&app.hub, caller.triager()?, id, given.fields.read()?, given.close).await?;
    done()
}

/// Opens a closed one again.
#[utoipa::path(post, path = "/api/v1/staff/submissions/{id}/reopen", tag = "staff", responses((status = 204)))]
pub(crate) async fn reopen(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    triage::reopen(&app.hub, caller.triager()?, id).await?;
    done()
}
