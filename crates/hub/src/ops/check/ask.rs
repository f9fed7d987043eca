//! Asking: which item, whom, until when, what counts; ending it; and what can be asked at all.

use super::{asker_tag, seal};
use crate::jobs::check as term;
use crate::ledger::leaf;
use crate::notices::notify_asked;
use crate::notify::letter::Kind;
use crate::notify::link::queue_links;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::check::term::{DUE_DAYS_MAX, UNNAMED_DAYS, tell_slot};
use model::check::{CheckAct, CheckState, Counts};
use model::consent::Destinations;
use model::id::{CheckId, ItemId, OrgId, PutId};
use model::lang::Bilingual;
use model::org::{Organisation, Roster};
use model::state::Actor;
use sharing::check::{AsAsker, may_ask, may_ask_about, may_flow};
use sharing::{ReaderAudiences, Released, admit};
use std::collections::BTreeSet;
use store::{AskRow, InboxRow, PutRow, Tx};

/// The most organisations of one ask. A thousand: every member and supplier of a large community.
pub const WHOM_MAX: usize = 1_000;

/// What is asked.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// About which item.
    pub item: ItemId,
    /// Whom.
    pub whom: BTreeSet<OrgId>,
    /// In the asker's own name.
    pub named: bool,
    /// Until when the asker wants the answers.
    pub due_at: Timestamp,
    /// What has to be searched.
    pub counts: Counts,
    /// The put that it hands on to the asker's own suppliers.
    pub parent: Option<PutId>,
}

/// Whom the asker may ask, for its form: identifier and name.
///
/// # Errors
/// `Unavailable`.
pub async fn whom(hub: &Hub, asker: AsAsker) -> Result<Vec<(OrgId, Bilingual)>, HubError> {
    let mut tx = hub.store.read().await?;
    let (roster, contracts) = (tx.roster().await?, tx.suppliers_of(asker.org).await?);
    let may = |org: &&Organisation| may_ask(&asker, org, contracts.contains(&org.id)).is_ok();
    Ok(roster.organisations.iter().filter(may).map(|o| (o.id, o.name.clone())).collect())
}

/// Asks. Every organisation is put the check in this transaction, or none is.
///
/// # Errors
/// `NotFound` for an item that the asker does not have, `Invalid` terms or addressees, and for members an item whose marking is narrower
/// than GREEN, whomever they ask; `NotCovered` for the hub, when marking and consent do not let the item go to one of them.
pub async fn ask(
    hub: &Hub,
    asker: AsAsker,
    reader: &ReaderAudiences,
    new: NewCheck,
) -> Result<CheckId, HubError> {
    check_terms(hub, &new)?;
    let mut tx = hub.store.write().await?;
    let head = ground(hub, &mut tx, &asker, reader, &new).await?;
    if head.recalled.is_some() {
        return Err(HubError::Invalid("item", Problem::Recalled));
    }
    may_ask_about(&asker, head.tlp).map(drop).map_err(|_| the_hub_asks())?;
    let roster = tx.roster().await?;
    let contracts = tx.suppliers_of(asker.org).await?;
    let consents: Vec<Destinations> =
        tx.consents(new.item).await?.into_iter().map(|c| c.destinations).collect();
    let id = CheckId::from_random(hub.random(&format!("check/{}", asker.org)));
    let row = row(hub, &asker, id, &new)?;
    tx.insert_ask(&row).await?;
    leaf(hub, &mut tx, "check", &[("check", id.to_string()), ("by", asker.org.to_string())]).await?;
    for org in &new.whom {
        let whom = askable(&roster, *org, &asker, &contracts)?;
        let reached = tx.item_reaches(new.item, *org).await?;
        may_flow(head.tlp, whom.id, reached, &consents).map(drop).map_err(|_| HubError::NotCovered)?;
        put(hub, &mut tx, &row, whom.id).await?;
    }
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(id)
}

fn the_hub_asks() -> HubError {
    HubError::Invalid("item", Problem::TheHubAsks)
}

fn check_terms(hub: &Hub, new: &NewCheck) -> Result<(), HubError> {
    let invalid = |field, what| Err(HubError::Invalid(field, what));
    if new.whom.is_empty() || new.whom.len() > WHOM_MAX {
        return invalid("whom", Problem::Whom { most: WHOM_MAX });
    }
    let earliest = if new.named { hub.now() } else { model::time::plus_days(hub.now(), UNNAMED_DAYS) };
    if new.due_at < earliest {
        return invalid("due", Problem::ThreeDays);
    }
    if new.due_at > model::time::plus_days(hub.now(), DUE_DAYS_MAX) {
        return invalid("due", Problem::DueDays { most: DUE_DAYS_MAX });
    }
    if !new.named && new.counts != Counts::LogsAndMachines {
        return invalid("counts", Problem::HubTerms);
    }
    Ok(())
}

