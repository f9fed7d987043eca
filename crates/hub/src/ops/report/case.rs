//! An incident with all that was told of it, opened: what every operation of this folder starts from.

use crate::ledger::leaf_with_id;
use crate::ops::words;
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::clock::Regime;
use model::clock::duty::{Duty, Happened, Started, duties};
use model::id::{IncidentId, LeafId, OrgId, PersonId, ReportId};
use model::lang::Bilingual;
use model::org::Roster;
use model::report::Facts;
use model::report::event::{Event, happened};
use model::report::form::{self, Form, Head};
use model::report::state::ReportAct;
use model::state::Actor;
use serde::{Deserialize, Serialize};
use sharing::report::AsFiler;
use std::collections::BTreeMap;
use store::{IncidentRow, NewEvent, ReportRow, SeatRow, Tx};
use uuid::Uuid;

/// An incident, opened.
pub(crate) struct Case {
    pub(super) row: IncidentRow,
    pub(crate) owner: OrgId,
    pub(super) facts: Facts,
    pub(crate) told: Vec<Told>,
    pub(super) roster: Roster,
    pub(super) seats: Vec<SeatRow>,
    pub(super) rests_on: RestsOn,
}

/// Which facts the clocks count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RestsOn {
    /// Those that were saved last: what a person works with.
    Saved,
    /// Those of the form that was sent last, where one was: what can be proven.
    Sent,
}

/// One report of it.
pub(crate) struct Told {
    pub(crate) row: ReportRow,
    pub(super) events: Vec<Happening>,
}

impl Told {
    /// What the form that was sent last says of the clocks; `None` before the first, and for forms of old that say nothing.
    fn sent_last(&self) -> Option<Started> {
        let form = self.events.iter().rev().find_map(|happening| happening.form.as_ref())?;
        let form: Form = serde_json::from_slice(form).ok()?;
        form.started
    }
}

/// One event, opened.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub(super) n: i64,
    pub(super) office: Option<OrgId>,
    pub(super) event: Event,
    /// The form that a stage was sent with.
    pub(super) form: Option<Vec<u8>>,
    pub(super) leaf: LeafId,
    pub(super) at: Timestamp,
    pub(super) shown_at: Timestamp,
}

/// What is sealed of an event.
#[derive(Serialize, Deserialize)]
struct Sealed {
    person: Option<PersonId>,
    event: Event,
}

/// What is sealed of a version.
#[derive(Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) person: Option<PersonId>,
    pub(super) facts: Facts,
}

pub(super) const OWNER: &str = "owner";

fn context(id: IncidentId, part: &str) -> String {
    format!("{id}/{part}")
}

pub(super) fn seal(hub: &Hub, id: IncidentId, part: &str, plain: &[u8]) -> Result<Vec<u8>, HubError> {
    Ok(hub.store.seals().key(id)?.seal(hub.random("seal"), &context(id, part), plain)?)
}

/// Opens a part. An incident whose key was destroyed is as absent as none.
pub(super) fn unseal(hub: &Hub, id: IncidentId, part: &str, sealed: &[u8]) -> Result<Vec<u8>, HubError> {
    match hub.store.seals().key(id) {
        Ok(key) => Ok(key.open(&context(id, part), sealed)?),
        Err(store::StoreError::Erased) => Err(HubError::NotFound),
        Err(why) => Err(why.into()),
    }
}

pub(super) fn version_part(n: i64) -> String {
    format!("version-{n}")
}

fn event_part(report: ReportId, n: i64, part: &str) -> String {
    format!("{report}/{part}-{n}")
}

/// The incident of the caller's organisation.
pub(super) async fn own(hub: &Hub, tx: &mut Tx, filer: AsFiler, id: IncidentId) -> Result<Case, HubError> {
    let tags = super::owner_tags(hub, filer.org);
    let row = tx.incident_of(&tags, id).await?.ok_or(HubError::NotFound)?;
    open(hub, tx, row).await
}

/// A report of the caller's organisation, with its incident; and its place in it.
pub(super) async fn own_report(
    hub: &Hub,
    tx: &mut Tx,
    filer: AsFiler,
    id: ReportId,
) -> Result<(Case, usize), HubError> {
    let report = tx.report(id).await?.ok_or(HubError::NotFound)?;
    let case = own(hub, tx, filer, report.incident).await?;
    let at = case.told.iter().position(|told| told.row.id == id).ok_or(HubError::NotFound)?;
    Ok((case, at))
}

