//! One's own incidents and reports.

use super::report_wire::{IncidentWire, ReportWire, StageReceiptWire};
use super::submissions::Text;
use super::submissions_post::ReceiptWire;
use super::wire::{Answer, Asked, Body, Id, Words, done, json, name};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::report::incident::{self, Address, NewIncident};
use hub::ops::report::{export, pack, send, share};
use model::clock::Regime;
use model::id::{IncidentId, ReportId, SubmissionId};
use model::lang::Lang;
use model::report::Facts;
use model::report::event::Declared;
use model::submission::Door;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// The media type of spreadsheets (ECMA-376).
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// An incident to open.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct NewWire {
    /// What is known; see the regimes for what they ask.
    #[schema(value_type = Object)]
    facts: Facts,
    /// `REGIME/ADDRESSEE`, or `REGIME/ADDRESSEE/OFFICE` where several organisations are that addressee.
    addresses: Vec<String>,
    /// Part of an exercise.
    exercise: bool,
    /// A submission of one's own to take times and technical values from.
    from_submission: Option<String>,
    /// A VERIS record to make the incident from.
    #[schema(value_type = Option<Object>)]
    veris: Option<Value>,
}

/// Opens an incident with its reports. Nothing is sent.
#[utoipa::path(post, path = "/api/v1/reports", tag = "reports", request_body = NewWire,
    responses((status = 201, body = IncidentWire)))]
pub(crate) async fn open(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewWire>,
) -> Answer {
    let filer = caller.filer()?;
    let addresses = addresses(&new.addresses)?;
    let mut facts = new.facts;
    if let Some(record) = new.veris {
        facts = model::report::veris::import(record).map_err(|why| HubError::said("veris", why))?;
    } else if let Some(id) = new.from_submission {
        let id: SubmissionId = name("from_submission", &id)?;
        facts = merged(facts, incident::from_submission(&app.hub, caller.reporter()?, id).await?);
    }
    let new = NewIncident { facts, addresses, exercise: new.exercise };
    json(StatusCode::CREATED, &IncidentWire::from(incident::open(&app.hub, filer, new).await?))
}

/// What was given wins over what was taken from a submission.
fn merged(given: Facts, mut taken: Facts) -> Facts {
    taken.texts.extend(given.texts.clone());
    taken.happened.triggers.extend(given.happened.triggers.clone());
    let (texts, triggers, noticed) = (taken.texts, taken.happened.triggers, taken.noticed);
    let mut out = given;
    out.texts = texts;
    out.happened.triggers = triggers;
    if out.noticed.is_empty() {
        out.noticed = noticed;
    }
    out
}

fn addresses(texts: &[String]) -> Result<Vec<Address>, HubError> {
    texts.iter().map(|text| text.parse().map_err(|why| HubError::Invalid("addresses", why))).collect()
}

/// Own incidents with their duties, newest change first, at most 200.
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports", responses((status = 200, body = Vec<IncidentWire>)))]
pub(crate) async fn board(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = incident::board(&app.hub, caller.filer()?).await?;
    json(StatusCode::OK, &all.into_iter().map(IncidentWire::from).collect::<Vec<_>>())
}

/// One incident.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "reports", responses((status = 200, body = IncidentWire)))]
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<IncidentId>,
) -> Answer {
    let one = incident::show(&app.hub, caller.filer()?, id).await?;
    json(StatusCode::OK, &IncidentWire::from(one))
}

/// Facts to save.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SaveWire {
    /// The version that was read.
    version: i64,
    /// The facts.
    #[schema(value_type = Object)]
    facts: Facts,
    /// Addressees to add.
    #[serde(default)]
    addresses: Vec<String>,
}

/// Saves the facts as a new version.
#[utoipa::path(put, path = "/api/v1/incidents/{id}", tag = "reports", request_body = SaveWire,
    responses((status = 200, body = IncidentWire)))]
pub(crate) async fn save(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<IncidentId>,
    Body(new): Body<SaveWire>,
) -> Answer {
    let to = addresses(&new.addresses)?;
    let saved = incident::save(&app.hub, caller.filer()?, id, new.version, new.facts, &to).await?;
    json(StatusCode::OK, &IncidentWire::from(saved))
}

/// The evidence pack: a ZIP that is checked offline.
#[utoipa::path(get, path = "/api/v1/incidents/{id}/pack", tag = "reports",
    responses((status = 200, body = Vec<u8>, content_type = "application/zip")))]
pub(crate) async fn pack_get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<IncidentId>,
) -> Answer {
    let bytes = pack::pack(&app.hub, caller.filer()?, id).await?;
    Ok(([(header::CONTENT_TYPE, "application/zip")], bytes).into_response())
}

/// The incident as a VERIS record.
#[utoipa::path(get, path = "/api/v1/incidents/{id}/veris", tag = "reports", responses((status = 200, body = Object)))]
pub(crate) async fn veris(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<IncidentId>,
) -> Answer {
    json(StatusCode::OK, &export::veris(&app.hub, caller.filer()?, id).await?)
}

/// Submits the attack technical part of an incident for sharing, by the slot.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/share", tag = "reports",
    responses((status = 201, body = ReceiptWire)))]
pub(crate) async fn share_post(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<IncidentId>,
) -> Answer {
    let (filer, source) = (caller.filer()?, caller.reporter()?);
    let receipt = share::share(&app.hub, filer, source, id, Door::Api).await?;
    json(StatusCode::CREATED, &ReceiptWire::from(receipt))
}

