//! The mail door of the own organisation: its intake address, and the mails of unknown senders that wait there.

use super::wire::{Answer, Id, done, json, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::intake::{self, Held};
use model::id::QuarantineId;
use serde::Serialize;
use utoipa::ToSchema;

/// A mail that waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldWire {
    /// Identifier.
    id: String,
    /// Who it says it is from.
    sender: String,
    /// Subject.
    subject: String,
    /// Who delivered it, where that is another than it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_by: Option<String>,
    /// Size in bytes.
    bytes: i64,
    /// When it came.
    at: String,
}

impl From<Held> for HeldWire {
    fn from(one: Held) -> Self {
        Self {
            id: one.id.to_string(),
            sender: one.sender,
            subject: one.subject,
            delivered_by: one.delivered_by,
            bytes: one.bytes,
            at: time(one.at),
        }
    }
}

/// The mail door.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoorWire {
    /// Where to forward mails to; none where the hub takes no mail.
    address: Option<String>,
    /// What waits, newest first.
    held: Vec<HeldWire>,
}

/// The intake address, and the mails that are held.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "submissions", responses((status = 200, body = DoorWire)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let source = caller.reporter()?;
    let address = intake::address(&app.hub, source).await?;
    let held = intake::held(&app.hub, source).await?.into_iter().map(HeldWire::from).collect();
    json(StatusCode::OK, &DoorWire { address, held })
}

/// Takes a held mail in: it becomes a submission.
#[utoipa::path(post, path = "/api/v1/quarantine/{id}/take", tag = "submissions", responses((status = 204)))]
pub(crate) async fn take(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<QuarantineId>,
) -> Answer {
    intake::take_held(&app.hub, caller.reporter()?, id).await?;
    done()
}

/// Throws a held mail away.
#[utoipa::path(delete, path = "/api/v1/quarantine/{id}", tag = "submissions", responses((status = 204)))]
pub(crate) async fn drop_it(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<QuarantineId>,
) -> Answer {
    intake::drop_held(&app.hub, caller.reporter()?, id).await?;
    done()
}

/// Another intake address; the old one ends.
#[utoipa::path(post, path = "/api/v1/intake-address", tag = "organisation", responses((status = 204)))]
pub(crate) async fn renew(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    intake::renew_address(&app.hub, caller.org_admin()?).await?;
    done()
}
