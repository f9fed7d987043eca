//! Notices. They say that something happened, never what; their rows say neither to whom nor about what.

use crate::db::{Tx, bytes, micros, time};
use crate::error::StoreError;
use jiff::Timestamp;
use uuid::Uuid;

/// The keyed hashes under which an organisation finds its notices: as a recipient, and as a source.
pub type Readers = [Vec<u8>; 2];

/// A notice to give.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// Row.
    pub id: Uuid,
    /// To whom, as a keyed hash.
    pub reader: Vec<u8>,
    /// The submission or report, as a keyed hash.
    pub about: Option<Vec<u8>>,
    /// What it is about, sealed.
    pub sealed: Vec<u8>,
    /// What happened.
    pub kind: &'static str,
    /// Whether it was an exercise.
    pub exercise: bool,
}

/// A notice as stored.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// What happened.
    pub kind: String,
    /// What it is about, sealed.
    pub sealed: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// Read when.
    pub read_at: Option<Timestamp>,
}

type Raw = (String, Vec<u8>, i64, Option<i64>);

impl Tx {
    /// Gives notices.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_notices(&mut self, new: &[NewNotice], now: Timestamp) -> Result<(), StoreError> {
        insert_rows!(
            self,
            "INSERT INTO notice (id, reader, about, sealed, kind, at, exercise) ",
            new,
            7,
            |b, n| {
                b.push_bind(bytes(n.id));
                b.push_bind(n.reader.clone());
                b.push_bind(n.about.clone());
                b.push_bind(n.sealed.clone());
                b.push_bind(n.kind);
                b.push_bind(micros(now));
                b.push_bind(n.exercise);
            }
        )
    }

    /// The newest notices of an organisation. Cost: the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn notices(&mut self, of: &Readers, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT kind, sealed, at, read_at FROM notice WHERE reader IN ($1, $2) ORDER BY at DESC, id LIMIT $3",
            of[0].clone(),
            of[1].clone(),
            i64::from(limit)
        )?;
        rows.into_iter()
            .map(|(kind, sealed, at, read_at)| {
                Ok(NoticeRow { kind, sealed, at: time(at)?, read_at: read_at.map(time).transpose()? })
            })
            .collect()
    }
}
