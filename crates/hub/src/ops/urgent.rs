//! Urgent items: the on-call list is told one after the other until somebody acknowledges, and the hub sees whom to phone.

use crate::ledger::leaf;
use crate::notify::{self, letter};
use crate::ops::words;
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::id::{ItemId, OrgId, PersonId};
use model::lang::Bilingual;
use model::role::OrgRole;
use model::state::{Actor, ItemState, NotAllowed};
use sharing::caller::{AsAnswerer, AsReleaser, AsStaff};
use sharing::{ReaderAudiences, admit};
use store::{CallRow, Tx};

/// Minutes between two people of an on-call list.
const STEP_MINUTES: i64 = 15;

/// When the calls about an item that was marked begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// It has left: they have begun.
    Begun,
    /// When it leaves.
    AtRelease,
}

/// Marks an item that has left, or is about to leave, as urgent: from its release on every recipient's on-call list is told.
///
/// # Errors
/// `NotFound`; `State` for what was taken back or given up: nobody is called about that.
pub async fn mark(hub: &Hub, releaser: AsReleaser, id: ItemId) -> Result<Calls, HubError> {
    let mut tx = hub.store.write().await?;
    let item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    if matches!(item.state, ItemState::Recalled | ItemState::Abandoned) {
        let (state, actor) = (item.state.as_str(), Actor::Releaser);
        return Err(HubError::State(NotAllowed { state, act: "mark as urgent", actor }));
    }
    let calls = if item.live_version.is_some() { Calls::Begun } else { Calls::AtRelease };
    if tx.mark_urgent(id, releaser.person, hub.now()).await? {
        leaf(hub, &mut tx, "urgent", &[("item", id.to_string()), ("person", releaser.person.to_string())])
            .await?;
        if calls == Calls::Begun {
            let roster = tx.roster().await?;
            let reach = sharing::audience::reach(&item.audience, &roster);
            let to = crate::ops::release::told(&mut tx, &item, reach).await?;
            begin(hub, &mut tx, id, &to).await?;
        }
    }
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(calls)
}

/// Begins the calls of an item that leaves now, when it is urgent.
pub(crate) async fn begin_if_marked(
    hub: &Hub,
    tx: &mut Tx,
    id: ItemId,
    to: &[OrgId],
) -> Result<(), HubError> {
    if tx.is_urgent(id).await? { begin(hub, tx, id, to).await } else { Ok(()) }
}

async fn begin(hub: &Hub, tx: &mut Tx, id: ItemId, to: &[OrgId]) -> Result<(), HubError> {
    for org in to {
        tx.begin_call(id, *org, hub.now()).await?;
    }
    escalate(hub, tx).await
}

/// Tells the next person of every call that is due; the hub's own people once lists are at their end and nobody has acknowledged: then
/// somebody has to phone. Cost: the open calls.
pub(crate) async fn escalate(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    let mut at_end = false;
    for call in tx.due_calls(hub.now()).await? {
        let list = list(tx, &call).await?;
        let person = usize::try_from(call.place).ok().and_then(|place| list.get(place));
        let next = match person {
            Some(person) => {
                notify::queue(hub, tx, *person, letter::Kind::Urgent).await?;
                hub.now().checked_add(SignedDuration::from_mins(STEP_MINUTES)).ok()
            }
            None => None,
        };
        at_end |= next.is_none();
        tx.step_call(call.item, call.organisation, call.place + i64::from(person.is_some()), next).await?;
    }
    if at_end {
        let roster = tx.roster().await?;
        for office in roster.organisations.iter().filter(|org| org.roles.contains(&OrgRole::Hub)) {
            crate::notices::notify_asked(hub, tx, office.id, "calls-unanswered").await?;
        }
    }
    Ok(())
}

/// Whom an organisation's call goes down: its on-call list; of what is for persons by name, those persons, in the order of the list.
/// Whom no letter reaches costs nobody a quarter of an hour.
async fn list(tx: &mut Tx, call: &CallRow) -> Result<Vec<PersonId>, HubError> {
    let list = tx.on_call(call.organisation).await?;
    let named = named(tx, call.item, call.organisation).await?;
    let mut reached = Vec::with_capacity(list.len());
    for id in named.map_or(list.clone(), |named| in_order_of(&list, named)) {
        if tx.person(id).await?.is_some_and(|person| notify::reachable(&person)) {
            reached.push(id);
        }
    }
    Ok(reached)
}

