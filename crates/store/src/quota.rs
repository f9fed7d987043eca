//! What a source sent today: one row a source and day.

use crate::db::{Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;

/// What a source sent on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SentToday {
    /// Submissions.
    pub submissions: i64,
    /// Their bytes.
    pub bytes: i64,
}

impl Tx {
    /// Adds a submission of `bytes` to its source's day, and tells what the day holds with it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_sent(
        &mut self,
        source_tag: &[u8],
        day: Timestamp,
        bytes: i64,
    ) -> Result<SentToday, StoreError> {
        let row: Option<SentToday> = fetch_optional!(
            self,
            "INSERT INTO quota (source_tag, day, submissions, bytes) VALUES ($1, $2, 1, $3)
             ON CONFLICT (source_tag, day) DO UPDATE SET submissions = quota.submissions + 1, bytes = quota.bytes + $3
             RETURNING submissions, bytes",
            source_tag,
            micros(day),
            bytes
        )?;
        row.ok_or_else(|| StoreError::Row("quota".to_owned()))
    }

    /// Forgets the days before `day`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget_quotas(&mut self, day: Timestamp) -> Result<u64, StoreError> {
        execute!(self, "DELETE FROM quota WHERE day < $1", micros(day))
    }
}
