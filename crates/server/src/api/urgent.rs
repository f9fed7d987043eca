//! Urgent items: whom hub staff has to phone, and a recipient's acknowledgement.

use super::wire::{Answer, Id, Words, done, json, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::read;
use hub::ops::urgent::{self, OpenCall};
use model::id::ItemId;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody of an on-call list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnCallWire {
    /// Name.
    name: String,
    /// Number.
    phone: Option<String>,
}

/// An organisation that has not acknowledged an urgent item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenCallWire {
    /// The item.
    item: String,
    /// The organisation.
    organisation: Words,
    /// How many of its list were told.
    told: i64,
    /// When the next is told; none at the end of the list.
    next_at: Option<String>,
    /// Its on-call list, in order.
    people: Vec<OnCallWire>,
}

impl From<OpenCall> for OpenCallWire {
    fn from(one: OpenCall) -> Self {
        Self {
            item: one.item.to_string(),
            organisation: one.organisation.into(),
            told: one.place,
            next_at: one.next_at.map(time),
            people: one.people.into_iter().map(|(name, phone)| OnCallWire { name, phone }).collect(),
        }
    }
}

/// Who has not acknowledged an urgent item, and whom to phone. The look is a leaf of the log.
#[utoipa::path(get, path = "/api/v1/staff/calls", tag = "staff", responses((status = 200, body = Vec<OpenCallWire>)))]
pub(crate) async fn calls(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let rows = urgent::open_calls(&app.hub, caller.staff()?).await?;
    json(StatusCode::OK, &rows.into_iter().map(OpenCallWire::from).collect::<Vec<_>>())
}

/// Calls the on-call lists of whomever an item reaches, until each has acknowledged it: from now on, or from when it leaves.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/urgent", tag = "staff", responses((status = 204)))]
pub(crate) async fn urgent(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    urgent::mark(&app.hub, caller.releaser()?, id).await?;
    done()
}

/// Acknowledges an urgent item for the own organisation: nobody else of its list is called.
#[utoipa::path(post, path = "/api/v1/items/{id}/acknowledge", tag = "items", responses((status = 204)))]
pub(crate) async fn acknowledge(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    let who = caller.answerer()?;
    let reader = read::audiences(&app.hub, &caller).await?;
    urgent::acknowledge(&app.hub, who, &reader, id).await?;
    done()
}
