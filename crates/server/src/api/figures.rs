//! Figures: the hub's board, and what the own organisation did and got in a quarter.

use super::wire::{Answer, json, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::board::{self, AsViewer, Board, Director};
use jiff::Timestamp;
use model::submission::Kind;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One week of the hub.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WeekWire {
    /// When it begins.
    begins: String,
    /// Submissions by kind.
    submissions: BTreeMap<String, u64>,
    /// Minutes from the first submission to the warning: the median of the items that left in it.
    minutes: Option<u64>,
}

/// The hub's board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguresWire {
    /// The last weeks, oldest first.
    weeks: Vec<WeekWire>,
    /// Submissions that wait for their source's consent.
    open_consents: u64,
    /// Since when the oldest of them waits.
    oldest_consent: Option<String>,
    /// Submissions that wait for the hub.
    queue: u64,
    /// Organisations that receive warnings.
    members: usize,
    /// Jobs that are due.
    jobs_due: i64,
    /// Since when the one that waits longest is due.
    oldest_job: Option<String>,
    /// Jobs that were given up.
    jobs_failed: i64,
    /// Leaves that have no place in the log yet.
    leaves_waiting: u64,
    /// Letters that wait.
    letters_waiting: u64,
    /// Letters that were refused.
    letters_refused: u64,
}

impl From<Board> for FiguresWire {
    fn from(one: Board) -> Self {
        let by_kind = |counts: Vec<u64>| Kind::ALL.iter().map(ToString::to_string).zip(counts).collect();
        let week = |w: board::Week| WeekWire {
            begins: time(w.begins),
            submissions: by_kind(w.by_kind),
            minutes: w.minutes,
        };
        Self {
            weeks: one.weeks.into_iter().map(week).collect(),
            open_consents: one.open_consents,
            oldest_consent: one.oldest_consent.map(time),
            queue: one.queue,
            members: one.members,
            jobs_due: one.jobs.due,
            oldest_job: one.jobs.oldest.and_then(|at| Timestamp::from_microsecond(at).ok()).map(time),
            jobs_failed: one.jobs.failed,
            leaves_waiting: one.waits.leaves,
            letters_waiting: one.waits.letters,
            letters_refused: one.waits.refused,
        }
    }
}

/// The hub's board: sums, no content and no organisation.
#[utoipa::path(get, path = "/api/v1/staff/figures", tag = "staff", responses((status = 200, body = FiguresWire)))]
pub(crate) async fn board(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let who = match caller.staff() {
        Ok(staff) => AsViewer::Staff(staff),
        Err(_) => AsViewer::Operator(caller.operator()?),
    };
    json(StatusCode::OK, &FiguresWire::from(board::board(&app.hub, who).await?))
}

/// One week of the own organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnWeekWire {
    /// When it begins.
    begins: String,
    /// Warnings that came.
    warnings: u64,
    /// Own submissions.
    sent: u64,
}

/// A quarter of the own organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DirectorWire {
    /// Since when the figures count.
    since: String,
    /// The weeks, oldest first.
    weeks: Vec<OwnWeekWire>,
    /// Warnings that came.
    warnings: u64,
    /// Of these, answered.
    answered: u64,
    /// Of these, seen at home.
    seen: u64,
    /// Own submissions.
    sent: u64,
    /// Of these, shared as warnings.
    shared: u64,
    /// Consents that wait.
    open: u64,
    /// People who act for the organisation.
    people: usize,
    /// Of them: those who sign in with a passkey or a second code.
    protected: usize,
    /// People on the on-call list.
    on_call: usize,
    /// People who may consent, deputies not counted.
    approvers: usize,
}

impl From<Director> for DirectorWire {
    fn from(one: Director) -> Self {
        let week = |(at, warnings, sent)| OwnWeekWire { begins: time(at), warnings, sent };
        Self {
            since: time(one.since),
            weeks: one.weeks.into_iter().map(week).collect(),
            warnings: one.warnings,
            answered: one.answered,
            seen: one.seen,
            sent: one.sent,
            shared: one.shared,
            open: one.open,
            people: one.people,
            protected: one.protected,
            on_call: one.on_call,
            approvers: one.approvers,
        }
    }
}

/// What the own organisation did and got in a quarter.
#[utoipa::path(get, path = "/api/v1/figures", tag = "organisation", responses((status = 200, body = DirectorWire)))]
pub(crate) async fn director(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    caller.reader()?;
    json(StatusCode::OK, &DirectorWire::from(board::director(&app.hub, &caller).await?))
}
