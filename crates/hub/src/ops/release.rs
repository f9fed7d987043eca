//! The decision to release, the rule that replaces it, and recall.

use crate::ledger::{enqueue, kind, leaf, leaf_with_id, note_right};
use crate::ops::words;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::consent::MachineRule;
use model::id::{ItemId, LeafId, OrgId, PersonId};
use model::item::RecallReason;
use model::lang::Bilingual;
use model::state::{Actor, ItemAct, ItemState};
use sharing::caller::{AsReleaser, AsStaff};
use std::collections::{BTreeMap, BTreeSet};
use store::{Happened, ItemRow, Tx};
use uuid::Uuid;

/// The name under which the rule is kept.
pub(crate) const RULE: &str = "machine-release";

/// Lets an item leave at its sources' delay class. The releaser is another person than the analyst. Returns when it leaves.
///
/// # Errors
/// `SamePerson`, `NotCovered`, `State`, `NotFound`; `Invalid` for what is TLP:RED and names nobody who may read it.
pub async fn release(hub: &Hub, releaser: AsReleaser, id: ItemId) -> Result<Timestamp, HubError> {
    decide(hub, releaser, id, None).await
}

/// [`release`] of what is TLP:RED, with the persons who may read it: both, or neither.
///
/// # Errors
/// As [`release`] and [`name_readers`].
pub async fn release_to(
    hub: &Hub,
    releaser: AsReleaser,
    id: ItemId,
    people: Vec<(OrgId, PersonId)>,
) -> Result<Timestamp, HubError> {
    decide(hub, releaser, id, Some(people)).await
}

