//! After a restore: the database is older than the world. What was decided since stands in the journal beside the keys and is
//! decided again before anything is served: recalls, withdrawals, erasures, rights that ended. The restore itself is a leaf: an epoch.
//!
//! The first three are ends, so that the journal is read from its beginning. A right can be given anew: its line names the leaf of the act,
//! and counts where the backup does not hold that leaf. Sessions, which nobody writes down, all end.

use crate::ledger::leaf;
use crate::ops::admin::AsRegistrar;
use crate::release::Falls;
use crate::{Hub, HubError};
use model::id::{IncidentId, ItemId, LeafId, OrgId, PasskeyId, PersonId, SubmissionId, TokenId};
use model::item::RecallReason;
use model::state::{Actor, ItemState, SubmissionState};
use store::{Entry, Happened, Queue, StandingRow, Tx};

/// The reason of what a restore does again; the first one stands in the log.
const RESTORED: &str = "restored";

/// What a restore did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reapplied {
    /// Items recalled again.
    pub recalls: usize,
    /// Submissions withdrawn again.
    pub withdrawals: usize,
    /// Submissions and incidents erased again.
    pub erasures: usize,
    /// Rights that ended again: of organisations and people that left, tokens, passkeys, standing consents.
    pub rights: usize,
    /// Lines about things that the backup does not know.
    pub unknown: usize,
}

/// Opens an epoch and applies the journal. Doing it twice does no harm.
///
/// # Errors
/// `Unavailable`.
pub async fn open_epoch(hub: &Hub, _by: AsRegistrar, backup: &str) -> Result<Reapplied, HubError> {
    let mut done = Reapplied::default();
    crate::log::epoch::open(hub, backup, false).await?;
    let mut tx = hub.store.write().await?;
    // a backup knows neither which sessions ended since nor which links were used
    tx.end_sessions().await?;
    tx.end_open_links(hub.now()).await?;
    tx.commit().await?;
    for entry in hub.store.seals().journal().read()? {
        let mut tx = hub.store.write().await?;
        match again(hub, &mut tx, &entry).await? {
            Some(true) => *counter(&mut done, entry.happened) += 1,
            Some(false) => {}
            None => done.unknown += 1,
        }
        tx.commit().await?;
    }
    Ok(done)
}

/// Notes in the log that a fresh root key was made.
///
/// # Errors
/// `Unavailable`.
pub async fn note_rotation(hub: &Hub, _by: AsRegistrar) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    leaf(hub, &mut tx, "root-key", &[]).await?;
    Ok(tx.commit().await?)
}

/// The queue, and what was given up: kind, class of the error, how many.
///
/// # Errors
/// `Unavailable`.
pub async fn jobs(hub: &Hub) -> Result<(Queue, Vec<(String, String, i64)>), HubError> {
    let mut tx = hub.store.read().await?;
    Ok((tx.queue_of_jobs(hub.now()).await?, tx.given_up().await?))
}

/// Lets everything that was given up run again; how many.
///
/// # Errors
/// `Unavailable`.
pub async fn retry_jobs(hub: &Hub, _by: AsRegistrar) -> Result<u64, HubError> {
    let mut tx = hub.store.write().await?;
    let count = tx.revive_jobs(hub.now()).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(count)
}

fn counter(done: &mut Reapplied, happened: Happened) -> &mut usize {
    match happened {
        Happened::Recall => &mut done.recalls,
        Happened::Withdraw => &mut done.withdrawals,
        Happened::Erase => &mut done.erasures,
        Happened::Leave | Happened::Leaver | Happened::Standing | Happened::Token | Happened::Passkey => {
            &mut done.rights
        }
    }
}

/// Whether something had to be done; `None` for what the backup does not know.
async fn again(hub: &Hub, tx: &mut Tx, entry: &Entry) -> Result<Option<bool>, HubError> {
    match entry.happened {
        Happened::Recall => {
            let Some(item) = tx.item_for_hub(ItemId(entry.id)).await? else { return Ok(None) };
            if item.state == ItemState::Recalled || item.live_version.is_none() {
                return Ok(Some(false));
            }
            let reason = entry.reason.parse().unwrap_or(RecallReason::Error);
            crate::release::recall(hub, tx, item, reason, Actor::Machine).await?;
        }
        Happened::Withdraw => {
            let id = SubmissionId(entry.id);
            let Some(row) = tx.submission(id).await? else { return Ok(None) };
            if row.state == SubmissionState::Withdrawn {
                return Ok(Some(false));
            }
            return crate::ops::mine::take_back(hub, tx, &row, Falls::read(&entry.reason)).await.map(Some);
        }
        Happened::Erase => {
            // Whatever the backup knows of it: other copies do not open any more, nor do keys that came back with an older key folder.
            hub.store.seals().destroy(entry.id)?;
            let (submission, incident) = (SubmissionId(entry.id), IncidentId(entry.id));
            if tx.submission(submission).await?.is_some() {
                super::erase::begin(hub, tx, submission, RESTORED).await?;
            } else if tx.incident(incident).await?.is_some() {
                super::report::erase::begin(hub, tx, incident, RESTORED).await?;
            } else {
                return Ok(None);
            }
        }
        Happened::Leave | Happened::Leaver | Happened::Standing | Happened::Token | Happened::Passkey => {
            return end_right(hub, tx, entry).await;
        }
    }
    Ok(Some(true))
}

/// Ends a right again that ended after the backup.
async fn end_right(hub: &Hub, tx: &mut Tx, entry: &Entry) -> Result<Option<bool>, HubError> {
    let Some((act, org)) = named(&entry.reason) else { return Ok(None) };
    if tx.leaf(act).await?.is_some() {
        return Ok(Some(false));
    }
    let by = || ("by", RESTORED.to_owned());
    match entry.happened {
        Happened::Leave => {
            if tx.roster().await?.organisation(org).is_none() {
                return Ok(None);
            }
            super::membership::take_out(hub, tx, org, RESTORED.to_owned()).await?;
        }
        Happened::Leaver => {
            let person = PersonId(entry.id);
            if super::people::own_roles(tx, person, org).await?.is_empty() {
                return Ok(None);
            }
            super::people::leave(hub, tx, org, person).await?;
            leaf(hub, tx, "leaver", &[("person", person.to_string()), by()]).await?;
        }
        Happened::Standing => {
            // what was given after the end that the line tells of is another consent
            let meant = |one: &StandingRow| one.revoked_at.is_none() && one.created_at <= entry.at;
            if !tx.standing(org).await?.iter().any(meant) {
                return Ok(None);
            }
            tx.revoke_standing(org, hub.now()).await?;
            leaf(hub, tx, "standing-consent-ends", &[("organisation", org.to_string()), by()]).await?;
        }
        Happened::Token => {
            if !tx.revoke_token(org, TokenId(entry.id), hub.now()).await? {
                return Ok(None);
            }
            leaf(hub, tx, "token-revoked", &[("token", entry.id.to_string()), by()]).await?;
        }
        Happened::Passkey => {
            if !tx.remove_passkey(PasskeyId(entry.id)).await? {
                return Ok(None);
            }
            leaf(hub, tx, "passkey-removed", &[("passkey", entry.id.to_string()), by()]).await?;
        }
        Happened::Recall | Happened::Withdraw | Happened::Erase => return Ok(None),
    }
    Ok(Some(true))
}

/// The leaf of the act and whose right it was, as [`crate::ledger::right_ends`] wrote them down.
fn named(reason: &str) -> Option<(LeafId, OrgId)> {
    let (act, whose) = reason.split_once(' ')?;
    Some((act.parse().ok()?, whose.parse().ok()?))
}
