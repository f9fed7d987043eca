//! The office's side of reports.

use super::report_wire::ReportWire;
use super::submissions::Text;
use super::wire::{Answer, Asked, Body, Id, done, json, name};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::HubError;
use hub::ops::report::office;
use model::clock::Extension;
use model::id::ReportId;
use model::report::event::Delay;
use model::report::facts::{ClassState, ClassStatement};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The reports sent to this office, late ones first. Contents are shown one by one.
#[utoipa::path(get, path = "/api/v1/office/reports", tag = "office", responses((status = 200, body = Vec<ReportWire>)))]
pub(crate) async fn board(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = office::board(&app.hub, caller.office()?).await?;
    json(StatusCode::OK, &all.into_iter().map(ReportWire::from).collect::<Vec<_>>())
}

/// A look whose telling is lawfully delayed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct DelayAsked {
    /// The ground of the delay; without it the reporter is told at once.
    ground: Option<String>,
    /// Until when the reporter is not told.
    until: Option<String>,
}

/// Looks at a report. The reporter sees office and time.
#[utoipa::path(get, path = "/api/v1/office/reports/{id}", tag = "office", params(DelayAsked),
    responses((status = 200, body = ReportWire)))]
pub(crate) async fn look(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Asked(asked): Asked<DelayAsked>,
) -> Answer {
    let delay = match (asked.ground, asked.until) {
        (None, None) => None,
        (Some(ground), Some(until)) => Some(Delay { ground, until: name("until", &until)? }),
        _ => return Err(HubError::Invalid("ground", hub::Problem::DelayGround).into()),
    };
    let seen = office::look(&app.hub, caller.office()?, id, delay).await?;
    json(StatusCode::OK, &ReportWire::from(seen.into_inner()))
}

/// A number.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NumberWire {
    /// The office's own number.
    number: String,
}

/// Acknowledges with the office's number.
#[utoipa::path(post, path = "/api/v1/office/reports/{id}/acknowledge", tag = "office", request_body = NumberWire,
    responses((status = 204)))]
pub(crate) async fn acknowledge(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<NumberWire>,
) -> Answer {
    office::acknowledge(&app.hub, caller.office()?, id, &said.number).await?;
    done()
}

/// Asks back.
#[utoipa::path(post, path = "/api/v1/office/reports/{id}/lines", tag = "office", request_body = Text,
    responses((status = 204)))]
pub(crate) async fn ask(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<Text>,
) -> Answer {
    office::ask(&app.hub, caller.office()?, id, &said.text).await?;
    done()
}

/// A statement on the class of data.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ClassWire {
    /// The data, by title or number.
    reference: String,
    /// `unknown`, `suspected` or `stated`.
    state: String,
    /// The class.
    #[serde(default)]
    class: String,
    /// The marking scheme.
    #[serde(default)]
    scheme: String,
    /// Who says so.
    #[serde(default)]
    by: String,
}

/// States the class of data.
#[utoipa::path(post, path = "/api/v1/office/reports/{id}/class", tag = "office", request_body = ClassWire,
    responses((status = 204)))]
pub(crate) async fn class(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<ClassWire>,
) -> Answer {
    let state: ClassState = name("state", &said.state)?;
    let (reference, class, scheme, by) = (said.reference, said.class, said.scheme, said.by);
    let said = ClassStatement { reference, state, class, scheme, by, at: None };
    office::state_class(&app.hub, caller.office()?, id, said).await?;
    done()
}

/// More time.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ExtensionWire {
    /// For which stage.
    stage: String,
    /// Until when.
    until: String,
    /// Why.
    reason: String,
    /// Who grants it.
    #[serde(default)]
    by: String,
}

/// Grants more time for a stage.
#[utoipa::path(post, path = "/api/v1/office/reports/{id}/extension", tag = "office", request_body = ExtensionWire,
    responses((status = 204)))]
pub(crate) async fn extend(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<ExtensionWire>,
) -> Answer {
    let until = name("until", &said.until)?;
    let more = Extension { stage: said.stage, until, by: said.by, reason: said.reason };
    office::extend(&app.hub, caller.office()?, id, more).await?;
    done()
}

/// Another office.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct HandOverWire {
    /// The organisation.
    to: String,
    /// Why.
    reason: String,
}

/// Hands a report over. This office sees it no longer.
#[utoipa::path(post, path = "/api/v1/office/reports/{id}/hand-over", tag = "office", request_body = HandOverWire,
    responses((status = 204)))]
pub(crate) async fn hand_over(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<HandOverWire>,
) -> Answer {
    office::hand_over(&app.hub, caller.office()?, id, name("to", &said.to)?, &said.reason).await?;
    done()
}

/// Closes a report.
#[utoipa::path(post, path = "/api/v1/office/reports/{id}/close", tag = "office", responses((status = 204)))]
pub(crate) async fn close(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
) -> Answer {
    office::close(&app.hub, caller.office()?, id).await?;
    done()
}

/// Hours of a contract regime.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct HoursWire {
    /// The regime.
    regime: String,
    /// Its setting.
    setting: String,
    /// Hours.
    hours: u32,
}

/// Sets the hours that a contract regime leaves to the office.
#[utoipa::path(put, path = "/api/v1/office/hours", tag = "office", request_body = HoursWire,
    responses((status = 204)))]
pub(crate) async fn hours(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(said): Body<HoursWire>,
) -> Answer {
    office::set_hours(&app.hub, caller.office()?, &said.regime, &said.setting, said.hours).await?;
    done()
}
