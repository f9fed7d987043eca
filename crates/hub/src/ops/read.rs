//! What a recipient reads. Every function takes the reader's audiences; there is no query for items without them.

use crate::{Hub, HubError, Page, PageRequest};
use jiff::Timestamp;
use model::answer::Progress;
use model::id::ItemId;
use model::item::{ItemContent, RecallReason};
use model::lang::Bilingual;
use model::tlp::Tlp;
use sharing::{Caller, ReaderAudiences, Released};

/// A row of the inbox.
#[derive(Clone, Debug)]
pub struct InboxRow {
    /// The item.
    pub id: ItemId,
    /// Version.
    pub version: u32,
    /// Title in words.
    pub title: Bilingual,
    /// The marking.
    pub tlp: Tlp,
    /// Its release slot.
    pub released_at: Timestamp,
    /// Recalled, and why.
    pub recalled: Option<RecallReason>,
    /// How far the reader's own organisation is.
    pub progress: Progress,
    /// Part of an exercise.
    pub exercise: bool,
}

/// One item as its recipient reads it. After a leak recall everything but the row is empty.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// The row.
    pub row: InboxRow,
    /// The text.
    pub text: Bilingual,
    /// What it says, typed.
    pub content: ItemContent,
    /// The STIX bundle.
    pub bundle: String,
    /// The reader's own answer.
    pub machines: Option<u64>,
    /// Whether removal after a recall is confirmed.
    pub recall_confirmed: bool,
}

/// Mints the audiences of a caller.
pub async fn audiences(hub: &Hub, caller: &Caller) -> Result<ReaderAudiences, HubError> { todo!() }

/// The inbox, newest first. Cost: the page, whatever others may see.
pub async fn inbox(hub: &Hub, reader: &ReaderAudiences, page: &PageRequest) -> Result<Page<Released<InboxRow>>, HubError> { todo!() }

/// One item; marks it as read by the reader's organisation and notes the disclosure.
pub async fn item(hub: &Hub, reader: &ReaderAudiences, id: ItemId) -> Result<Released<ItemView>, HubError> { todo!() }
