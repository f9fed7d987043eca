//! Mail that comes in: forwarded to an organisation's intake address, or bounced from one of ours.
//!
//! A mail is acknowledged only when it is kept: as submissions when the sender is known, else held for its organisation to decide.

use crate::ledger::{enqueue, kind, leaf};
use crate::notify::{self, BOUNCE, letter};
use crate::ops::submit::{self, NewSubmission};
use crate::{Hub, HubError, reading};
use jiff::Timestamp;
use model::consent::Delay;
use model::id::{OrgId, PersonId, QuarantineId};
use model::role::Notify;
use model::submission::{Door, Kind, Verdict};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sharing::caller::{AsOrgAdmin, AsReporter};
use std::sync::Arc;
use store::{QuarantineRow, Tx};
use uuid::Uuid;

/// The largest mail that the door takes.
pub const MAIL_BYTES_MAX: usize = mail::MESSAGE_BYTES_MAX;

/// Mails and bytes that are held for one organisation; a flood from strangers is refused beyond it.
const HELD_MAX: u64 = 200;
const HELD_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Days for which a mail from an unknown sender is held: its administrators were told when the first came, and see how long it stays.
pub const HELD_DAYS: i64 = 30;

/// Attached mails that one forward may carry: a person picks them by hand.
const ATTACHED_MAX: usize = 50;

/// The forwarding person's words that are kept beside a submission, in characters.
const NOTE_CHARS_MAX: usize = 4_000;

/// The class of a mail over which the reader stopped: it is the mail's fault, not the store's.
pub(crate) const READER_PANICKED: &str = "reader-panicked";

/// What intake addresses begin with.
const INTAKE: &str = "in-";

/// To whom a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// An organisation's intake address.
    Intake(OrgId),
    /// The bounce address of one letter to a person.
    Bounce(Uuid, PersonId),
}

/// The intake address of an organisation, once the hub has a mail domain.
///
/// # Errors
/// `Unavailable`.
pub async fn address(hub: &Hub, source: AsReporter) -> Result<Option<String>, HubError> {
    let Some(post) = &hub.post else { return Ok(None) };
    let mut tx = hub.store.read().await?;
    let found = tx.intakes().await?.into_iter().find(|(org, _)| *org == source.org);
    Ok(found.map(|(org, n)| format!("{}@{}", local_part(hub, org, n), post.domain)))
}

fn local_part(hub: &Hub, org: OrgId, generation: i64) -> String {
    let value = [org.0.as_bytes().as_slice(), &generation.to_be_bytes()].concat();
    format!("{INTAKE}{}", notify::tag(hub, "intake", &value))
}

