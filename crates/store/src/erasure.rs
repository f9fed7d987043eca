//! Legal holds and erasures. The sealed bytes go with the row that asks; the key goes when the job has destroyed it.

use crate::db::{Tx, bytes, micros, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::SubmissionId;

impl Tx {
    /// Whether a submission must not be erased.
    ///
    /// # Errors
    /// The driver's.
    pub async fn is_held(&mut self, id: SubmissionId) -> Result<bool, StoreError> {
        let row: Option<(i64,)> =
            fetch_optional!(self, "SELECT count(*) FROM legal_hold WHERE submission = $1", bytes(id.0))?;
        Ok(row.is_some_and(|(n,)| n > 0))
    }

    /// Puts a submission under a hold, in place of an older reason.
    ///
    /// # Errors
    /// The driver's.
    pub async fn hold(&mut self, id: SubmissionId, reason: &str, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO legal_hold (submission, reason, at) VALUES ($1, $2, $3)
             ON CONFLICT (submission) DO UPDATE SET reason = excluded.reason",
            bytes(id.0),
            reason,
            micros(now)
        )?;
        Ok(())
    }

    /// Lifts a hold. Whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn lift_hold(&mut self, id: SubmissionId) -> Result<bool, StoreError> {
        Ok(execute!(self, "DELETE FROM legal_hold WHERE submission = $1", bytes(id.0))? == 1)
    }

    /// Every hold: submission, reason.
    ///
    /// # Errors
    /// The driver's.
    pub async fn holds(&mut self) -> Result<Vec<(SubmissionId, String)>, StoreError> {
        let rows: Vec<(Vec<u8>, String)> =
            fetch_all!(self, "SELECT submission, reason FROM legal_hold ORDER BY at, submission")?;
        rows.into_iter().map(|(id, reason)| Ok((SubmissionId(uuid(&id)?), reason))).collect()
    }

    /// Asks for an erasure and removes everything that the submission's key opens, except what says who sent it (it opens to
    /// nothing without the key). `notices` is the keyed hash under which notices about it stand. `false` when it was asked before.
    ///
    /// # Errors
    /// The driver's.
    pub async fn ask_erasure(
        &mut self,
        id: SubmissionId,
        notices: &[u8],
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let new = execute!(
            self,
            "INSERT INTO erasure (submission, reason, asked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bytes(id.0),
            reason,
            micros(now)
        )?;
        execute!(self, "DELETE FROM sealed WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM own_block WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM status WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM idempotency WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM notice WHERE about = $1", notices.to_vec())?;
        self.forget_threads(id.0).await?;
        Ok(new == 1)
    }

    /// Erasures that were asked and are not done.
    ///
    /// # Errors
    /// The driver's.
    pub async fn erasures_asked(&mut self) -> Result<Vec<SubmissionId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT submission FROM erasure WHERE done_at IS NULL ORDER BY asked_at, submission"
        )?;
        rows.into_iter().map(|(id,)| uuid(&id).map(SubmissionId)).collect()
    }

    /// The newest submissions that nobody asked to erase: each should have its key.
    ///
    /// # Errors
    /// The driver's.
    pub async fn newest_unerased(&mut self, limit: u32) -> Result<Vec<SubmissionId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT s.id FROM submission s WHERE NOT EXISTS (SELECT 1 FROM erasure e WHERE e.submission = s.id)
             ORDER BY s.received_at DESC LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter().map(|(id,)| uuid(&id).map(SubmissionId)).collect()
    }

    /// Notes that the key is destroyed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn erased(&mut self, id: SubmissionId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE erasure SET done_at = $2 WHERE submission = $1 AND done_at IS NULL",
            bytes(id.0),
            micros(now)
        )?;
        Ok(())
    }

    /// Submissions that came before `at`, are settled and neither held nor erased: the oldest `limit`. Cost: the submissions
    /// older than `at` that are still there or were erased.
    ///
    /// # Errors
    /// The driver's.
    pub async fn outlived(&mut self, at: Timestamp, limit: u32) -> Result<Vec<SubmissionId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT s.id FROM submission s WHERE s.received_at < $1
                 AND s.state IN ('closed', 'shared', 'refused', 'lapsed', 'withdrawn', 'unreadable')
                 AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.submission = s.id)
                 AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.submission = s.id)
             ORDER BY s.received_at, s.id LIMIT $2",
            micros(at),
            i64::from(limit)
        )?;
        rows.into_iter().map(|(id,)| uuid(&id).map(SubmissionId)).collect()
    }
}
