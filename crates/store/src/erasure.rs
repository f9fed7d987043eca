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

    /// Notes that the source of a held submission wants it erased. Whether it is held.
    ///
    /// # Errors
    /// The driver's.
    pub async fn wish_erased(&mut self, id: SubmissionId) -> Result<bool, StoreError> {
        let done =
            execute!(self, "UPDATE legal_hold SET wished = $2 WHERE submission = $1", bytes(id.0), true)?;
        Ok(done == 1)
    }

    /// Lifts a hold: whether its source wanted the submission erased meanwhile, `None` where there was no hold.
    ///
    /// # Errors
    /// The driver's.
    pub async fn lift_hold(&mut self, id: SubmissionId) -> Result<Option<bool>, StoreError> {
        let row: Option<(bool,)> = fetch_optional!(
            self,
            "DELETE FROM legal_hold WHERE submission = $1 RETURNING wished",
            bytes(id.0)
        )?;
        Ok(row.map(|(wished,)| wished))
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
    /// nothing without the key), and what it supplied to items: what left of that stands in their versions. `notices` is the keyed
    /// hash under which notices about it stand. `false` when it was asked before.
    ///
    /// # Errors
    /// The driver's.
    pub async fn ask_erasure(
        &mut self,
        id: SubmissionId,
        notices: &[u8],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // why stands in the leaf alone: a word of its own for some erasures would tell whose they are
        let new = execute!(
            self,
            "INSERT INTO erasure (submission, reason, asked_at) VALUES ($1, '', $2) ON CONFLICT DO NOTHING",
            bytes(id.0),
            micros(now)
        )?;
        execute!(self, "DELETE FROM sealed WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM own_block WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM status WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM idempotency WHERE submission = $1", bytes(id.0))?;
        execute!(self, "DELETE FROM notice WHERE about = $1", notices.to_vec())?;
        execute!(self, "UPDATE item_source SET part = '{}' WHERE submission = $1", bytes(id.0))?;
        // the hash of a part would confirm a guess at it
        execute!(
            self,
            "UPDATE consent SET cuts = '[]', content_hash = $2 WHERE submission = $1",
            bytes(id.0),
            Vec::<u8>::new()
        )?;
        self.forget_threads(id.0).await?;
        Ok(new == 1)
    }

    /// Takes from an erased submission what still groups it with others of its source or tells when its source acted: no keyed hash finds
    /// it any more, its source's neither.
    ///
    /// # Errors
    /// The driver's.
    pub async fn unlink_source(&mut self, id: SubmissionId) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE submission SET source_tag = id, cluster = NULL, asked_at = NULL, changed_at = received_at WHERE id = $1",
            bytes(id.0)
        )?;
        execute!(
            self,
            "UPDATE protective_marking SET decided_at = found_at WHERE submission = $1 AND decided_at IS NOT NULL",
            bytes(id.0)
        )?;
        execute!(
            self,
            "UPDATE consent SET revoked_at = at WHERE submission = $1 AND revoked_at IS NOT NULL",
            bytes(id.0)
        )?;
        Ok(())
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

    /// The newest submissions that nobody asked to erase, with the keyed hash of their source: each should have its key, unless its
    /// source left.
    ///
    /// # Errors
    /// The driver's.
    pub async fn newest_unerased(&mut self, limit: u32) -> Result<Vec<(SubmissionId, Vec<u8>)>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch_all!(
            self,
            "SELECT s.id, s.source_tag FROM submission s
             WHERE NOT EXISTS (SELECT 1 FROM erasure e WHERE e.submission = s.id)
             ORDER BY s.received_at DESC LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter().map(|(id, tag)| Ok((SubmissionId(uuid(&id)?), tag))).collect()
    }

    /// Notes that the key is destroyed. When it was and for what stands in the leaf, which is sealed: erasures of one time and cause
    /// stand together in no column.
    ///
    /// # Errors
    /// The driver's.
    pub async fn erased(&mut self, id: SubmissionId) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE erasure SET asked_at = 0, done_at = 0 WHERE submission = $1 AND done_at IS NULL",
            bytes(id.0)
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
