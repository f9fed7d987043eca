//! What the reporter does with a report: sends a stage, declares one that was sent elsewhere, writes to the office, drops it.

use super::case::{self, By, Case, sha256};
use super::view::{DutyView, Reader, ReportView, duty, report};
use super::{remind, view};
use crate::log::not_before;
use crate::notices::notify_report;
use crate::problem::{Facts, quoted};
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::clock::Fact;
use model::clock::duty::contradictions;
use model::id::ReportId;
use model::lang::Bilingual;
use model::report::event::{Declared, Event, WORDS_CHARS_MAX};
use model::report::form::contradiction;
use model::report::state::ReportAct;
use sharing::report::AsFiler;

/// What the reporter holds after a stage was sent. When it has this, the stage is on disk.
#[derive(Clone, Debug)]
pub struct StageReceipt {
    /// The report.
    pub report: ReportId,
    /// The stage, by id.
    pub stage: String,
    /// When it was sent.
    pub at: Timestamp,
    /// SHA-256 of its form, as the log's leaf commits to it.
    pub sha256: String,
    /// The stage with its clock, as it stands now.
    pub duty: DutyView,
    /// Times that contradict each other: told, and sent all the same. Which of them is wrong only people know.
    pub contradictions: Vec<Bilingual>,
}

/// Sends a stage: the form as it stands becomes a version that nobody can change.
///
/// # Errors
/// `NotFound`; `State`; `Invalid` with the questions that are neither answered nor marked as unknown.
pub async fn send(hub: &Hub, filer: AsFiler, id: ReportId, stage: &str) -> Result<StageReceipt, HubError> {
    let mut tx = hub.store.write().await?;
    let (mut case, at) = case::own_report(hub, &mut tx, filer, id).await?;
    let regime = hub.regimes().get(&case.told[at].row.regime).ok_or(HubError::NotFound)?;
    let Some(office) = case.office(&case.told[at].row) else {
        return Err(HubError::Invalid("report", Problem::AddresseeElsewhere));
    };
    let form = case.form(hub, &case.told[at], regime, stage);
    let mut form =
        form.ok_or_else(|| HubError::Invalid("stage", Problem::NoStage { value: quoted(stage) }))?;
    form.checkpoint = not_before(hub, None)?;
    let missing: Vec<Fact> = form.missing().map(|row| row.fact).collect();
    if !missing.is_empty() {
        return Err(HubError::Invalid("missing", Problem::Unanswered { value: Facts(missing) }));
    }
    let bytes = serde_json::to_vec(&form).map_err(store::StoreError::from)?;
    let sum = sha256(&bytes);
    let event = Event::Sent { stage: stage.to_owned(), version: case.row.version, sha256: sum.clone() };
    let by = By { office: None, person: filer.person };
    let sent = case::add(hub, &mut tx, &mut case.told[at], by, ReportAct::Send, event, Some(bytes)).await?;
    notify_report(hub, &mut tx, office, "office-sent", id).await?;
    remind::plan(hub, &mut tx, &case, at).await?;
    let happened = case.happened(&case.told[at]);
    let found = contradictions(regime, &happened, hub.now());
    let duties = case.duties(regime, &case.told[at]);
    let this = duties.iter().find(|d| d.stage.id == stage).ok_or(HubError::NotFound)?;
    let receipt = StageReceipt {
        report: id,
        stage: stage.to_owned(),
        at: sent,
        sha256: sum,
        duty: duty(this, false, hub.now()),
        contradictions: found.iter().map(contradiction).collect(),
    };
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(receipt)
}

/// Declares that a stage was sent on another channel.
///
/// # Errors
/// `NotFound`, `State`, `Invalid`.
pub async fn declare(hub: &Hub, filer: AsFiler, id: ReportId, said: Declared) -> Result<(), HubError> {
    let words = [&said.form, &said.channel, &said.addressee, &said.acknowledgement];
    if words.iter().any(|text| text.chars().count() > WORDS_CHARS_MAX) {
        return Err(HubError::Invalid("declared", Problem::CharsAtMost { most: WORDS_CHARS_MAX }));
    }
    if said.at > hub.now() {
        return Err(HubError::Invalid("at", Problem::InTheFuture));
    }
    let mut tx = hub.store.write().await?;
    let (mut case, at) = case::own_report(hub, &mut tx, filer, id).await?;
    let regime = hub.regimes().get(&case.told[at].row.regime).ok_or(HubError::NotFound)?;
    if regime.stage(&said.stage).is_none() {
        return Err(HubError::Invalid("stage", Problem::NoStage { value: quoted(&said.stage) }));
    }
    act(hub, &mut tx, &mut case, at, filer, ReportAct::Declare, Event::Declared(said)).await?;
    remind::plan(hub, &mut tx, &case, at).await?;
    Ok(tx.commit().await?)
}

/// Writes to the office.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` text, and for an office that receives here no longer.
pub async fn write(hub: &Hub, filer: AsFiler, id: ReportId, text: &str) -> Result<(), HubError> {
    let text = checked(text)?;
    let mut tx = hub.store.write().await?;
    let (mut case, at) = case::own_report(hub, &mut tx, filer, id).await?;
    let office = case.office(&case.told[at].row);
    if office != case.told[at].row.office {
        return Err(HubError::Invalid("report", Problem::AddresseeElsewhere));
    }
    act(hub, &mut tx, &mut case, at, filer, ReportAct::Write, Event::Line { text }).await?;
    if let Some(office) = office {
        notify_report(hub, &mut tx, office, "office-line", id).await?;
    }
    Ok(tx.commit().await?)
}

async fn act(
    hub: &Hub,
    tx: &mut store::Tx,
    case: &mut Case,
    at: usize,
    filer: AsFiler,
    act: ReportAct,
    event: Event,
) -> Result<(), HubError> {
    let by = By { office: None, person: filer.person };
    case::add(hub, tx, &mut case.told[at], by, act, event, None).await.map(drop)
}

/// Words of a thread.
pub(super) fn checked(text: &str) -> Result<String, HubError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > WORDS_CHARS_MAX {
        return Err(HubError::Invalid("text", Problem::Chars { least: 1, most: WORDS_CHARS_MAX }));
    }
    Ok(text.to_owned())
}

/// One report of one's own, with its incident.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn show(
    hub: &Hub,
    filer: AsFiler,
    id: ReportId,
) -> Result<(ReportView, view::IncidentView), HubError> {
    let mut tx = hub.store.read().await?;
    let (case, at) = case::own_report(hub, &mut tx, filer, id).await?;
    Ok((report(hub, &case, &case.told[at], Reader::Reporter), view::incident(hub, &case)))
}
