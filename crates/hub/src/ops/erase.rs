//! Erasing a submission, and the legal hold that forbids it.
//!
//! The sealed bytes go in one transaction with a leaf and a job; the job destroys the key, which reaches every backup. The leaf
//! of its receipt stays and opens to a hash.

use crate::ledger::{enqueue, kind, leaf};
use crate::ops::admin::AsRegistrar;
use crate::ops::question;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::id::SubmissionId;
use store::{Happened, SubmissionRow, Tx};

/// The longest reason of a hold or an erasure, in characters: a line.
const REASON_CHARS_MAX: usize = 200;

/// Why something is erased.
#[derive(Clone, Copy)]
pub(crate) enum Cause<'a> {
    /// It outlived its time.
    Age,
    /// Its source wants it, or has left.
    Source,
    /// What somebody, or a restore, says.
    Said(&'a str),
}

impl Cause<'_> {
    /// The reason in the log.
    fn reason(&self) -> &str {
        match self {
            Self::Age => "retention",
            Self::Source => "its source's wish",
            Self::Said(reason) => reason,
        }
    }

    /// The word in the journal.
    fn word(&self) -> &'static str {
        match self {
            Self::Source => UNLINKED,
            Self::Age | Self::Said(_) => "",
        }
    }
}

/// Erases a submission. What was released from it stays released: recall or withdraw it first where it must go.
///
/// # Errors
/// `NotFound`, `Invalid` under a legal hold or without a reason.
pub async fn erase(hub: &Hub, _by: AsRegistrar, id: SubmissionId, reason: &str) -> Result<(), HubError> {
    check(reason)?;
    let mut tx = hub.store.write().await?;
    tx.submission(id).await?.ok_or(HubError::NotFound)?;
    if tx.is_held(id).await? {
        return Err(HubError::Invalid("submission", Problem::OnHold));
    }
    begin(hub, &mut tx, id, Cause::Said(reason)).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// The word in the journal for an erasure after which nothing finds the submission by its source.
pub(crate) const UNLINKED: &str = "unlinked";

/// Removes the sealed bytes and queues the end of the key, in the caller's transaction. `false` when that was done before.
pub(crate) async fn begin(
    hub: &Hub,
    tx: &mut Tx,
    id: SubmissionId,
    cause: Cause<'_>,
) -> Result<bool, HubError> {
    let now = hub.now();
    question::forget_beside(hub, tx, id).await?;
    let begun = tx.ask_erasure(id, &crate::notices::about_tag(hub, id.0), now).await?;
    if begun {
        leaf(hub, tx, "erase", &[("submission", id.to_string()), ("reason", cause.reason().to_owned())])
            .await?;
        enqueue(hub, tx, kind::ERASE, Some(id.0), None, now).await?;
        hub.store.seals().journal().note(Happened::Erase, id.0, cause.word(), now)?;
    }
    Ok(begun)
}

/// Erases what its source wants erased, or what is of somebody that left: after it nothing finds the submission by its source either.
pub(crate) async fn by_wish(hub: &Hub, tx: &mut Tx, id: SubmissionId) -> Result<(), HubError> {
    tx.decide_marking(id, "erased", hub.now()).await?;
    begin(hub, tx, id, Cause::Source).await?;
    Ok(tx.unlink_source(id).await?)
}

/// Writes down that a source wants a held submission erased: a leaf, and a line of the journal.
pub(crate) async fn note_wish(hub: &Hub, tx: &mut Tx, id: SubmissionId) -> Result<(), HubError> {
    leaf(hub, tx, "wish-erased", &[("submission", id.to_string())]).await?;
    Ok(hub.store.seals().journal().note(Happened::Wish, id.0, "", hub.now())?)
}

/// Forbids the erasure of a submission, by age or by hand.
///
/// # Errors
/// `NotFound`, `Invalid` without a reason.
pub async fn hold(hub: &Hub, _by: AsRegistrar, id: SubmissionId, reason: &str) -> Result<(), HubError> {
    check(reason)?;
    let mut tx = hub.store.write().await?;
    tx.submission(id).await?.ok_or(HubError::NotFound)?;
    tx.hold(id, reason, hub.now()).await?;
    leaf(hub, &mut tx, "hold", &[("submission", id.to_string())]).await?;
    hub.store.seals().journal().note(Happened::Hold, id.0, "", hub.now())?;
    Ok(tx.commit().await?)
}

/// Lifts a hold. What was to be erased meanwhile is erased now: what its source wanted erased, what is of somebody that left, what outlived
/// its time.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lift_hold(hub: &Hub, _by: AsRegistrar, id: SubmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let wished = tx.lift_hold(id).await?.ok_or(HubError::NotFound)?;
    leaf(hub, &mut tx, "lift-hold", &[("submission", id.to_string())]).await?;
    hub.store.seals().journal().note(Happened::Lift, id.0, "", hub.now())?;
    let row = tx.submission(id).await?.ok_or(HubError::NotFound)?;
    if wished || is_departed(hub, &mut tx, &row).await? {
        super::departed::erase(hub, &mut tx, id).await?;
    } else if outlived(hub, &row) {
        begin(hub, &mut tx, id, Cause::Age).await?;
    }
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// Whether its source has left.
async fn is_departed(hub: &Hub, tx: &mut Tx, row: &SubmissionRow) -> Result<bool, HubError> {
    let Some(source) = crate::reading::source_unless_erased(hub, row)? else { return Ok(false) };
    Ok(tx.departed().await?.iter().any(|(org, _)| *org == source))
}

/// Before when a settled submission has outlived its time.
pub(crate) fn outlived_before(hub: &Hub) -> Timestamp {
    model::time::plus_days(hub.now(), -hub.settings.upkeep.retention.submission_days)
}

fn outlived(hub: &Hub, row: &SubmissionRow) -> bool {
    row.state.is_settled() && row.received_at < outlived_before(hub)
}

/// Every hold with its reason.
///
/// # Errors
/// `Unavailable`.
pub async fn holds(hub: &Hub, _by: AsRegistrar) -> Result<Vec<(SubmissionId, String)>, HubError> {
    Ok(hub.store.read().await?.holds().await?)
}

/// Whether a reason says something.
pub(super) fn check(reason: &str) -> Result<(), HubError> {
    let length = reason.chars().count();
    if length == 0 || length > REASON_CHARS_MAX {
        return Err(HubError::Invalid("reason", Problem::Chars { least: 1, most: REASON_CHARS_MAX }));
    }
    Ok(())
}
