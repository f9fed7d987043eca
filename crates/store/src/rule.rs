//! Settings that the members or the hub decide: a name and JSON.

use crate::db::{Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Tx {
    /// A setting, `None` when it was never set.
    ///
    /// # Errors
    /// The driver's, or JSON that does not read.
    pub async fn rule<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, StoreError> {
        let row: Option<(String,)> = fetch_optional!(self, "SELECT value FROM rule WHERE name = $1", name)?;
        row.map(|(text,)| serde_json::from_str(&text).map_err(StoreError::from)).transpose()
    }

    /// Sets one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_rule<T: Serialize>(
        &mut self,
        name: &str,
        value: &T,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(value)?;
        execute!(
            self,
            "INSERT INTO rule (name, value, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
            name,
            text,
            micros(now)
        )?;
        Ok(())
    }
}
