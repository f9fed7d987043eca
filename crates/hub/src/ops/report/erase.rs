//! Erasing an incident with all that was told of it, on the organisation's own wish or a court's.
//!
//! Versions, events and forms go in one transaction with a leaf and a job; the job destroys the key, which reaches every backup.
//! The leaves of what was sent stay, and whoever kept its evidence pack can still prove it.

use super::case;
use crate::ledger::{enqueue, kind, leaf};
use crate::notices::about_tag;
use crate::ops::admin::AsRegistrar;
use crate::ops::erase::check;
use crate::{Hub, HubError, Problem};
use model::id::IncidentId;
use store::{Happened, Tx};

/// Erases an incident and its reports, for its organisation and for every office.
///
/// # Errors
/// `NotFound`; `Invalid` without a reason, or while a piece of its evidence is under legal hold.
pub async fn erase(hub: &Hub, _by: AsRegistrar, id: IncidentId, reason: &str) -> Result<(), HubError> {
    check(reason)?;
    let mut tx = hub.store.write().await?;
    let row = tx.incident(id).await?.ok_or(HubError::NotFound)?;
    let case = case::open(hub, &mut tx, row).await?;
    if case.facts.custody.iter().any(|piece| piece.hold) {
        return Err(HubError::Invalid("incident", Problem::EvidenceOnHold));
    }
    begin(hub, &mut tx, id, reason).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// Removes what is sealed and queues the end of the key, in the caller's transaction.
pub(crate) async fn begin(hub: &Hub, tx: &mut Tx, id: IncidentId, reason: &str) -> Result<(), HubError> {
    let now = hub.now();
    let notices: Vec<Vec<u8>> = tx.reports_of(id).await?.iter().map(|row| about_tag(hub, row.id.0)).collect();
    if tx.ask_incident_erasure(id, &notices, reason, now).await? {
        leaf(hub, tx, "erase", &[("incident", id.to_string()), ("reason", reason.to_owned())]).await?;
        enqueue(hub, tx, kind::ERASE, Some(id.0), None, now).await?;
        hub.store.seals().journal().note(Happened::Erase, id.0, "", now)?;
    }
    Ok(())
}
