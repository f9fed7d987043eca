//! A recipient's answer to an item.

use crate::{Hub, HubError};
use model::answer::Progress;
use model::id::ItemId;
use sharing::ReaderAudiences;
use sharing::caller::AsAnswerer;

/// Keeps the answer of the organisation: `Swept`, `Seen` or `NotSeen`, with the number of machines checked.
pub async fn answer(hub: &Hub, who: AsAnswerer, reader: &ReaderAudiences, id: ItemId, progress: Progress, machines: Option<u64>) -> Result<(), HubError> { todo!() }

/// Confirms that the recalled item is removed.
pub async fn confirm_recall(hub: &Hub, who: AsAnswerer, reader: &ReaderAudiences, id: ItemId) -> Result<(), HubError> { todo!() }
