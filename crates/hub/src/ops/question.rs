//! Questions, relayed by the hub between a recipient and a source that stays unnamed. Text passes only after staff let it.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{ItemId, QuestionId, SubmissionId};
use model::lang::Bilingual;
use model::question::Voice;
use sharing::ReaderAudiences;
use sharing::caller::{AsAnalyst, AsReporter, AsStaff};

/// One line of a thread.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its thread.
    pub question: QuestionId,
    /// Whose line, as the reader is told.
    pub voice: Voice,
    /// The words.
    pub text: String,
    /// When, rounded to the slot for the other side.
    pub at: Timestamp,
    /// Whether the other side sees it (staff view).
    pub relayed: bool,
}

/// A thread as staff sees it.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Its identifier.
    pub id: QuestionId,
    /// The item asked about.
    pub item: Option<ItemId>,
    /// Who asks.
    pub asker: Bilingual,
    /// The lines, with their numbers in order.
    pub lines: Vec<Line>,
}

/// A recipient asks about an item it may see.
pub async fn ask(hub: &Hub, reader: &ReaderAudiences, id: ItemId, text: &str) -> Result<QuestionId, HubError> { todo!() }

/// The reader's own thread on an item.
pub async fn mine(hub: &Hub, reader: &ReaderAudiences, id: ItemId) -> Result<Vec<Line>, HubError> { todo!() }

/// A source replies on its submission (to the hub, and through it).
pub async fn reply(hub: &Hub, source: AsReporter, id: SubmissionId, text: &str) -> Result<(), HubError> { todo!() }

/// Open threads, for staff.
pub async fn open(hub: &Hub, staff: AsStaff) -> Result<Vec<Thread>, HubError> { todo!() }

/// Staff lets a line pass to the other side. The gate reads it first.
pub async fn relay(hub: &Hub, analyst: AsAnalyst, id: QuestionId, line: u32) -> Result<(), HubError> { todo!() }

/// Staff writes.
pub async fn write(hub: &Hub, analyst: AsAnalyst, id: QuestionId, text: &str) -> Result<(), HubError> { todo!() }
