//! Mail that is held until its organisation decides. A row names nobody: it is found by a keyed hash of the organisation.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use crate::seal::SEAL_BYTES;
use jiff::Timestamp;
use model::id::{OrgId, QuarantineId};

/// A held mail.
#[derive(Clone, Debug)]
pub struct QuarantineRow {
    /// Identifier.
    pub id: QuarantineId,
    /// Sealed: sender and subject; the mail as well where it does not lie beside.
    pub sealed: Vec<u8>,
    /// Size of the mail in bytes, as the length of what is sealed tells it.
    pub bytes: i64,
    /// When.
    pub at: Timestamp,
}

/// Id, head, sealed bytes, at.
type Head = (Vec<u8>, Vec<u8>, i64, i64);

/// Id, head, sealed bytes, at, raw.
type Whole = (Vec<u8>, Vec<u8>, i64, i64, Option<Vec<u8>>);

impl Tx {
    /// Holds a mail: its head, and beside it the mail as it came, sealed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_held(
        &mut self,
        owner: &[u8],
        id: QuarantineId,
        (head, raw): (&[u8], &[u8]),
        at: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO held_mail (id, owner, sealed, raw, at) VALUES ($1, $2, $3, $4, $5)",
            bytes(id.0),
            owner,
            head,
            raw,
            micros(at)
        )?;
        Ok(())
    }

    /// The heads of the mails held for an owner, newest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn held_mails(&mut self, owner: &[u8], limit: u32) -> Result<Vec<QuarantineRow>, StoreError> {
        let rows: Vec<Head> = fetch_all!(
            self,
            "SELECT id, sealed, CAST(length(coalesce(raw, sealed)) AS BIGINT), at FROM held_mail
             WHERE owner = $1 ORDER BY at DESC, id LIMIT $2",
            owner,
            i64::from(limit)
        )?;
        rows.into_iter().map(read).collect()
    }

    /// How many mails are held for an owner, with how many sealed bytes, and when the newest came.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_held(&mut self, owner: &[u8]) -> Result<(u64, u64, Option<Timestamp>), StoreError> {
        let row: Option<(i64, Option<i64>, Option<i64>)> = fetch_optional!(
            self,
            "SELECT count(*), CAST(sum(length(coalesce(raw, sealed))) AS BIGINT), max(at) FROM held_mail WHERE owner = $1",
            owner
        )?;
        let (n, sum, newest) = row.unwrap_or_default();
        Ok((n.unsigned_abs(), sum.unwrap_or(0).unsigned_abs(), newest.map(time).transpose()?))
    }

    /// Takes a held mail out: its head, and the mail as it came where that lies beside it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn take_held(
        &mut self,
        owner: &[u8],
        id: QuarantineId,
    ) -> Result<Option<(QuarantineRow, Option<Vec<u8>>)>, StoreError> {
        let row: Option<Whole> = fetch_optional!(
            self,
            "DELETE FROM held_mail WHERE id = $1 AND owner = $2
             RETURNING id, sealed, CAST(length(coalesce(raw, sealed)) AS BIGINT), at, raw",
            bytes(id.0),
            owner
        )?;
        row.map(whole).transpose()
    }

    /// A held mail: its head, and the mail as it came where that lies beside it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn held_mail(
        &mut self,
        owner: &[u8],
        id: QuarantineId,
    ) -> Result<Option<(QuarantineRow, Option<Vec<u8>>)>, StoreError> {
        let row: Option<Whole> = fetch_optional!(
            self,
            "SELECT id, sealed, CAST(length(coalesce(raw, sealed)) AS BIGINT), at, raw FROM held_mail
             WHERE id = $1 AND owner = $2",
            bytes(id.0),
            owner
        )?;
        row.map(whole).transpose()
    }

    /// Takes out everything that is held for an owner.
    ///
    /// # Errors
    /// The driver's.
    pub async fn drop_held(&mut self, owner: &[u8]) -> Result<Vec<QuarantineId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> =
            fetch_all!(self, "DELETE FROM held_mail WHERE owner = $1 RETURNING id", owner)?;
        rows.into_iter().map(|(id,)| uuid(&id).map(QuarantineId)).collect()
    }

    /// Takes out what has been held since before `before`, at most `limit`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn drop_held_before(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<QuarantineId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "DELETE FROM held_mail WHERE id IN (SELECT id FROM held_mail WHERE at < $1 ORDER BY at, id LIMIT $2)
             RETURNING id",
            micros(before),
            i64::from(limit)
        )?;
        rows.into_iter().map(|(id,)| uuid(&id).map(QuarantineId)).collect()
    }

    /// Brings what an earlier version held under an organisation's name to where a keyed hash finds it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn hide_held(&mut self, org: OrgId, owner: &[u8]) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO held_mail (id, owner, sealed, raw, at)
             SELECT id, $2, sealed, raw, at FROM quarantine WHERE organisation = $1",
            bytes(org.0),
            owner
        )?;
        execute!(self, "DELETE FROM quarantine WHERE organisation = $1", bytes(org.0))?;
        Ok(())
    }
}

fn whole((id, sealed, bytes, at, raw): Whole) -> Result<(QuarantineRow, Option<Vec<u8>>), StoreError> {
    Ok((read((id, sealed, bytes, at))?, raw))
}

fn read((id, sealed, bytes, at): Head) -> Result<QuarantineRow, StoreError> {
    Ok(QuarantineRow {
        id: QuarantineId(uuid(&id)?),
        sealed,
        bytes: (bytes - SEAL_BYTES).max(0),
        at: time(at)?,
    })
}
