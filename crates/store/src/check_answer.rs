//! Answers to checks, sealed. One row a put: what is sent again changes nothing, what is corrected replaces.

use crate::db::{Tx, bytes, micros, time};
use crate::error::StoreError;
use jiff::Timestamp;
use model::check::Via;
use model::id::PutId;

/// An answer as stored.
#[derive(Clone, Debug)]
pub struct CheckAnswerRow {
    /// The answer, sealed.
    pub sealed: Vec<u8>,
    /// Keyed hash of it.
    pub hash: Vec<u8>,
    /// The way it came.
    pub via: Via,
    /// The code that its sender holds.
    pub receipt: String,
    /// 1 for the first, one more for each correction.
    pub revision: i64,
    /// When.
    pub at: Timestamp,
    /// Hash of the one-time link that it came by.
    pub link: Option<Vec<u8>>,
}

/// Sealed, hash, via, receipt, revision, at, link.
type Raw = (Vec<u8>, Vec<u8>, String, String, i64, i64, Option<Vec<u8>>);

impl Tx {
    /// The answer to a put.
    ///
    /// # Errors
    /// The driver's.
    pub async fn check_answer(&mut self, put: PutId) -> Result<Option<CheckAnswerRow>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT sealed, hash, via, receipt, revision, at, link FROM check_answer WHERE put = $1",
            bytes(put.0)
        )?;
        row.map(|(sealed, hash, via, receipt, revision, at, link)| {
            Ok(CheckAnswerRow { sealed, hash, via: via.parse()?, receipt, revision, at: time(at)?, link })
        })
        .transpose()
    }

    /// Keeps an answer in the place of an earlier one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_check_answer(&mut self, put: PutId, new: &CheckAnswerRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO check_answer (put, sealed, hash, via, receipt, revision, at, link) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (put) DO UPDATE SET sealed = excluded.sealed, hash = excluded.hash, via = excluded.via,
                 receipt = excluded.receipt, revision = excluded.revision, at = excluded.at, link = excluded.link",
            bytes(put.0),
            &new.sealed,
            &new.hash,
            new.via.as_str(),
            &new.receipt,
            new.revision,
            micros(new.at),
            &new.link
        )?;
        Ok(())
    }
}
