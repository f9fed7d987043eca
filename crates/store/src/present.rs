//! Whether a hub's data lies at a place, found out without making any: opening a place makes what is not there.

use crate::db::{DATABASE, Where};
use crate::error::StoreError;

/// Whether there is a database of a hub at `at`.
///
/// # Errors
/// The driver's, of a server that does not answer.
pub async fn is_there(at: &Where) -> Result<bool, StoreError> {
    match &at.postgres {
        Some(url) => crate::pg::is_set_up(url).await,
        None => Ok(at.data.join(DATABASE).is_file()),
    }
}
