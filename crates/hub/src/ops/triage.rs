//! The hub's queue: what came in, looked at by name of the person who looks, and the verdicts.

use crate::ledger::{enqueue, kind, leaf, look as look_leaf};
use crate::notices::notify_source;
use crate::ops::{cursor, words};
use crate::{Hub, HubError, Page, PageRequest, Problem, Unread, reading};
use jiff::Timestamp;
use model::id::{ItemId, SubmissionId};
use model::item::ItemIds;
use model::lang::Bilingual;
use model::state::{Actor, SubmissionAct, SubmissionState};
use model::submission::{Door, Kind, TriageFields, Verdict};
use sharing::caller::{AsStaff, AsTriager};
use store::{SubmissionRow, Tx};

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
    /// By what the newest of the cluster joined it, in words.
    pub alike: Vec<Bilingual>,
    /// The suggested verdict.
    pub suggestion: Option<Verdict>,
    /// Why it is suggested, in words: the hints for that verdict alone.
    pub because: Vec<Bilingual>,
    /// Part of an exercise.
    pub exercise: bool,
    /// Its item.
    pub item: Option<ItemId>,
    /// Whether it is sealed for a protective marking: nobody of the hub sees it.
    pub sealed: bool,
}

/// A look at one submission. Each look is a leaf.
#[derive(Clone, Debug)]
pub struct Look {
    /// The row.
    pub row: QueueRow,
    /// Who sent it.
    pub source: Bilingual,
    /// Whether it was erased: then nothing of it is here.
    pub erased: bool,
    /// What was sent, as a person reads it: (label key, text).
    pub sent: Vec<(String, String)>,
    /// The sender's words.
    pub note: String,
    /// Indicators found, as `kind value`, with labels.
    pub finds: Vec<(String, Vec<String>)>,
    /// Why the suggestion: in words.
    pub hints: Vec<Bilingual>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// What the gate found: (path, whose: own or another's).
    pub gate: Vec<(String, bool)>,
    /// Triage fields.
    pub fields: TriageFields,
    /// Members that sent something of the same kind before.
    pub seen_before: u64,
}

/// The states that the queue can be filtered by.
pub const WAITING: &[SubmissionState] = &[
    SubmissionState::Received,
    SubmissionState::Drafted,
    SubmissionState::Held,
    SubmissionState::Unreadable,
];

/// The queue, oldest first: waiting ones, or every submission in `all`'s states. Cost: the page and one count a row.
///
/// # Errors
/// `Invalid` cursor, `Unavailable`.
pub async fn queue(
    hub: &Hub,
    _staff: AsStaff,
    all: bool,
    page: &PageRequest,
) -> Result<Page<QueueRow>, HubError> {
    let states = if all { SubmissionState::ALL } else { WAITING };
    let after = cursor::position(hub, "queue", page.after.as_deref())?.map(|(at, id)| (at, SubmissionId(id)));
    let mut tx = hub.store.read().await?;
    let mut found = Vec::new();
    for state in states {
        found.extend(tx.queue(*state, after, page.rows() + 1).await?);
    }
    found.sort_by_key(|row| (row.received_at, row.id));
    let more = found.len() > page.rows() as usize;
    found.truncate(page.rows() as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|r| cursor::after(hub, "queue", r.received_at.as_microsecond(), r.id.0));
    Ok(Page { rows: queue_rows(hub, &mut tx, &found).await?, next })
}

/// Rows with what is said of them, in three statements whatever the page holds.
async fn queue_rows(hub: &Hub, tx: &mut Tx, found: &[SubmissionRow]) -> Result<Vec<QueueRow>, HubError> {
    let ids: Vec<SubmissionId> = found.iter().map(|row| row.id).collect();
    let marks = tx.queue_marks(&ids).await?;
    let mut readings = reading::readings(hub, tx, &ids).await?;
    let newest: Vec<SubmissionId> =
        marks.values().filter(|mark| mark.copies > 1).filter_map(|mark| mark.newest).collect();
    let joined = reading::readings(hub, tx, &newest).await?;
    let row = |row: &SubmissionRow| {
        let mark = marks.get(&row.id);
        let newest = mark.and_then(|mark| mark.newest).and_then(|id| joined.get(&id));
        let reading = readings.remove(&row.id).unwrap_or_default();
        QueueRow {
            alike: newest.map(|reading| reading.alike.clone()).unwrap_or_default(),
            id: row.id,
            code: row.receipt.clone(),
            received_at: row.received_at,
            door: row.door,
            kind: row.kind,
            state: row.state,
            copies: mark.map_or(1, |mark| mark.copies),
            organisations: mark.map_or(1, |mark| mark.organisations),
            suggestion: reading.suggestion,
            because: reading.because,
            exercise: row.exercise,
            item: row.item,
            sealed: mark.is_some_and(|mark| mark.sealed),
        }
    };
    Ok(found.iter().map(row).collect())
}

