//! Lets an item leave at its slot.

use crate::{Hub, HubError};
use model::id::ItemId;
use model::state::ItemState;
use store::JobRow;

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    let id = ItemId(job.subject.unwrap_or_default());
    if let Some(item) = tx.item_for_hub(id).await? {
        // A draft changed after the decision has another version, state or slot; its job does nothing.
        let due = item.release_at.is_none_or(|at| at <= hub.now());
        if item.state == ItemState::Scheduled && Some(item.version) == job.number && due {
            crate::release::release(hub, &mut tx, item).await?;
        }
    }
    tx.commit().await?;
    hub.wake.notify_waiters();
    Ok(())
}
