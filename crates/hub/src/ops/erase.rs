//! Erasing a submission, and the legal hold that forbids it.
//!
//! The sealed bytes go in one transaction with a leaf and a job; the job destroys the key, which reaches every backup. The leaf
//! of its receipt stays and opens to a hash.

use crate::ledger::{enqueue, kind, leaf};
use crate::ops::admin::AsRegistrar;
use crate::{Hub, HubError};
use model::id::SubmissionId;
use store::{Happened, Tx};

/// The longest reason of a hold or an erasure, in characters: a line.
const REASON_CHARS_MAX: usize = 200;

/// Erases a submission. What was released from it stays released: recall or withdraw it first where it must go.
///
/// # Errors
/// `NotFound`, `Invalid` under a legal hold or without a reason.
pub async fn erase(hub: &Hub, _by: AsRegistrar, id: SubmissionId, reason: &str) -> Result<(), HubError> {
    check(reason)?;
    let mut tx = hub.store.write().await?;
    tx.submission(id).await?.ok_or(HubError::NotFound)?;
    if tx.is_held(id).await? {
        let what = "it is under a legal hold; lift that first".to_owned();
        return Err(HubError::Invalid("submission", what));
    }
    begin(hub, &mut tx, id, reason).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// The reason of every erasure that its source caused, also by leaving: another word for those who left would tell whoever reads the
/// database which submissions were theirs.
pub(crate) const SOURCE_WISH: &str = "its source's wish";

/// Removes the sealed bytes and queues the end of the key, in the caller's transaction. `false` when that was done before.
pub(crate) async fn begin(hub: &Hub, tx: &mut Tx, id: SubmissionId, reason: &str) -> Result<bool, HubError> {
    let now = hub.now();
    let begun = tx.ask_erasure(id, &crate::notices::about_tag(hub, id.0), reason, now).await?;
    if begun {
        leaf(hub, tx, "erase", &[("submission", id.to_string()), ("reason", reason.to_owned())]).await?;
        enqueue(hub, tx, kind::ERASE, Some(id.0), None, now).await?;
        hub.store.seals().journal().note(Happened::Erase, id.0, "", now)?;
    }
    Ok(begun)
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
    Ok(tx.commit().await?)
}

/// Lifts a hold.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lift_hold(hub: &Hub, _by: AsRegistrar, id: SubmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.lift_hold(id).await? {
        return Err(HubError::NotFound);
    }
    leaf(hub, &mut tx, "lift-hold", &[("submission", id.to_string())]).await?;
    Ok(tx.commit().await?)
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
        return Err(HubError::Invalid("reason", format!("1 to {REASON_CHARS_MAX} characters")));
    }
    Ok(())
}
