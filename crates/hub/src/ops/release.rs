//! The decision to release, the rule that replaces it, and recall.

use crate::ledger::{enqueue, kind, leaf};
use crate::ops::words;
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::consent::MachineRule;
use model::id::{ItemId, OrgId};
use model::item::RecallReason;
use model::lang::Bilingual;
use model::state::{Actor, ItemAct, ItemState};
use sharing::caller::{AsReleaser, AsStaff};
use std::collections::{BTreeMap, BTreeSet};

/// The name under which the rule is kept.
pub(crate) const RULE: &str = "machine-release";

/// Lets an item leave at its sources' delay class. The releaser is another person than the analyst. Returns when it leaves.
///
/// # Errors
/// `SamePerson`, `NotCovered`, `State`, `NotFound`.
pub async fn release(hub: &Hub, releaser: AsReleaser, id: ItemId) -> Result<Timestamp, HubError> {
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    if item.analyst == Some(releaser.person) {
        return Err(HubError::SamePerson);
    }
    let from = item.state;
    item.state = item.state.after(ItemAct::Schedule, Actor::Releaser)?;
    let roster = tx.roster().await?;
    if !crate::release::consented(hub, &mut tx, &item, &roster).await? {
        return Err(HubError::NotCovered);
    }
    let at = crate::release::leaves_at(hub, &item);
    item.release_at = Some(at);
    tx.save_item(from, &item, hub.now()).await?;
    enqueue(hub, &mut tx, kind::RELEASE, Some(id.0), Some(item.version), at).await?;
    leaf(
        hub,
        &mut tx,
        "decide-release",
        &[("item", id.to_string()), ("person", releaser.person.to_string())],
    )
    .await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(at)
}

/// Recalls an item: every holder is told on the channel it got the item by. Returns when the recall is out.
///
/// # Errors
/// `State` for what never left, `NotFound`.
pub async fn recall(
    hub: &Hub,
    releaser: AsReleaser,
    id: ItemId,
    reason: RecallReason,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    crate::release::recall(hub, &mut tx, item, reason, Actor::Releaser).await?;
    leaf(hub, &mut tx, "decide-recall", &[("item", id.to_string()), ("person", releaser.person.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

/// A holder of a recalled item: its name, the channels it got the item by, and when it confirmed the removal.
pub type Holder = (Bilingual, Vec<String>, Option<Timestamp>);

/// Who holds a recalled item and has (not) confirmed its removal. A look at it is a leaf. Cost: the audience.
///
/// # Errors
/// `NotFound` for an item that was not recalled.
pub async fn recall_board(hub: &Hub, staff: AsStaff, id: ItemId) -> Result<Vec<Holder>, HubError> {
    crate::disclosures::flush(hub).await?;
    let mut tx = hub.store.write().await?;
    let item =
        tx.item_for_hub(id).await?.filter(|i| i.state == ItemState::Recalled).ok_or(HubError::NotFound)?;
    let roster = tx.roster().await?;
    let mut channels: BTreeMap<OrgId, BTreeSet<String>> = BTreeMap::new();
    for row in tx.disclosures(id).await? {
        channels.entry(row.organisation).or_default().insert(row.channel);
    }
    let confirmed: BTreeMap<OrgId, Option<Timestamp>> =
        tx.answers(id).await?.into_iter().map(|a| (a.organisation, a.recall_confirmed_at)).collect();
    let (office, person) = (staff.office.to_string(), staff.person.to_string());
    leaf(
        hub,
        &mut tx,
        "look-recall",
        &[("item", item.id.to_string()), ("office", office), ("person", person)],
    )
    .await?;
    tx.commit().await?;
    let row = |(org, by): (OrgId, BTreeSet<String>)| {
        (words::name(&roster, org), by.into_iter().collect(), confirmed.get(&org).copied().flatten())
    };
    Ok(channels.into_iter().map(row).collect())
}

/// The machine-release rule.
///
/// # Errors
/// `Unavailable`.
pub async fn rule(hub: &Hub, _staff: AsStaff) -> Result<MachineRule, HubError> {
    let mut tx = hub.store.read().await?;
    Ok(tx.rule(RULE).await?.unwrap_or_default())
}

/// Changes the rule; a leaf.
///
/// # Errors
/// `Unavailable`.
pub async fn set_rule(hub: &Hub, releaser: AsReleaser, rule: MachineRule) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.set_rule(RULE, &rule, hub.now()).await?;
    let entry = [
        ("person", releaser.person.to_string()),
        ("enabled", rule.enabled.to_string()),
        ("items_per_day", rule.items_per_day.to_string()),
    ];
    leaf(hub, &mut tx, "machine-rule", &entry).await?;
    Ok(tx.commit().await?)
}