/// The item that the asker has: released to it, put to it, or released at all when the hub asks.
async fn ground(
    hub: &Hub,
    tx: &mut Tx,
    asker: &AsAsker,
    reader: &ReaderAudiences,
    new: &NewCheck,
) -> Result<InboxRow, HubError> {
    if let Some(parent) = new.parent {
        let put = tx.put(parent).await?.filter(|p| p.organisation == asker.org && p.item == new.item);
        let put = put.ok_or(HubError::NotFound)?;
        let to = put.state.after(CheckAct::Delegate, Actor::Asked)?;
        tx.move_put(put.id, put.state, to, true, hub.now()).await?;
        return tx.head_of(new.item).await?.ok_or(HubError::NotFound);
    }
    if asker.hub {
        return tx.head_of(new.item).await?.ok_or(HubError::NotFound);
    }
    let stored = tx.item_of(reader, new.item).await?.ok_or(HubError::NotFound)?;
    let held: Released<_> = admit(stored, reader)?;
    Ok(held.into_inner().row)
}

fn row(hub: &Hub, asker: &AsAsker, id: CheckId, new: &NewCheck) -> Result<AskRow, HubError> {
    Ok(AskRow {
        id,
        asker_tag: asker_tag(hub, asker.org),
        asker_sealed: seal(hub, &format!("asker {id}"), asker.org.0.as_bytes())?,
        item: new.item,
        named: new.named,
        by_hub: asker.hub,
        parent: new.parent,
        counts: new.counts,
        due_at: new.due_at,
        asked_at: hub.now(),
        closed_at: None,
    })
}

/// Absent, and not the asker's supplier, look alike.
fn askable<'r>(
    roster: &'r Roster,
    org: OrgId,
    asker: &AsAsker,
    contracts: &[OrgId],
) -> Result<&'r Organisation, HubError> {
    let whom = roster.organisation(org).filter(|o| may_ask(asker, o, contracts.contains(&org)).is_ok());
    whom.ok_or(HubError::Invalid("whom", Problem::NotAskable))
}

/// Puts the ask to one organisation: with the open unnamed put about this item, or with a new one.
async fn put(hub: &Hub, tx: &mut Tx, ask: &AskRow, org: OrgId) -> Result<(), HubError> {
    let open = if ask.named { None } else { tx.unnamed_put(ask.item, org).await? };
    let put = match open {
        Some(open) => open.id,
        None => first(hub, tx, ask, org).await?,
    };
    // Drawn for every share, needed or not, so that the draws of later ones do not tell.
    let tag = data_encoding::HEXLOWER.encode(&ask.asker_tag);
    let random = u32::from_be_bytes(hub.random(&format!("check-tell/{tag}")));
    tx.insert_share(ask.id, put, hub.now(), tell_slot(hub.now(), ask.due_at, random)).await?;
    Ok(())
}

async fn first(hub: &Hub, tx: &mut Tx, ask: &AskRow, org: OrgId) -> Result<PutId, HubError> {
    let due_at = if ask.named { ask.due_at } else { model::time::plus_days(hub.now(), UNNAMED_DAYS) };
    let put = PutRow {
        id: PutId::from_random(hub.random(&format!("check-put/{org}"))),
        organisation: org,
        item: ask.item,
        ask: ask.named.then_some(ask.id),
        counts: ask.counts,
        state: CheckState::Asked,
        due_at,
        asked_at: hub.now(),
        opened_at: None,
        answered_at: None,
        closed_at: None,
    };
    tx.insert_put(&put).await?;
    leaf(hub, tx, "check-put", &[("put", put.id.to_string()), ("to", org.to_string())]).await?;
    notify_asked(hub, tx, org, "check-asked").await?;
    queue_links(hub, tx, &put, Kind::Check).await?;
    term::begin(hub, tx, put.id, due_at).await?;
    Ok(put.id)
}

/// Ends an ask for its asker. A named one ends for the organisations too; an unnamed one stays open there on the hub's terms.
///
/// # Errors
/// `NotFound` for another's.
pub async fn close(hub: &Hub, asker: AsAsker, id: CheckId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let ask = tx.ask_of(&asker_tag(hub, asker.org), id).await?.ok_or(HubError::NotFound)?;
    end(hub, &mut tx, &ask).await?;
    Ok(tx.commit().await?)
}

/// The same in the caller's transaction.
pub(super) async fn end(hub: &Hub, tx: &mut Tx, ask: &AskRow) -> Result<(), HubError> {
    if !tx.close_ask(ask.id, hub.now()).await? {
        return Ok(());
    }
    leaf(hub, tx, "check-ended", &[("check", ask.id.to_string())]).await?;
    for (put, _) in tx.shares(ask).await?.iter().filter(|(put, _)| put.ask == Some(ask.id)) {
        if let Ok(to) = put.state.after(CheckAct::Close, Actor::Asker) {
            tx.move_put(put.id, put.state, to, false, hub.now()).await?;
        }
    }
    Ok(())
}