/// Looks at one. The look is a leaf: who looked, at what, when.
///
/// # Errors
/// `NotFound`.
pub async fn look(hub: &Hub, staff: AsStaff, id: SubmissionId) -> Result<Look, HubError> {
    let mut tx = hub.store.read().await?;
    let row = tx.submission(id).await?.ok_or(HubError::NotFound)?;
    not_sealed(&mut tx, id).await?;
    note_look(hub, staff, id, "look").await?;
    let roster = tx.roster().await?;
    let mut reading = reading::reading(hub, &mut tx, id).await?;
    let unread = reading.take_unread();
    let note = reading::get(hub, &mut tx, id, reading::NOTE).await?.unwrap_or_default();
    let gate = match row.item {
        Some(item) => tx.item_for_hub(item).await?.map(|i| i.gate).unwrap_or_default(),
        None => Vec::new(),
    };
    let gate = gate.into_iter().map(|row| (row.path, row.own)).collect();
    let rows = queue_rows(hub, &mut tx, std::slice::from_ref(&row)).await?;
    let view = rows.into_iter().next().ok_or(HubError::NotFound)?;
    let source = reading::source_unless_erased(hub, &row)?;
    let look = Look {
        erased: source.is_none(),
        source: match source {
            Some(source) => words::name(&roster, source),
            None => Bilingual { ja: "(消去済み)".to_owned(), en: "(erased)".to_owned() },
        },
        seen_before: view.organisations.saturating_sub(1),
        row: view,
        note: String::from_utf8_lossy(&note).trim().to_owned(),
        finds: finds(&reading),
        sent: reading.sent,
        hints: reading.hints,
        unread,
        gate,
        fields: row.fields,
    };
    Ok(look)
}

fn finds(reading: &reading::Reading) -> Vec<(String, Vec<String>)> {
    let labels =
        |key: &str| reading.labels.iter().find(|(k, _)| k == key).map(|(_, l)| l.clone()).unwrap_or_default();
    reading
        .part
        .indicators
        .iter()
        .map(|i| {
            let key = ItemIds::key(&i.indicator);
            let labels = labels(&key);
            (key, labels)
        })
        .collect()
}

/// In the log before anything is shown.
async fn note_look(hub: &Hub, staff: AsStaff, id: SubmissionId, kind: &'static str) -> Result<(), HubError> {
    let entry = [
        ("submission", id.to_string()),
        ("office", staff.office.to_string()),
        ("person", staff.person.to_string()),
    ];
    look_leaf(hub, kind, &entry).await?;
    Ok(())
}

/// What carries a protective marking is seen by nobody of the hub before its source has decided.
async fn not_sealed(tx: &mut Tx, id: SubmissionId) -> Result<(), HubError> {
    if tx.marking(id).await?.is_some() { Err(HubError::Sealed) } else { Ok(()) }
}

/// The raw bytes, logged like a look.
///
/// # Errors
/// `NotFound`, also after erasure.
pub async fn raw(hub: &Hub, staff: AsStaff, id: SubmissionId) -> Result<Vec<u8>, HubError> {
    let mut tx = hub.store.read().await?;
    not_sealed(&mut tx, id).await?;
    let bytes = reading::get(hub, &mut tx, id, reading::RAW).await?.ok_or(HubError::NotFound)?;
    note_look(hub, staff, id, "look-raw").await?;
    Ok(bytes)
}

/// Sets the triage fields. With `close` the submission, and every near-duplicate that waits, ends, and the verdict goes back
/// to every sender.
///
/// # Errors
/// `NotFound`, `State`, `Invalid` when it closes without a verdict.
pub async fn triage(
    hub: &Hub,
    triager: AsTriager,
    id: SubmissionId,
    fields: TriageFields,
    close: bool,
) -> Result<(), HubError> {
    if close && fields.verdict.is_none() {
        return Err(HubError::Invalid("verdict", Problem::VerdictNeeded));
    }
    let mut tx = hub.store.write().await?;
    let row = tx.submission(id).await?.ok_or(HubError::NotFound)?;
    tx.set_fields(id, &fields).await?;
    if close {
        let mut ending = vec![row.clone()];
        if let Some(cluster) = &row.cluster {
            for state in WAITING {
                ending.extend(tx.cluster(cluster, *state).await?.into_iter().filter(|r| r.id != id));
            }
        }
        for one in ending {
            tx.set_fields(one.id, &fields).await?;
            close_one(hub, &mut tx, &one).await?;
        }
    }
    let verdict = fields.verdict.map_or("none", |v| v.as_str()).to_owned();
    let entry =
        [("submission", id.to_string()), ("person", triager.person.to_string()), ("verdict", verdict)];
    leaf(hub, &mut tx, "triage", &entry).await?;
    Ok(tx.commit().await?)
}

async fn close_one(hub: &Hub, tx: &mut Tx, row: &SubmissionRow) -> Result<(), HubError> {
    let to = row.state.after(SubmissionAct::Close, Actor::Triager)?;
    tx.move_submission(row.id, row.state, to, hub.now()).await?;
    if let Some(item) = row.item {
        crate::release::without_source(hub, tx, item, row.id).await?;
    }
    crate::ops::intake::answer_sender(hub, tx, row.id).await?;
    match reading::source_unless_erased(hub, row)? {
        Some(source) => notify_source(hub, tx, source, "verdict", row.id).await,
        None => Ok(()),
    }
}

/// Opens a closed one again: it is read anew into a fresh draft.
///
/// # Errors
/// `NotFound`, `State`.
pub async fn reopen(hub: &Hub, triager: AsTriager, id: SubmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let row = tx.submission(id).await?.ok_or(HubError::NotFound)?;
    let to = row.state.after(SubmissionAct::ReadAgain, Actor::Triager)?;
    tx.move_submission(id, row.state, to, hub.now()).await?;
    tx.link_submission(id, None, None).await?;
    enqueue(hub, &mut tx, kind::READ, Some(id.0), None, hub.now()).await?;
    leaf(hub, &mut tx, "reopen", &[("submission", id.to_string()), ("person", triager.person.to_string())])
        .await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}
