//! Receipts: one file that proves an act by the log, checked by `noroshi verify` without any hub.

use super::wire::{Answer, Id};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use hub::log::receipt::{self, LogReceipt};
use hub::ops::read;
use model::id::{ItemId, SubmissionId};

/// `pending` until the log has a place for it, then `included`.
const STATE: HeaderName = HeaderName::from_static("noroshi-log");

/// That an own submission was received, and when. Pending until the log's next beat.
#[utoipa::path(get, path = "/api/v1/submissions/{id}/log-receipt", tag = "submissions",
    responses((status = 200, body = String, content_type = "text/plain",
        headers(("noroshi-log" = String, description = "`pending` or `included`")))))]
pub(crate) async fn of_submission(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    Ok(answer(receipt::of_submission(&app.hub, caller.source()?, id).await?))
}

/// That an item was released to the caller's organisation, or recalled, and when.
#[utoipa::path(get, path = "/api/v1/items/{id}/log-receipt", tag = "items",
    responses((status = 200, body = String, content_type = "text/plain",
        headers(("noroshi-log" = String, description = "`pending` or `included`")))))]
pub(crate) async fn of_item(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    Ok(answer(receipt::of_item(&app.hub, &reader, id).await?))
}

fn answer(given: LogReceipt) -> axum::response::Response {
    let state = if given.pending { "pending" } else { "included" };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (STATE, state)], given.file).into_response()
}
