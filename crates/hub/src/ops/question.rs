//! Questions, relayed by the hub between a recipient and a source that stays unnamed. Text passes only after staff let it.

use crate::ledger::{enqueue, kind, leaf};
use crate::ops::words;
use crate::{Hub, HubError, Problem, reading};
use jiff::Timestamp;
use model::id::{ItemId, OrgId, QuestionId, SubmissionId};
use model::lang::Bilingual;
use model::question::{About, Voice};
use sharing::caller::{AsAnalyst, AsReporter, AsStaff};
use sharing::{ReaderAudiences, Released, admit};
use store::seal::SealKey;
use store::{Happened, LineRow, QuestionRow, StoreError, SubmissionRow, Tx};
use uuid::Uuid;

/// One line of a thread.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its thread.
    pub question: QuestionId,
    /// Its number in the thread, from 1.
    pub n: u32,
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
    /// About what.
    pub about: About,
    /// The item asked about.
    pub item: Option<ItemId>,
    /// Who asks.
    pub asker: Bilingual,
    /// The lines, with their numbers in order.
    pub lines: Vec<Line>,
}

/// The longest line of a thread, in characters.
pub const LINE_CHARS_MAX: usize = 4_000;

const SEAL: &str = "question";

/// A recipient asks about an item it may see. A second question goes into the same thread.
///
/// # Errors
/// `NotFound` for an item that the reader does not have, `Invalid` text.
pub async fn ask(
    hub: &Hub,
    reader: &ReaderAudiences,
    id: ItemId,
    text: &str,
) -> Result<QuestionId, HubError> {
    let text = checked(text)?;
    let mut tx = hub.store.write().await?;
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    let _: Released<_> = admit(stored, reader)?;
    let question = write_in(hub, &mut tx, (About::Item, id.0), reader.org(), Voice::Recipient, text).await?;
    tx.commit().await?;
    Ok(question)
}

/// Adds a line to an organisation's own thread on a subject; the first one opens it.
pub(crate) async fn write_in(
    hub: &Hub,
    tx: &mut Tx,
    (about, subject): (About, Uuid),
    org: OrgId,
    voice: Voice,
    text: &str,
) -> Result<QuestionId, HubError> {
    let mut open = None;
    for thread in own_threads(hub, tx, subject, org).await? {
        // one whose key is gone came back with a backup
        open = open.or(key(hub, &thread)?.map(|key| (thread.id, key)));
    }
    let (question, key) = match open {
        Some(open) => open,
        None => begin(hub, tx, (about, subject), org).await?,
    };
    let sealed = key.seal(hub.random("seal"), SEAL, text.as_bytes())?;
    tx.insert_line(question, voice, false, &sealed, hub.now()).await?;
    Ok(question)
}

/// Opens a thread. One on a submission is sealed under the submission's key, so that no backup opens it once that is destroyed; each other
/// one under a key of its own.
async fn begin(
    hub: &Hub,
    tx: &mut Tx,
    (about, subject): (About, Uuid),
    org: OrgId,
) -> Result<(QuestionId, SealKey), HubError> {
    let id = QuestionId::from_random(hub.random(&format!("question/{org}")));
    let key = match about {
        About::Submission => match hub.store.seals().key(subject) {
            // nobody writes on what was erased
            Err(StoreError::Erased) => return Err(HubError::NotFound),
            key => key?,
        },
        About::Item | About::Check | About::Report => {
            hub.store.seals().create(id.0, hub.random("question-key"))?
        }
    };
    let asker_sealed = key.seal(hub.random("seal"), SEAL, org.0.as_bytes())?;
    let row = QuestionRow { id, about, subject, asker: asker_tag(hub, org, subject), asker_sealed };
    tx.insert_question(&row, hub.now()).await?;
    Ok((id, key))
}

/// The keyed hash by which an organisation's own thread on a subject is found. Each subject has another one: what was put to an organisation
/// names it in clear, and one hash for all its threads would name it on its submissions, too.
pub(crate) fn asker_tag(hub: &Hub, org: OrgId, subject: Uuid) -> Vec<u8> {
    hub.store.seals().tag("asker", &[org.0.as_bytes().as_slice(), subject.as_bytes()].concat())
}

/// The one for all of them, as earlier versions wrote it.
pub(crate) fn asker_tag_before(hub: &Hub, org: OrgId) -> Vec<u8> {
    hub.store.seals().tag("asker", org.0.as_bytes())
}

/// An organisation's threads on a subject.
pub(crate) async fn own_threads(
    hub: &Hub,
    tx: &mut Tx,
    subject: Uuid,
    org: OrgId,
) -> Result<Vec<QuestionRow>, HubError> {
    let mut out = tx.questions(subject, Some(&asker_tag(hub, org, subject))).await?;
    out.extend(tx.questions(subject, Some(&asker_tag_before(hub, org))).await?);
    Ok(out)
}

