//! Who was served what: gathered while serving, written within a second, so that a read costs no write of its own.

use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;
use store::NewDisclosure;
use uuid::Uuid;

/// Disclosures that are not yet on disk.
#[derive(Default)]
pub(crate) struct Pending {
    rows: Mutex<Vec<(NewDisclosure, Timestamp)>>,
    run: Mutex<Option<Uuid>>,
}

/// Seconds between two flushes. A crash loses at most this much of the disclosure log, and the gap is marked by the next start.
pub(crate) const FLUSH_SECONDS: u64 = 1;

/// Disclosures that wait for a database that is away: without it nothing is served, so few are added.
const PENDING_MAX: usize = 100_000;

/// Seconds after which a run of the program that served nothing says that it lives.
const HEARTBEAT_SECONDS: i64 = 60;

/// Seconds of silence after which a run is taken for dead: three heartbeats. Other nodes on the same database live on meanwhile.
const SILENT_SECONDS: i64 = 3 * HEARTBEAT_SECONDS;

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

    fn run(&self) -> Option<Uuid> {
        self.run.lock().ok().and_then(|run| *run)
    }
}

/// Begins a run: what an earlier one left open is a gap from here on. On the embedded database every open run is of a dead process; where
/// nodes share a database, the silent ones are.
pub(crate) async fn begin(hub: &Hub) -> Result<(), HubError> {
    let run = model::id::uuid4(hub.random("disclosure-run"));
    let now = hub.now();
    let silent = if hub.store.is_embedded() { now } else { before(now, SILENT_SECONDS) };
    let mut tx = hub.store.write().await?;
    let gaps = tx.mark_gaps(silent, now).await?;
    tx.disclosures_written(run, now).await?;
    tx.commit().await?;
    if gaps > 0 {
        tracing::warn!(gaps, "a run ended without writing who was served what: the gap is marked as unknown");
    }
    if let Ok(mut mine) = hub.disclosures.run.lock() {
        *mine = Some(run);
    }
    Ok(())
}

fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
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
    // what is noted from here on is in the next flush
    let until = rows.iter().map(|(_, at)| *at).min();
    let mut tx = hub.store.write_aside().await?;
    tx.insert_disclosures(rows).await?;
    if let (Some(run), Some(until)) = (hub.disclosures.run(), until) {
        tx.disclosures_written(run, until).await?;
    }
    tx.commit().await
}

/// Says that this run lives, once a minute.
pub(crate) async fn beat(hub: &Hub, last: &mut Timestamp) -> Result<(), HubError> {
    let now = hub.now();
    let Some(run) = hub.disclosures.run() else { return Ok(()) };
    if now.duration_since(*last) < SignedDuration::from_secs(HEARTBEAT_SECONDS) {
        return Ok(());
    }
    flush(hub).await?;
    let mut tx = hub.store.write().await?;
    tx.disclosures_written(run, before(now, 1)).await?;
    tx.commit().await?;
    *last = now;
    Ok(())
}

/// Ends a run: everything is on disk.
pub(crate) async fn end(hub: &Hub) -> Result<(), HubError> {
    flush(hub).await?;
    let run = hub.disclosures.run.lock().ok().and_then(|mut run| run.take());
    if let Some(run) = run {
        let mut tx = hub.store.write().await?;
        tx.disclosures_complete(run).await?;
        tx.commit().await?;
    }
    Ok(())
}
