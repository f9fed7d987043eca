//! Mail that comes in: forwarded to an organisation's intake address, or bounced from one of ours.
//!
//! A mail is acknowledged only when it is kept: as submissions when the sender is known, else held for its organisation to decide.

mod forward;
mod held;

use crate::ledger::leaf;
use crate::notify::{self, BOUNCE, letter};
use crate::ops::submit::{self, NewSubmission};
use crate::{Hub, HubError, reading};
use forward::{Around, Forward};
pub use held::{HELD_DAYS, Held, drop_held, held, take_held};
pub(crate) use held::{held_in, held_raw, hide, lapse, leave};
use model::consent::Delay;
use model::id::{OrgId, PersonId};
use model::role::Notify;
use model::submission::{Door, Kind, Verdict};
use sha2::{Digest, Sha256};
use sharing::caller::{AsOrgAdmin, AsReporter};
use std::sync::Arc;
use store::Tx;
use uuid::Uuid;

/// The largest mail that the door takes.
pub const MAIL_BYTES_MAX: usize = mail::MESSAGE_BYTES_MAX;

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

async fn take_in(
    hub: &Hub,
    org: OrgId,
    from: &str,
    raw: &Arc<Vec<u8>>,
    pulled: Option<&[u8]>,
) -> Result<(), HubError> {
    let bytes = Arc::clone(raw);
    let forward = apart(move || forward::read(&bytes)).await?;
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
        None => held::hold(hub, &mut tx, org, from, &forward, raw).await?,
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

/// Each part of the forward becomes a submission, with a receipt to its sender. The same mail delivered twice is kept once.
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
        let (name, around) = match &part.around {
            Around::Carrier => (reading::CARRIER, &b"yes"[..]),
            Around::Outer(outer) => (reading::OUTER, outer.as_slice()),
        };
        reading::put(hub, tx, receipt.id, name, around).await?;
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