/// The persons of an organisation for whom an item is by name; `None` for an item that is for all of them.
async fn named(tx: &mut Tx, item: ItemId, org: OrgId) -> Result<Option<Vec<PersonId>>, HubError> {
    let row = tx.item_for_hub(item).await?.ok_or(HubError::NotFound)?;
    let named: Vec<PersonId> =
        tx.item_people(item).await?.into_iter().filter(|(o, _)| *o == org).map(|(_, p)| p).collect();
    Ok((!row.tlp.machine_readable() || !named.is_empty()).then_some(named))
}

/// Those who are named, first in the order of the list.
fn in_order_of(list: &[PersonId], named: Vec<PersonId>) -> Vec<PersonId> {
    let (mut out, rest): (Vec<_>, Vec<_>) = named.into_iter().partition(|person| list.contains(person));
    out.sort_by_key(|person| list.iter().position(|one| one == person));
    out.extend(rest);
    out
}

/// Acknowledges an urgent item for one's organisation. Acknowledging what is not urgent changes nothing.
///
/// # Errors
/// `NotFound` for an item that the reader does not have.
pub async fn acknowledge(
    hub: &Hub,
    _who: AsAnswerer,
    reader: &ReaderAudiences,
    id: ItemId,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    let _: sharing::Released<_> = admit(stored, reader)?;
    tx.acknowledge_call(id, reader.org(), reader.person(), hub.now()).await?;
    Ok(tx.commit().await?)
}

/// Whether an item of the reader is urgent and nobody of its organisation has acknowledged it.
///
/// # Errors
/// `Unavailable`.
pub async fn waits(hub: &Hub, reader: &ReaderAudiences, id: ItemId) -> Result<bool, HubError> {
    let mut tx = hub.store.read().await?;
    let call = tx.call(id, reader.org()).await?;
    Ok(call.is_some_and(|call| call.acknowledged_at.is_none()))
}

/// An organisation that has not acknowledged an urgent item, and whom of it to phone.
#[derive(Clone, Debug)]
pub struct OpenCall {
    /// The item.
    pub item: ItemId,
    /// The organisation.
    pub organisation: Bilingual,
    /// How many of its list were told.
    pub place: i64,
    /// When the next of its list is told; none when the list is at its end.
    pub next_at: Option<Timestamp>,
    /// Its on-call list: name and telephone, in order.
    pub people: Vec<(String, Option<String>)>,
}

/// The open calls, for hub staff. A look at them is a leaf. Cost: the open calls and their lists.
///
/// # Errors
/// `Unavailable`.
pub async fn open_calls(hub: &Hub, staff: AsStaff) -> Result<Vec<OpenCall>, HubError> {
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let calls: Vec<CallRow> = tx.open_calls().await?;
    let mut out = Vec::with_capacity(calls.len());
    for call in calls {
        out.push(OpenCall {
            item: call.item,
            organisation: words::name(&roster, call.organisation),
            place: call.place,
            next_at: call.next_at,
            people: phones(&mut tx, call.item, call.organisation).await?,
        });
    }
    if !out.is_empty() {
        leaf(
            hub,
            &mut tx,
            "look-calls",
            &[("office", staff.office.to_string()), ("person", staff.person.to_string())],
        )
        .await?;
    }
    tx.commit().await?;
    Ok(out)
}

/// Whom of an organisation to phone about an item: its on-call list, or its people who have a telephone; of what is for persons by name,
/// those persons and nobody else.
pub(crate) async fn phones(
    tx: &mut Tx,
    item: ItemId,
    org: OrgId,
) -> Result<Vec<(String, Option<String>)>, HubError> {
    let on_call = tx.on_call(org).await?;
    let listed = match named(tx, item, org).await? {
        Some(named) => in_order_of(&on_call, named),
        None if on_call.is_empty() => {
            let people = tx.people_of(org).await?;
            return Ok(people.into_iter().filter(|p| p.phone.is_some()).map(|p| (p.name, p.phone)).collect());
        }
        None => on_call,
    };
    let mut out = Vec::new();
    for id in listed {
        if let Some(person) = tx.person(id).await? {
            out.push((person.name, person.phone));
        }
    }
    Ok(out)
}