/// Gives the organisation another intake address; mail to the old one is refused from now on.
///
/// # Errors
/// `Unavailable`.
pub async fn renew_address(hub: &Hub, admin: AsOrgAdmin) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.renew_intake(admin.org).await?;
    leaf(hub, &mut tx, "intake-renewed", &[("organisation", admin.org.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// Whose address this is; `None` for one that nobody has. Cost: the roster, or all people for a bounce.
///
/// # Errors
/// `Unavailable`.
pub async fn recipient(hub: &Hub, address: &str) -> Result<Option<Recipient>, HubError> {
    let Some(post) = &hub.post else { return Ok(None) };
    let Some((local, domain)) = address.rsplit_once('@') else { return Ok(None) };
    if !domain.eq_ignore_ascii_case(&post.domain) {
        return Ok(None);
    }
    let local = local.to_ascii_lowercase();
    let mut tx = hub.store.read().await?;
    if local.starts_with(BOUNCE) {
        let found = notify::bounced(hub, &mut tx, &local).await?;
        return Ok(found.map(|(letter, person)| Recipient::Bounce(letter, person)));
    }
    let found = tx.intakes().await?.into_iter().find(|(org, n)| local_part(hub, *org, *n) == local);
    Ok(found.map(|(org, _)| Recipient::Intake(org)))
}

/// Reads a mail apart from what waits for lines: it may be large, and made to be slow.
pub(crate) async fn apart<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, HubError> {
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(|_| HubError::Unavailable(READER_PANICKED.to_owned()))
}

/// Takes a mail in. Durable when it returns.
///
/// # Errors
/// `TooLarge`, `SlowDown` when too much is held already, `Unavailable` (nothing was kept).
pub async fn receive(hub: &Hub, from: &str, to: &[Recipient], raw: Vec<u8>) -> Result<(), HubError> {
    deliver(hub, from, to, raw, None).await
}

/// The same for a mail that was read in a mailbox under this name. What a recipient has got of it comes no second time, however often the
/// line breaks; so one for whom too much is held holds up none of the others.
///
/// # Errors
/// As [`receive`]; `SlowDown` after all the others have got it.
pub(crate) async fn receive_pulled(
    hub: &Hub,
    from: &str,
    to: &[Recipient],
    raw: Vec<u8>,
    mail: &[u8],
) -> Result<(), HubError> {
    deliver(hub, from, to, raw, Some(mail)).await
}

async fn deliver(
    hub: &Hub,
    from: &str,
    to: &[Recipient],
    raw: Vec<u8>,
    pulled: Option<&[u8]>,
) -> Result<(), HubError> {
    if raw.len() > MAIL_BYTES_MAX {
        return Err(HubError::TooLarge(MAIL_BYTES_MAX));
    }
    let raw = Arc::new(raw);
    let mut full: Option<u64> = None;
    for one in to {
        let took = match one {
            // a letter bounces once, whatever comes
            Recipient::Bounce(letter, person) => bounce(hub, *letter, *person, from, &raw).await,
            Recipient::Intake(org) => take_in(hub, *org, from, &raw, pulled).await,
        };
        match took {
            // whoever delivers by SMTP comes again for all of them: the others would get it twice
            Err(HubError::SlowDown(wait)) if pulled.is_some() => {
                full = Some(full.map_or(wait, |other| other.min(wait)));
            }
            other => other?,
        }
    }
    hub.wake.notify_one();
    full.map_or(Ok(()), |wait| Err(HubError::SlowDown(wait)))
}

/// A mail to a bounce address: a report of failed delivery makes the person unreachable, a holiday notice does not.
async fn bounce(
    hub: &Hub,
    letter: Uuid,
    person: PersonId,
    from: &str,
    raw: &Arc<Vec<u8>>,
) -> Result<(), HubError> {
    let raw = Arc::clone(raw);
    let failed = apart(move || is_failure(&raw)).await?;
    if failed && (from.is_empty() || from.to_ascii_lowercase().starts_with("mailer-daemon")) {
        let mut tx = hub.store.write().await?;
        if tx.bounce(letter, hub.now()).await? {
            notify::unreachable(hub, &mut tx, person).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Whether a report says that delivery failed for good (RFC 3464: `Action: failed`), not that it is late.
fn is_failure(raw: &[u8]) -> bool {
    let (message, _) = mail::read_message(raw);
    let text = String::from_utf8_lossy(raw).to_ascii_lowercase();
    let says = |action: &str| text.lines().any(|line| line.trim_end() == format!("action: {action}"));
    message.structure.delivery_report && says("failed") && !says("delayed")
}

/// What is read of a forward before it is kept.
struct Forward {
    sender: String,
    subject: String,
    message_id: String,
    parts: Vec<Part>,
}

struct Part {
    bytes: Vec<u8>,
    name: Option<String>,
    note: String,
}

fn read(raw: &[u8]) -> Forward {
    let (message, _) = mail::read_message(raw);
    let note: String = message.text.chars().take(NOTE_CHARS_MAX).collect();
    let mut parts: Vec<Part> = mail::attached_mails(raw)
        .into_iter()
        .filter(|one| !one.bytes.is_empty())
        .take(ATTACHED_MAX)
        .map(|one| Part { bytes: one.bytes, name: one.name, note: note.clone() })
        .collect();
    if parts.is_empty() {
        // inline, or the mail itself: it is kept as it came, and read from its text later
        parts.push(Part { bytes: raw.to_vec(), name: None, note: String::new() });
    }
    Forward {
        sender: message.from.first().map(|a| a.address.clone()).unwrap_or_default(),
        subject: message.subject.chars().take(200).collect(),
        message_id: message.message_id.unwrap_or_default(),
        parts,
    }
}

async fn take_in(
    hub: &Hub,
    org: OrgId,
    from: &str,
    raw: &Arc<Vec<u8>>,
    pulled: Option<&[u8]>,
) -> Result<(), HubError> {
    let bytes = Arc::clone(raw);
    let forward = apart(move || read(&bytes)).await?;
    let mut tx = hub.store.write().await?;
    if let Some(mail) = pulled {
        let got = hub.store.seals().tag("pulled-by", &[mail, org.0.as_bytes()].concat());
        if !tx.note_pulled(&got, "got", hub.now()).await? {
            tx.pulled_still_lies(&got, hub.now()).await?;
            return Ok(tx.commit().await?);
        }
    }
    match sender(&mut tx, org, from, &forward.sender).await? {
        Some(person) => keep(hub, &mut tx, org, Some(person), &forward).await?,
        None => hold(hub, &mut tx, org, &forward, raw).await?,
    }
    Ok(tx.commit().await?)
}

/// The person of the organisation who has the address that the mail says it is from; the envelope has to say the same.
async fn sender(tx: &mut Tx, org: OrgId, envelope: &str, header: &str) -> Result<Option<PersonId>, HubError> {
    if !envelope.eq_ignore_ascii_case(header) {
        return Ok(None);
    }
    for person in tx.people_of(org).await? {
        if person.address.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(header)) {
            return Ok(Some(person.id()?));
        }
    }
    Ok(None)
}

/// Each mail of the forward becomes a submission, with a receipt to its sender. The same mail delivered twice is kept once.
async fn keep(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    person: Option<PersonId>,
    forward: &Forward,
) -> Result<(), HubError> {
    let tag = hub.store.seals().source_tag(org);
    for part in &forward.parts {
        let hash = Sha256::digest(&part.bytes).to_vec();
        let key = [forward.message_id.as_bytes(), &hash].concat();
        let key = format!("mail-{}", data_encoding::HEXLOWER.encode(&Sha256::digest(&key)));
        if tx.idempotent(&tag, &key).await?.is_some() {
            continue;
        }
        let new = NewSubmission {
            bytes: part.bytes.clone(),
            kind: Some(Kind::Mail),
            filename: part.name.clone(),
            note: part.note.clone(),
            door: Door::Mail,
            delay: Delay::Slot,
            exercise: false,
            idempotency_key: Some(key),
            seen: None,
        };
        let receipt = submit::keep(hub, tx, org, &new, &tag, &hash).await?;
        if let Some(person) = person {
            reading::put(hub, tx, receipt.id, reading::SENDER, person.0.as_bytes()).await?;
            notify::queue(hub, tx, person, letter::Kind::Receipt(receipt.id)).await?;
        }
    }
    Ok(())
}

/// Tells whoever forwarded a submission by mail that there is a verdict: in words when it was mass mail, behind the sign-in otherwise.
pub(crate) async fn answer_sender(
    hub: &Hub,
    tx: &mut Tx,
    id: model::id::SubmissionId,
) -> Result<(), HubError> {
    let Some(bytes) = reading::get(hub, tx, id, reading::SENDER).await? else { return Ok(()) };
    let Ok(person) = Uuid::from_slice(&bytes) else { return Ok(()) };
    let Some(row) = tx.submission(id).await? else { return Ok(()) };
    let person = PersonId(person);
    if row.fields.verdict == Some(Verdict::MassMailed) {
        return notify::queue(hub, tx, person, letter::Kind::MassMailed(id)).await;
    }
    // whoever is told at once gets the notice that all of its organisation get
    match tx.person(person).await?.filter(|p| p.notify != Notify::AtOnce.as_str()) {
        Some(_) => notify::queue(hub, tx, person, letter::Kind::Notice).await,
        None => Ok(()),
    }
}

/// What is sealed of a held mail beside its bytes: enough for the list.
#[derive(Serialize, Deserialize)]
struct HeldHead {
    sender: String,
    subject: String,
    /// The mail itself, as mails were held before their bytes lay beside the head.
    #[serde(default, skip_serializing)]
    raw: Vec<u8>,
}

async fn hold(hub: &Hub, tx: &mut Tx, org: OrgId, forward: &Forward, raw: &[u8]) -> Result<(), HubError> {
    let owner = owner(hub, org);
    let (count, bytes) = tx.count_held(&owner).await?;
    if count >= HELD_MAX || bytes >= HELD_BYTES_MAX {
        return Err(HubError::SlowDown(3600));
    }
    let id = QuarantineId::from_random(hub.random(&format!("quarantine/{org}")));
    let head = HeldHead {
        sender: forward.sender.chars().take(254).collect(),
        subject: forward.subject.clone(),
        raw: Vec::new(),
    };
    let plain = serde_json::to_vec(&head).map_err(store::StoreError::from)?;
    let key = hub.store.seals().create(id.0, hub.random("quarantine-key"))?;
    let sealed = key.seal(hub.random("seal"), &id.to_string(), &plain)?;
    let sealed_raw = key.seal(hub.random("seal"), &raw_context(id), raw)?;
    tx.insert_held(&owner, id, (&sealed, &sealed_raw), hub.now()).await?;
    if count == 0 {
        notify::queue_to_admins(hub, tx, org, letter::Kind::Unknown).await?;
    }
    mail_leaf(hub, tx, "held-mail", id, org).await
}

/// The keyed hash by which an organisation finds what is held for it: a mail that is taken becomes a submission at the same moment, and a
/// name beside it would be its source's.
fn owner(hub: &Hub, org: OrgId) -> Vec<u8> {
    hub.store.seals().tag("held", org.0.as_bytes())
}

/// A leaf about a held mail: found by the mail, with the organisation inside its seal alone.
async fn mail_leaf(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    id: QuarantineId,
    org: OrgId,
) -> Result<(), HubError> {
    leaf(hub, tx, kind, &[("mail", id.to_string()), ("organisation", org.to_string())]).await
}

/// Puts what an earlier version held under an organisation's name where only the hash of it stands.
pub(crate) async fn hide(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    for org in tx.roster().await?.organisations {
        tx.hide_held(org.id, &owner(hub, org.id)).await?;
    }
    Ok(())
}

/// A held mail, as its organisation sees it.
#[derive(Clone, Debug)]
pub struct Held {
    /// Identifier.
    pub id: QuarantineId,
    /// Who it says it is from.
    pub sender: String,
    /// Subject.
    pub subject: String,
    /// Size in bytes.
    pub bytes: i64,
    /// When it came.
    pub at: Timestamp,
}

/// The mails that are held for one's organisation, newest first, at most [`HELD_MAX`].
///
/// # Errors
/// `Unavailable`.
pub async fn held(hub: &Hub, source: AsReporter) -> Result<Vec<Held>, HubError> {
    let mut tx = hub.store.read().await?;
    let rows = tx.held_mails(&owner(hub, source.org), u32::try_from(HELD_MAX).unwrap_or(u32::MAX)).await?;
    rows.into_iter()
        .map(|row| {
            let head = open_head(hub, &row)?;
            Ok(Held { id: row.id, sender: head.sender, subject: head.subject, bytes: row.bytes, at: row.at })
        })
        .collect()
}

fn raw_context(id: QuarantineId) -> String {
    format!("{id}/raw")
}

fn open_head(hub: &Hub, row: &QuarantineRow) -> Result<HeldHead, HubError> {
    let plain = hub.store.seals().key(row.id.0)?.open(&row.id.to_string(), &row.sealed)?;
    Ok(serde_json::from_slice(&plain).map_err(store::StoreError::from)?)
}

fn open_raw(hub: &Hub, row: &QuarantineRow, raw: Option<&[u8]>) -> Result<Vec<u8>, HubError> {
    match raw {
        Some(raw) => Ok(hub.store.seals().key(row.id.0)?.open(&raw_context(row.id), raw)?),
        None => Ok(open_head(hub, row)?.raw),
    }
}

/// Takes a held mail in after all: it becomes a submission like any other.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn take_held(hub: &Hub, source: AsReporter, id: QuarantineId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let (row, sealed) = tx.take_held(&owner(hub, source.org), id).await?.ok_or(HubError::NotFound)?;
    let raw = open_raw(hub, &row, sealed.as_deref())?;
    let forward = apart(move || read(&raw)).await?;
    keep(hub, &mut tx, source.org, None, &forward).await?;
    end_key(hub, &mut tx, id).await?;
    mail_leaf(hub, &mut tx, "held-mail-taken", id, source.org).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(())
}

/// Throws a held mail away.
///
/// # Errors
/// `NotFound`.
pub async fn drop_held(hub: &Hub, source: AsReporter, id: QuarantineId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.take_held(&owner(hub, source.org), id).await?.ok_or(HubError::NotFound)?;
    end_key(hub, &mut tx, id).await?;
    mail_leaf(hub, &mut tx, "held-mail-dropped", id, source.org).await?;
    Ok(tx.commit().await?)
}

/// Queues the end of the key of a mail that is held no more: it is gone from every backup.
async fn end_key(hub: &Hub, tx: &mut Tx, id: QuarantineId) -> Result<(), HubError> {
    enqueue(hub, tx, kind::ERASE, Some(id.0), None, hub.now()).await
}

/// Everything that is held for an organisation goes with it.
pub(crate) async fn leave(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    for id in tx.drop_held(&owner(hub, org)).await? {
        end_key(hub, tx, id).await?;
    }
    Ok(())
}

/// Throws away what nobody decided in [`HELD_DAYS`], at most `limit` mails. Each is a leaf; how many they were.
pub(crate) async fn lapse(hub: &Hub, tx: &mut Tx, limit: u32) -> Result<usize, HubError> {
    let before = model::time::plus_days(hub.now(), -HELD_DAYS);
    let over = tx.drop_held_before(before, limit).await?;
    for id in &over {
        end_key(hub, tx, *id).await?;
        leaf(hub, tx, "held-mail-lapsed", &[("mail", id.to_string())]).await?;
    }
    Ok(over.len())
}
