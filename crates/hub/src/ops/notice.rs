//! Notices to an organisation, and the counts that pages show beside their names.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{ItemId, SubmissionId};
use sharing::Caller;

/// A notice. It carries no content at any marking.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What happened: `released`, `revised`, `recalled`, `ask-approval`, `verdict`, `reply`.
    pub kind: String,
    /// The item, for recipients.
    pub item: Option<ItemId>,
    /// The submission, for its source.
    pub submission: Option<SubmissionId>,
    /// When.
    pub at: Timestamp,
    /// Read when.
    pub read_at: Option<Timestamp>,
}

/// The newest notices of the caller's organisation, at most 50.
pub async fn list(hub: &Hub, caller: &Caller) -> Result<Vec<Notice>, HubError> { todo!() }

/// Work that waits for this caller: (approvals, triage queue, items to release).
pub async fn waiting(hub: &Hub, caller: &Caller) -> Result<(u64, u64, u64), HubError> { todo!() }
