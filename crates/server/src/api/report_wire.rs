//! Incidents and their reports on the wire.

use super::wire::{Words, time};
use hub::ops::report::incident::{DutyView, EventView, IncidentView, ReportView};
use hub::ops::report::send::StageReceipt;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A stage and its clock.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyWire {
    /// The stage, by id.
    stage: String,
    /// Its name.
    name: Words,
    /// Why it is due when it is.
    explain: Words,
    /// How it stands; empty without a due time.
    margin: Words,
    /// All of it in one sentence.
    timeline: Words,
    /// The due time.
    until: Option<String>,
    /// When it was sent or is said to have been.
    sent: Option<String>,
    /// Whether that is declared only, not proven.
    declared: bool,
    /// Whether it is or was late.
    late: bool,
}

impl From<DutyView> for DutyWire {
    fn from(one: DutyView) -> Self {
        Self {
            stage: one.stage,
            name: one.name.into(),
            explain: one.explain.into(),
            margin: one.margin.into(),
            timeline: one.timeline.into(),
            until: one.until.map(time),
            sent: one.sent.map(time),
            declared: one.declared,
            late: one.late,
        }
    }
}

/// What happened to a report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventWire {
    /// Its number.
    n: i64,
    /// Whether the reporter did it.
    by_reporter: bool,
    /// The office that did it.
    office: Option<Words>,
    /// The event: `what` is `sent`, `declared`, `acknowledged`, `class-stated`, `handed-over`, `line`, `looked`, `extended`, `closed`.
    #[schema(value_type = Object)]
    event: Value,
    /// The form that a stage was sent with.
    #[schema(value_type = Option<Object>)]
    form: Option<Value>,
    /// When.
    at: String,
}

impl From<EventView> for EventWire {
    fn from(one: EventView) -> Self {
        Self {
            n: one.n,
            by_reporter: one.by_reporter,
            office: one.office.map(Words::from),
            event: serde_json::to_value(&one.event).unwrap_or_default(),
            form: one.form.and_then(|form| serde_json::to_value(form).ok()),
            at: time(one.at),
        }
    }
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportWire {
    /// The report.
    id: String,
    /// Its incident's code.
    code: String,
    /// Part of an exercise.
    exercise: bool,
    /// The regime, by id.
    regime: String,
    /// Its name.
    regime_name: Words,
    /// What of the regime is not confirmed.
    not_confirmed: Vec<Words>,
    /// Who is told.
    addressee: Words,
    /// Whether the addressee is on this hub.
    on_hub: bool,
    /// Whether its office was here and receives here no longer.
    office_gone: bool,
    /// Who reports.
    reporter: Words,
    /// State.
    state: String,
    /// The office's number.
    number: Option<String>,
    /// The stages.
    duties: Vec<DutyWire>,
    /// What happened.
    events: Vec<EventWire>,
    /// Until when evidence must be kept.
    keep_until: Option<String>,
}

impl From<ReportView> for ReportWire {
    fn from(one: ReportView) -> Self {
        Self {
            id: one.id.to_string(),
            code: one.code,
            exercise: one.exercise,
            regime: one.regime,
            regime_name: one.regime_name.into(),
            not_confirmed: one.not_confirmed.into_iter().map(Words::from).collect(),
            addressee: one.addressee.into(),
            on_hub: one.on_hub,
            office_gone: one.office_gone,
            reporter: one.reporter.into(),
            state: one.state.to_string(),
            number: one.number,
            duties: one.duties.into_iter().map(DutyWire::from).collect(),
            events: one.events.into_iter().map(EventWire::from).collect(),
            keep_until: one.keep_until_at.map(time),
        }
    }
}

/// An incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentWire {
    /// The incident.
    pub(crate) id: String,
    /// Its code.
    code: String,
    /// Part of an exercise.
    exercise: bool,
    /// The version to write from.
    version: i64,
    /// When it was opened.
    created_at: String,
    /// When it last changed.
    changed_at: String,
    /// The facts.
    #[schema(value_type = Object)]
    facts: Value,
    /// Its reports.
    reports: Vec<ReportWire>,
    /// Times that contradict each other.
    contradictions: Vec<Words>,
}

impl From<IncidentView> for IncidentWire {
    fn from(one: IncidentView) -> Self {
        Self {
            id: one.id.to_string(),
            code: one.code,
            exercise: one.exercise,
            version: one.version,
            created_at: time(one.created_at),
            changed_at: time(one.changed_at),
            facts: serde_json::to_value(&one.facts).unwrap_or_default(),
            reports: one.reports.into_iter().map(ReportWire::from).collect(),
            contradictions: one.contradictions.into_iter().map(Words::from).collect(),
        }
    }
}

/// The receipt of a stage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StageReceiptWire {
    /// The report.
    report: String,
    /// The stage.
    stage: String,
    /// When it was sent.
    at: String,
    /// SHA-256 of the form, as the log's leaf commits to it.
    sha256: String,
    /// The stage with its clock.
    duty: DutyWire,
    /// Times that contradict each other.
    contradictions: Vec<Words>,
}

impl From<StageReceipt> for StageReceiptWire {
    fn from(one: StageReceipt) -> Self {
        Self {
            report: one.report.to_string(),
            stage: one.stage,
            at: time(one.at),
            sha256: one.sha256,
            duty: one.duty.into(),
            contradictions: one.contradictions.into_iter().map(Words::from).collect(),
        }
    }
}
