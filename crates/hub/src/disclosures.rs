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

/// Disclosures that wait for a database that is away: without it nothing is served, so few are added.
const PENDING_MAX: usize = 100_000;

impl Pending {
    pub(crate) fn note(&self, row: NewDisclosure, at: Timestamp) {
        if let Ok(mut rows) = self.rows.lock() {
            rows.push((row, at));
        }
    }

    /// Before those that came meanwhile. While the database is away at most [`PENDING_MAX`] wait.
    fn put_back(&self, mut rows: Vec<(NewDisclosure, Timestamp)>) {
        if let Ok(mut pending) = self.rows.lock() {
            rows.append(&mut pending);
            let over = rows.len().saturating_sub(PENDING_MAX);
            if over > 0 {
                tracing::error!(lost = over, "disclosures were lost: alarm");
                rows.drain(..over);
            }
            *pending = rows;
        }
    }

    fn take(&self) -> Vec<(NewDisclosure, Timestamp)> {
        self.rows.lock().map(|mut rows| std::mem::take(&mut *rows)).unwrap_or_default()
    }
}

/// Writes what is pending; what could not be written stays pending.
pub(crate) async fn flush(hub: &Hub) -> Result<(), HubError> {
    let rows = hub.disclosures.take();
    if rows.is_empty() {
        return Ok(());
    }
    match write(hub, &rows).await {
        // a commit whose answer was lost: they are there
        Err(why) if why.is_unique_violation() => Ok(()),
        Err(why) => {
            hub.disclosures.put_back(rows);
            Err(why.into())
        }
        Ok(()) => Ok(()),
    }
}

async fn write(hub: &Hub, rows: &[(NewDisclosure, Timestamp)]) -> Result<(), store::StoreError> {
    let mut tx = hub.store.write_aside().await?;
    tx.insert_disclosures(rows).await?;
    tx.commit().await
}
