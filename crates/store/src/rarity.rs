//! How many independent organisations have a value that looks made for one victim. Keyed hashes only.

use crate::db::{Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Values that are asked about at once: an envelope of many thousand makes no statement of megabytes.
const VALUES_AT_ONCE: usize = 2_000;

impl Tx {
    /// Notes that a group of organisations has these values, on its first day. In the order of the hashes, so that neighbours of the
    /// index are written together.
    ///
    /// # Errors
    /// The driver's.
    pub async fn note_rare(
        &mut self,
        values: &[Vec<u8>],
        group: &[u8],
        day: Timestamp,
    ) -> Result<(), StoreError> {
        let mut new: BTreeSet<&[u8]> = values.iter().map(Vec::as_slice).collect();
        for piece in values.chunks(VALUES_AT_ONCE) {
            let noted: Vec<(Vec<u8>,)> = fetch_of!(
                self,
                ["SELECT value_tag FROM rarity WHERE value_tag IN ", " AND group_tag = $2"],
                piece.iter(),
                group
            )?;
            for (value,) in noted {
                new.remove(value.as_slice());
            }
        }
        let rows: Vec<&[u8]> = new.into_iter().collect();
        insert_rows!(self, "INSERT INTO rarity (value_tag, group_tag, day) ", rows, 3, |b, row| {
            b.push_bind(row.to_vec());
            b.push_bind(group.to_vec());
            b.push_bind(micros(day));
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