async fn decide(
    hub: &Hub,
    releaser: AsReleaser,
    id: ItemId,
    people: Option<Vec<(OrgId, PersonId)>>,
) -> Result<Timestamp, HubError> {
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    if item.analyst == Some(releaser.person) {
        return Err(HubError::SamePerson);
    }
    if let Some(people) = people {
        name(hub, &mut tx, releaser, &item, &people).await?;
    }
    if !item.tlp.machine_readable() && tx.item_people(id).await?.is_empty() {
        return Err(HubError::Invalid("person", Problem::NameAReader));
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

/// Names the persons who may read a TLP:RED item, each for one organisation: nobody else of the audience does, and no program. What has
/// left already is told to the organisations that come in with it.
///
/// # Errors
/// `NotFound`; `Invalid` for an item of another marking, without anybody (what nobody may read is recalled), and for somebody whom the
/// audience does not reach.
pub async fn name_readers(
    hub: &Hub,
    releaser: AsReleaser,
    id: ItemId,
    people: Vec<(OrgId, PersonId)>,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    name(hub, &mut tx, releaser, &item, &people).await?;
    Ok(tx.commit().await?)
}

async fn name(
    hub: &Hub,
    tx: &mut Tx,
    releaser: AsReleaser,
    item: &ItemRow,
    people: &[(OrgId, PersonId)],
) -> Result<(), HubError> {
    let offered = offered(tx, item).await?;
    if people.is_empty() {
        return Err(HubError::Invalid("person", Problem::NameAReader));
    }
    if people.iter().any(|one| !offered.iter().any(|r| (r.organisation, r.person) == *one)) {
        return Err(HubError::Invalid("person", Problem::OutOfReach));
    }
    let before = told(tx, item, offered.iter().map(|r| r.organisation).collect()).await?;
    tx.set_item_people(item.id, people).await?;
    let named = people.len().to_string();
    let entry = [("item", item.id.to_string()), ("person", releaser.person.to_string()), ("named", named)];
    leaf(hub, tx, "named-readers", &entry).await?;
    for gone in before.iter().filter(|org| people.iter().all(|(named, _)| named != *org)) {
        tx.end_calls(item.id, Some(*gone)).await?;
    }
    if item.live_version.is_some() {
        let mut new: Vec<OrgId> =
            people.iter().map(|(org, _)| *org).filter(|org| !before.contains(org)).collect();
        new.sort_unstable();
        new.dedup();
        crate::notices::notify_item(hub, tx, &new, "released", item, hub.now()).await?;
        crate::ops::urgent::begin_if_marked(hub, tx, item.id, &new).await?;
    }
    Ok(())
}

/// A person who can be named as a reader.
#[derive(Clone, Debug)]
pub struct Reader {
    /// For which organisation.
    pub organisation: OrgId,
    /// Its name.
    pub organisation_name: Bilingual,
    /// Who.
    pub person: PersonId,
    /// Its name.
    pub name: String,
    /// Whether it is named.
    pub named: bool,
}

/// The persons of the organisations that a TLP:RED item reaches. Cost: their people.
///
/// # Errors
/// `NotFound`; `Invalid` for an item of another marking.
pub async fn readers_offered(hub: &Hub, _releaser: AsReleaser, id: ItemId) -> Result<Vec<Reader>, HubError> {
    let mut tx = hub.store.read().await?;
    let item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    offered(&mut tx, &item).await
}

async fn offered(tx: &mut Tx, item: &ItemRow) -> Result<Vec<Reader>, HubError> {
    if item.tlp.machine_readable() {
        return Err(HubError::Invalid("tlp", Problem::OnlyRed));
    }
    let named = tx.item_people(item.id).await?;
    let roster = tx.roster().await?;
    let mut out = Vec::new();
    for organisation in sharing::audience::reach(&item.audience, &roster) {
        for row in tx.people_of(organisation).await? {
            let person = row.id()?;
            out.push(Reader {
                organisation,
                organisation_name: words::name(&roster, organisation),
                person,
                name: row.name,
                named: named.contains(&(organisation, person)),
            });
        }
    }
    Ok(out)
}

/// The organisations of an item's reach that are told of it: of what is TLP:RED only those of which somebody is named. A notice to the
/// others would say that there is something which they may not know.
pub(crate) async fn told(
    tx: &mut Tx,
    item: &ItemRow,
    reach: BTreeSet<OrgId>,
) -> Result<Vec<OrgId>, HubError> {
    if item.tlp.machine_readable() {
        return Ok(reach.into_iter().collect());
    }
    let named: BTreeSet<OrgId> = tx.item_people(item.id).await?.into_iter().map(|(org, _)| org).collect();
    Ok(reach.intersection(&named).copied().collect())
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

/// A holder of a recalled item.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Its name.
    pub name: Bilingual,
    /// The channels it got the item by.
    pub channels: Vec<String>,
    /// When it confirmed the removal.
    pub confirmed_at: Option<Timestamp>,
    /// Whom of it to phone while it has not: name and telephone, in order.
    pub phones: Vec<(String, Option<String>)>,
}

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
    let mut out = Vec::with_capacity(channels.len());
    for (org, by) in channels {
        let confirmed_at = confirmed.get(&org).copied().flatten();
        let phones = match confirmed_at {
            None => crate::ops::urgent::phones(&mut tx, id, org).await?,
            Some(_) => Vec::new(),
        };
        out.push(Holder {
            name: words::name(&roster, org),
            channels: by.into_iter().collect(),
            confirmed_at,
            phones,
        });
    }
    tx.commit().await?;
    out.sort_by_key(|holder| holder.confirmed_at.is_some());
    Ok(out)
}

/// Stretches of time since an item left of which nobody knows who was served what: the hub died in them. Its holders are then more than
/// [`recall_board`] names.
///
/// # Errors
/// `NotFound`.
pub async fn unknown(
    hub: &Hub,
    _staff: AsStaff,
    id: ItemId,
) -> Result<Vec<(Timestamp, Timestamp)>, HubError> {
    let mut tx = hub.store.read().await?;
    let item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    Ok(tx.disclosure_gaps(item.first_slot.unwrap_or(Timestamp::MAX)).await?)
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
    let act = leaf_with_id(hub, &mut tx, "machine-rule", &entry).await?;
    note_stop(hub, &rule, act)?;
    Ok(tx.commit().await?)
}

/// A switched-off machine stays off after a restore: somebody had a reason.
pub(crate) fn note_stop(hub: &Hub, rule: &MachineRule, act: LeafId) -> Result<(), HubError> {
    match rule.enabled {
        true => Ok(()),
        false => note_right(hub, (Happened::MachineStop, Uuid::nil(), OrgId(Uuid::nil())), act, ""),
    }
}
