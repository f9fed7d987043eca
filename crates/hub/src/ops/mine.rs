//! A source's own submissions.

use crate::ledger::leaf;
use crate::ops::cursor;
use crate::ops::question::Line;
use crate::{Hub, HubError, Page, PageRequest, Unread, reading};
use jiff::Timestamp;
use model::answer::Bands;
use model::id::{ItemId, SubmissionId};
use model::state::{Actor, SubmissionAct, SubmissionState};
use model::submission::{Door, Kind, Verdict};
use sharing::caller::{AsApprover, AsReporter};
use store::{Happened, SubmissionRow, Tx};

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
    /// The subject of the mail that was sent: by that people know it again. It is sealed with what was read, so that it is there once the mail
    /// was read, not while it is sealed for a marking, and gone with an erasure.
    pub subject: Option<String>,
}

/// The longest part of a subject that a list shows, in characters: two lines of it.
const SUBJECT_CHARS_MAX: usize = 200;

/// One own submission.
#[derive(Clone, Debug)]
pub struct MySubmission {
    /// The row.
    pub row: MyRow,
    /// What was sent, as a person reads it: a key of the label, and the text.
    pub sent: Vec<(String, String)>,
    /// The name of the file and the words to the hub.
    pub note: String,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// The item its part left in, once it did and the source is among the recipients.
    pub item: Option<ItemId>,
    /// Whether the approval page has something to decide.
    pub to_approve: bool,
    /// Bands on what was sent: once a day, monotone.
    pub bands: Bands,
    /// The thread with the hub and with unnamed recipients.
    pub thread: Vec<Line>,
    /// Protective markings for which it is sealed: nobody of the hub sees it until the source decides.
    pub markings: Vec<String>,
    /// Whether it is there to be erased: its key has not been destroyed.
    pub kept: bool,
}

/// Own submissions, newest first. Cost: the page, and one statement and a key a row for what was read in them.
///
/// # Errors
/// `Invalid` cursor, `Unavailable`.
pub async fn list(hub: &Hub, source: AsReporter, page: &PageRequest) -> Result<Page<MyRow>, HubError> {
    let tag = hub.store.seals().source_tag(source.org);
    let after = cursor::position(hub, "mine", page.after.as_deref())?.map(|(at, id)| (at, SubmissionId(id)));
    let mut tx = hub.store.read().await?;
    let mut rows = tx.submissions_of(&tag, after, page.rows() + 1).await?;
    let more = rows.len() > page.rows() as usize;
    rows.truncate(page.rows() as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|r| cursor::after(hub, "mine", r.received_at.as_microsecond(), r.id.0));
    let ids: Vec<SubmissionId> = rows.iter().map(|row| row.id).collect();
    let readings = reading::readings(hub, &mut tx, &ids).await?;
    let rows = rows.iter().map(|row| my_row(row, readings.get(&row.id).map(|read| read.sent.as_slice())));
    Ok(Page { rows: rows.collect(), next })
}

/// Of what was sent, the subject as a list shows it.
fn subject(sent: &[(String, String)]) -> Option<String> {
    let (_, text) = sent.iter().find(|(label, _)| label == "subject")?;
    let text = text.trim();
    let short: String = text.chars().take(SUBJECT_CHARS_MAX).collect();
    match short.len() {
        0 => None,
        shown if shown < text.len() => Some(short + "…"),
        _ => Some(short),
    }
}

/// A source is told of its submission's state, but not of the hub's work on it: held looks like drafted.
pub(super) fn my_row(row: &SubmissionRow, sent: Option<&[(String, String)]>) -> MyRow {
    let closed = matches!(row.state, SubmissionState::Closed);
    MyRow {
        id: row.id,
        code: row.receipt.clone(),
        received_at: row.received_at,
        door: row.door,
        kind: row.kind,
        state: match row.state {
            SubmissionState::Held => SubmissionState::Drafted,
            state => state,
        },
        verdict: row.fields.verdict.filter(|_| closed || row.state == SubmissionState::Shared),
        exercise: row.exercise,
        subject: sent.and_then(subject),
    }
}

