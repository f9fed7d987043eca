//! The office's side: it sees what was sent to it under its regimes, each look is a leaf, and it answers.

use super::case::{self, By, Case};
use super::remind;
use super::send::checked;
use super::view::{Reader, ReportView, report};
use crate::ledger::leaf;
use crate::notices::notify_report;
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use model::clock::Extension;
use model::id::{OrgId, ReportId};
use model::report::ClassStatement;
use model::report::event::{Delay, DelayFault, Event, LOOK_DELAY_DAYS_MAX, NUMBER_CHARS_MAX};
use model::report::state::ReportAct;
use sharing::report::{Addressed, AsOffice, Sight};
use std::collections::BTreeMap;
use store::{SeatRow, Tx};

/// The most reports that an office's board shows.
const BOARD_MAX: u32 = 500;

/// The longest period that a contract can set, in hours: more than a year, and what a regime's file may say.
const HOURS_MAX: u32 = 10_000;

async fn sight(tx: &mut Tx, office: AsOffice) -> Result<Sight, HubError> {
    let seats = tx.seats().await?.into_iter().filter(|seat| seat.organisation == office.org);
    Ok(office.sight(seats.map(|seat| seat.regime).collect()))
}

/// A report addressed to this office, with its place in its incident. Absent and forbidden are one answer.
async fn addressed(
    hub: &Hub,
    tx: &mut Tx,
    office: AsOffice,
    id: ReportId,
) -> Result<Addressed<(Case, usize)>, HubError> {
    let sight = sight(tx, office).await?;
    let stored = tx.report_for(&sight, id).await?.ok_or(HubError::NotFound)?;
    let (to, regime, sent) = (stored.office, stored.regime.clone(), stored.sent);
    let row = sight.admit(stored).map_err(|_| HubError::NotFound)?.into_inner();
    let incident = tx.incident(row.incident).await?.ok_or(HubError::NotFound)?;
    let case = case::open(hub, tx, incident).await?;
    let at = case.told.iter().position(|told| told.row.id == id).ok_or(HubError::NotFound)?;
    let stored = sharing::report::Stored { office: to, regime, sent, value: (case, at) };
    sight.admit(stored).map_err(|_| HubError::NotFound)
}

/// The reports sent to this office, the late ones first. Looking at the board is a leaf of its own; what stands in a report is
/// shown by [`look`] alone.
///
/// # Errors
/// `Unavailable`.
pub async fn board(hub: &Hub, office: AsOffice) -> Result<Vec<ReportView>, HubError> {
    let mut tx = hub.store.write().await?;
    let sight = sight(&mut tx, office).await?;
    let mut out = Vec::new();
    for stored in tx.reports_for(&sight, BOARD_MAX).await? {
        let Ok(row) = sight.admit(stored) else { continue };
        let Some(incident) = tx.incident(row.get().incident).await? else { continue };
        let case = match case::open(hub, &mut tx, incident).await {
            Ok(case) => case,
            Err(HubError::NotFound) => continue,
            Err(why) => return Err(why),
        };
        let id = row.get().id;
        out.extend(case.told.iter().filter(|told| told.row.id == id).map(|told| {
            let mut view = report(hub, &case, told, Reader::Office);
            view.events.clear();
            view
        }));
    }
    out.sort_by_key(|view| {
        let open = |d: &&super::view::DutyView| d.sent.is_none();
        let late = view.duties.iter().filter(open).any(|d| d.late);
        let until = view.duties.iter().filter(open).filter_map(|d| d.until).min();
        (!late, until.map_or(i64::MAX, |at| at.as_microsecond()))
    });
    let person = office.person.map(|p| p.to_string()).unwrap_or_default();
    leaf(hub, &mut tx, "report-board", &[("office", office.org.to_string()), ("person", person)]).await?;
    tx.commit().await?;
    Ok(out)
}

/// Looks at a report. The look is a leaf and an event: the reporter sees office and time, at once or, on a lawful ground, later.
///
/// # Errors
/// `NotFound`, `Invalid` delay.
pub async fn look(
    hub: &Hub,
    office: AsOffice,
    id: ReportId,
    delay: Option<Delay>,
) -> Result<Addressed<ReportView>, HubError> {
    if let Some(fault) = delay.as_ref().and_then(|delay| delay.fault(hub.now())) {
        return Err(unlawful(fault));
    }
    let mut tx = hub.store.write().await?;
    let sight = sight(&mut tx, office).await?;
    let (mut case, at) = addressed(hub, &mut tx, office, id).await?.into_inner();
    let by = By { office: Some(office.org), person: office.person };
    let event = Event::Looked { delay };
    case::add(hub, &mut tx, &mut case.told[at], by, ReportAct::Look, event, None).await?;
    let told = &case.told[at];
    let stored = sharing::report::Stored {
        office: told.row.office,
        regime: told.row.regime.clone(),
        sent: told.row.sent_at.is_some(),
        value: report(hub, &case, told, Reader::Office),
    };
    let view = sight.admit(stored).map_err(|_| HubError::NotFound)?;
    tx.commit().await?;
    Ok(view)
}

fn unlawful(fault: DelayFault) -> HubError {
    match fault {
        DelayFault::Ground => HubError::Invalid("ground", Problem::DelayGround),
        DelayFault::Past => HubError::Invalid("until", Problem::DelayPast),
        DelayFault::Long => HubError::Invalid("until", Problem::DelayDays { most: LOOK_DELAY_DAYS_MAX }),
    }
}

