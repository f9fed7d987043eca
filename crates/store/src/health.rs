//! What tells whether the hub can do its work: the queue, the counters, the disk, the server behind.

use crate::db::{Store, Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;

/// The queue of jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Queue {
    /// Jobs that are due.
    pub due: i64,
    /// When the one that waits longest was due, microseconds.
    pub oldest: Option<i64>,
    /// Jobs that were given up.
    pub failed: i64,
}

/// How a PostgreSQL server keeps what it acknowledges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// `server_version`.
    pub version: String,
    /// `fsync`: off loses what was acknowledged when the machine falls.
    pub fsync: String,
    /// `synchronous_standby_names`: empty loses the last seconds when a standby takes over.
    pub standbys: String,
    /// Connections allowed, and how many there are.
    pub connections_max: i64,
    /// How many there are now.
    pub connections: i64,
    /// Its clock, microseconds.
    pub now: i64,
}

impl Tx {
    /// The queue at `now`. Cost: the jobs that are not done.
    ///
    /// # Errors
    /// The driver's.
    pub async fn queue_of_jobs(&mut self, now: Timestamp) -> Result<Queue, StoreError> {
        let row: Option<Queue> = fetch_optional!(
            self,
            "SELECT count(CASE WHEN failed_at IS NULL AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) THEN 1 END) AS due,
                    min(CASE WHEN failed_at IS NULL AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) THEN run_at END) AS oldest,
                    count(failed_at) AS failed
             FROM job WHERE done_at IS NULL",
            micros(now)
        )?;
        Ok(row.unwrap_or_default())
    }

    /// Jobs that were given up: kind, class of the error, how many.
    ///
    /// # Errors
    /// The driver's.
    pub async fn given_up(&mut self) -> Result<Vec<(String, String, i64)>, StoreError> {
        fetch_all!(
            self,
            "SELECT kind, coalesce(error_class, ''), count(*) FROM job WHERE done_at IS NULL AND failed_at IS NOT NULL
             GROUP BY kind, error_class ORDER BY kind, error_class"
        )
    }

    /// Lets jobs that were given up run again.
    ///
    /// # Errors
    /// The driver's.
    pub async fn revive_jobs(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        execute!(
            self,
            "UPDATE job SET failed_at = NULL, attempts = 0, run_at = $1 WHERE done_at IS NULL AND failed_at IS NOT NULL",
            micros(now)
        )
    }

    /// The newest date that the feed gave, microseconds: never ahead of a clock that is right, unless objects came faster than
    /// one a microsecond.
    ///
    /// # Errors
    /// The driver's.
    pub async fn newest_date(&mut self) -> Result<Option<i64>, StoreError> {
        let row: Option<(i64,)> =
            fetch_optional!(self, "SELECT value FROM counter WHERE name = 'date_added'")?;
        Ok(row.map(|(at,)| at))
    }

    /// The server's own settings; `None` on the embedded database.
    ///
    /// # Errors
    /// The driver's.
    pub async fn server_settings(&mut self) -> Result<Option<ServerSettings>, StoreError> {
        let Tx::Pg(tx) = self else { return Ok(None) };
        let (version, fsync, standbys, most, connections, now): (String, String, String, i64, i64, i64) =
            sqlx::query_as(
                "SELECT current_setting('server_version'), current_setting('fsync'),
                        current_setting('synchronous_standby_names'), current_setting('max_connections')::bigint,
                        (SELECT count(*) FROM pg_stat_activity),
                        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
            )
            .fetch_one(&mut **tx)
            .await?;
        Ok(Some(ServerSettings { version, fsync, standbys, connections_max: most, connections, now }))
    }
}

impl Store {
    /// The disk under the data folder: the share that is used (0 to 1) and the bytes that are free, of what an ordinary user
    /// may fill.
    ///
    /// # Errors
    /// The disk's.
    pub fn disk(&self) -> Result<(f64, u64), StoreError> {
        let disk = rustix::fs::statvfs(self.data()).map_err(std::io::Error::from)?;
        let (all, free) = (disk.f_blocks - disk.f_bfree + disk.f_bavail, disk.f_bavail);
        #[expect(clippy::cast_precision_loss, reason = "a share of blocks")]
        let used = if all == 0 { 0.0 } else { 1.0 - free as f64 / all as f64 };
        Ok((used, free.saturating_mul(disk.f_frsize)))
    }
}
