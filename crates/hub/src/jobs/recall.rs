//! Takes an item back at its slot, after its last source was gone.

use crate::{Hub, HubError};
use model::id::ItemId;
use model::item::RecallReason;
use model::state::{Actor, ItemState};
use store::JobRow;

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    let id = ItemId(job.subject.unwrap_or_default());
    if let Some(item) = tx.item_for_hub(id).await? {
        // What has left since holds only what other sources agreed to; what was recalled since is gone already.
        if item.live_version == job.number && item.state != ItemState::Recalled {
            crate::release::recall(hub, &mut tx, item, RecallReason::SourceWish, Actor::Machine).await?;
        }
    }
    tx.commit().await?;
    hub.wake.notify_waiters();
    Ok(())
}
