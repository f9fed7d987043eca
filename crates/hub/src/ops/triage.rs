//! The hub's queue: what came in, looked at by name of the person who looks, and the verdicts.

use crate::{Hub, HubError, Page, PageRequest};
use jiff::Timestamp;
use model::id::{ItemId, SubmissionId};
use model::lang::Bilingual;
use model::state::SubmissionState;
use model::submission::{Door, Kind, TriageFields, Verdict};
use sharing::caller::{AsStaff, AsTriager};

/// A row of the queue. Near-duplicates are one row.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The newest submission of the cluster.
    pub id: SubmissionId,
    /// Its code.
    pub code: String,
    /// When.
    pub received_at: Timestamp,
    /// How.
    pub door: Door,
    /// What.
    pub kind: Kind,
    /// How far.
    pub state: SubmissionState,
    /// Submissions of the cluster that wait.
    pub copies: u64,
    /// Independent organisations that sent it, for hub staff only.
    pub organisations: u64,
    /// The suggested verdict.
    pub suggestion: Option<Verdict>,
    /// Part of an exercise.
    pub exercise: bool,
    /// Its item.
    pub item: Option<ItemId>,
}

/// A look at one submission. Each look is a leaf.
#[derive(Clone, Debug)]
pub struct Look {
    /// The row.
    pub row: QueueRow,
    /// Who sent it.
    pub source: Bilingual,
    /// What was sent, as a person reads it: (label key, text).
    pub sent: Vec<(&'static str, String)>,
    /// The sender's words.
    pub note: String,
    /// Indicators found, as `kind value`, with labels.
    pub finds: Vec<(String, Vec<String>)>,
    /// Why the suggestion: in words.
    pub hints: Vec<Bilingual>,
    /// What could not be read.
    pub problems: Vec<String>,
    /// What the gate found: (path, whose: own or another's).
    pub gate: Vec<(String, bool)>,
    /// Triage fields.
    pub fields: TriageFields,
    /// Members that sent something of the same kind before.
    pub seen_before: u64,
}

/// The states that the queue can be filtered by.
pub const WAITING: &[SubmissionState] =
    &[SubmissionState::Received, SubmissionState::Drafted, SubmissionState::Held, SubmissionState::Unreadable];

/// The queue, oldest first, waiting ones unless `all`.
pub async fn queue(hub: &Hub, staff: AsStaff, all: bool, page: &PageRequest) -> Result<Page<QueueRow>, HubError> { todo!() }

/// Looks at one.
pub async fn look(hub: &Hub, staff: AsStaff, id: SubmissionId) -> Result<Look, HubError> { todo!() }

/// The raw bytes, logged like a look.
pub async fn raw(hub: &Hub, staff: AsStaff, id: SubmissionId) -> Result<Vec<u8>, HubError> { todo!() }

/// Sets the triage fields. A verdict of harmless, mass-mailed or consultation with `close` ends it (and its cluster) and goes
/// back to every sender.
pub async fn triage(hub: &Hub, triager: AsTriager, id: SubmissionId, fields: TriageFields, close: bool) -> Result<(), HubError> { todo!() }

/// Opens a closed one again.
pub async fn reopen(hub: &Hub, triager: AsTriager, id: SubmissionId) -> Result<(), HubError> { todo!() }
