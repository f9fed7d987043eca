//! Threads about checks: whoever was asked writes to the hub, which relays; whoever asked writes to all that it asked.

use super::submissions::{LineWire, Text};
use super::wire::{Answer, Body, Id, done, json};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::check::talk;
use model::id::{CheckId, PutId};

/// The thread on a check that was put to the own organisation.
#[utoipa::path(get, path = "/api/v1/checks/{id}/questions", tag = "checks", responses((status = 200, body = Vec<LineWire>)))]
pub(crate) async fn of_asked(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PutId>,
) -> Answer {
    let lines = talk::of_asked(&app.hub, caller.asked()?, id).await?;
    json(StatusCode::OK, &lines.into_iter().map(LineWire::from).collect::<Vec<_>>())
}

/// Asks the hub, which relays it without a name.
#[utoipa::path(post, path = "/api/v1/checks/{id}/questions", tag = "checks", request_body = Text,
    responses((status = 204)))]
pub(crate) async fn ask(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<PutId>,
    Body(said): Body<Text>,
) -> Answer {
    talk::ask(&app.hub, caller.asked()?, id, &said.text).await?;
    done()
}

/// The threads on a check that the own organisation asked.
#[utoipa::path(get, path = "/api/v1/asks/{id}/replies", tag = "checks", responses((status = 200, body = Vec<LineWire>)))]
pub(crate) async fn of_asker(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<CheckId>,
) -> Answer {
    let lines = talk::of_asker(&app.hub, caller.asker()?, id).await?;
    json(StatusCode::OK, &lines.into_iter().map(LineWire::from).collect::<Vec<_>>())
}

/// Writes to whom it asked, through the hub.
#[utoipa::path(post, path = "/api/v1/asks/{id}/replies", tag = "checks", request_body = Text,
    responses((status = 204)))]
pub(crate) async fn reply(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<CheckId>,
    Body(said): Body<Text>,
) -> Answer {
    talk::reply(&app.hub, caller.asker()?, id, &said.text).await?;
    done()
}
