//! Deferred work: queued in the transaction that makes it necessary, claimed by a lease, retried with back-off.

use crate::db::{Tx, bytes, micros, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::JobId;
use uuid::Uuid;

/// Which jobs that are due come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    /// In the order in which they are due.
    #[default]
    First,
    /// When nothing of the first lane is due.
    Behind,
}

impl Lane {
    /// In the order in which work is taken from them.
    const ALL: [Self; 2] = [Self::First, Self::Behind];
}

/// A job to queue. It holds ids only.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Identifier.
    pub id: JobId,
    /// What to do.
    pub kind: &'static str,
    /// With what.
    pub subject: Option<Uuid>,
    /// With which number (a version).
    pub number: Option<i64>,
    /// Not before.
    pub run_at: Timestamp,
    /// Before which others.
    pub lane: Lane,
}

/// A claimed job.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Identifier.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// With what.
    pub subject: Option<Uuid>,
    /// With which number.
    pub number: Option<i64>,
    /// Tries so far, this one included.
    pub attempts: i64,
    /// The lease that proves the claim.
    pub lease: Uuid,
}

/// Kind, subject, number, attempts.
type Raw = (String, Option<Vec<u8>>, Option<i64>, i64);

impl Tx {
    /// Queues a job.
    ///
    /// # Errors
    /// The driver's.
    pub async fn enqueue(&mut self, new: &NewJob) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO job (id, kind, subject, number, run_at, lane, attempts) VALUES ($1, $2, $3, $4, $5, $6, 0)",
            bytes(new.id.0),
            new.kind,
            new.subject.map(bytes),
            new.number,
            micros(new.run_at),
            new.lane as i64
        )?;
        Ok(())
    }

    /// Queues a job unless one with this id was queued before: for plans that are made again and again.
    ///
    /// # Errors
    /// The driver's.
    pub async fn enqueue_once(&mut self, new: &NewJob) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO job (id, kind, subject, number, run_at, lane, attempts) VALUES ($1, $2, $3, $4, $5, $6, 0)
             ON CONFLICT (id) DO NOTHING",
            bytes(new.id.0),
            new.kind,
            new.subject.map(bytes),
            new.number,
            micros(new.run_at),
            new.lane as i64
        )?;
        Ok(())
    }

    /// Claims the job that is due longest in the first lane that has one, for a lease. On PostgreSQL rows that another worker is claiming
    /// are passed over.
    ///
    /// # Errors
    /// The driver's.
    pub async fn claim(
        &mut self,
        lease: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<JobRow>, StoreError> {
        let mut due = None;
        for lane in Lane::ALL {
            due = self.due(lane, now).await?;
            if due.is_some() {
                break;
            }
        }
        let Some(id) = due else { return Ok(None) };
        let row: Option<Raw> = fetch_optional!(
            self,
            "UPDATE job SET lease = $2, lease_until = $3, attempts = attempts + 1 WHERE id = $1
             RETURNING kind, subject, number, attempts",
            &id,
            bytes(lease),
            micros(until)
        )?;
        row.map(|(kind, subject, number, attempts)| {
            let subject = subject.map(|s| uuid(&s)).transpose()?;
            Ok(JobRow { id: JobId(uuid(&id)?), kind, subject, number, attempts, lease })
        })
        .transpose()
    }

    /// The job of a lane that is due longest and that nobody does.
    async fn due(&mut self, lane: Lane, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        let due: Option<(Vec<u8>,)> = match self {
            Tx::Lite(t) => {
                sqlx::query_as(
                    "SELECT id FROM job WHERE done_at IS NULL AND failed_at IS NULL AND lane = $2 AND run_at <= $1
                     AND (lease_until IS NULL OR lease_until <= $1) ORDER BY run_at, id LIMIT 1",
                )
                .bind(micros(now))
                .bind(lane as i64)
                .fetch_optional(&mut **t)
                .await?
            }
            Tx::Pg(t) => {
                sqlx::query_as(
                    "SELECT id FROM job WHERE done_at IS NULL AND failed_at IS NULL AND lane = $2 AND run_at <= $1
                     AND (lease_until IS NULL OR lease_until <= $1) ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
                )
                .bind(micros(now))
                .bind(lane as i64)
                .fetch_optional(&mut **t)
                .await?
            }
        };
        Ok(due.map(|(id,)| id))
    }

    /// Forgets a job that was done: its row would say what was done when.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget_job(&mut self, id: JobId) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM job WHERE id = $1", bytes(id.0))?;
        Ok(())
    }

    /// Marks a job as done, if the lease still holds. Called in the transaction that does the work, so that the work is done
    /// exactly once. In which lane it waited is forgotten: it says whether its sender had sent much.
    ///
    /// # Errors
    /// The driver's.
    pub async fn finish(&mut self, id: JobId, lease: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE job SET done_at = $3, lane = 0 WHERE id = $1 AND lease = $2 AND done_at IS NULL",
            bytes(id.0),
            bytes(lease),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Puts a job back: to be tried again at `retry_at`, or given up when that is `None`. In which lane it waited is forgotten then.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_back(
        &mut self,
        id: JobId,
        lease: Uuid,
        class: &str,
        retry_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE job SET lease = NULL, lease_until = NULL, error_class = $3, run_at = coalesce($4, run_at), failed_at = $5,
             lane = CASE WHEN $5 IS NULL THEN lane ELSE 0 END WHERE id = $1 AND lease = $2",
            bytes(id.0),
            bytes(lease),
            class,
            retry_at.map(micros),
            retry_at.is_none().then(|| micros(now))
        )?;
        Ok(())
    }

    /// When the next job is due.
    ///
    /// # Errors
    /// The driver's.
    pub async fn next_due(&mut self) -> Result<Option<i64>, StoreError> {
        let row: Option<(Option<i64>,)> = fetch_optional!(
            self,
            "SELECT min(CASE WHEN lease_until > run_at THEN lease_until ELSE run_at END) FROM job
             WHERE done_at IS NULL AND failed_at IS NULL"
        )?;
        Ok(row.and_then(|(at,)| at))
    }

    /// Whether a job of this kind and subject waits.
    ///
    /// # Errors
    /// The driver's.
    pub async fn waits(&mut self, kind: &str, subject: Uuid) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM job WHERE kind = $1 AND subject = $2 AND done_at IS NULL AND failed_at IS NULL",
            kind,
            bytes(subject)
        )?;
        Ok(row.is_some_and(|(n,)| n > 0))
    }
}
