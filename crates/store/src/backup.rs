//! Copies of the database while it is used. A copy holds ciphertext and released items; the keys are not in it.

use crate::db::{Db, Store};
use crate::error::StoreError;
use std::path::Path;

impl Store {
    /// Writes a consistent copy of the embedded database to `file`, which must not exist, and syncs it. `false` on PostgreSQL,
    /// whose own tools do this.
    ///
    /// # Errors
    /// The driver's and the disk's.
    pub async fn copy_to(&self, file: &Path) -> Result<bool, StoreError> {
        let Db::Lite { readers, .. } = self.db() else { return Ok(false) };
        let name =
            file.to_str().ok_or_else(|| StoreError::Row("a file name that is not UTF-8".to_owned()))?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(readers).await?;
        std::fs::File::open(file)?.sync_all()?;
        Ok(true)
    }

    /// The problems that the embedded database finds in itself; none on PostgreSQL. Cost: the whole file.
    ///
    /// # Errors
    /// The driver's.
    pub async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let Db::Lite { readers, .. } = self.db() else { return Ok(Vec::new()) };
        let rows: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check").fetch_all(readers).await?;
        Ok(rows.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect())
    }
}
