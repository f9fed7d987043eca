//! After a restore: the database is older than the world. What was decided since stands in the journal beside the keys and is
//! decided again before anything is served: recalls, withdrawals, erasures, legal holds, rights that ended. The restore itself is a leaf: an
//! epoch.
//!
//! The first three are ends, and a hold is as its last line says, so that the journal is read from its beginning. A right can be given anew:
//! its line names the leaf of the act, and counts where the backup does not hold that leaf; whoever came back has a later line with the roles
//! that it came back to. Sessions, which nobody writes down, all end.

use crate::ledger::leaf;
use crate::ops::admin::AsRegistrar;
use crate::{Hub, HubError};
use model::id::{IncidentId, ItemId, LeafId, QuestionId, SubmissionId};
use model::item::RecallReason;
use model::state::{Actor, ItemState, SubmissionState};
use std::collections::BTreeSet;
use store::{Entry, Happened, Queue, Tx};

/// The reason of what a restore does again; the first one stands in the log.
pub(super) const RESTORED: &str = "restored";

/// What a restore did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reapplied {
    /// Items recalled again.
    pub recalls: usize,
    /// Submissions withdrawn again.
    pub withdrawals: usize,
    /// Submissions and incidents erased again.
    pub erasures: usize,
    /// Rights that are again as they were: of organisations and people that left, roles of both, places in the roster, seats, deputies, tokens,
    /// passkeys, standing consents, the machine's.
    pub rights: usize,
    /// Legal holds that stand again or were lifted again, and wishes of their sources.
    pub holds: usize,
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
    let mut acts = BTreeSet::new();
    for entry in hub.store.seals().journal().read()? {
        let mut tx = hub.store.write().await?;
        match again(hub, &mut tx, &entry, &mut acts, &mut done).await? {
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
        Happened::Hold | Happened::Lift | Happened::Wish => &mut done.holds,
        Happened::Leave
        | Happened::Leaver
        | Happened::Roles
        | Happened::Deputy
        | Happened::Standing
        | Happened::Token
        | Happened::Passkey
        | Happened::OrgRoles
        | Happened::Place
        | Happened::Seat
        | Happened::MachineStop => &mut done.rights,
    }
}

/// Whether something had to be done; `None` for what the backup does not know.
async fn again(
    hub: &Hub,
    tx: &mut Tx,
    entry: &Entry,
    acts: &mut BTreeSet<LeafId>,
    done: &mut Reapplied,
) -> Result<Option<bool>, HubError> {
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
            return crate::ops::mine::take_back(hub, tx, &row).await.map(Some);
        }
        Happened::Erase => {
            // Whatever the backup knows of it: other copies do not open any more, nor do keys that came back with an older key folder.
            hub.store.seals().destroy(entry.id)?;
            let (submission, incident) = (SubmissionId(entry.id), IncidentId(entry.id));
            if tx.submission(submission).await?.is_some() {
                super::erase::begin(hub, tx, submission, super::erase::Cause::Said(RESTORED)).await?;
                if entry.reason == super::erase::UNLINKED {
                    tx.unlink_source(submission).await?;
                }
            } else if tx.incident(incident).await?.is_some() {
                super::report::erase::begin(hub, tx, incident, RESTORED).await?;
            } else if !tx.forget_thread(QuestionId(entry.id)).await? {
                return Ok(None);
            }
        }
        Happened::Hold | Happened::Lift | Happened::Wish => return hold_again(hub, tx, entry).await,
        _ => return super::restore_rights::again(hub, tx, entry, acts, done).await,
    }
    Ok(Some(true))
}

/// Puts a hold back, or lifts one again. What was erased after it was lifted has a line of its own.
async fn hold_again(hub: &Hub, tx: &mut Tx, entry: &Entry) -> Result<Option<bool>, HubError> {
    let id = SubmissionId(entry.id);
    if tx.submission(id).await?.is_none() {
        return Ok(None);
    }
    let done = match entry.happened {
        // the reason of one that stands is a person's: it is not written over
        Happened::Hold if tx.is_held(id).await? => false,
        Happened::Hold => {
            tx.hold(id, RESTORED, hub.now()).await?;
            true
        }
        Happened::Lift => tx.lift_hold(id).await?.is_some(),
        _ => tx.wish_erased(id).await?,
    };
    Ok(Some(done))
}