/// Opens an incident that the caller may see.
pub(crate) async fn open(hub: &Hub, tx: &mut Tx, row: IncidentRow) -> Result<Case, HubError> {
    let owner = unseal(hub, row.id, OWNER, &row.owner_sealed)?;
    let owner = Uuid::from_slice(&owner).map(OrgId).map_err(|_| store::StoreError::Sealed)?;
    let facts = version(hub, tx, row.id, row.version).await?.facts;
    let mut told = Vec::new();
    for report in tx.reports_of(row.id).await? {
        let events = happenings(hub, tx, &report).await?;
        told.push(Told { row: report, events });
    }
    let (roster, seats) = (tx.roster().await?, tx.seats().await?);
    Ok(Case { row, owner, facts, told, roster, seats, rests_on: RestsOn::Saved })
}

/// One version of the facts.
pub(super) async fn version(hub: &Hub, tx: &mut Tx, id: IncidentId, n: i64) -> Result<Version, HubError> {
    let (sealed, _) = tx.incident_version(id, n).await?.ok_or(HubError::NotFound)?;
    let plain = unseal(hub, id, &version_part(n), &sealed)?;
    Ok(serde_json::from_slice(&plain).map_err(store::StoreError::from)?)
}

async fn happenings(hub: &Hub, tx: &mut Tx, report: &ReportRow) -> Result<Vec<Happening>, HubError> {
    let mut out = Vec::new();
    for row in tx.events(report.id).await? {
        let plain = unseal(hub, report.incident, &event_part(report.id, row.n, "event"), &row.sealed)?;
        let sealed: Sealed = serde_json::from_slice(&plain).map_err(store::StoreError::from)?;
        let form = row
            .form
            .as_ref()
            .map(|form| unseal(hub, report.incident, &event_part(report.id, row.n, "form"), form))
            .transpose()?;
        out.push(Happening {
            n: row.n,
            office: row.office,
            event: sealed.event,
            form,
            leaf: row.leaf,
            at: row.at,
            shown_at: row.shown_at,
        });
    }
    Ok(out)
}

/// Whose act an event is.
#[derive(Clone, Copy)]
pub(super) struct By {
    pub(super) office: Option<OrgId>,
    pub(super) person: Option<PersonId>,
}

/// Adds an event to a report: state, event and leaf together. Times never go back within a report, whatever the clock does.
pub(super) async fn add(
    hub: &Hub,
    tx: &mut Tx,
    told: &mut Told,
    by: By,
    act: ReportAct,
    event: Event,
    form: Option<Vec<u8>>,
) -> Result<Timestamp, HubError> {
    let actor = if by.office.is_some() { Actor::Office } else { Actor::Reporter };
    let from = told.row.state;
    told.row.state = from.after(act, actor)?;
    let now = told.events.last().map_or(hub.now(), |last| hub.now().max(last.at));
    // as exact as the column: the leaf and the row say the same time
    let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
    if act == ReportAct::Send {
        told.row.sent_at = told.row.sent_at.or(Some(now));
    }
    let shown_at = match &event {
        Event::Looked { delay: Some(delay) } => delay.until,
        _ => now,
    };
    let n = i64::try_from(told.events.len()).unwrap_or(i64::MAX - 1) + 1;
    let (report, incident) = (told.row.id, told.row.incident);
    let plain = serde_json::to_vec(&Sealed { person: by.person, event: event.clone() });
    let plain = plain.map_err(store::StoreError::from)?;
    let leaf = leaf_with_id(hub, tx, leaf_kind(&event), &entry(report, &by, &event, now)?).await?;
    let new = NewEvent {
        what: event.what(),
        office: by.office,
        sealed: seal(hub, incident, &event_part(report, n, "event"), &plain)?,
        form: form
            .as_ref()
            .map(|form| seal(hub, incident, &event_part(report, n, "form"), form))
            .transpose()?,
        leaf,
        shown_at,
    };
    if !tx.save_report(from, &told.row, now).await? || tx.insert_event(report, &new, now).await? != n {
        return Err(HubError::Unavailable("meanwhile".to_owned()));
    }
    told.events.push(Happening { n, office: by.office, event, form, leaf, at: now, shown_at });
    Ok(now)
}

fn leaf_kind(event: &Event) -> &'static str {
    match event {
        Event::Sent { .. } => "report-sent",
        Event::Looked { .. } => "report-look",
        _ => "report-event",
    }
}

