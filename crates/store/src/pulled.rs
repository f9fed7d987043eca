//! What was done with mails that lay in a mailbox elsewhere, by keyed hashes: a row names neither mailbox nor mail.

use crate::db::{Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;

impl Tx {
    /// What was done with a mail.
    ///
    /// # Errors
    /// The driver's.
    pub async fn pulled(&mut self, mail: &[u8]) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> =
            fetch_optional!(self, "SELECT outcome FROM pulled WHERE mail = $1", mail)?;
        Ok(row.map(|(outcome,)| outcome))
    }

    /// Notes what was done with a mail. `false` when that was noted before, and stays.
    ///
    /// # Errors
    /// The driver's.
    pub async fn note_pulled(
        &mut self,
        mail: &[u8],
        outcome: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "INSERT INTO pulled (mail, outcome, at) VALUES ($1, $2, $3) ON CONFLICT (mail) DO NOTHING",
            mail,
            outcome,
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Notes that a mail which was dealt with still lies in the mailbox: what is forgotten by age counts from now.
    ///
    /// # Errors
    /// The driver's.
    pub async fn pulled_still_lies(&mut self, mail: &[u8], now: Timestamp) -> Result<(), StoreError> {
        execute!(self, "UPDATE pulled SET at = $2 WHERE mail = $1", mail, micros(now))?;
        Ok(())
    }
}
