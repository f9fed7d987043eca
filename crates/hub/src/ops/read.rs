//! What a recipient reads. Every function takes the reader's audiences; there is no query for items without them.

use crate::ops::cursor;
use crate::{Hub, HubError, Page, PageRequest};
use jiff::Timestamp;
use model::answer::Progress;
use model::id::ItemId;
use model::item::{ItemContent, RecallReason};
use model::lang::Bilingual;
use model::tlp::Tlp;
use sharing::{Caller, ReaderAudiences, Released, admit};
use store::{NewDisclosure, Tx};

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
///
/// # Errors
/// `Denied` for a caller that may not read.
pub async fn audiences(hub: &Hub, caller: &Caller) -> Result<ReaderAudiences, HubError> {
    Ok(ReaderAudiences::clone(&*crate::fresh::reader(hub, caller).await?))
}

/// The inbox, newest first. Cost: the page, whatever others may see.
///
/// # Errors
/// `Invalid` cursor, `Alarm`, `Unavailable`.
pub async fn inbox(
    hub: &Hub,
    reader: &ReaderAudiences,
    page: &PageRequest,
) -> Result<Page<Released<InboxRow>>, HubError> {
    let before = cursor::position(hub, "inbox", page.after.as_deref())?.map(|(at, id)| (at, ItemId(id)));
    let mut tx = hub.store.read().await?;
    let stored = tx.inbox(reader, before, page.rows() + 1).await?;
    let mut released = stored.into_iter().map(|s| admit(s, reader)).collect::<Result<Vec<_>, _>>()?;
    let more = released.len() > page.rows() as usize;
    released.truncate(page.rows() as usize);
    let last = released.last().filter(|_| more).map(|r| (r.get().row.at, r.get().row.item));
    let ids: Vec<ItemId> = released.iter().map(|one| one.get().row.item).collect();
    let answered = tx.progress_of(&ids, reader.org()).await?;
    let row = |one: Released<store::VersionRow>| {
        let progress = answered.get(&one.get().row.item).copied().unwrap_or(Progress::Received);
        one.map(|v| inbox_row(v.row, progress))
    };
    let rows = released.into_iter().map(row).collect();
    Ok(Page { rows, next: last.map(|(at, id)| cursor::after(hub, "inbox", at, id.0)) })
}

fn inbox_row(row: store::InboxRow, progress: Progress) -> InboxRow {
    InboxRow {
        id: row.item,
        version: u32::try_from(row.version).unwrap_or(0),
        title: row.title,
        tlp: row.tlp,
        released_at: row.released_at,
        recalled: row.recalled,
        progress,
        exercise: row.exercise,
    }
}

async fn progress(
    tx: &mut Tx,
    item: ItemId,
    reader: &ReaderAudiences,
) -> Result<(Progress, Option<u64>, bool), HubError> {
    let answer = tx.answer_of(item, reader.org()).await?;
    Ok(answer.map_or((Progress::Received, None, false), |a| {
        (a.progress, a.machines, a.recall_confirmed_at.is_some())
    }))
}

/// One item; marks it as read by the reader's organisation and notes the disclosure by `channel`.
///
/// # Errors
/// `NotFound` for absent and for not addressed to this reader; `Alarm`.
pub async fn item(
    hub: &Hub,
    reader: &ReaderAudiences,
    id: ItemId,
    channel: &'static str,
) -> Result<Released<ItemView>, HubError> {
    let mut tx = hub.store.read().await?;
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    let released = admit(stored, reader)?;
    let (progress, machines, recall_confirmed) = progress(&mut tx, id, reader).await?;
    drop(tx);
    let version = released.get().row.version;
    if progress == Progress::Received {
        let mut tx = hub.store.write().await?;
        tx.put_progress(id, reader.org(), Progress::Read, None, version, hub.now()).await?;
        tx.commit().await?;
    }
    let row = NewDisclosure {
        id: model::id::uuid4(hub.random("disclosure")),
        organisation: reader.org(),
        person: reader.person(),
        channel,
        collection: None,
        item: Some(id),
        range: None,
        objects: 1,
    };
    hub.disclosures.note(row, hub.now());
    let shown = progress.max(Progress::Read);
    Ok(released.map(|v| ItemView {
        row: inbox_row(v.row, shown),
        text: v.text,
        content: v.content,
        bundle: v.bundle,
        machines,
        recall_confirmed,
    }))
}
