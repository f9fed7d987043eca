//! Checks that the own organisation asks of others: asking, the board, the end.

use super::checks::CheckAnswerWire;
use super::wire::{Answer, Asked, Body, Id, Paging, Rows, Words, done, json, name, names, rows, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::HubError;
use hub::ops::check::board::{self, AskView, Board, BoardRow};
use hub::ops::{check::ask, read};
use model::check::Counts;
use model::id::CheckId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to ask.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewAskWire {
    /// About which item.
    item: String,
    /// Identifiers of the organisations.
    whom: Vec<String>,
    /// In the own name; otherwise in the hub's, merged with what others ask.
    #[serde(default)]
    named: bool,
    /// Until when (RFC 3339); in the hub's name at least three days from now.
    due_at: String,
    /// What has to be searched; other than `logs-and-machines` only in the own name.
    #[serde(default)]
    counts: Option<String>,
    /// The check, asked of the own organisation, that this one hands on.
    #[serde(default)]
    parent: Option<String>,
}

/// What the answers add up to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotalsWire {
    asked: u32,
    opened: u32,
    answered: u32,
    overdue: u32,
    with_hits: u32,
    could_not: u32,
    machines: u64,
    machine_hits: u64,
    leaving: u32,
}

/// An ask.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskWire {
    /// The ask.
    id: String,
    /// The item.
    item: String,
    /// Its title.
    title: Words,
    /// In the own name.
    named: bool,
    /// What has to be searched.
    counts: String,
    /// When asked.
    asked_at: String,
    /// When due.
    due_at: String,
    /// When ended.
    closed_at: Option<String>,
    /// What the answers add up to.
    totals: TotalsWire,
}

impl From<AskView> for AskWire {
    fn from(one: AskView) -> Self {
        let t = one.totals;
        Self {
            id: one.id.to_string(),
            item: one.item.to_string(),
            title: one.title.into(),
            named: one.named,
            counts: one.counts.to_string(),
            asked_at: time(one.asked_at),
            due_at: time(one.due_at),
            closed_at: one.closed_at.map(time),
            totals: TotalsWire {
                asked: t.asked,
                opened: t.opened,
                answered: t.answered,
                overdue: t.overdue,
                with_hits: t.with_hits,
                could_not: t.could_not,
                machines: t.machines,
                machine_hits: t.machine_hits,
                leaving: t.leaving,
            },
        }
    }
}

/// One organisation on the board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardRowWire {
    /// Who.
    organisation: Words,
    /// `asked`, `opened`, `answered`, `overdue` or `closed`.
    state: String,
    /// Whether it was opened.
    opened: bool,
    /// When it was answered, as told.
    answered_at: Option<String>,
    /// The answer; the hub is told bands instead.
    answer: Option<CheckAnswerWire>,
}

impl From<BoardRow> for BoardRowWire {
    fn from(one: BoardRow) -> Self {
        Self {
            organisation: one.organisation.into(),
            state: one.state.to_string(),
            opened: one.opened,
            answered_at: one.answered_at.map(time),
            answer: one.answer.map(CheckAnswerWire::from),
        }
    }
}

/// A board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardWire {
    #[serde(flatten)]
    ask: AskWire,
    /// The organisations.
    organisations: Vec<BoardRowWire>,
    /// For the hub: the band of organisations with hits.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<String>,
    /// For the hub: the band of organisations without.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_seen: Option<String>,
}

impl From<Board> for BoardWire {
    fn from(one: Board) -> Self {
        Self {
            ask: one.ask.into(),
            organisations: one.rows.into_iter().map(BoardRowWire::from).collect(),
            seen: one.found.map(|b| b.seen.to_string()),
            not_seen: one.found.map(|b| b.not_seen.to_string()),
        }
    }
}

/// The own asks, newest first.
#[utoipa::path(get, path = "/api/v1/asks", tag = "checks", params(Paging), responses((status = 200, body = Rows<AskWire>)))]
pub(crate) async fn list(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(paging): Asked<Paging>,
) -> Answer {
    let page = board::list(&app.hub, caller.asker()?, &(&paging).into()).await?;
    rows("/api/v1/asks", "", &paging, page, AskWire::from)
}

/// Asks.
#[utoipa::path(post, path = "/api/v1/asks", tag = "checks", request_body = NewAskWire, responses((status = 201, body = BoardWire)))]
pub(crate) async fn post(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewAskWire>,
) -> Answer {
    let asker = caller.asker()?;
    let new = new.read()?;
    let reader = read::audiences(&app.hub, &caller).await?;
    let id = ask::ask(&app.hub, asker, &reader, new).await?;
    json(StatusCode::CREATED, &BoardWire::from(board::board(&app.hub, asker, id).await?))
}

impl NewAskWire {
    fn read(self) -> Result<ask::NewCheck, super::error::Problem> {
        let due = self.due_at.parse();
        Ok(ask::NewCheck {
            item: name("item", &self.item)?,
            whom: names("whom", &self.whom)?,
            named: self.named,
            due_at: due.map_err(|_| HubError::Invalid("due", hub::Problem::Rfc3339))?,
            counts: self.counts.map_or(Ok(Counts::LogsAndMachines), |c| name("counts", &c))?,
            parent: self.parent.map(|p| name("parent", &p)).transpose()?,
        })
    }
}

/// One board.
#[utoipa::path(get, path = "/api/v1/asks/{id}", tag = "checks", responses((status = 200, body = BoardWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<CheckId>) -> Answer {
    json(StatusCode::OK, &BoardWire::from(board::board(&app.hub, caller.asker()?, id).await?))
}

/// Ends it.
#[utoipa::path(post, path = "/api/v1/asks/{id}/close", tag = "checks", responses((status = 204)))]
pub(crate) async fn close(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<CheckId>,
) -> Answer {
    ask::close(&app.hub, caller.asker()?, id).await?;
    done()
}
