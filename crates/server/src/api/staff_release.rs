//! Hub staff: release, recall, the machine rule.

use super::wire::{Answer, Body, Id, Words, done, json, name, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::release;
use model::consent::MachineRule;
use model::id::ItemId;
use model::item::RecallReason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When it leaves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Leaving {
    /// The slot, or now.
    pub(super) release_at: String,
}

/// Lets an item leave. The releaser is another person than the analyst.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/release", tag = "staff",
    responses((status = 200, body = Leaving)))]
pub(crate) async fn release(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let at = release::release(&app.hub, caller.releaser()?, id).await?;
    json(StatusCode::OK, &Leaving { release_at: time(at) })
}

/// Why it is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecallWire {
    /// `error`, `leak`, `false-positive`, `source-wish`, `expired`.
    reason: String,
}

/// Takes an item back: every holder is told.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/recall", tag = "staff", request_body = RecallWire,
    responses((status = 204)))]
pub(crate) async fn recall(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(given): Body<RecallWire>,
) -> Answer {
    let reason: RecallReason = name("reason", &given.reason)?;
    release::recall(&app.hub, caller.releaser()?, id, reason).await?;
    done()
}

/// A holder of a recalled item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HolderWire {
    /// Who.
    organisation: Words,
    /// How it got the item.
    channels: Vec<String>,
    /// When it confirmed the removal.
    confirmed_at: Option<String>,
    /// Whom to phone while it has not, in order.
    phones: Vec<PhoneWire>,
}

/// Somebody to phone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhoneWire {
    /// Name.
    name: String,
    /// Number.
    number: Option<String>,
}

/// Who holds a recalled item, and has not confirmed its removal.
#[utoipa::path(get, path = "/api/v1/staff/items/{id}/holders", tag = "staff",
    responses((status = 200, body = Vec<HolderWire>)))]
pub(crate) async fn board(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let all = release::recall_board(&app.hub, caller.staff()?, id).await?;
    let holders = all.into_iter().map(|one| HolderWire {
        organisation: one.name.into(),
        channels: one.channels,
        confirmed_at: one.confirmed_at.map(time),
        phones: one.phones.into_iter().map(|(name, number)| PhoneWire { name, number }).collect(),
    });
    json(StatusCode::OK, &holders.collect::<Vec<_>>())
}

/// The machine-release rule.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleWire {
    /// Whether anything leaves without a person.
    enabled: bool,
    /// Items a day.
    items_per_day: u32,
}

/// The rule as it stands.
#[utoipa::path(get, path = "/api/v1/staff/rule", tag = "staff", responses((status = 200, body = RuleWire)))]
pub(crate) async fn rule(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let rule = release::rule(&app.hub, caller.staff()?).await?;
    json(StatusCode::OK, &RuleWire { enabled: rule.enabled, items_per_day: rule.items_per_day })
}

/// Changes it; `enabled: false` is the stop switch.
#[utoipa::path(put, path = "/api/v1/staff/rule", tag = "staff", request_body = RuleWire, responses((status = 204)))]
pub(crate) async fn set_rule(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(given): Body<RuleWire>,
) -> Answer {
    let rule = MachineRule { enabled: given.enabled, items_per_day: given.items_per_day };
    release::set_rule(&app.hub, caller.releaser()?, rule).await?;
    done()
}
