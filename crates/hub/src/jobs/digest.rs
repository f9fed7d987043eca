//! Every quarter of an hour: digests whose hour has come, urgent calls that nobody has answered, and what falls out after a leaving.

use crate::ledger::{enqueue, kind};
use crate::{Hub, HubError, notify};
use store::{JobRow, Tx};
use uuid::Uuid;

/// Queues the next round when none waits.
pub(super) async fn ensure(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    if !tx.waits(kind::ROUND, Uuid::nil()).await? {
        let next = model::time::next_slot(hub.now());
        enqueue(hub, tx, kind::ROUND, Some(Uuid::nil()), None, next).await?;
    }
    Ok(())
}

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    notify::digests(hub, &mut tx).await?;
    crate::ops::urgent::escalate(hub, &mut tx).await?;
    crate::ops::departed::fall_out(hub, &mut tx).await?;
    ensure(hub, &mut tx).await?;
    Ok(tx.commit().await?)
}
