//! A recipient's answer to an item.

use crate::{Hub, HubError, Problem};
use model::answer::Progress;
use model::id::ItemId;
use sharing::caller::AsAnswerer;
use sharing::{ReaderAudiences, admit};
use store::Tx;

/// Keeps the answer of the organisation: `Swept`, `Seen` or `NotSeen`, with the number of machines checked.
///
/// # Errors
/// `NotFound` for an item that the reader does not have, `Invalid` for what is no answer.
pub async fn answer(
    hub: &Hub,
    who: AsAnswerer,
    reader: &ReaderAudiences,
    id: ItemId,
    progress: Progress,
    machines: Option<u64>,
) -> Result<(), HubError> {
    if matches!(progress, Progress::Received | Progress::Read) {
        return Err(HubError::Invalid("progress", Problem::ProgressNeeded));
    }
    let mut tx = hub.store.write().await?;
    let version = held(&mut tx, reader, id).await?;
    tx.put_progress(id, who.org, progress, machines, version, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// Confirms that the recalled item is removed.
///
/// # Errors
/// `NotFound` for an item that the reader does not have or that was not recalled.
pub async fn confirm_recall(
    hub: &Hub,
    who: AsAnswerer,
    reader: &ReaderAudiences,
    id: ItemId,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    if admit(stored, reader)?.get().row.recalled.is_none() {
        return Err(HubError::NotFound);
    }
    tx.confirm_recall(id, who.org, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// The version that the reader has.
async fn held(tx: &mut Tx, reader: &ReaderAudiences, id: ItemId) -> Result<i64, HubError> {
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    Ok(admit(stored, reader)?.get().row.version)
}