/// One act of an office on a report, told to the reporter by a notice.
async fn act(
    hub: &Hub,
    office: AsOffice,
    id: ReportId,
    act: ReportAct,
    event: Event,
    notice: &'static str,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let (mut case, at) = addressed(hub, &mut tx, office, id).await?.into_inner();
    if let Event::Extended(extension) = &event {
        let regime = hub.regimes().get(&case.told[at].row.regime).ok_or(HubError::NotFound)?;
        if regime.stage(&extension.stage).is_none() {
            return Err(HubError::Invalid("stage", Problem::NoStage { value: quoted(&extension.stage) }));
        }
    }
    let by = By { office: Some(office.org), person: office.person };
    case::add(hub, &mut tx, &mut case.told[at], by, act, event, None).await?;
    notify_report(hub, &mut tx, case.owner, notice, id).await?;
    remind::plan(hub, &mut tx, &case, at).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// Acknowledges with the office's own number.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` number.
pub async fn acknowledge(hub: &Hub, office: AsOffice, id: ReportId, number: &str) -> Result<(), HubError> {
    let number = number.trim();
    if number.is_empty() || number.chars().count() > NUMBER_CHARS_MAX {
        return Err(HubError::Invalid("number", Problem::Chars { least: 1, most: NUMBER_CHARS_MAX }));
    }
    let event = Event::Acknowledged { number: number.to_owned() };
    act(hub, office, id, ReportAct::Acknowledge, event, "report-acknowledged").await
}

/// Asks back.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` text.
pub async fn ask(hub: &Hub, office: AsOffice, id: ReportId, text: &str) -> Result<(), HubError> {
    act(hub, office, id, ReportAct::Ask, Event::Line { text: checked(text)? }, "report-line").await
}

/// States the class of data: it is for the office to decide, not for the company.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` statement.
pub async fn state_class(
    hub: &Hub,
    office: AsOffice,
    id: ReportId,
    mut said: ClassStatement,
) -> Result<(), HubError> {
    let limit = model::report::facts::REFERENCE_CHARS_MAX;
    let parts = [&said.reference, &said.class, &said.scheme, &said.by];
    if said.reference.trim().is_empty() || parts.iter().any(|text| text.chars().count() > limit) {
        return Err(HubError::Invalid("reference", Problem::TitleOrNumber { most: limit }));
    }
    said.at = said.at.or(Some(hub.now()));
    act(hub, office, id, ReportAct::StateClass, Event::ClassStated(said), "report-class").await
}

/// Grants more time for a stage.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` stage or an extension without a reason.
pub async fn extend(hub: &Hub, office: AsOffice, id: ReportId, more: Extension) -> Result<(), HubError> {
    if more.reason.trim().is_empty() {
        return Err(HubError::Invalid("reason", Problem::ExtensionReason));
    }
    act(hub, office, id, ReportAct::Extend, Event::Extended(more), "report-extended").await
}

/// Closes a report.
///
/// # Errors
/// `NotFound`, `State`.
pub async fn close(hub: &Hub, office: AsOffice, id: ReportId) -> Result<(), HubError> {
    act(hub, office, id, ReportAct::Close, Event::Closed, "report-closed").await
}

/// Hands a report over to another office that receives reports under the same regime. This office sees it no longer.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` office or reason.
pub async fn hand_over(
    hub: &Hub,
    office: AsOffice,
    id: ReportId,
    to: OrgId,
    reason: &str,
) -> Result<(), HubError> {
    let reason = checked(reason)?;
    let mut tx = hub.store.write().await?;
    let (mut case, at) = addressed(hub, &mut tx, office, id).await?.into_inner();
    let regime = case.told[at].row.regime.clone();
    let seat = case.seats.iter().find(|seat| seat.regime == regime && seat.organisation == to);
    let Some(seat) = seat.filter(|_| to != office.org) else {
        return Err(HubError::Invalid("to", Problem::NoSeat { value: regime }));
    };
    let addressee = seat.addressee.clone();
    let event = Event::HandedOver { to: case.name(to).en, reason };
    let by = By { office: Some(office.org), person: office.person };
    case.told[at].row.office = Some(to);
    case::add(hub, &mut tx, &mut case.told[at], by, ReportAct::HandOver, event, None).await?;
    tx.move_addressee(id, &addressee).await?;
    notify_report(hub, &mut tx, case.owner, "report-handed-over", id).await?;
    notify_report(hub, &mut tx, to, "office-sent", id).await?;
    Ok(tx.commit().await?)
}

/// Sets the hours of a contract regime, for all reports to this office under it.
///
/// # Errors
/// `Invalid` when the regime has no such setting or the office no seat.
pub async fn set_hours(
    hub: &Hub,
    office: AsOffice,
    regime: &str,
    setting: &str,
    hours: u32,
) -> Result<(), HubError> {
    let known = hub.regimes().get(regime).is_some_and(|r| r.settings().any(|s| s == setting));
    if !known || hours == 0 || hours > HOURS_MAX {
        return Err(HubError::Invalid("setting", Problem::Hours { most: HOURS_MAX as usize }));
    }
    let mut tx = hub.store.write().await?;
    let mine: Vec<SeatRow> = tx
        .seats()
        .await?
        .into_iter()
        .filter(|s| s.organisation == office.org && s.regime == regime)
        .collect();
    if mine.is_empty() {
        return Err(HubError::Invalid("regime", Problem::NoSeat { value: quoted(regime) }));
    }
    for mut seat in mine {
        let mut set: BTreeMap<String, u32> = serde_json::from_str(&seat.hours).unwrap_or_default();
        set.insert(setting.to_owned(), hours);
        seat.hours = serde_json::to_string(&set).map_err(store::StoreError::from)?;
        tx.put_seat(&seat).await?;
    }
    let entry = [
        ("office", office.org.to_string()),
        ("regime", regime.to_owned()),
        ("setting", setting.to_owned()),
        ("hours", hours.to_string()),
    ];
    leaf(hub, &mut tx, "report-hours", &entry).await?;
    Ok(tx.commit().await?)
}
