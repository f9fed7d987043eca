//! Mail that goes out. To whom is sealed.

use crate::db::{Tx, bytes, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use uuid::Uuid;

impl Tx {
    /// Keeps a letter that waits.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_outbound(
        &mut self,
        id: Uuid,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO outbound (id, sealed, created_at) VALUES ($1, $2, $3)",
            bytes(id),
            sealed,
            micros(now)
        )?;
        Ok(())
    }

    /// A letter that waits still.
    ///
    /// # Errors
    /// The driver's.
    pub async fn outbound(&mut self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = fetch_optional!(
            self,
            "SELECT sealed FROM outbound WHERE id = $1 AND sent_at IS NULL",
            bytes(id)
        )?;
        Ok(row.map(|(sealed,)| sealed))
    }

    /// Notes that a letter went out, or was refused; what it said is forgotten.
    ///
    /// # Errors
    /// The driver's.
    pub async fn sent_outbound(
        &mut self,
        id: Uuid,
        refused: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let nothing: &[u8] = &[];
        execute!(
            self,
            "UPDATE outbound SET sent_at = $2, refused = $3, sealed = $4 WHERE id = $1",
            bytes(id),
            micros(now),
            refused,
            nothing
        )?;
        Ok(())
    }

    /// Whether a letter was written after `since` and has not bounced.
    ///
    /// # Errors
    /// The driver's.
    pub async fn may_bounce(&mut self, id: Uuid, since: Timestamp) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT created_at FROM outbound WHERE id = $1 AND created_at > $2 AND bounced_at IS NULL",
            bytes(id),
            micros(since)
        )?;
        Ok(row.is_some())
    }

    /// Notes that a letter bounced. `false` when it had: a letter bounces once.
    ///
    /// # Errors
    /// The driver's.
    pub async fn bounce(&mut self, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE outbound SET bounced_at = $2 WHERE id = $1 AND bounced_at IS NULL",
            bytes(id),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Forgets letters that went out before `before`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget_outbound(&mut self, before: Timestamp) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM outbound WHERE sent_at < $1", micros(before))?;
        Ok(())
    }
}
