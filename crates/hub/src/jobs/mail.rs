//! Sends one letter. Sent twice is possible when the hub dies between the relay's yes and its own note of it; lost is not.

use crate::{Hub, HubError, notify};
use store::JobRow;

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let id = job.subject.unwrap_or_default();
    let outcome = notify::send(hub, id).await?;
    let mut tx = hub.store.write().await?;
    if tx.finish(job.id, job.lease, hub.now()).await? {
        let refused = match &outcome {
            Some(Err(class)) => Some(class.as_str()),
            _ => None,
        };
        tx.sent_outbound(id, refused, hub.now()).await?;
    }
    Ok(tx.commit().await?)
}
