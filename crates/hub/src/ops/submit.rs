//! Taking in what members send: kept and sealed before anything is parsed.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::consent::Delay;
use model::id::SubmissionId;
use model::receipt::ReceiptCode;
use model::state::SubmissionState;
use model::submission::{Door, Kind};
use sharing::caller::AsReporter;

/// A submission as it arrives.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// What it is; `None` to guess from the bytes and the name.
    pub kind: Option<Kind>,
    /// The file's name, a hint only, sealed with the bytes.
    pub filename: Option<String>,
    /// The sender's words to the hub, sealed with the bytes.
    pub note: String,
    /// The way it came.
    pub door: Door,
    /// How soon its part may leave.
    pub delay: Delay,
    /// Part of an exercise.
    pub exercise: bool,
    /// The sender's key: the same key and bytes give the same receipt.
    pub idempotency_key: Option<String>,
}

/// What the sender holds afterwards. When it has this, the bytes are on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The submission.
    pub id: SubmissionId,
    /// The code for the telephone.
    pub code: ReceiptCode,
    /// When.
    pub received_at: Timestamp,
    /// Its state at the time of asking.
    pub state: SubmissionState,
}

/// Keeps a submission. Durable when it returns.
///
/// # Errors
/// `TooLarge`, `KeyReused`, `Invalid` (empty), `Unavailable` (nothing was kept).
pub async fn submit(hub: &Hub, source: AsReporter, new: NewSubmission) -> Result<Receipt, HubError> { todo!() }
