//! A source's own submissions.

use crate::ops::question::Line;
use crate::{Hub, HubError, Page, PageRequest};
use jiff::Timestamp;
use model::answer::Bands;
use model::id::{ItemId, SubmissionId};
use model::state::SubmissionState;
use model::submission::{Door, Kind, Verdict};
use sharing::caller::{AsApprover, AsReporter};

/// A row of the list.
#[derive(Clone, Debug)]
pub struct MyRow {
    /// The submission.
    pub id: SubmissionId,
    /// Its code.
    pub code: String,
    /// When it came.
    pub received_at: Timestamp,
    /// How.
    pub door: Door,
    /// What.
    pub kind: Kind,
    /// How far it is.
    pub state: SubmissionState,
    /// The verdict, once given.
    pub verdict: Option<Verdict>,
    /// Part of an exercise.
    pub exercise: bool,
}

/// One own submission.
#[derive(Clone, Debug)]
pub struct MySubmission {
    /// The row.
    pub row: MyRow,
    /// What could not be read, in words.
    pub problems: Vec<String>,
    /// The item its part left in, once it did and the source is among the recipients.
    pub item: Option<ItemId>,
    /// Whether the approval page has something to decide.
    pub to_approve: bool,
    /// Bands on what was sent: once a day, monotone.
    pub bands: Bands,
    /// The thread with the hub and with unnamed recipients.
    pub thread: Vec<Line>,
}

/// Own submissions, newest first. Cost: the page.
pub async fn list(hub: &Hub, source: AsReporter, page: &PageRequest) -> Result<Page<MyRow>, HubError> { todo!() }

/// One own submission.
pub async fn show(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<MySubmission, HubError> { todo!() }

/// The raw bytes as they were sent.
pub async fn raw(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<Vec<u8>, HubError> { todo!() }

/// Takes a submission back: its part leaves the draft, or falls out of the released item.
pub async fn withdraw(hub: &Hub, source: AsApprover, id: SubmissionId) -> Result<(), HubError> { todo!() }
