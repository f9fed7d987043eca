//! Submissions that carry a protective marking: sealed before any person of the hub sees them, until their source decides.

use crate::db::{Tx, bytes, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::SubmissionId;

impl Tx {
    /// Seals a submission: the markings that were found, one a line.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_marking(
        &mut self,
        id: SubmissionId,
        markings: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO protective_marking (submission, markings, found_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bytes(id.0),
            markings,
            micros(now)
        )?;
        Ok(())
    }

    /// The markings of a submission that is sealed because of them.
    ///
    /// # Errors
    /// The driver's.
    pub async fn marking(&mut self, id: SubmissionId) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = fetch_optional!(
            self,
            "SELECT markings FROM protective_marking WHERE submission = $1 AND decided_at IS NULL",
            bytes(id.0)
        )?;
        Ok(row.map(|(markings,)| markings))
    }

    /// Whether its source said that it may be read.
    ///
    /// # Errors
    /// The driver's.
    pub async fn marking_opened(&mut self, id: SubmissionId) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT decided_at FROM protective_marking WHERE submission = $1 AND decision = 'opened'",
            bytes(id.0)
        )?;
        Ok(row.is_some())
    }

    /// Notes the source's decision. Whether one was open.
    ///
    /// # Errors
    /// The driver's.
    pub async fn decide_marking(
        &mut self,
        id: SubmissionId,
        decision: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE protective_marking SET decided_at = $2, decision = $3 WHERE submission = $1 AND decided_at IS NULL",
            bytes(id.0),
            micros(now),
            decision
        )?;
        Ok(done == 1)
    }
}
