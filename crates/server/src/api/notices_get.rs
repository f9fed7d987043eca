//! What happened since: notices without content.

use super::wire::{Answer, json, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::notice::{self, Notice};
use serde::Serialize;
use utoipa::ToSchema;

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeWire {
    /// What happened.
    kind: String,
    /// The item, for recipients.
    item: Option<String>,
    /// The submission, for its source.
    submission: Option<String>,
    /// The report, for its organisation and its office.
    report: Option<String>,
    /// When.
    at: String,
}

impl From<Notice> for NoticeWire {
    fn from(one: Notice) -> Self {
        Self {
            kind: one.kind,
            item: one.item.map(|id| id.to_string()),
            submission: one.submission.map(|id| id.to_string()),
            report: one.report.map(|id| id.to_string()),
            at: time(one.at),
        }
    }
}

/// The newest notices of the caller's organisation.
#[utoipa::path(get, path = "/api/v1/notices", tag = "items", responses((status = 200, body = Vec<NoticeWire>)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    caller.reader()?;
    let all = notice::list(&app.hub, &caller).await?;
    json(StatusCode::OK, &all.into_iter().map(NoticeWire::from).collect::<Vec<_>>())
}
