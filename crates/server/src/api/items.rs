//! What a recipient reads: the inbox, one item, its bundle; and what it answers.

use super::content::Content;
use super::submissions::{LineWire, Text};
use super::wire::{Answer, Asked, Body, Id, Paging, Rows, Words, done, json, name, rows, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use hub::ops::read::{self, InboxRow, ItemView};
use hub::ops::{answer, question};
use model::answer::Progress;
use model::id::ItemId;
use serde::{Deserialize, Serialize};
use sharing::Released;
use utoipa::ToSchema;

/// The channel under which disclosures are noted.
const CHANNEL: &str = "api";

/// A row of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxRowWire {
    /// The item.
    id: String,
    /// Its version.
    version: u32,
    /// Its title.
    title: Words,
    /// The marking, e.g. `TLP:GREEN`.
    tlp: String,
    /// Its release slot.
    released_at: String,
    /// Why it was recalled, when it was.
    recalled: Option<String>,
    /// How far the own organisation is with it.
    progress: String,
    /// Part of an exercise.
    exercise: bool,
}

impl From<InboxRow> for InboxRowWire {
    fn from(one: InboxRow) -> Self {
        Self {
            id: one.id.to_string(),
            version: one.version,
            title: one.title.into(),
            tlp: one.tlp.label().to_owned(),
            released_at: time(one.released_at),
            recalled: one.recalled.map(|r| r.to_string()),
            progress: one.progress.to_string(),
            exercise: one.exercise,
        }
    }
}

/// One item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemWire {
    #[serde(flatten)]
    row: InboxRowWire,
    /// The text for people.
    text: Words,
    /// What it says, typed.
    content: Content,
    /// Machines checked, as the own organisation answered.
    machines: Option<u64>,
    /// Whether removal after a recall is confirmed.
    recall_confirmed: bool,
}

impl From<ItemView> for ItemWire {
    fn from(one: ItemView) -> Self {
        Self {
            row: one.row.into(),
            text: one.text.into(),
            content: one.content.into(),
            machines: one.machines,
            recall_confirmed: one.recall_confirmed,
        }
    }
}

/// The inbox, newest first.
#[utoipa::path(get, path = "/api/v1/items", tag = "items", params(Paging),
    responses((status = 200, body = Rows<InboxRowWire>)))]
pub(crate) async fn list(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    let page = read::inbox(&app.hub, &reader, &(&paging).into()).await?;
    rows("/api/v1/items", "", &paging, page, |one: Released<InboxRow>| InboxRowWire::from(one.into_inner()))
}

/// One item.
#[utoipa::path(get, path = "/api/v1/items/{id}", tag = "items", responses((status = 200, body = ItemWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<ItemId>) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    let item = read::item(&app.hub, &reader, id, CHANNEL).await?;
    json(StatusCode::OK, &ItemWire::from(item.into_inner()))
}

/// Its STIX 2.1 bundle.
#[utoipa::path(get, path = "/api/v1/items/{id}/bundle", tag = "items",
    responses((status = 200, body = Object, content_type = "application/stix+json")))]
pub(crate) async fn bundle(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    let item = read::item(&app.hub, &reader, id, CHANNEL).await?;
    Ok(([(header::CONTENT_TYPE, "application/stix+json;version=2.1")], item.into_inner().bundle)
        .into_response())
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AnswerWire {
    /// `swept`, `seen` or `not-seen`.
    progress: String,
    /// Machines checked.
    machines: Option<u64>,
}

/// Answers for the own organisation.
#[utoipa::path(post, path = "/api/v1/items/{id}/answer", tag = "items", request_body = AnswerWire,
    responses((status = 204)))]
pub(crate) async fn answer(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(given): Body<AnswerWire>,
) -> Answer {
    let who = caller.answerer()?;
    let progress: Progress = name("progress", &given.progress)?;
    let reader = read::audiences(&app.hub, &caller).await?;
    answer::answer(&app.hub, who, &reader, id, progress, given.machines).await?;
    done()
}

/// Confirms that a recalled item is removed.
#[utoipa::path(post, path = "/api/v1/items/{id}/recall-confirmation", tag = "items", responses((status = 204)))]
pub(crate) async fn confirm_recall(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let who = caller.answerer()?;
    let reader = read::audiences(&app.hub, &caller).await?;
    answer::confirm_recall(&app.hub, who, &reader, id).await?;
    done()
}

/// A question was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Asking {
    /// The thread.
    question: String,
}

/// Asks the hub, and through it the unnamed source.
#[utoipa::path(post, path = "/api/v1/items/{id}/questions", tag = "items", request_body = Text,
    responses((status = 201, body = Asking)))]
pub(crate) async fn ask(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(said): Body<Text>,
) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    let asked = question::ask(&app.hub, &reader, id, &said.text).await?;
    json(StatusCode::CREATED, &Asking { question: asked.to_string() })
}

/// The own thread on an item.
#[utoipa::path(get, path = "/api/v1/items/{id}/questions", tag = "items",
    responses((status = 200, body = Vec<LineWire>)))]
pub(crate) async fn questions(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    let lines = question::mine(&app.hub, &reader, id).await?;
    json(StatusCode::OK, &lines.into_iter().map(LineWire::from).collect::<Vec<_>>())
}