/// What the leaf commits to: which report, whose act, when, and the hash of the event (for a stage, of its form). Not the person:
/// an office is named to the reporter, its people are not.
fn entry(
    report: ReportId,
    by: &By,
    event: &Event,
    at: Timestamp,
) -> Result<Vec<(&'static str, String)>, HubError> {
    let mut out = vec![
        ("report", report.to_string()),
        ("what", event.what().to_string()),
        ("event_at", at.to_string()),
    ];
    out.extend(by.office.map(|office| ("office", office.to_string())));
    match event {
        Event::Sent { stage, sha256, .. } => {
            out.extend([("stage", stage.clone()), ("sha256", sha256.clone())]);
        }
        _ => {
            let bytes = serde_json::to_vec(event).map_err(store::StoreError::from)?;
            out.push(("sha256", sha256(&bytes)));
        }
    }
    Ok(out)
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

/// The seat of the report's office; `None` for one that is told elsewhere and where the seat was taken.
pub(super) fn seat_of<'a>(seats: &'a [SeatRow], report: &ReportRow) -> Option<&'a SeatRow> {
    seats.iter().find(|seat| {
        seat.regime == report.regime
            && seat.addressee == report.addressee
            && Some(seat.organisation) == report.office
    })
}

impl Case {
    fn seat(&self, report: &ReportRow) -> Option<&SeatRow> {
        seat_of(&self.seats, report)
    }

    /// The office that receives this report here.
    pub(super) fn office(&self, report: &ReportRow) -> Option<OrgId> {
        self.seat(report).map(|seat| seat.organisation)
    }

    /// The hours that the report's office has set.
    fn hours(&self, report: &ReportRow) -> BTreeMap<String, u32> {
        let set = self.seat(report).and_then(|seat| serde_json::from_str(&seat.hours).ok());
        set.unwrap_or_default()
    }

    /// What the clocks of a report count from.
    pub(super) fn happened(&self, told: &Told) -> Happened {
        let events = told.events.iter().map(|h| (h.at, &h.event));
        let mut facts = self.facts.happened.clone();
        if self.rests_on == RestsOn::Sent
            && let Some(sent) = told.sent_last()
        {
            (facts.triggers, facts.circumstances) = (sent.triggers, sent.circumstances);
        }
        happened(&facts, events, &self.hours(&told.row))
    }

    /// The stages of a report with their clocks.
    pub(super) fn duties<'r>(&self, regime: &'r Regime, told: &Told) -> Vec<Duty<'r>> {
        duties(regime, &self.happened(told))
    }

    /// The name of an organisation.
    pub(super) fn name(&self, org: OrgId) -> Bilingual {
        words::name(&self.roster, org)
    }

    /// The addressee of a report in words.
    pub(super) fn addressee(&self, hub: &Hub, report: &ReportRow) -> Bilingual {
        if let Some(office) = report.office {
            return self.name(office);
        }
        let regime = hub.regimes().get(&report.regime);
        let named = regime.and_then(|r| r.addressees.iter().find(|a| a.id == report.addressee));
        let unnamed = || Bilingual { ja: report.addressee.clone(), en: report.addressee.clone() };
        named.map_or_else(unnamed, |a| a.name.clone())
    }

    /// The form of a stage as it would be sent now. `None` when the regime has no such stage.
    pub(super) fn form(&self, hub: &Hub, told: &Told, regime: &Regime, stage: &str) -> Option<Form> {
        let head = Head {
            addressee: self.addressee(hub, &told.row),
            reporter: self.name(self.owner),
            code: self.row.code.clone(),
            exercise: self.row.exercise,
            numbers: self.numbers(hub),
        };
        form::fill(regime, stage, &self.with_classes(), &head)
    }

    /// The numbers that offices gave, newest last: they pass up the chain of contracts.
    fn numbers(&self, hub: &Hub) -> Vec<(Bilingual, String)> {
        let mut out = Vec::new();
        for told in &self.told {
            for happening in &told.events {
                let number = match &happening.event {
                    Event::Acknowledged { number } => number,
                    Event::Declared(said) if !said.acknowledgement.is_empty() => &said.acknowledgement,
                    _ => continue,
                };
                out.push((self.addressee(hub, &told.row), number.clone()));
            }
        }
        out
    }

    /// The facts with what offices stated on classes at the end of the history.
    pub(super) fn with_classes(&self) -> Facts {
        let mut facts = self.facts.clone();
        for happening in self.told.iter().flat_map(|told| &told.events) {
            if let Event::ClassStated(statement) = &happening.event
                && !facts.data.contains(statement)
            {
                facts.data.push(statement.clone());
            }
        }
        facts
    }
}