/// One report.
#[utoipa::path(get, path = "/api/v1/reports/{id}", tag = "reports", responses((status = 200, body = ReportWire)))]
pub(crate) async fn report(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
) -> Answer {
    let (one, _) = send::show(&app.hub, caller.filer()?, id).await?;
    json(StatusCode::OK, &ReportWire::from(one))
}

/// Which form, as what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormAsked {
    /// The stage.
    stage: String,
    /// `json` (default) or `xlsx`.
    format: String,
    /// The language of a spreadsheet, `ja` (default) or `en`.
    lang: Option<String>,
}

/// The form of a stage as it would be sent now.
#[utoipa::path(get, path = "/api/v1/reports/{id}/form", tag = "reports", params(FormAsked),
    responses((status = 200, body = Object)))]
pub(crate) async fn form(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Asked(asked): Asked<FormAsked>,
) -> Answer {
    let form = export::form(&app.hub, caller.filer()?, id, &asked.stage).await?;
    if asked.format != "xlsx" {
        return json(StatusCode::OK, &form);
    }
    let lang: Lang = name("lang", asked.lang.as_deref().unwrap_or("ja"))?;
    let bytes = export::spreadsheet(&app.hub, &form, lang)?;
    Ok(([(header::CONTENT_TYPE, XLSX)], bytes).into_response())
}

/// A stage.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StageWire {
    /// Its id.
    stage: String,
}

/// Sends a stage. Durable when it answers.
#[utoipa::path(post, path = "/api/v1/reports/{id}/stages", tag = "reports", request_body = StageWire,
    responses((status = 201, body = StageReceiptWire)))]
pub(crate) async fn submit(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(asked): Body<StageWire>,
) -> Answer {
    let receipt = send::send(&app.hub, caller.filer()?, id, &asked.stage).await?;
    json(StatusCode::CREATED, &StageReceiptWire::from(receipt))
}

/// A stage that was sent elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DeclaredWire {
    /// The stage.
    stage: String,
    /// The form used.
    #[serde(default)]
    form: String,
    /// The channel.
    channel: String,
    /// To whom.
    #[serde(default)]
    addressee: String,
    /// When.
    at: String,
    /// What came back.
    #[serde(default)]
    acknowledgement: String,
}

/// Declares that a stage was sent on another channel.
#[utoipa::path(post, path = "/api/v1/reports/{id}/declared", tag = "reports", request_body = DeclaredWire,
    responses((status = 204)))]
pub(crate) async fn declare(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<DeclaredWire>,
) -> Answer {
    let declared = Declared {
        stage: said.stage,
        form: said.form,
        channel: said.channel,
        addressee: said.addressee,
        at: name("at", &said.at)?,
        acknowledgement: said.acknowledgement,
    };
    send::declare(&app.hub, caller.filer()?, id, declared).await?;
    done()
}

/// Writes to the office.
#[utoipa::path(post, path = "/api/v1/reports/{id}/lines", tag = "reports", request_body = Text,
    responses((status = 204)))]
pub(crate) async fn write(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ReportId>,
    Body(said): Body<Text>,
) -> Answer {
    send::write(&app.hub, caller.filer()?, id, &said.text).await?;
    done()
}

/// A regime.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegimeWire {
    /// Its id.
    id: String,
    /// Its name.
    name: Words,
    /// `law`, `contract` or `form`.
    kind: String,
    /// Whom to tell.
    addressees: Vec<NamedWire>,
    /// The stages in order.
    stages: Vec<NamedWire>,
    /// The facts that it asks.
    fields: Vec<FieldWire>,
    /// What was not confirmed.
    not_confirmed: Vec<Words>,
    /// Where it was read.
    sources: Vec<String>,
}

/// Something with an id and a name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedWire {
    /// The id.
    id: String,
    /// The name.
    name: Words,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldWire {
    /// What is asked.
    fact: String,
    /// In the regime's words.
    name: Words,
    /// By which stages.
    stages: Vec<String>,
    /// Whether an answer, "unknown" being one, is needed.
    required: bool,
}

impl From<&Regime> for RegimeWire {
    fn from(one: &Regime) -> Self {
        let named = |id: &str, name: &model::lang::Bilingual| NamedWire {
            id: id.to_owned(),
            name: name.clone().into(),
        };
        Self {
            id: one.id.clone(),
            name: one.name.clone().into(),
            kind: one.kind.to_string(),
            addressees: one.addressees.iter().map(|a| named(&a.id, &a.name)).collect(),
            stages: one.stages.iter().map(|s| named(&s.id, &s.name)).collect(),
            fields: one
                .fields
                .iter()
                .map(|f| FieldWire {
                    fact: f.fact.to_string(),
                    name: f.name.clone().into(),
                    stages: f.stages.clone(),
                    required: f.required,
                })
                .collect(),
            not_confirmed: one.not_confirmed.iter().cloned().map(Words::from).collect(),
            sources: one.sources.iter().map(|s| format!("{} ({})", s.title, s.date)).collect(),
        }
    }
}

/// The regimes that this hub knows.
#[utoipa::path(get, path = "/api/v1/regimes", tag = "reports", responses((status = 200, body = Vec<RegimeWire>)))]
pub(crate) async fn regimes(State(app): State<App>) -> Answer {
    json(StatusCode::OK, &app.hub.regimes().iter().map(RegimeWire::from).collect::<Vec<_>>())
}
