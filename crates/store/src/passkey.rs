//! Passkeys, and the challenges that were spent.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{PasskeyId, PersonId};

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    person: Vec<u8>,
    credential: Vec<u8>,
    public_key: Vec<u8>,
    counter: i64,
    backup_eligible: bool,
    label: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

/// A passkey as stored.
#[derive(Clone, Debug)]
pub struct PasskeyRow {
    /// Identifier.
    pub id: PasskeyId,
    /// Whose.
    pub person: PersonId,
    /// The name that the device gave it.
    pub credential: Vec<u8>,
    /// The public key: a point of P-256, uncompressed.
    pub public_key: Vec<u8>,
    /// The highest counter that the device has shown; 0 where it counts nothing.
    pub counter: u32,
    /// Whether it may be copied to other devices.
    pub backup_eligible: bool,
    /// What its owner calls it.
    pub label: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When somebody last signed in by it.
    pub last_used_at: Option<Timestamp>,
}

impl Row {
    fn read(self) -> Result<PasskeyRow, StoreError> {
        Ok(PasskeyRow {
            id: PasskeyId(uuid(&self.id)?),
            person: PersonId(uuid(&self.person)?),
            credential: self.credential,
            public_key: self.public_key,
            counter: u32::try_from(self.counter).map_err(|_| StoreError::Row("passkey".to_owned()))?,
            backup_eligible: self.backup_eligible,
            label: self.label,
            created_at: time(self.created_at)?,
            last_used_at: self.last_used_at.map(time).transpose()?,
        })
    }
}

/// The columns of a [`PasskeyRow`], for both statements that read one.
macro_rules! select_passkey {
    ($rest:literal) => {
        concat!(
            "SELECT id, person, credential, public_key, counter, backup_eligible, label, created_at, last_used_at \
             FROM passkey ",
            $rest
        )
    };
}

impl Tx {
    /// Adds a passkey.
    ///
    /// # Errors
    /// A credential that stands already, whoever has it, or the driver's.
    pub async fn insert_passkey(&mut self, row: &PasskeyRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO passkey (id, person, credential, public_key, counter, backup_eligible, label, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            bytes(row.id.0),
            bytes(row.person.0),
            row.credential.as_slice(),
            row.public_key.as_slice(),
            i64::from(row.counter),
            row.backup_eligible,
            &row.label,
            micros(row.created_at)
        )?;
        Ok(())
    }

    /// The passkey of a credential.
    ///
    /// # Errors
    /// The driver's.
    pub async fn passkey(&mut self, credential: &[u8]) -> Result<Option<PasskeyRow>, StoreError> {
        let row: Option<Row> = fetch_optional!(self, select_passkey!("WHERE credential = $1"), credential)?;
        row.map(Row::read).transpose()
    }

    /// The passkeys of a person, oldest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn passkeys(&mut self, person: PersonId) -> Result<Vec<PasskeyRow>, StoreError> {
        let rows: Vec<Row> =
            fetch_all!(self, select_passkey!("WHERE person = $1 ORDER BY created_at, id"), bytes(person.0))?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How many passkeys a person has.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_passkeys(&mut self, person: PersonId) -> Result<u64, StoreError> {
        let row: Option<(i64,)> =
            fetch_optional!(self, "SELECT count(*) FROM passkey WHERE person = $1", bytes(person.0))?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// Notes that somebody signed in by a passkey, and what its device has counted.
    ///
    /// # Errors
    /// The driver's.
    pub async fn use_passkey(
        &mut self,
        id: PasskeyId,
        counter: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE passkey SET counter = $2, last_used_at = $3 WHERE id = $1",
            bytes(id.0),
            i64::from(counter),
            micros(now)
        )?;
        Ok(())
    }

    /// Removes a passkey. Whether it was there.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_passkey(&mut self, id: PasskeyId) -> Result<bool, StoreError> {
        Ok(execute!(self, "DELETE FROM passkey WHERE id = $1", bytes(id.0))? == 1)
    }

    /// Removes every passkey of a person.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_passkeys(&mut self, person: PersonId) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM passkey WHERE person = $1", bytes(person.0))?;
        Ok(())
    }

    /// Uses up a challenge. `false` when it was used up before, on whatever node.
    ///
    /// # Errors
    /// The driver's.
    pub async fn spend_challenge(&mut self, hash: &[u8], expires_at: Timestamp) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "INSERT INTO spent_challenge (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            hash,
            micros(expires_at)
        )?;
        Ok(done == 1)
    }
}