/// What a submission's source said on the item that its part went into goes with the submission: it asked there as every recipient may, and
/// its words are its own.
pub(crate) async fn forget_beside(hub: &Hub, tx: &mut Tx, id: SubmissionId) -> Result<(), HubError> {
    let Some(row) = tx.submission(id).await? else { return Ok(()) };
    let (Some(item), Some(source)) = (row.item, reading::source_unless_erased(hub, &row)?) else {
        return Ok(());
    };
    for thread in own_threads(hub, tx, item.0, source).await? {
        forget(hub, tx, thread.id).await?;
        enqueue(hub, tx, kind::ERASE, Some(thread.id.0), None, hub.now()).await?;
    }
    Ok(())
}

/// What an organisation that left asked about items goes, and its keys at once. What was said on a check is the other side's record as well.
/// Cost: every thread on an item.
pub(crate) async fn forget_of(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    for thread in tx.threads(Some(About::Item)).await? {
        if is_by(hub, &thread, org) {
            forget(hub, tx, thread.id).await?;
            hub.store.seals().destroy(thread.id.0)?;
        }
    }
    Ok(())
}

async fn forget(hub: &Hub, tx: &mut Tx, id: QuestionId) -> Result<(), HubError> {
    tx.forget_thread(id).await?;
    Ok(hub.store.seals().journal().note(Happened::Erase, id.0, "", hub.now())?)
}

/// The reader's own thread on an item: its own lines, and what the hub let pass.
///
/// # Errors
/// `NotFound` for an item that the reader does not have.
pub async fn mine(hub: &Hub, reader: &ReaderAudiences, id: ItemId) -> Result<Vec<Line>, HubError> {
    let mut tx = hub.store.read().await?;
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    let _: Released<_> = admit(stored, reader)?;
    let mut out = Vec::new();
    for question in own_threads(hub, &mut tx, id.0, reader.org()).await? {
        out.extend(
            lines(hub, &mut tx, &question, |l| l.relayed || l.voice == Voice::Recipient, Voice::Recipient)
                .await?,
        );
    }
    Ok(out)
}

