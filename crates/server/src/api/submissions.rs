//! One's own submissions: list, one, its bytes, taking it back, the thread with the hub.

use super::wire::{Answer, Asked, Body, Id, Paging, Rows, done, json, note, rows, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use hub::ops::membership;
use hub::ops::mine::{self, MyRow, MySubmission};
use hub::ops::question::{self, Line};
use model::id::SubmissionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A row of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyRowWire {
    /// The submission.
    id: String,
    /// Its code.
    code: String,
    /// When it came.
    received_at: String,
    /// How.
    door: String,
    /// What.
    kind: String,
    /// How far it is.
    state: String,
    /// The verdict, once given.
    verdict: Option<String>,
    /// Part of an exercise.
    exercise: bool,
    /// The subject of the mail, shortened, once it was read; absent while it is sealed for a marking, and after an erasure.
    subject: Option<String>,
}

impl From<MyRow> for MyRowWire {
    fn from(one: MyRow) -> Self {
        Self {
            id: one.id.to_string(),
            code: one.code,
            received_at: time(one.received_at),
            door: one.door.to_string(),
            kind: one.kind.to_string(),
            state: one.state.to_string(),
            verdict: one.verdict.map(|v| v.to_string()),
            exercise: one.exercise,
            subject: one.subject,
        }
    }
}

/// A line of a thread.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineWire {
    /// The thread.
    question: String,
    /// `recipient`, `hub` or `source`; never who.
    voice: String,
    /// The words.
    text: String,
    /// When.
    at: String,
}

impl From<Line> for LineWire {
    fn from(one: Line) -> Self {
        Self {
            question: one.question.to_string(),
            voice: one.voice.to_string(),
            text: one.text,
            at: time(one.at),
        }
    }
}

/// How many recipients, roughly.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BandsWire {
    /// Found it.
    seen: String,
    /// Checked and did not find it.
    not_seen: String,
}

/// One own submission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MySubmissionWire {
    #[serde(flatten)]
    row: MyRowWire,
    /// What could not be read.
    problems: Vec<String>,
    /// The item its part left in.
    item: Option<String>,
    /// Whether there is something to approve.
    to_approve: bool,
    /// Bands on what was sent.
    bands: BandsWire,
    /// The thread with the hub.
    thread: Vec<LineWire>,
}

impl From<MySubmission> for MySubmissionWire {
    fn from(one: MySubmission) -> Self {
        Self {
            row: one.row.into(),
            problems: one.unread.into_iter().map(|unread| unread.text).collect(),
            item: one.item.map(|id| id.to_string()),
            to_approve: one.to_approve,
            bands: BandsWire { seen: one.bands.seen.to_string(), not_seen: one.bands.not_seen.to_string() },
            thread: one.thread.into_iter().map(LineWire::from).collect(),
        }
    }
}

/// Own submissions, newest first.
#[utoipa::path(get, path = "/api/v1/submissions", tag = "submissions", params(Paging),
    responses((status = 200, body = Rows<MyRowWire>)))]
pub(crate) async fn list(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let page = mine::list(&app.hub, caller.source()?, &(&paging).into()).await?;
    rows("/api/v1/submissions", "", &paging, page, MyRowWire::from)
}

/// One of them.
#[utoipa::path(get, path = "/api/v1/submissions/{id}", tag = "submissions",
    responses((status = 200, body = MySubmissionWire)))]
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    let one = mine::show(&app.hub, caller.source()?, id).await?;
    json(StatusCode::OK, &MySubmissionWire::from(one))
}

/// Its bytes as they were sent.
#[utoipa::path(get, path = "/api/v1/submissions/{id}/raw", tag = "submissions",
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn raw(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    let bytes = mine::raw(&app.hub, caller.source()?, id).await?;
    Ok(file(bytes))
}

/// Bytes that no browser opens.
pub(crate) fn file(bytes: Vec<u8>) -> axum::response::Response {
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"raw\""),
    ];
    (headers, bytes).into_response()
}

/// Says that a sealed submission may be read: its marking does not apply, or its source answers for it.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/unseal", tag = "submissions", responses((status = 204)))]
pub(crate) async fn unseal(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    mine::unseal(&app.hub, caller.approver()?, id).await?;
    done()
}

/// Takes it back: its part leaves the draft, or falls out of the released item.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/withdraw", tag = "submissions", responses((status = 204)))]
pub(crate) async fn withdraw(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    mine::withdraw(&app.hub, caller.approver()?, id).await?;
    done()
}

/// Which one is meant, once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erase {
    /// Its receipt code.
    code: String,
}

/// Erases it for good, when the body names its receipt code; the answer is the certificate, a signed note that `noroshi verify` checks. It is
/// given once.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/erase", tag = "submissions", request_body = Erase,
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn erase(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
    Body(meant): Body<Erase>,
) -> Answer {
    let paper = membership::erase(&app.hub, caller.approver()?, id, &meant.code).await?;
    Ok(note(&format!("erased-{}", paper.code), paper.note))
}

/// Words.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Text {
    /// The words.
    pub(crate) text: String,
}

/// Replies to the hub, and through it.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/replies", tag = "submissions", request_body = Text,
    responses((status = 204)))]
pub(crate) async fn reply(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
    Body(said): Body<Text>,
) -> Answer {
    question::reply(&app.hub, caller.reporter()?, id, &said.text).await?;
    done()
}
