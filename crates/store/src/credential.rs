//! Second proofs of who somebody is: the sealed secret of one-time codes, and the codes on paper.

use crate::db::{Tx, bytes, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::PersonId;

impl Tx {
    /// Keeps a sealed secret that waits for its first code.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_totp_pending(&mut self, person: PersonId, sealed: &[u8]) -> Result<(), StoreError> {
        execute!(self, "UPDATE person SET totp_pending = $2 WHERE id = $1", bytes(person.0), sealed)?;
        Ok(())
    }

    /// Puts the waiting secret into force; `step` is that of the code that proved it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn confirm_totp(&mut self, person: PersonId, step: i64) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE person SET totp = totp_pending, totp_pending = NULL, totp_step = $2 WHERE id = $1",
            bytes(person.0),
            step
        )?;
        Ok(())
    }

    /// Ends one-time codes and the codes on paper.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_totp(&mut self, person: PersonId) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE person SET totp = NULL, totp_pending = NULL, totp_step = 0 WHERE id = $1",
            bytes(person.0)
        )?;
        execute!(self, "DELETE FROM recovery_code WHERE person = $1", bytes(person.0))?;
        Ok(())
    }

    /// Uses up the code of a step. `false` when it or a later one was used: a code that was overheard counts no second time.
    ///
    /// # Errors
    /// The driver's.
    pub async fn use_totp_step(&mut self, person: PersonId, step: i64) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE person SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
            bytes(person.0),
            step
        )?;
        Ok(done == 1)
    }

    /// Replaces the codes on paper.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_recovery_codes(
        &mut self,
        person: PersonId,
        hashes: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM recovery_code WHERE person = $1", bytes(person.0))?;
        for hash in hashes {
            execute!(
                self,
                "INSERT INTO recovery_code (person, code_hash) VALUES ($1, $2)",
                bytes(person.0),
                hash.as_slice()
            )?;
        }
        Ok(())
    }

    /// Uses up a code on paper. Whether it was one that had not been used.
    ///
    /// # Errors
    /// The driver's.
    pub async fn use_recovery_code(
        &mut self,
        person: PersonId,
        hash: &[u8],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE recovery_code SET used_at = $3 WHERE person = $1 AND code_hash = $2 AND used_at IS NULL",
            bytes(person.0),
            hash,
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// How many codes on paper are left.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_recovery_codes(&mut self, person: PersonId) -> Result<u64, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM recovery_code WHERE person = $1 AND used_at IS NULL",
            bytes(person.0)
        )?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }
}
