//! Telling people by mail: one envelope each, nothing of the content, in random order. Rows wait in the store; a job sends each.

pub(crate) mod letter;
pub(crate) mod link;

use crate::ledger::{enqueue, kind, leaf};
use crate::notices::notify_asked;
use crate::{Hub, HubError};
use client::post::{Mail, PostError, Transport};
use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use letter::{Kind, Waiting, Words};
use model::id::{OrgId, PersonId};
use model::role::{Notify, PersonRole};
use model::submission::Verdict;
use std::time::{Duration, SystemTime};
use store::{PersonRow, Tx};
use uuid::Uuid;

/// The letters of one event go out spread over this many seconds, each at a moment drawn for it alone: their order says nothing.
const SPREAD_SECONDS: u32 = 20;

/// The hour of a person's own morning at which its digest goes out.
const DIGEST_HOUR: i8 = 8;

/// How the hub writes mail.
#[derive(Clone)]
pub struct Post {
    /// Where mail goes.
    pub transport: Transport,
    /// The address in `From`.
    pub from: String,
    /// The domain of intake and bounce addresses.
    pub domain: String,
}

/// Queues a letter to one person, inside the caller's transaction. Without mail there is nothing to queue.
pub(crate) async fn queue(hub: &Hub, tx: &mut Tx, to: PersonId, kind: Kind) -> Result<(), HubError> {
    if hub.post.is_none() {
        return Ok(());
    }
    // what answers one person's own mail need not wait: nobody else gets one
    let spread = matches!(kind, Kind::Notice | Kind::Urgent);
    put_out(hub, tx, &Waiting::Person { to, kind }, &to.to_string(), spread).await
}

/// Keeps a letter until its moment, drawn within some seconds where `spread` asks for that.
async fn put_out(hub: &Hub, tx: &mut Tx, waiting: &Waiting, to: &str, spread: bool) -> Result<(), HubError> {
    let id = Uuid::from_bytes(hub.random(&format!("letter/{to}")));
    let bytes = serde_json::to_vec(waiting).map_err(store::StoreError::from)?;
    let sealed = hub.store.seals().hub_key("letter").seal(hub.random("seal"), &id.to_string(), &bytes)?;
    tx.insert_outbound(id, &sealed, hub.now()).await?;
    let draw = u32::from_be_bytes(hub.random(&format!("letter-order/{to}")));
    let micros = i64::from(draw) * i64::from(SPREAD_SECONDS) * 1_000_000 / (i64::from(u32::MAX) + 1);
    let micros = if spread { micros } else { 0 };
    let at = hub.now().checked_add(SignedDuration::from_micros(micros)).unwrap_or(hub.now());
    enqueue(hub, tx, kind::MAIL, Some(id), None, at).await
}

/// Queues a notice to everybody of these organisations who wants one as it happens. Cost: their people.
pub(crate) async fn queue_notices(hub: &Hub, tx: &mut Tx, to: &[OrgId]) -> Result<(), HubError> {
    if hub.post.is_none() {
        return Ok(());
    }
    for org in to {
        for person in tx.people_of(*org).await? {
            if reachable(&person) && person.notify == Notify::AtOnce.as_str() {
                queue(hub, tx, person.id()?, Kind::Notice).await?;
            }
        }
    }
    Ok(())
}

/// Queues a notice to a person about its own account, whatever it has chosen. Whoever is told of everything at once gets it with the rest.
pub(crate) async fn queue_to_itself(hub: &Hub, tx: &mut Tx, person: PersonId) -> Result<(), HubError> {
    let row = tx.person(person).await?;
    if row.is_some_and(|row| reachable(&row) && row.notify != Notify::AtOnce.as_str()) {
        queue(hub, tx, person, Kind::Notice).await?;
    }
    Ok(())
}

/// Queues a notice to everybody of an organisation who can be reached. Cost: its people.
pub(crate) async fn queue_to_everybody(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    for person in tx.people_of(org).await?.iter().filter(|p| reachable(p)) {
        queue(hub, tx, person.id()?, Kind::Notice).await?;
    }
    Ok(())
}

pub(crate) fn reachable(person: &PersonRow) -> bool {
    person.address.is_some() && person.unreachable_at.is_none() && person.disabled_at.is_none()
}

