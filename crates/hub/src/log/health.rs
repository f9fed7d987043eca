//! The log's health, for the auditor: how far, how fast, who vouches. No content, and no count of what happened.

use crate::log::beat::ALARM_MINUTES;
use crate::log::{Beat, keys, own_policy, published};
use crate::{Hub, HubError};
use jiff::Timestamp;
use sharing::caller::AsAuditor;
use tlog::cosignature;

/// How a witness stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessHealth {
    /// Its name in the policy.
    pub name: String,
    /// When it cosigned the newest checkpoint, by its clock (seconds since 1970); `None` when it did not.
    pub cosigned_at: Option<u64>,
}

/// The log's health.
#[derive(Clone, Debug)]
pub struct Health {
    /// The keys of all epochs, the newest last, as verifiers write them.
    pub keys: Vec<String>,
    /// The epoch.
    pub epoch: i64,
    /// Leaves in the published tree.
    pub size: u64,
    /// Its root in base64.
    pub root: String,
    /// Leaves in the database's order that no checkpoint covers: after a beat 0.
    pub behind: u64,
    /// Whether something has waited for longer than the alarm.
    pub late: bool,
    /// Since when the oldest leaf waits.
    pub waiting_since: Option<Timestamp>,
    /// The pace.
    pub beat: Beat,
    /// The witnesses of the policy.
    pub witnesses: Vec<WitnessHealth>,
    /// Whether those who cosigned are enough; `None` when none are asked for.
    pub quorum: Option<bool>,
}

/// How the log stands. Cost: one index look-up and a small file.
///
/// # Errors
/// `Unavailable`.
pub async fn health(hub: &Hub, _: AsAuditor) -> Result<Health, HubError> {
    let mut tx = hub.store.read().await?;
    let state = tx.log_state().await?;
    let since = tx.log_waits_since().await?;
    drop(tx);
    let policy = own_policy(hub)?;
    let published = published(hub)?;
    let at = |key| published.as_ref().and_then(|(note, _)| cosignature::cosigned_at(note, key));
    let witnesses: Vec<WitnessHealth> = policy
        .witnesses()
        .iter()
        .map(|party| WitnessHealth { name: party.name.clone(), cosigned_at: at(&party.key) })
        .collect();
    let signed = witnesses.iter().filter(|w| w.cosigned_at.is_some()).map(|w| w.name.as_str()).collect();
    let (size, root) = published.as_ref().map_or((0, String::new()), |(_, c)| (c.size, c.root.to_string()));
    Ok(Health {
        keys: keys(hub)?.iter().map(ToString::to_string).collect(),
        epoch: state.epoch,
        size,
        root,
        behind: state.size.saturating_sub(size),
        late: since.is_some_and(|since| hub.now().duration_since(since).as_mins() >= ALARM_MINUTES),
        waiting_since: since,
        beat: hub.settings.log.beat,
        quorum: policy.asks_for_witnesses().then(|| policy.is_quorum(&signed)),
        witnesses,
    })
}
