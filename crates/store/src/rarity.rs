//! How many independent organisations have a value that looks made for one victim. Keyed hashes only.
//!
//! A value counts from the day after it was noted. So what a reading notes is only put down as it came, and goes into the index of all
//! values once a day: a million strange values scattered over an index would otherwise hold up every other writer on the day they come.

use crate::db::{Tx, bytes, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Values that are asked about at once: an envelope of many thousand makes no statement of megabytes.
const VALUES_AT_ONCE: usize = 2_000;

/// Readings whose values go into the index in one transaction.
const READINGS_AT_ONCE: i64 = 4;

/// Bytes of a keyed hash.
const TAG_BYTES: usize = 32;

/// What one reading noted.
#[derive(sqlx::FromRow)]
struct Noted {
    id: Vec<u8>,
    day: i64,
    group_tag: Vec<u8>,
    value_tags: Vec<u8>,
}

impl Tx {
    /// Notes that a group of organisations has these values, as of this day; `id` is drawn.
    ///
    /// # Errors
    /// The driver's.
    pub async fn note_rare(
        &mut self,
        id: Uuid,
        values: &[Vec<u8>],
        group: &[u8],
        day: Timestamp,
    ) -> Result<(), StoreError> {
        let values: BTreeSet<&[u8]> = values.iter().map(Vec::as_slice).collect();
        if values.is_empty() {
            return Ok(());
        }
        let all: Vec<u8> = values.into_iter().flatten().copied().collect();
        execute!(
            self,
            "INSERT INTO rarity_of_day (id, day, group_tag, value_tags) VALUES ($1, $2, $3, $4)",
            bytes(id),
            micros(day),
            group,
            all
        )?;
        Ok(())
    }

    /// Lets some of what was noted before `day` count. Whether there was any.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_rare(&mut self, day: Timestamp) -> Result<bool, StoreError> {
        let noted: Vec<Noted> = fetch_all!(
            self,
            "SELECT id, day, group_tag, value_tags FROM rarity_of_day WHERE day < $1 ORDER BY day LIMIT $2",
            micros(day),
            READINGS_AT_ONCE
        )?;
        for one in &noted {
            let values: Vec<&[u8]> = one.value_tags.chunks_exact(TAG_BYTES).collect();
            for piece in values.chunks(VALUES_AT_ONCE) {
                self.add_rare(piece, &one.group_tag, one.day).await?;
            }
            execute!(self, "DELETE FROM rarity_of_day WHERE id = $1", &one.id)?;
        }
        Ok(!noted.is_empty())
    }

    /// In the order of the hashes, so that neighbours of the index are written together.
    async fn add_rare(&mut self, values: &[&[u8]], group: &[u8], day: i64) -> Result<(), StoreError> {
        let noted: Vec<(Vec<u8>,)> = fetch_of!(
            self,
            ["SELECT value_tag FROM rarity WHERE value_tag IN ", " AND group_tag = $2"],
            values.iter(),
            group
        )?;
        let mut new: BTreeSet<&[u8]> = values.iter().copied().collect();
        for (value,) in &noted {
            new.remove(value.as_slice());
        }
        let rows: Vec<&[u8]> = new.into_iter().collect();
        insert_rows!(self, "INSERT INTO rarity (value_tag, group_tag, day) ", rows, 3, |b, row| {
            b.push_bind(row.to_vec());
            b.push_bind(group.to_vec());
            b.push_bind(day);
        })
    }

    /// Which of these values at least `least` groups had before `day`. What came on the day itself does not count, so that no
    /// act triggers its own release.
    ///
    /// # Errors
    /// The driver's.
    pub async fn common(
        &mut self,
        values: &[Vec<u8>],
        least: usize,
        day: Timestamp,
    ) -> Result<BTreeSet<Vec<u8>>, StoreError> {
        let mut out = BTreeSet::new();
        for piece in values.chunks(VALUES_AT_ONCE) {
            let rows: Vec<(Vec<u8>, i64)> = fetch_of!(
                self,
                [
                    "SELECT value_tag, count(*) FROM rarity WHERE value_tag IN ",
                    " AND day < $2 GROUP BY value_tag"
                ],
                piece.iter(),
                micros(day)
            )?;
            let enough = rows.into_iter().filter(|(_, n)| usize::try_from(*n).unwrap_or(0) >= least);
            out.extend(enough.map(|(value, _)| value));
        }
        Ok(out)
    }
}
