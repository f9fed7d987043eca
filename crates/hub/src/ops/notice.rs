//! Notices to an organisation, and the counts that pages show beside their names.

use crate::{Hub, HubError, notices};
use jiff::Timestamp;
use model::id::{ItemId, ReportId, SubmissionId};
use model::state::{ItemState, SubmissionState};
use sharing::Caller;

/// A notice. It carries no content at any marking.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What happened: `released`, `revised`, `recalled`, `ask-approval`, `verdict`, `reply`, `check-asked`, …
    pub kind: String,
    /// The item, for recipients.
    pub item: Option<ItemId>,
    /// The submission, for its source.
    pub submission: Option<SubmissionId>,
    /// The report, for its organisation and its office.
    pub report: Option<ReportId>,
    /// When.
    pub at: Timestamp,
    /// Read when.
    pub read_at: Option<Timestamp>,
}

/// The newest notices of the caller's organisation, at most 50.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, caller: &Caller) -> Result<Vec<Notice>, HubError> {
    let mut tx = hub.store.read().await?;
    let rows = tx.notices(&notices::readers(hub, caller.org()), 50).await?;
    let notice = |r: store::NoticeRow| {
        let notices::About { item, submission, report } = notices::about(hub, &r)?;
        Ok(Notice { kind: r.kind, item, submission, report, at: r.at, read_at: r.read_at })
    };
    rows.into_iter().map(notice).collect()
}

/// Work that waits for a caller, as the navigation shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Own submissions that ask for consent.
    pub approvals: u64,
    /// Checks without an answer.
    pub checks: u64,
    /// Submissions without a verdict.
    pub queue: u64,
    /// Items that may leave.
    pub releases: u64,
}

/// Work that waits for this caller.
///
/// # Errors
/// `Unavailable`.
pub async fn waiting(hub: &Hub, caller: &Caller) -> Result<Waiting, HubError> {
    let mut tx = hub.store.read().await?;
    let tag = hub.store.seals().source_tag(caller.org());
    let approvals = match caller.approver() {
        Ok(_) => tx.count_own(&tag, SubmissionState::AwaitingApproval).await?,
        Err(_) => 0,
    };
    let mut queue = 0;
    if caller.staff().is_ok() {
        for state in crate::ops::triage::WAITING {
            queue += tx.count_submissions(*state).await?;
        }
    }
    let releases = if caller.releaser().is_ok() { tx.count_items(ItemState::Ready).await? } else { 0 };
    let checks = match caller.asked() {
        Ok(asked) => tx.count_awaited(asked.org()).await?,
        Err(_) => 0,
    };
    Ok(Waiting { approvals, checks, queue, releases })
}
