//! Leaves of the log before they have a place in it: a nonce, a sealed entry and the commitment to both.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::LeafId;
use uuid::Uuid;

/// A leaf to add.
#[derive(Clone, Debug)]
pub struct NewLeaf {
    /// Identifier.
    pub id: LeafId,
    /// What kind of event.
    pub kind: &'static str,
    /// Nonce and entry, sealed.
    pub opening: Vec<u8>,
    /// `tlog::commit(nonce, entry)`.
    pub commitment: Vec<u8>,
    /// The submission, item or report that it is about.
    pub subject: Option<Uuid>,
    /// Goes before others that wait.
    pub urgent: bool,
}

/// A leaf as stored.
#[derive(Clone, Debug)]
pub struct LeafRow {
    /// Identifier.
    pub id: LeafId,
    /// Kind.
    pub kind: String,
    /// Nonce and entry, sealed.
    pub opening: Vec<u8>,
    /// Commitment.
    pub commitment: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// Its epoch and place there, once sequenced.
    pub place: Option<(i64, i64)>,
    /// The submission, item or report that it is about.
    pub subject: Option<Uuid>,
}

/// Id, kind, opening, commitment, time, epoch, place in the log, subject.
type Raw = (Vec<u8>, String, Vec<u8>, Vec<u8>, i64, Option<i64>, Option<i64>, Option<Vec<u8>>);

fn row((id, kind, opening, commitment, at, epoch, seq, subject): Raw) -> Result<LeafRow, StoreError> {
    let place = epoch.zip(seq);
    let subject = subject.map(|s| uuid(&s)).transpose()?;
    Ok(LeafRow { id: LeafId(uuid(&id)?), kind, opening, commitment, at: time(at)?, place, subject })
}

impl Tx {
    /// Adds a leaf in the transaction of what it records.
    ///
    /// # Errors
    /// The driver's.
    pub async fn append_leaf(&mut self, new: &NewLeaf, now: Timestamp) -> Result<(), StoreError> {
        self.append_leaves(std::slice::from_ref(new), now).await
    }

    /// Adds leaves that came together.
    ///
    /// # Errors
    /// The driver's.
    pub async fn append_leaves(&mut self, new: &[NewLeaf], now: Timestamp) -> Result<(), StoreError> {
        insert_rows!(
            self,
            "INSERT INTO leaf (id, kind, opening, commitment, at, subject, urgency) ",
            new,
            7,
            |b, leaf| b
                .push_bind(bytes(leaf.id.0))
                .push_bind(leaf.kind)
                .push_bind(leaf.opening.clone())
                .push_bind(leaf.commitment.clone())
                .push_bind(micros(now))
                .push_bind(leaf.subject.map(bytes))
                .push_bind(i64::from(!leaf.urgent))
        )
    }

    /// One leaf.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leaf(&mut self, id: LeafId) -> Result<Option<LeafRow>, StoreError> {
        let found: Option<Raw> = fetch_optional!(
            self,
            "SELECT id, kind, opening, commitment, at, epoch, seq, subject FROM leaf WHERE id = $1",
            bytes(id.0)
        )?;
        found.map(row).transpose()
    }

    /// The leaves about one thing, oldest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leaves_about(&mut self, subject: Uuid) -> Result<Vec<LeafRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT id, kind, opening, commitment, at, epoch, seq, subject FROM leaf WHERE subject = $1 ORDER BY at, id",
            bytes(subject)
        )?;
        rows.into_iter().map(row).collect()
    }

    /// The leaves of an epoch from place `from` on, in order, at most `limit`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leaves_from(
        &mut self,
        epoch: i64,
        from: i64,
        limit: u32,
    ) -> Result<Vec<LeafRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT id, kind, opening, commitment, at, epoch, seq, subject FROM leaf
             WHERE epoch = $1 AND seq >= $2 ORDER BY seq LIMIT $3",
            epoch,
            from,
            i64::from(limit)
        )?;
        rows.into_iter().map(row).collect()
    }

    /// The newest leaves, at most `limit`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leaves(&mut self, limit: u32) -> Result<Vec<LeafRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT id, kind, opening, commitment, at, epoch, seq, subject FROM leaf ORDER BY at DESC, id LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter().map(row).collect()
    }
}