/// Queues a letter to the administrators of an organisation.
pub(crate) async fn queue_to_admins(hub: &Hub, tx: &mut Tx, org: OrgId, kind: Kind) -> Result<(), HubError> {
    for person in tx.people_of(org).await? {
        let id = person.id()?;
        let roles = tx.roles(id).await?;
        let admin = roles.iter().any(|(o, roles)| *o == org && roles.contains(&PersonRole::OrgAdmin));
        if admin && reachable(&person) {
            queue(hub, tx, id, kind).await?;
        }
    }
    Ok(())
}

/// Sends one letter. Done when the relay took it, or refused it for good: then the person is unreachable, and its
/// organisation's administrators are told.
pub(crate) async fn send(hub: &Hub, id: Uuid) -> Result<Option<Result<(), String>>, HubError> {
    let Some(post) = &hub.post else { return Ok(None) };
    let mut tx = hub.store.read().await?;
    let Some(sealed) = tx.outbound(id).await? else { return Ok(None) };
    let bytes = hub.store.seals().hub_key("letter").open(&id.to_string(), &sealed)?;
    let waiting: Waiting = serde_json::from_slice(&bytes).map_err(store::StoreError::from)?;
    let (to, kind) = match waiting {
        Waiting::Person { to, kind } => (to, kind),
        Waiting::Contact { to, put, kind } => {
            drop(tx);
            return link::send(hub, post, to, put, kind).await;
        }
    };
    let Some(person) = tx.person(to).await?.filter(reachable) else { return Ok(None) };
    let Some(words) = filling(hub, &mut tx, &person, kind).await? else { return Ok(None) };
    let (subject, text) = kind.written(&words);
    drop(tx);
    let mail = Mail {
        bounce_to: bounce_address(hub, post, id, to),
        from_name: hub.settings.name.en.clone(),
        from: post.from.clone(),
        to: person.address.unwrap_or_default(),
        subject,
        text,
        id: message_id(hub, &to.to_string()),
        at: system_time(hub.now()),
    };
    match post.transport.send(&mail).await {
        Ok(()) => Ok(Some(Ok(()))),
        Err(PostError::Refused(class)) => {
            let mut tx = hub.store.write().await?;
            unreachable(hub, &mut tx, to).await?;
            tx.commit().await?;
            Ok(Some(Err(class)))
        }
        Err(PostError::Later(class)) => Err(HubError::Unavailable(format!("mail-{class}"))),
    }
}

/// What stands left of the `@` in a `Message-ID`: random, so that it says nothing.
fn message_id(hub: &Hub, to: &str) -> String {
    BASE32_NOPAD.encode(&hub.random::<15>(&format!("message-id/{to}"))).to_lowercase()
}

/// The time as the standard library knows it; before 1970 is 1970.
fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0))
}

/// The words of a letter; none when the person is not of the organisation (any more) whose submission it is about.
async fn filling(hub: &Hub, tx: &mut Tx, person: &PersonRow, kind: Kind) -> Result<Option<Words>, HubError> {
    let mut words = Words {
        hub: hub.settings.name.clone(),
        url: hub.settings.url.clone(),
        name: person.name.clone(),
        ..Words::default()
    };
    if let Kind::Receipt(id) | Kind::MassMailed(id) = kind {
        let Some(row) = tx.submission(id).await? else { return Ok(None) };
        if matches!(kind, Kind::MassMailed(_)) && row.fields.verdict != Some(Verdict::MassMailed) {
            return Ok(None);
        }
        let Some(source) = crate::reading::source_unless_erased(hub, &row)? else { return Ok(None) };
        if !tx.roles(person.id()?).await?.iter().any(|(org, _)| *org == source) {
            return Ok(None);
        }
        words.code = row.receipt;
    }
    Ok(Some(words))
}

/// The address to which one letter bounces. It names nobody: the letter's identifier, and a keyed hash of it with the person. So
/// what is forged from an old letter, or from another's, marks nobody as unreachable.
fn bounce_address(hub: &Hub, post: &Post, letter: Uuid, person: PersonId) -> String {
    let id = BASE32_NOPAD.encode(letter.as_bytes()).to_lowercase();
    format!("{BOUNCE}{id}{}@{}", bounce_tag(hub, letter, person), post.domain)
}

