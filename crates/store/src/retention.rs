//! Forgetting: rows older than their noun is kept. A piece at a time, so that no writer waits long.

use crate::db::{Tx, micros};
use crate::error::StoreError;
use jiff::Timestamp;

/// Rows that one statement removes: some tens of milliseconds.
const PIECE: i64 = 5_000;

/// What is forgotten by age alone. Submissions are erased instead, see `erasure`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// Who was served what.
    Disclosures,
    /// Notices to organisations.
    Notices,
    /// Idempotency keys.
    IdempotencyKeys,
    /// Outcomes of TAXII posts.
    Statuses,
    /// Jobs that were done.
    Jobs,
    /// Ended sessions.
    Sessions,
    /// Mails that were taken out of a mailbox elsewhere. What is known of those that were left there stays as long as they may lie there:
    /// without it each would be read and named anew.
    Pulled,
    /// Challenges that nobody can answer any more.
    Challenges,
}

impl Forgotten {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Disclosures,
        Self::Notices,
        Self::IdempotencyKeys,
        Self::Statuses,
        Self::Jobs,
        Self::Sessions,
        Self::Pulled,
        Self::Challenges,
    ];
}

impl Tx {
    /// Removes at most a piece of what is older than `before`; `true` when more may be left.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget(&mut self, what: Forgotten, before: Timestamp) -> Result<bool, StoreError> {
        let before = micros(before);
        let done = match what {
            Forgotten::Disclosures => execute!(
                self,
                "DELETE FROM disclosure WHERE id IN (SELECT id FROM disclosure WHERE at < $1 ORDER BY at LIMIT $2)",
                before,
                PIECE
            ),
            Forgotten::Notices => execute!(
                self,
                "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE at < $1 ORDER BY at LIMIT $2)",
                before,
                PIECE
            ),
            Forgotten::IdempotencyKeys => {
                execute!(self, "DELETE FROM idempotency WHERE created_at < $1", before)
            }
            Forgotten::Statuses => execute!(
                self,
                "DELETE FROM status WHERE id IN (SELECT id FROM status WHERE created_at < $1 LIMIT $2)",
                before,
                PIECE
            ),
            Forgotten::Jobs => execute!(
                self,
                "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE done_at < $1 LIMIT $2)",
                before,
                PIECE
            ),
            Forgotten::Sessions => execute!(self, "DELETE FROM session WHERE expires_at < $1", before),
            Forgotten::Pulled => execute!(
                self,
                "DELETE FROM pulled WHERE mail IN (SELECT mail FROM pulled WHERE at < $1 AND outcome IN ('taken', 'got') ORDER BY at LIMIT $2)",
                before,
                PIECE
            ),
            Forgotten::Challenges => {
                execute!(self, "DELETE FROM spent_challenge WHERE expires_at < $1", before)
            }
        }?;
        Ok(done == PIECE.unsigned_abs())
    }
}
