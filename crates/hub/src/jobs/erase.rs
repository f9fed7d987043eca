//! Destroys the key of a submission, an incident, a thread or a held mail whose erasure was asked. Done again after a crash: a key that is
//! gone stays gone.

use crate::{Hub, HubError};
use model::id::{IncidentId, OrgId, SubmissionId};
use store::{JobRow, Tx};
use uuid::Uuid;

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let Some(id) = job.subject else { return Ok(()) };
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    destroy(hub, &mut tx, id).await?;
    // kept for a week as others are, it would say what was erased when
    tx.forget_job(job.id).await?;
    Ok(tx.commit().await?)
}

/// Destroys the keys of what an organisation sent that left.
pub(super) async fn depart(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    let org = OrgId(job.subject.unwrap_or_default());
    if tx.departed().await?.iter().any(|(left, _)| *left == org) {
        crate::ops::departed::end_keys(hub, &mut tx, org).await?;
    }
    Ok(tx.commit().await?)
}

/// Every erasure that was asked and is not done. Its job finds nothing left to do.
pub(super) async fn all(hub: &Hub) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    crate::ops::departed::end_all_keys(hub, &mut tx).await?;
    for id in tx.erasures_asked().await? {
        destroy(hub, &mut tx, id.0).await?;
    }
    for id in tx.incident_erasures_asked().await? {
        destroy(hub, &mut tx, id.0).await?;
    }
    Ok(tx.commit().await?)
}

/// Identifiers are random, so that one names a submission or an incident and never both.
async fn destroy(hub: &Hub, tx: &mut Tx, id: Uuid) -> Result<(), HubError> {
    hub.store.seals().destroy(id)?;
    tx.erased(SubmissionId(id)).await?;
    Ok(tx.incident_erased(IncidentId(id), hub.now()).await?)
}
