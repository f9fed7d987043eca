//! Mail that goes out and mail that is held. To whom and from whom is sealed.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, QuarantineId};
use uuid::Uuid;

/// A held mail.
#[derive(Clone, Debug)]
pub struct QuarantineRow {
    /// Identifier.
    pub id: QuarantineId,
    /// Sealed: sender, subject, the mail as it came.
    pub sealed: Vec<u8>,
    /// Size of the mail in bytes.
    pub bytes: i64,
    /// When.
    pub at: Timestamp,
}

/// Id, head, bytes, at, raw.
type RawHeld = (Vec<u8>, Vec<u8>, i64, i64, Option<Vec<u8>>);

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

    /// Holds a mail: its head, and beside it the mail as it came, sealed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_quarantine(
        &mut self,
        org: OrgId,
        row: &QuarantineRow,
        raw: &[u8],
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO quarantine (id, organisation, sealed, raw, bytes, at) VALUES ($1, $2, $3, $4, $5, $6)",
            bytes(row.id.0),
            bytes(org.0),
            row.sealed.as_slice(),
            raw,
            row.bytes,
            micros(row.at)
        )?;
        Ok(())
    }

    /// The heads of the mails held for an organisation, newest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn quarantined(&mut self, org: OrgId, limit: u32) -> Result<Vec<QuarantineRow>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>, i64, i64)> = fetch_all!(
            self,
            "SELECT id, sealed, bytes, at FROM quarantine WHERE organisation = $1 ORDER BY at DESC, id LIMIT $2",
            bytes(org.0),
            i64::from(limit)
        )?;
        rows.into_iter().map(read).collect()
    }

    /// How many mails, and bytes of them, are held for an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_quarantined(&mut self, org: OrgId) -> Result<(u64, u64), StoreError> {
        let row: Option<(i64, Option<i64>)> = fetch_optional!(
            self,
            "SELECT count(*), CAST(sum(bytes) AS BIGINT) FROM quarantine WHERE organisation = $1",
            bytes(org.0)
        )?;
        Ok(row.map_or((0, 0), |(n, sum)| (n.unsigned_abs(), sum.unwrap_or(0).unsigned_abs())))
    }

    /// Takes a held mail out: its head, and the mail as it came where that lies beside it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn take_quarantined(
        &mut self,
        org: OrgId,
        id: QuarantineId,
    ) -> Result<Option<(QuarantineRow, Option<Vec<u8>>)>, StoreError> {
        let row: Option<RawHeld> = fetch_optional!(
            self,
            "DELETE FROM quarantine WHERE id = $1 AND organisation = $2 RETURNING id, sealed, bytes, at, raw",
            bytes(id.0),
            bytes(org.0)
        )?;
        row.map(|(id, sealed, bytes, at, raw)| Ok((read((id, sealed, bytes, at))?, raw))).transpose()
    }

    /// Takes out everything that is held for an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn drop_quarantined(&mut self, org: OrgId) -> Result<Vec<QuarantineId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> =
            fetch_all!(self, "DELETE FROM quarantine WHERE organisation = $1 RETURNING id", bytes(org.0))?;
        rows.into_iter().map(|(id,)| uuid(&id).map(QuarantineId)).collect()
    }

    /// Takes out what has been held since before `before`, at most `limit`: which, and whose.
    ///
    /// # Errors
    /// The driver's.
    pub async fn drop_quarantined_before(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<(QuarantineId, OrgId)>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch_all!(
            self,
            "DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE at < $1 ORDER BY at, id LIMIT $2)
             RETURNING id, organisation",
            micros(before),
            i64::from(limit)
        )?;
        rows.into_iter().map(|(id, org)| Ok((QuarantineId(uuid(&id)?), OrgId(uuid(&org)?)))).collect()
    }
}

fn read((id, sealed, bytes, at): (Vec<u8>, Vec<u8>, i64, i64)) -> Result<QuarantineRow, StoreError> {
    Ok(QuarantineRow { id: QuarantineId(uuid(&id)?), sealed, bytes, at: time(at)? })
}
