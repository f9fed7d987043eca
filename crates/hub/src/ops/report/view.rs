//! What both sides see of an incident and its reports.

use super::case::{Case, Happening, Told};
use crate::Hub;
use jiff::Timestamp;
use model::clock::duty::{Duty, contradictions, keep_until};
use model::id::{IncidentId, ReportId};
use model::lang::{Bilingual, Lang};
use model::report::event::Event;
use model::report::form::contradiction;
use model::report::{Facts, Form, ReportState};

/// An incident as its organisation sees it.
#[derive(Clone, Debug)]
pub struct IncidentView {
    /// Identifier.
    pub id: IncidentId,
    /// Its code.
    pub code: String,
    /// Part of an exercise.
    pub exercise: bool,
    /// The newest version.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// The facts, with what offices stated on classes.
    pub facts: Facts,
    /// Its reports.
    pub reports: Vec<ReportView>,
    /// Times that contradict each other, in words.
    pub contradictions: Vec<Bilingual>,
}

/// A report.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// Identifier.
    pub id: ReportId,
    /// Its incident.
    pub incident: IncidentId,
    /// The incident's code.
    pub code: String,
    /// Part of an exercise.
    pub exercise: bool,
    /// The regime, by id.
    pub regime: String,
    /// Its name.
    pub regime_name: Bilingual,
    /// What of the regime is not confirmed.
    pub not_confirmed: Vec<Bilingual>,
    /// Who is told.
    pub addressee: Bilingual,
    /// Whether the addressee is on this hub; if not, it is told elsewhere and that is declared here.
    pub on_hub: bool,
    /// Whether its office was here and receives here no longer.
    pub office_gone: bool,
    /// Who reports.
    pub reporter: Bilingual,
    /// State.
    pub state: ReportState,
    /// The newest number that the office gave.
    pub number: Option<String>,
    /// The stages with their clocks.
    pub duties: Vec<DutyView>,
    /// What happened, in order, as far as this reader is told.
    pub events: Vec<EventView>,
    /// Until when evidence must be kept, in words.
    pub keep_until: Option<Bilingual>,
    /// The same as a time.
    pub keep_until_at: Option<Timestamp>,
}

/// A stage and its clock.
#[derive(Clone, Debug)]
pub struct DutyView {
    /// The stage, by id.
    pub stage: String,
    /// Its name.
    pub name: Bilingual,
    /// Why it is due when it is.
    pub explain: Bilingual,
    /// How it stands; empty without a due time.
    pub margin: Bilingual,
    /// The stage in one sentence.
    pub timeline: Bilingual,
    /// The due time.
    pub until: Option<Timestamp>,
    /// When it was sent or is said to have been.
    pub sent: Option<Timestamp>,
    /// Whether that is declared only, not proven.
    pub declared: bool,
    /// Whether it is or was late.
    pub late: bool,
}

/// An event.
#[derive(Clone, Debug)]
pub struct EventView {
    /// Its number.
    pub n: i64,
    /// Whether the reporter did it.
    pub by_reporter: bool,
    /// The office that did it.
    pub office: Option<Bilingual>,
    /// What happened.
    pub event: Event,
    /// The form of a stage that was sent.
    pub form: Option<Form>,
    /// When.
    pub at: Timestamp,
}

fn both(say: impl Fn(Lang) -> String) -> Bilingual {
    Bilingual { ja: say(Lang::Ja), en: say(Lang::En) }
}

/// A duty in words, at `now`.
pub(super) fn duty(duty: &Duty<'_>, declared: bool, now: Timestamp) -> DutyView {
    DutyView {
        stage: duty.stage.id.clone(),
        name: duty.stage.name.clone(),
        explain: both(|lang| duty.explain(lang)),
        margin: both(|lang| duty.margin_words(now, lang)),
        timeline: both(|lang| duty.timeline(now, lang)),
        until: duty.until(),
        sent: duty.sent,
        declared,
        late: duty.margin(now).is_some_and(|margin| margin.is_late()),
    }
}

/// Who reads: a lawful delay hides a look from the reporter until its end, never from an office.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Reporter,
    Office,
}

/// A report, as `reader` is told.
pub(super) fn report(hub: &Hub, case: &Case, told: &Told, reader: Reader) -> ReportView {
    let now = hub.now();
    let regime = hub.regimes().get(&told.row.regime);
    let unnamed = || Bilingual { ja: told.row.regime.clone(), en: told.row.regime.clone() };
    let shown = told.events.iter().filter(|h| reader == Reader::Office || h.shown_at <= now.max(h.at));
    let happened = case.happened(told);
    let keep = regime.and_then(|regime| keep_until(regime, &happened)).and_then(Result::ok);
    ReportView {
        id: told.row.id,
        incident: told.row.incident,
        code: case.row.code.clone(),
        exercise: case.row.exercise,
        regime: told.row.regime.clone(),
        regime_name: regime.map_or_else(unnamed, |r| r.name.clone()),
        not_confirmed: regime.map(|r| r.not_confirmed.clone()).unwrap_or_default(),
        addressee: case.addressee(hub, &told.row),
        on_hub: case.office(&told.row).is_some(),
        office_gone: case.office(&told.row) != told.row.office,
        reporter: case.name(case.owner),
        state: told.row.state,
        number: number(&told.events),
        duties: regime.map(|r| duties(case, r, told, now)).unwrap_or_default(),
        events: shown.map(|h| event(case, h)).collect(),
        keep_until: keep.as_ref().map(|due| both(|lang| model::clock::explain::instant(&due.at, lang))),
        keep_until_at: keep.map(|due| due.at.timestamp()),
    }
}

fn duties(case: &Case, regime: &model::clock::Regime, told: &Told, now: Timestamp) -> Vec<DutyView> {
    let proven = |stage: &str| {
        told.events.iter().any(|h| matches!(&h.event, Event::Sent { stage: s, .. } if s == stage))
    };
    let all = case.duties(regime, told);
    all.iter().map(|d| duty(d, d.sent.is_some() && !proven(&d.stage.id), now)).collect()
}

fn number(events: &[Happening]) -> Option<String> {
    events.iter().rev().find_map(|h| match &h.event {
        Event::Acknowledged { number } => Some(number.clone()),
        _ => None,
    })
}

fn event(case: &Case, h: &Happening) -> EventView {
    EventView {
        n: h.n,
        by_reporter: h.office.is_none(),
        office: h.office.map(|office| case.name(office)),
        event: h.event.clone(),
        form: h.form.as_ref().and_then(|form| serde_json::from_slice(form).ok()),
        at: h.at,
    }
}

/// The incident, as its organisation is told.
pub(super) fn incident(hub: &Hub, case: &Case) -> IncidentView {
    let mut told: Vec<Bilingual> = Vec::new();
    for one in &case.told {
        let Some(regime) = hub.regimes().get(&one.row.regime) else { continue };
        for found in contradictions(regime, &case.happened(one), hub.now()) {
            let words = contradiction(&found);
            if !told.contains(&words) {
                told.push(words);
            }
        }
    }
    IncidentView {
        id: case.row.id,
        code: case.row.code.clone(),
        exercise: case.row.exercise,
        version: case.row.version,
        created_at: case.row.created_at,
        changed_at: case.row.changed_at,
        facts: case.with_classes(),
        reports: case.told.iter().map(|told| report(hub, case, told, Reader::Reporter)).collect(),
        contradictions: told,
    }
}