fn bounce_tag(hub: &Hub, letter: Uuid, person: PersonId) -> String {
    tag(hub, "bounce", &[letter.as_bytes().as_slice(), person.0.as_bytes()].concat())
}

/// Days for which a letter can bounce: relays try for five days (RFC 5321 section 4.5.4.1), and say so on the next.
const BOUNCE_DAYS: i64 = 7;

/// Letters of an identifier in a bounce address: 128 bits in base 32.
const LETTER_CHARS: usize = 26;

/// What bounce addresses begin with.
pub(crate) const BOUNCE: &str = "b-";

/// Sixteen letters that only this hub can make of a value: 80 bits.
pub(crate) fn tag(hub: &Hub, purpose: &str, value: &[u8]) -> String {
    let tag = hub.store.seals().tag(purpose, value);
    BASE32_NOPAD.encode(&tag[..10]).to_lowercase()
}

/// Which letter bounced, and to whom it was; none for one that went out long ago, or has bounced before. Cost: all people.
pub(crate) async fn bounced(
    hub: &Hub,
    tx: &mut Tx,
    local: &str,
) -> Result<Option<(Uuid, PersonId)>, HubError> {
    let Some((id, given)) = local.strip_prefix(BOUNCE).and_then(|rest| rest.split_at_checked(LETTER_CHARS))
    else {
        return Ok(None);
    };
    let id = BASE32_NOPAD.decode(id.to_uppercase().as_bytes()).ok();
    let Some(letter) = id.and_then(|bytes| Uuid::from_slice(&bytes).ok()) else { return Ok(None) };
    if !tx.may_bounce(letter, model::time::plus_days(hub.now(), -BOUNCE_DAYS)).await? {
        return Ok(None);
    }
    for person in tx.people().await? {
        let id = person.id()?;
        if bounce_tag(hub, letter, id) == given {
            return Ok(Some((letter, id)));
        }
    }
    Ok(None)
}

/// Notes that mail to a person comes back; its organisations read it among their notices.
pub(crate) async fn unreachable(hub: &Hub, tx: &mut Tx, person: PersonId) -> Result<(), HubError> {
    if tx.set_unreachable(person, hub.now()).await? {
        for (org, _) in tx.roles(person).await? {
            notify_asked(hub, tx, org, "unreachable").await?;
        }
        leaf(hub, tx, "unreachable", &[("person", person.to_string())]).await?;
        tracing::warn!("mail to a person comes back: alarm");
    }
    Ok(())
}

/// Queues the digests whose hour has come: for whoever has an unread notice since the last one.
pub(crate) async fn digests(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    for (person, zone, last) in tx.digest_readers().await? {
        let zone = jiff::tz::TimeZone::get(&zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let last = last.and_then(|at| Timestamp::from_microsecond(at).ok());
        if !is_due(hub.now(), last, &zone) {
            continue;
        }
        let since = last.unwrap_or_else(|| model::time::plus_days(hub.now(), -1));
        let mut fresh = false;
        for (org, _) in tx.roles(person).await? {
            fresh |= tx
                .notices(&crate::notices::readers(hub, org), 1)
                .await?
                .first()
                .is_some_and(|newest| newest.at > since && newest.read_at.is_none());
        }
        tx.set_digest_at(person, hub.now()).await?;
        if fresh {
            queue(hub, tx, person, Kind::Notice).await?;
        }
    }
    Ok(())
}

/// Whether a person's morning has begun since its last digest.
fn is_due(now: Timestamp, last: Option<Timestamp>, zone: &jiff::tz::TimeZone) -> bool {
    let here = now.to_zoned_datetime(zone.clone());
    here.hour() >= DIGEST_HOUR
        && last.is_none_or(|at| at.to_zoned_datetime(zone.clone()).date() < here.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_due_once_a_morning() {
        let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
        let check = |now: &str, last: Option<&str>, due: bool| {
            let last = last.map(|at| at.parse().unwrap());
            assert_eq!(is_due(now.parse().unwrap(), last, &zone), due, "{now} after {last:?}");
        };
        check("2026-11-24T22:59:00Z", None, false); // 07:59 in Tokyo
        check("2026-11-24T23:00:00Z", None, true);
        check("2026-11-24T23:00:00Z", Some("2026-11-24T00:30:00Z"), true);
        check("2026-11-25T03:00:00Z", Some("2026-11-24T23:00:00Z"), false);
    }
}
