//! What an organisation posted by TAXII, as it reads it back: sealed blocks of objects, the owner a keyed hash.
//!
//! Writing only appends: no row and no index page of what was posted before is touched, so that the five-millionth object costs what
//! the first did. Which object lies where is known from `tags`, which `hub` keeps in memory as filters.

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::SubmissionId;

/// A block to keep.
#[derive(Clone, Debug)]
pub struct NewOwnBlock {
    /// Its submission, whose key opens it.
    pub submission: SubmissionId,
    /// `date_added` of its first object, microseconds; the others follow one by one.
    pub first_added: i64,
    /// `date_added` of its last object.
    pub last_added: i64,
    /// Keyed hash and version of each object.
    pub tags: Vec<u8>,
    /// The objects, sealed.
    pub sealed: Vec<u8>,
}

/// A block as stored.
#[derive(Clone, Debug)]
pub struct OwnBlockRow {
    /// Its submission.
    pub submission: SubmissionId,
    /// `date_added` of its first object.
    pub first_added: i64,
    /// `date_added` of its last.
    pub last_added: i64,
    /// The objects, sealed.
    pub sealed: Vec<u8>,
}

/// The tags of a block.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnTags {
    /// `date_added` of its first object.
    pub first_added: i64,
    /// `date_added` of its last.
    pub last_added: i64,
    /// Keyed hash and version of each object.
    pub tags: Vec<u8>,
}

impl Tx {
    /// The last of `count` new `date_added` of an owner. From here to the commit no other writer of this owner goes on: the counter's
    /// row is its lock. A counter an owner: what one organisation posts does not shift another's dates.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_dates(&mut self, owner: &[u8], count: i64, now: Timestamp) -> Result<i64, StoreError> {
        let counter = owner.iter().fold(String::from("own-"), |name, byte| name + &format!("{byte:02x}"));
        self.count_up(&counter, now.as_microsecond(), count).await
    }

    /// Keeps a block.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_own_block(&mut self, owner: &[u8], block: &NewOwnBlock) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO own_block (owner, last_added, first_added, submission, tags, sealed) VALUES ($1, $2, $3, $4, $5, $6)",
            owner,
            block.last_added,
            block.first_added,
            bytes(block.submission.0),
            &block.tags,
            &block.sealed
        )?;
        Ok(())
    }

    /// The first block of an owner that reaches beyond `position`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_block(
        &mut self,
        owner: &[u8],
        position: i64,
    ) -> Result<Option<OwnBlockRow>, StoreError> {
        let row: Option<(Vec<u8>, i64, i64, Vec<u8>)> = fetch_optional!(
            self,
            "SELECT submission, first_added, last_added, sealed FROM own_block
             WHERE owner = $1 AND last_added > $2 ORDER BY last_added LIMIT 1",
            owner,
            position
        )?;
        row.map(|(submission, first_added, last_added, sealed)| {
            Ok(OwnBlockRow { submission: SubmissionId(uuid(&submission)?), first_added, last_added, sealed })
        })
        .transpose()
    }

    /// The tags of an owner's blocks that end in (`after`, `until`], oldest first, at most `blocks`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_tags(
        &mut self,
        owner: &[u8],
        after: i64,
        until: i64,
        blocks: i64,
    ) -> Result<Vec<OwnTags>, StoreError> {
        fetch_all!(
            self,
            "SELECT first_added, last_added, tags FROM own_block
             WHERE owner = $1 AND last_added > $2 AND last_added <= $3 ORDER BY last_added LIMIT $4",
            owner,
            after,
            until,
            blocks
        )
    }

    /// Where an owner's collection ends.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_head(&mut self, owner: &[u8]) -> Result<Option<i64>, StoreError> {
        let row: Option<(Option<i64>,)> =
            fetch_optional!(self, "SELECT max(last_added) FROM own_block WHERE owner = $1", owner)?;
        Ok(row.and_then(|(last,)| last))
    }

    /// The marks of objects that were added in a range, ends included.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_marks(
        &mut self,
        owner: &[u8],
        first: i64,
        last: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        fetch_all!(
            self,
            "SELECT date_added, marks FROM own_mark WHERE owner = $1 AND date_added >= $2 AND date_added <= $3",
            owner,
            first,
            last
        )
    }

    /// Sets the marks of objects, by their `date_added`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_own_marks(&mut self, owner: &[u8], marks: &[(i64, i64)]) -> Result<(), StoreError> {
        let dates: Vec<i64> = marks.iter().map(|(date, _)| *date).collect();
        if dates.is_empty() {
            return Ok(());
        }
        execute_each!(
            self,
            [
                "DELETE FROM own_mark WHERE owner = $1 AND date_added IN (SELECT CAST(value AS BIGINT) FROM ",
                "$2",
                ")"
            ],
            owner,
            serde_json::to_string(&dates)?
        )?;
        insert_rows!(self, "INSERT INTO own_mark (owner, date_added, marks) ", marks, 3, |b, row| {
            b.push_bind(owner.to_vec());
            b.push_bind(row.0);
            b.push_bind(row.1);
        })
    }
}
