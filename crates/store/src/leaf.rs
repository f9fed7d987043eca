//! Leaves of the log before they have a place in it: a nonce, a sealed entry and the commitment to both.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::LeafId;

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
}

/// A leaf as stored.
#[derive(Clone, Debug)]
pub struct LeafRow {
    /// Identifier.
    pub id: LeafId,
    /// Kind.
    pub kind: String,
    /// Commitment.
    pub commitment: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// Its place, once sequenced.
    pub seq: Option<i64>,
}

/// Id, kind, commitment, time, place in the log.
type Raw = (Vec<u8>, String, Vec<u8>, i64, Option<i64>);

/// Kind, commitment, opening, time, place in the log.
type RawOpening = (String, Vec<u8>, Vec<u8>, i64, Option<i64>);

impl Tx {
    /// Adds a leaf in the transaction of what it records.
    ///
    /// # Errors
    /// The driver's.
    pub async fn append_leaf(&mut self, new: &NewLeaf, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO leaf (id, kind, opening, commitment, at) VALUES ($1, $2, $3, $4, $5)",
            bytes(new.id.0),
            new.kind,
            &new.opening,
            &new.commitment,
            micros(now)
        )?;
        Ok(())
    }

    /// One leaf with its opening (nonce and entry, sealed): for the receipt of whoever it is about.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leaf(&mut self, id: LeafId) -> Result<Option<(LeafRow, Vec<u8>)>, StoreError> {
        let row: Option<RawOpening> = fetch_optional!(
            self,
            "SELECT kind, commitment, opening, at, seq FROM leaf WHERE id = $1",
            bytes(id.0)
        )?;
        row.map(|(kind, commitment, opening, at, seq)| {
            Ok((LeafRow { id, kind, commitment, at: time(at)?, seq }, opening))
        })
        .transpose()
    }

    /// The newest leaves, at most `limit`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leaves(&mut self, limit: u32) -> Result<Vec<LeafRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT id, kind, commitment, at, seq FROM leaf ORDER BY at DESC, id LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter()
            .map(|(id, kind, commitment, at, seq)| {
                Ok(LeafRow { id: LeafId(uuid(&id)?), kind, commitment, at: time(at)?, seq })
            })
            .collect()
    }
}
