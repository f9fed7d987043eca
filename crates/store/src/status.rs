//! The outcomes of TAXII posts, sealed under the key of their submission.

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{StatusId, SubmissionId};

impl Tx {
    /// Keeps the outcome of a POST, sealed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_status(
        &mut self,
        id: StatusId,
        source_tag: &[u8],
        submission: SubmissionId,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO status (id, source_tag, submission, sealed, created_at) VALUES ($1, $2, $3, $4, $5)",
            bytes(id.0),
            source_tag,
            bytes(submission.0),
            sealed,
            now.as_microsecond()
        )?;
        Ok(())
    }

    /// The outcome of a POST of this source.
    ///
    /// # Errors
    /// The driver's.
    pub async fn status(
        &mut self,
        id: StatusId,
        source_tag: &[u8],
    ) -> Result<Option<(SubmissionId, Vec<u8>)>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = fetch_optional!(
            self,
            "SELECT submission, sealed FROM status WHERE id = $1 AND source_tag = $2",
            bytes(id.0),
            source_tag
        )?;
        row.map(|(s, sealed)| Ok((SubmissionId(uuid(&s)?), sealed))).transpose()
    }
}
