//! The seats, for whoever keeps the roster: which authority or customer receives reports under which regime.

use super::access::overseer;
use super::wire::{Answer, Body, Words, done, json, name};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::admin::AsRegistrar;
use hub::ops::report::seat;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A seat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatWire {
    /// Who receives.
    organisation: String,
    /// Its name.
    name: Words,
    /// The regime, by id.
    regime: String,
    /// Its name.
    regime_name: Words,
    /// The addressee of the regime, by id.
    addressee: String,
    /// Its name.
    addressee_name: Words,
}

impl From<seat::Seat> for SeatWire {
    fn from(one: seat::Seat) -> Self {
        Self {
            organisation: one.organisation.to_string(),
            name: one.organisation_name.into(),
            regime: one.regime,
            regime_name: one.regime_name.into(),
            addressee: one.addressee,
            addressee_name: one.addressee_name.into(),
        }
    }
}

/// Every seat.
#[utoipa::path(get, path = "/api/v1/staff/seats", tag = "staff", responses((status = 200, body = Vec<SeatWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let rows = seat::list(&app.hub, overseer(&caller)?).await?;
    json(StatusCode::OK, &rows.into_iter().map(SeatWire::from).collect::<Vec<_>>())
}

/// Which seat, and whose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhichSeat {
    /// The organisation, an authority or a customer.
    organisation: String,
    /// The regime, by id.
    regime: String,
    /// The addressee of the regime, by id.
    addressee: String,
}

/// Gives a seat: reports to this addressee under this regime reach the organisation. One that it has stays as it is.
#[utoipa::path(post, path = "/api/v1/staff/seats", tag = "staff", request_body = WhichSeat,
    responses((status = 204)))]
pub(crate) async fn give(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(one): Body<WhichSeat>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let org = name("organisation", &one.organisation)?;
    seat::give(&app.hub, by, org, &one.regime, &one.addressee).await?;
    done()
}

/// Takes a seat: its office sees the reports to it no longer, until it has the seat again. They stay with who sent them.
#[utoipa::path(post, path = "/api/v1/staff/seats/take", tag = "staff", request_body = WhichSeat,
    responses((status = 204)))]
pub(crate) async fn take(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(one): Body<WhichSeat>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let org = name("organisation", &one.organisation)?;
    seat::take(&app.hub, by, org, &one.regime, &one.addressee).await?;
    done()
}