pub(crate) async fn own(
    hub: &Hub,
    tx: &mut Tx,
    source: AsReporter,
    id: SubmissionId,
) -> Result<SubmissionRow, HubError> {
    let tag = hub.store.seals().source_tag(source.org);
    tx.submission_of(&tag, id).await?.ok_or(HubError::NotFound)
}

/// One own submission.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn show(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<MySubmission, HubError> {
    let mut tx = hub.store.read().await?;
    let row = own(hub, &mut tx, source, id).await?;
    let mut reading = reading::reading(hub, &mut tx, id).await?;
    let unread = reading.take_unread();
    let note = reading::get(hub, &mut tx, id, reading::NOTE).await?.unwrap_or_default();
    let shared = row.state == SubmissionState::Shared;
    let bands = match row.item.filter(|_| shared) {
        Some(item) => tx.band(item, id).await?.map_or(Bands::HIDDEN, |b| b.bands),
        None => Bands::HIDDEN,
    };
    let thread = crate::ops::question::of_source(hub, &mut tx, &row).await?;
    Ok(MySubmission {
        to_approve: row.state == SubmissionState::AwaitingApproval,
        item: row.item.filter(|_| shared),
        row: my_row(&row, Some(&reading.sent)),
        sent: reading.sent,
        note: String::from_utf8_lossy(&note).trim().to_owned(),
        unread,
        bands,
        thread,
        markings: tx.marking(id).await?.map(|m| m.lines().map(str::to_owned).collect()).unwrap_or_default(),
        kept: hub.store.seals().key(id).is_ok(),
    })
}

/// The raw bytes as they were sent.
///
/// # Errors
/// `NotFound`, also after erasure.
pub async fn raw(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<Vec<u8>, HubError> {
    let mut tx = hub.store.read().await?;
    own(hub, &mut tx, source, id).await?;
    reading::get(hub, &mut tx, id, reading::RAW).await?.ok_or(HubError::NotFound)
}

/// Says that a sealed submission may be read: the marking does not apply, or the source answers for it.
///
/// # Errors
/// `NotFound` for another's, for none, and for one that is not sealed.
pub async fn unseal(hub: &Hub, source: AsApprover, id: SubmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let row = own(hub, &mut tx, AsReporter { org: source.org }, id).await?;
    if !tx.decide_marking(id, "opened", hub.now()).await? {
        return Err(HubError::NotFound);
    }
    crate::ledger::enqueue(hub, &mut tx, crate::ledger::kind::READ, Some(row.id.0), None, hub.now()).await?;
    leaf(hub, &mut tx, "unsealed", &[("submission", id.to_string()), ("person", source.person.to_string())])
        .await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// Takes a submission back: its part leaves the draft, or falls out of the released item.
///
/// # Errors
/// `NotFound`, `State`.
pub async fn withdraw(hub: &Hub, source: AsApprover, id: SubmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let row = own(hub, &mut tx, AsReporter { org: source.org }, id).await?;
    row.state.after(SubmissionAct::Withdraw, Actor::Source)?;
    take_back(hub, &mut tx, &row).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// Moves a submission to withdrawn where its state allows that: its part leaves what is drafted and what is served, and the journal
/// has it take place again after a restore. Whether it did.
pub(crate) async fn take_back(hub: &Hub, tx: &mut Tx, row: &SubmissionRow) -> Result<bool, HubError> {
    let Ok(to) = row.state.after(SubmissionAct::Withdraw, Actor::Source) else { return Ok(false) };
    tx.move_submission(row.id, row.state, to, hub.now()).await?;
    if let Some(item) = row.item {
        crate::release::without_source(hub, tx, item, row.id).await?;
    }
    leaf(hub, tx, "withdraw", &[("submission", row.id.to_string())]).await?;
    hub.store.seals().journal().note(Happened::Withdraw, row.id.0, "", hub.now())?;
    Ok(true)
}
