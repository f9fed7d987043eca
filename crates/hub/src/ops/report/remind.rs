//! Planning of reminders: of due times at half, at four fifths, two hours before and after; of evidence before it may be deleted.
//!
//! A plan is made anew whenever something changes. The job carries the planned time; when it runs and the plan does not hold
//! that time any more, it says nothing.

use super::case::Case;
use crate::ledger::kind;
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::clock::duty::{Duty, DutyState, keep_until};
use model::clock::remind::{ReminderKind, next_reminder};
use model::id::JobId;
use sha2::{Digest, Sha256};
use store::{Lane, NewJob, Tx};

/// How long before evidence may be deleted its organisation is reminded: a week, so that a hold can still be asked for.
const BEFORE_DELETION: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A notice that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) at: Timestamp,
    pub(crate) notice: &'static str,
}

/// What is planned for a report after `after`, earliest first.
pub(crate) fn planned(hub: &Hub, case: &Case, at: usize, after: Timestamp) -> Vec<Planned> {
    let told = &case.told[at];
    // an exercise is outside clocks: its board counts, nobody is called at night for it
    let regime = hub.regimes().get(&told.row.regime).filter(|_| !case.row.exercise);
    let Some(regime) = regime else { return Vec::new() };
    let unsent = case.duties(regime, told);
    let mut out: Vec<Planned> =
        unsent.iter().filter(|d| d.sent.is_none()).filter_map(|d| duty(d, after)).collect();
    out.extend(evidence(case, at, hub, after));
    out.sort_by_key(|p| p.at);
    out
}

fn duty(duty: &Duty<'_>, after: Timestamp) -> Option<Planned> {
    let DutyState::Due { due, .. } = &duty.state else { return None };
    let next = next_reminder(due.start.timestamp(), duty.until()?, after)?;
    let notice = match next.kind {
        ReminderKind::Half => "report-half",
        ReminderKind::FourFifths => "report-four-fifths",
        ReminderKind::LastCall => "report-last-call",
        ReminderKind::Overdue => "report-overdue",
    };
    Some(Planned { at: next.at, notice })
}

/// Evidence that is not on hold: a week before its own date, and before the regime's.
fn evidence(case: &Case, at: usize, hub: &Hub, after: Timestamp) -> Option<Planned> {
    let told = &case.told[at];
    let own = case.facts.custody.iter().filter(|e| !e.hold).filter_map(|e| e.keep_until);
    let regime = hub.regimes().get(&told.row.regime);
    let ruled = regime.and_then(|r| keep_until(r, &case.happened(told))).and_then(Result::ok);
    let ruled = ruled.filter(|_| !case.facts.custody.is_empty()).map(|due| due.at.timestamp());
    let times = own.chain(ruled).filter_map(|until| until.checked_sub(BEFORE_DELETION).ok());
    let at = times.filter(|at| *at > after).min()?;
    Some(Planned { at, notice: "report-evidence" })
}

/// Queues what comes next for one report.
pub(crate) async fn plan(hub: &Hub, tx: &mut Tx, case: &Case, at: usize) -> Result<(), HubError> {
    plan_after(hub, tx, case, at, hub.now()).await
}

/// Queues what comes after `after`. The job's id is made of report and time, so that a plan made twice is one job.
pub(crate) async fn plan_after(
    hub: &Hub,
    tx: &mut Tx,
    case: &Case,
    at: usize,
    after: Timestamp,
) -> Result<(), HubError> {
    let Some(next) = planned(hub, case, at, after).into_iter().next() else { return Ok(()) };
    let report = case.told[at].row.id;
    let number = next.at.as_microsecond();
    let hash = Sha256::new().chain_update(report.0.as_bytes()).chain_update(number.to_be_bytes()).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    let job = NewJob {
        id: JobId::from_random(id),
        kind: kind::REMIND,
        subject: Some(report.0),
        number: Some(number),
        run_at: next.at,
        lane: Lane::First,
    };
    Ok(tx.enqueue_once(&job).await?)
}

/// Queues what comes next for every report of an incident.
pub(crate) async fn plan_all(hub: &Hub, tx: &mut Tx, case: &Case) -> Result<(), HubError> {
    for at in 0..case.told.len() {
        plan(hub, tx, case, at).await?;
    }
    Ok(())
}
