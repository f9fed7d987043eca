//! Hub staff: questions that wait to be passed on.

use super::submissions::Text;
use super::wire::{Answer, Body, Id, Words, done, json, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::question::{self, Line, Thread};
use model::id::QuestionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A line as staff sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffLine {
    /// Its number.
    line: u32,
    /// `recipient`, `hub` or `source`.
    voice: String,
    /// The words.
    text: String,
    /// When.
    at: String,
    /// Whether the other side sees it.
    relayed: bool,
}

impl From<Line> for StaffLine {
    fn from(one: Line) -> Self {
        Self {
            line: one.n,
            voice: one.voice.to_string(),
            text: one.text,
            at: time(one.at),
            relayed: one.relayed,
        }
    }
}

/// A thread as staff sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreadWire {
    /// The thread.
    id: String,
    /// The item asked about.
    item: Option<String>,
    /// Who asks.
    asker: Words,
    /// The lines.
    lines: Vec<StaffLine>,
}

impl From<Thread> for ThreadWire {
    fn from(one: Thread) -> Self {
        Self {
            id: one.id.to_string(),
            item: one.item.map(|id| id.to_string()),
            asker: one.asker.into(),
            lines: one.lines.into_iter().map(StaffLine::from).collect(),
        }
    }
}

/// Open threads.
#[utoipa::path(get, path = "/api/v1/staff/questions", tag = "staff", responses((status = 200, body = Vec<ThreadWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = question::open(&app.hub, caller.staff()?).await?;
    json(StatusCode::OK, &all.into_iter().map(ThreadWire::from).collect::<Vec<_>>())
}

/// Which line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relay {
    /// Its number.
    line: u32,
}

/// Lets a line pass to the other side. The gate reads it first.
#[utoipa::path(post, path = "/api/v1/staff/questions/{id}/relay", tag = "staff", request_body = Relay,
    responses((status = 204)))]
pub(crate) async fn relay(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<QuestionId>,
    Body(given): Body<Relay>,
) -> Answer {
    question::relay(&app.hub, caller.analyst()?, id, given.line).await?;
    done()
}

/// Writes as the hub.
#[utoipa::path(post, path = "/api/v1/staff/questions/{id}/lines", tag = "staff", request_body = Text,
    responses((status = 204)))]
pub(crate) async fn write(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<QuestionId>,
    Body(said): Body<Text>,
) -> Answer {
    question::write(&app.hub, caller.analyst()?, id, &said.text).await?;
    done()
}
