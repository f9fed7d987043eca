//! Who was served what: gathered while serving, written within a second, so that a read costs no write of its own.

use crate::{Hub, HubError};
use jiff::Timestamp;
use std::sync::Mutex;
use store::NewDisclosure;

/// Disclosures that are not yet on disk.
#[derive(Default)]
pub(crate) struct Pending {
    rows: Mutex<Vec<(NewDisclosure, Timestamp)>>,
}

/// Seconds between two flushes. A crash loses at most this much of the disclosure log, and the gap is marked by the next start.
pub(crate) const FLUSH_SECONDS: u64 = 1;

impl Pending {
    pub(crate) fn note(&self, row: NewDisclosure, at: Timestamp) {
        if let Ok(mut rows) = self.rows.lock() {
            rows.push((row, at));
        }
    }

    fn take(&self) -> Vec<(NewDisclosure, Timestamp)> {
        self.rows.lock().map(|mut rows| std::mem::take(&mut *rows)).unwrap_or_default()
    }
}

/// Writes what is pending.
pub(crate) async fn flush(hub: &Hub) -> Result<(), HubError> {
    let rows = hub.disclosures.take();
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = hub.store.write().await?;
    tx.insert_disclosures(&rows).await?;
    tx.commit().await?;
    Ok(())
}