/// What an organisation asked about items, and what it was told. Cost: all threads on items.
pub(crate) async fn asked_by(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<Line>, HubError> {
    let mut out = Vec::new();
    for thread in tx.threads(Some(About::Item)).await? {
        if is_by(hub, &thread, org) {
            let told = |l: &LineRow| l.relayed || l.voice == Voice::Recipient;
            out.extend(lines(hub, tx, &thread, told, Voice::Recipient).await?);
        }
    }
    Ok(out)
}

/// Whether a thread on an item is this organisation's.
fn is_by(hub: &Hub, thread: &QuestionRow, org: OrgId) -> bool {
    thread.asker == asker_tag_before(hub, org) || thread.asker == asker_tag(hub, org, thread.subject)
}

/// The lines that a source may see on its submission: the thread with the hub, and relayed questions on its item.
pub(crate) async fn of_source(hub: &Hub, tx: &mut Tx, row: &SubmissionRow) -> Result<Vec<Line>, HubError> {
    let mut out = Vec::new();
    for question in tx.questions(row.id.0, None).await? {
        let own = |l: &LineRow| l.relayed || l.voice == Voice::Source;
        out.extend(lines(hub, tx, &question, own, Voice::Source).await?);
    }
    if let Some(item) = row.item {
        for question in tx.questions(item.0, None).await? {
            out.extend(
                lines(hub, tx, &question, |l| l.relayed && l.voice == Voice::Recipient, Voice::Source)
                    .await?,
            );
        }
    }
    out.sort_by_key(|l| l.at);
    Ok(out)
}

/// A source writes on its submission: to the hub, which relays what the recipients shall read.
///
/// # Errors
/// `NotFound`, `Invalid` text.
pub async fn reply(hub: &Hub, source: AsReporter, id: SubmissionId, text: &str) -> Result<(), HubError> {
    let text = checked(text)?;
    let mut tx = hub.store.write().await?;
    let row = crate::ops::mine::own(hub, &mut tx, source, id).await?;
    write_in(hub, &mut tx, (About::Submission, row.id.0), source.org, Voice::Source, text).await?;
    Ok(tx.commit().await?)
}

/// Open threads, for staff, oldest first. A look at them is a leaf.
///
/// # Errors
/// `Unavailable`.
pub async fn open(hub: &Hub, staff: AsStaff) -> Result<Vec<Thread>, HubError> {
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let mut out = Vec::new();
    for question in tx.open_questions().await? {
        // its submission was erased a moment ago
        let Some(asker) = unseal(hub, &question, &question.asker_sealed)? else { continue };
        let asker =
            Uuid::from_slice(&asker).map(OrgId).map_err(|_| HubError::Unavailable("sealed".to_owned()))?;
        out.push(Thread {
            id: question.id,
            about: question.about,
            item: (question.about == About::Item).then_some(ItemId(question.subject)),
            asker: words::name(&roster, asker),
            lines: lines(hub, &mut tx, &question, |_| true, Voice::Hub).await?,
        });
    }
    if !out.is_empty() {
        leaf(hub, &mut tx, "look-questions", &[("person", staff.person.to_string())]).await?;
    }
    tx.commit().await?;
    Ok(out)
}

/// Staff lets a line pass to the other side. The gate reads it first.
///
/// # Errors
/// `HeldForReview` when the line names somebody: write it anew in the hub's words. `NotFound`.
pub async fn relay(hub: &Hub, analyst: AsAnalyst, id: QuestionId, line: u32) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let thread = tx.question(id).await?.ok_or(HubError::NotFound)?;
    let row = tx.lines(id).await?.into_iter().find(|l| l.n == i64::from(line)).ok_or(HubError::NotFound)?;
    let text = unseal(hub, &thread, &row.sealed)?.ok_or(HubError::NotFound)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    gated(&mut tx, &text).await?;
    tx.relay_line(id, row.n).await?;
    leaf(hub, &mut tx, "relay", &[("question", id.to_string()), ("person", analyst.person.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

/// Staff writes into a thread, in the hub's name.
///
/// # Errors
/// `HeldForReview`, `Invalid` text, `NotFound`.
pub async fn write(hub: &Hub, analyst: AsAnalyst, id: QuestionId, text: &str) -> Result<(), HubError> {
    let text = checked(text)?;
    let mut tx = hub.store.write().await?;
    let thread = tx.question(id).await?.ok_or(HubError::NotFound)?;
    gated(&mut tx, text).await?;
    let key = key(hub, &thread)?.ok_or(HubError::NotFound)?;
    let sealed = key.seal(hub.random("seal"), SEAL, text.as_bytes())?;
    tx.insert_line(id, Voice::Hub, true, &sealed, hub.now()).await?;
    leaf(hub, &mut tx, "write", &[("question", id.to_string()), ("person", analyst.person.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

async fn gated(tx: &mut Tx, text: &str) -> Result<(), HubError> {
    let profiles = deid::gate::Profiles::compile(&crate::compose::watched(tx).await?);
    let both = Bilingual { ja: text.to_owned(), en: String::new() };
    if deid::gate::check("{}", &both, &profiles).is_empty() { Ok(()) } else { Err(HubError::HeldForReview) }
}

/// Lines as one side reads them. The other side's times are rounded to the slot.
pub(crate) async fn lines(
    hub: &Hub,
    tx: &mut Tx,
    thread: &QuestionRow,
    shown: impl Fn(&LineRow) -> bool,
    reader: Voice,
) -> Result<Vec<Line>, HubError> {
    let mut out = Vec::new();
    for row in tx.lines(thread.id).await?.into_iter().filter(|l| shown(l)) {
        let Some(text) = unseal(hub, thread, &row.sealed)? else { continue };
        let own = row.voice == reader || reader == Voice::Hub;
        out.push(Line {
            question: thread.id,
            n: u32::try_from(row.n).unwrap_or(0),
            voice: row.voice,
            text: String::from_utf8_lossy(&text).into_owned(),
            at: if own { row.at } else { model::time::next_slot(row.at) },
            relayed: row.relayed,
        });
    }
    Ok(out)
}

pub(crate) fn checked(text: &str) -> Result<&str, HubError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LINE_CHARS_MAX {
        return Err(HubError::Invalid("text", Problem::Chars { least: 1, most: LINE_CHARS_MAX }));
    }
    Ok(text)
}

/// What opens a thread and seals its next line; `None` once that is destroyed. Threads of before they had keys of their own are under the
/// hub's.
fn key(hub: &Hub, thread: &QuestionRow) -> Result<Option<SealKey>, HubError> {
    let (id, older) = match thread.about {
        About::Submission => (thread.subject, None),
        About::Item | About::Check | About::Report => (thread.id.0, Some(hub.store.seals().hub_key(SEAL))),
    };
    match hub.store.seals().key(id) {
        Ok(key) => Ok(Some(key)),
        Err(StoreError::Erased) => Ok(older.filter(|key| key.open(SEAL, &thread.asker_sealed).is_ok())),
        Err(why) => Err(why.into()),
    }
}

/// What was sealed in a thread; `None` after its key was destroyed. Lines of before threads on submissions had the submission's key open with
/// the hub's.
fn unseal(hub: &Hub, thread: &QuestionRow, sealed: &[u8]) -> Result<Option<Vec<u8>>, HubError> {
    let Some(key) = key(hub, thread)? else { return Ok(None) };
    Ok(Some(key.open(SEAL, sealed).or_else(|_| hub.store.seals().hub_key(SEAL).open(SEAL, sealed))?))
}
