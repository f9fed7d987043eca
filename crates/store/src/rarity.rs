//! How many independent organisations have a value that looks made for one victim. Keyed hashes only.

use crate::db::{Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use std::collections::BTreeSet;

impl Tx {
    /// Notes that a group of organisations has these values, on its first day.
    ///
    /// # Errors
    /// The driver's.
    pub async fn note_rare(
        &mut self,
        values: &[Vec<u8>],
        group: &[u8],
        day: Timestamp,
    ) -> Result<(), StoreError> {
        for value in values {
            execute!(
                self,
                "INSERT INTO rarity (value_tag, group_tag, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                value,
                group,
                micros(day)
            )?;
        }
        Ok(())
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
        for value in values {
            let row: Option<(i64,)> = fetch_optional!(
                self,
                "SELECT count(*) FROM rarity WHERE value_tag = $1 AND day < $2",
                value,
                micros(day)
            )?;
            if row.is_some_and(|(n,)| usize::try_from(n).unwrap_or(0) >= least) {
                out.insert(value.clone());
            }
        }
        Ok(out)
    }
}
