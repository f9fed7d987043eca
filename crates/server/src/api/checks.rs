//! What the own organisation was asked to check, and its answers; slips that hub staff writes down.

use super::content::Content;
use super::wire::{Answer, Body, Id, Words, json, name, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use hub::ops::check::put::{self, Given, PutPage, PutView};
use hub::ops::check::slip;
use model::check::{CheckAnswer, Via};
use model::id::PutId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The channel under which disclosures are noted.
const CHANNEL: &str = "api";

/// A check that was put to the own organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckWire {
    /// The check.
    id: String,
    /// The item that it is about.
    item: String,
    /// Its title.
    title: Words,
    /// Its marking.
    tlp: String,
    /// Why it was recalled, when it was.
    recalled: Option<String>,
    /// Part of an exercise.
    exercise: bool,
    /// Who asks; the hub when the asker is not named.
    from: Words,
    /// What has to be searched.
    counts: String,
    /// `asked`, `opened`, `answered`, `overdue` or `closed`.
    state: String,
    /// When asked.
    asked_at: String,
    /// When due.
    due_at: String,
}

impl From<PutView> for CheckWire {
    fn from(one: PutView) -> Self {
        Self {
            id: one.id.to_string(),
            item: one.item.to_string(),
            title: one.title.into(),
            tlp: one.tlp.label().to_owned(),
            recalled: one.recalled.map(|r| r.to_string()),
            exercise: one.exercise,
            from: one.from.into(),
            counts: one.counts.to_string(),
            state: one.state.to_string(),
            asked_at: time(one.asked_at),
            due_at: time(one.due_at),
        }
    }
}

/// An answer to a check.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CheckAnswerWire {
    /// Machines checked.
    #[serde(default)]
    checked: u32,
    /// Machines with hits.
    #[serde(default)]
    hits: u32,
    /// Signs of data leaving: `no`, `suspected`, `yes` or `unknown`.
    leaving: String,
    /// Evidence is kept.
    #[serde(default)]
    evidence: bool,
    /// Why it could not check: `no-logs`, `no-staff`, `run-by-others`, `no-means` or `other`.
    #[serde(default)]
    could_not: Option<String>,
    /// A remark to whoever asked.
    #[serde(default)]
    words: String,
}

impl From<CheckAnswer> for CheckAnswerWire {
    fn from(one: CheckAnswer) -> Self {
        Self {
            checked: one.checked,
            hits: one.hits,
            leaving: one.leaving.to_string(),
            evidence: one.evidence,
            could_not: one.could_not.map(|c| c.to_string()),
            words: one.words,
        }
    }
}

impl CheckAnswerWire {
    fn read(self) -> Result<CheckAnswer, super::error::Problem> {
        Ok(CheckAnswer {
            checked: self.checked,
            hits: self.hits,
            leaving: name("leaving", &self.leaving)?,
            evidence: self.evidence,
            could_not: self.could_not.map(|c| name("could_not", &c)).transpose()?,
            words: self.words,
        })
    }
}

/// What was answered, and the receipt for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GivenWire {
    /// The code of the receipt.
    receipt: String,
    /// 1 for the first answer, more after corrections.
    revision: u32,
    /// When.
    at: String,
    /// The answer.
    answer: CheckAnswerWire,
}

impl From<Given> for GivenWire {
    fn from(one: Given) -> Self {
        Self { receipt: one.receipt, revision: one.revision, at: time(one.at), answer: one.answer.into() }
    }
}

/// One check with the item that it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckPageWire {
    #[serde(flatten)]
    row: CheckWire,
    /// The text for people.
    text: Words,
    /// What it says, typed.
    content: Content,
    /// The answer so far.
    given: Option<GivenWire>,
}

impl From<PutPage> for CheckPageWire {
    fn from(one: PutPage) -> Self {
        Self {
            row: one.put.into(),
            text: one.text.into(),
            content: one.content.into(),
            given: one.given.map(GivenWire::from),
        }
    }
}

/// What was put to the own organisation, newest first, at most 200.
#[utoipa::path(get, path = "/api/v1/checks", tag = "checks", responses((status = 200, body = Vec<CheckWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = put::list(&app.hub, caller.asked()?).await?;
    json(StatusCode::OK, &all.into_iter().map(|one| CheckWire::from(one.into_inner())).collect::<Vec<_>>())
}

/// One check; opening it is noted.
#[utoipa::path(get, path = "/api/v1/checks/{id}", tag = "checks", responses((status = 200, body = CheckPageWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<PutId>) -> Answer {
    let one = put::look(&app.hub, caller.asked()?, id, CHANNEL).await?;
    json(StatusCode::OK, &CheckPageWire::from(one.into_inner()))
}

/// The STIX 2.1 bundle of its item.
#[utoipa::path(get, path = "/api/v1/checks/{id}/bundle", tag = "checks",
    responses((status = 200, body = Object, content_type = "application/stix+json")))]
pub(crate) async fn bundle(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PutId>,
) -> Answer {
    let one = put::look(&app.hub, caller.asked()?, id, CHANNEL).await?.into_inner();
    Ok(([(header::CONTENT_TYPE, "application/stix+json;version=2.1")], one.bundle).into_response())
}

/// Answers for the own organisation. The same answer again gives the first receipt; another one is a correction.
#[utoipa::path(post, path = "/api/v1/checks/{id}/answer", tag = "checks", request_body = CheckAnswerWire,
    responses((status = 200, body = GivenWire)))]
pub(crate) async fn answer(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PutId>,
    Body(given): Body<CheckAnswerWire>,
) -> Answer {
    let kept = put::answer(&app.hub, caller.asked()?, id, &given.read()?, Via::Program).await?;
    json(StatusCode::OK, &GivenWire::from(kept))
}

/// A check that awaits an answer, for hub staff.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AwaitedWire {
    /// Who is asked.
    organisation: Words,
    #[serde(flatten)]
    check: CheckWire,
}

/// Checks without an answer, the most urgent first, at most 200.
#[utoipa::path(get, path = "/api/v1/staff/slips", tag = "checks", responses((status = 200, body = Vec<AwaitedWire>)))]
pub(crate) async fn awaited(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = slip::awaited(&app.hub, caller.staff()?).await?;
    let wire =
        |one: slip::Awaited| AwaitedWire { organisation: one.organisation.into(), check: one.put.into() };
    json(StatusCode::OK, &all.into_iter().map(wire).collect::<Vec<_>>())
}

/// Writes down an answer that came on paper or by telephone.
#[utoipa::path(post, path = "/api/v1/staff/slips/{id}", tag = "checks", request_body = CheckAnswerWire,
    responses((status = 200, body = GivenWire)))]
pub(crate) async fn slip(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PutId>,
    Body(given): Body<CheckAnswerWire>,
) -> Answer {
    let kept = slip::record(&app.hub, caller.triager()?, id, &given.read()?).await?;
    json(StatusCode::OK, &GivenWire::from(kept))
}

/// A link to hand out. It is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandedWire {
    /// The address.
    url: String,
    /// Six digits.
    code: String,
    /// Until when.
    expires_at: String,
}

/// Makes a one-time link to hand out by other means than mail.
#[utoipa::path(post, path = "/api/v1/staff/slips/{id}/link", tag = "checks", responses((status = 201, body = HandedWire)))]
pub(crate) async fn link(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<PutId>) -> Answer {
    let link = slip::hand_out(&app.hub, caller.triager()?, id).await?;
    let wire = HandedWire { url: link.url, code: link.code, expires_at: time(link.expires_at) };
    json(StatusCode::CREATED, &wire)
}
