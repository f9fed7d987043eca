//! Destroys the key of a submission whose erasure was asked. Done again after a crash: a key that is gone stays gone.

use crate::{Hub, HubError};
use model::id::SubmissionId;
use store::JobRow;

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let Some(id) = job.subject.map(SubmissionId) else { return Ok(()) };
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    hub.store.seals().destroy(id)?;
    tx.erased(id, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// Every erasure that was asked and is not done. Its job finds nothing left to do.
pub(super) async fn all(hub: &Hub) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    for id in tx.erasures_asked().await? {
        hub.store.seals().destroy(id)?;
        tx.erased(id, hub.now()).await?;
    }
    Ok(tx.commit().await?)
}
