//! Mails from senders whom nobody knows: held for their organisation, which takes each in or throws it away.

use super::{Forward, apart, forward, keep};
use crate::ledger::{enqueue, kind, leaf};
use crate::notify::{self, letter};
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::id::{OrgId, QuarantineId};
use serde::{Deserialize, Serialize};
use sharing::caller::AsReporter;
use store::{QuarantineRow, Tx};

/// Mails and bytes that are held for one organisation; a flood from strangers is refused beyond it.
const HELD_MAX: u64 = 200;
const HELD_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The longest mail address (RFC 5321, erratum 1690), in characters.
const ADDRESS_CHARS_MAX: usize = 254;

/// After how long without another held mail its administrators are told again: one that nobody decides must not hide those after it.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_hours(12);

/// Days for which a mail from an unknown sender is held: its administrators were told when the first came, and see how long it stays.
pub const HELD_DAYS: i64 = 30;

/// What is sealed of a held mail beside its bytes: enough for the list.
#[derive(Serialize, Deserialize)]
struct HeldHead {
    sender: String,
    subject: String,
    /// Who delivered it; empty in what earlier versions held.
    #[serde(default)]
    envelope: String,
    /// The mail itself, as mails were held before their bytes lay beside the head.
    #[serde(default, skip_serializing)]
    raw: Vec<u8>,
}

pub(super) async fn hold(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    from: &str,
    forward: &Forward,
    raw: &[u8],
) -> Result<(), HubError> {
    let owner = owner(hub, org);
    let (count, bytes, newest) = tx.count_held(&owner).await?;
    if count >= HELD_MAX || bytes >= HELD_BYTES_MAX {
        return Err(HubError::SlowDown(3600));
    }
    let id = QuarantineId::from_random(hub.random(&format!("quarantine/{org}")));
    let head = HeldHead {
        sender: forward.sender.chars().take(ADDRESS_CHARS_MAX).collect(),
        subject: forward.subject.clone(),
        envelope: from.chars().take(ADDRESS_CHARS_MAX).collect(),
        raw: Vec::new(),
    };
    let plain = serde_json::to_vec(&head).map_err(store::StoreError::from)?;
    let key = hub.store.seals().create(id.0, hub.random("quarantine-key"))?;
    let sealed = key.seal(hub.random("seal"), &id.to_string(), &plain)?;
    let sealed_raw = key.seal(hub.random("seal"), &raw_context(id), raw)?;
    tx.insert_held(&owner, id, (&sealed, &sealed_raw), hub.now()).await?;
    if newest.is_none_or(|at| hub.now().duration_since(at) >= TOLD_AGAIN) {
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
    /// Who delivered it, where that is another than it says: such a mail is held whoever it says it is from.
    pub delivered_by: Option<String>,
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
    held_in(hub, &mut tx, source.org).await
}

/// The same in the caller's transaction.
pub(crate) async fn held_in(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<Held>, HubError> {
    let rows = tx.held_mails(&owner(hub, org), u32::try_from(HELD_MAX).unwrap_or(u32::MAX)).await?;
    rows.into_iter()
        .map(|row| {
            let head = open_head(hub, &row)?;
            let other = !head.envelope.is_empty() && !head.envelope.eq_ignore_ascii_case(&head.sender);
            Ok(Held {
                id: row.id,
                delivered_by: other.then_some(head.envelope),
                sender: head.sender,
                subject: head.subject,
                bytes: row.bytes,
                at: row.at,
            })
        })
        .collect()
}

/// Every held mail of an organisation as it came: (name, bytes).
pub(crate) async fn held_raw(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<(String, Vec<u8>)>, HubError> {
    let owner = owner(hub, org);
    let mut out = Vec::new();
    for held in held_in(hub, tx, org).await? {
        if let Some((row, sealed)) = tx.held_mail(&owner, held.id).await? {
            out.push((format!("held-{}", held.id), open_raw(hub, &row, sealed.as_deref())?));
        }
    }
    Ok(out)
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
    let forward = apart(move || forward::read(&raw)).await?;
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
