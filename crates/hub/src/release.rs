//! The moment in which an item leaves, and the one in which it is taken back. Called by jobs and by recall, inside their
//! transaction; every condition is checked once more here, because days may lie between decision and slot.

use crate::compose::{self, Rendered};
use crate::ledger::leaf;
use crate::notices::notify_item;
use crate::reading;
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::consent::{Decision, Delay};
use model::id::{AudienceId, CollectionId};
use model::item::RecallReason;
use model::org::Roster;
use model::state::{Actor, ItemAct, ItemState, SubmissionAct, SubmissionState};
use sha2::{Digest, Sha256};
use sharing::consent::covers;
use store::{CollectionRow, Happened, ItemRow, NewFeedObject, NewVersion, Tx};

/// Items of one slot leave in random order, spread over this many seconds after it, each at a moment drawn for it alone: the
/// distance between two items says nothing about what else left.
pub(crate) const SLOT_SPREAD_SECONDS: u32 = 20;

/// When an item with this delay class leaves.
pub(crate) fn leaves_at(hub: &Hub, item: &ItemRow) -> Timestamp {
    match item.delay {
        Delay::Now => hub.now(),
        Delay::Slot => in_slot(hub, item),
    }
}

/// A moment drawn within the spread of the next slot.
fn in_slot(hub: &Hub, item: &ItemRow) -> Timestamp {
    let draw = u32::from_be_bytes(hub.random(&format!("slot/{}", item.id)));
    let micros = i64::from(draw) * i64::from(SLOT_SPREAD_SECONDS) * 1_000_000 / (i64::from(u32::MAX) + 1);
    let slot = model::time::next_slot(hub.now());
    slot.checked_add(SignedDuration::from_micros(micros)).unwrap_or(slot)
}

/// The slot as objects and pages show it: the quarter of an hour for `slot`, the second for `now`.
fn shown_slot(item: &ItemRow, at: Timestamp) -> Timestamp {
    let grain = match item.delay {
        Delay::Now => 1_000_000,
        Delay::Slot => model::time::SLOT_MINUTES * 60 * 1_000_000,
    };
    Timestamp::from_microsecond(at.as_microsecond().div_euclid(grain) * grain).unwrap_or(at)
}

/// Lets a scheduled item leave, or holds it. Returns whether it left.
pub(crate) async fn release(hub: &Hub, tx: &mut Tx, mut item: ItemRow) -> Result<bool, HubError> {
    let from = item.state;
    let roster = tx.roster().await?;
    if !consented(hub, tx, &item, &roster).await? {
        item.state = item.state.after(ItemAct::Reopen, Actor::Machine)?;
        tx.save_item(from, &item, hub.now()).await?;
        return Ok(false);
    }
    let slot = shown_slot(&item, item.release_at.unwrap_or_else(|| hub.now()));
    let (created, modified) = stamps(&item, slot);
    let rendered = compose::render(hub, &item, created, modified);
    let hits = compose::gate(tx, &rendered).await?;
    if hits.iter().any(|hit| !compose::passes(hub, &item.gate, hit)) {
        let own = source_orgs(hub, tx, &item).await?;
        item.gate = compose::gate_rows(hub, &hits, &own);
        item.state = item.state.after(ItemAct::Hold, Actor::Machine)?;
        tx.save_item(from, &item, hub.now()).await?;
        return Ok(false);
    }
    item.state = item.state.after(ItemAct::Release, Actor::Machine)?;
    item.live_version = Some(item.version);
    item.first_slot = Some(created);
    item.released_at = Some(modified);
    let kind = if item.version > 1 { "revised" } else { "released" };
    put_out(hub, tx, &item, &roster, &rendered, false, kind).await?;
    tx.save_item(from, &item, hub.now()).await?;
    for source in tx.sources(item.id).await? {
        share_submission(hub, tx, source.submission).await?;
    }
    let entry = [
        ("item", item.id.to_string()),
        ("version", item.version.to_string()),
        ("sha256", data_encoding::HEXLOWER.encode(&Sha256::digest(rendered.bundle.as_bytes()))),
        ("checkpoint", crate::log::not_before(hub, None)?),
    ];
    leaf(hub, tx, "release", &entry).await?;
    Ok(true)
}

/// `created` is the first slot, `modified` the newest, strictly increasing.
fn stamps(item: &ItemRow, slot: Timestamp) -> (Timestamp, Timestamp) {
    match item.released_at {
        None => (slot, slot),
        Some(before) => {
            let next = before.checked_add(SignedDuration::from_millis(1)).unwrap_or(before);
            (item.first_slot.unwrap_or(slot), slot.max(next))
        }
    }
}

async fn share_submission(hub: &Hub, tx: &mut Tx, id: model::id::SubmissionId) -> Result<(), HubError> {
    let row = tx.submission(id).await?.ok_or(HubError::NotFound)?;
    if row.state != SubmissionState::Shared {
        let to = row.state.after(SubmissionAct::Release, Actor::Machine)?;
        tx.move_submission(id, row.state, to, hub.now()).await?;
    }
    Ok(())
}

/// Whether every source is still a member whose consent stands for exactly this, and covers whom the audience reaches now. What was
/// erased or is of somebody that left consents to nothing new, whatever its rows say until they are gone.
pub(crate) async fn consented(
    hub: &Hub,
    tx: &mut Tx,
    item: &ItemRow,
    roster: &Roster,
) -> Result<bool, HubError> {
    let consents = tx.consents(item.id).await?;
    let sources = tx.sources(item.id).await?;
    let audience = sharing::audience::widened(&item.audience, roster, hub.settings.sector_min);
    for source in &sources {
        let row = tx.submission(source.submission).await?.ok_or(HubError::NotFound)?;
        let whose = reading::source_unless_erased(hub, &row)?;
        if whose.is_none_or(|org| roster.organisation(org).is_none()) {
            return Ok(false);
        }
        let exact = compose::fingerprint(&source.part, &item.content.analysis, item.tlp)?;
        let agreed = consents.iter().any(|c| {
            c.submission == source.submission
                && c.decision != Decision::Refused
                && c.content_hash == exact
                && covers(&c.destinations, &audience, roster).is_ok()
        });
        if !agreed {
            return Ok(false);
        }
    }
    Ok(!sources.is_empty())
}

/// Writes a version where its readers find it: version, inbox, feeds, notices.
async fn put_out(
    hub: &Hub,
    tx: &mut Tx,
    item: &ItemRow,
    roster: &Roster,
    rendered: &Rendered,
    revoked: bool,
    kind: &'static str,
) -> Result<(), HubError> {
    let audience = sharing::audience::widened(&item.audience, roster, hub.settings.sector_min);
    let audience = model::audience::Audience { exercise: item.exercise, ..audience };
    let reach = sharing::audience::reach(&audience, roster);
    let id = tx.intern_audience(&audience, &reach).await?;
    let at = item.released_at.unwrap_or_else(|| hub.now());
    let version = NewVersion {
        item: item.id,
        version: item.version,
        audience: id,
        tlp: item.tlp,
        content: if revoked { model::item::ItemContent::default() } else { item.content.clone() },
        bundle: rendered.bundle.clone(),
        text: rendered.text.clone(),
        title: rendered.title.clone(),
        released_at: at,
        revoked,
    };
    tx.insert_version(&version).await?;
    tx.put_inbox(id, item.id, item.version, hub.now()).await?;
    if item.tlp.machine_readable() {
        withdraw_absent(tx, item, rendered).await?;
        put_feeds(hub, tx, item, id, &audience, rendered).await?;
    }
    let to = crate::ops::release::told(tx, item, reach).await?;
    notify_item(hub, tx, &to, kind, item, hub.now()).await?;
    if revoked { Ok(()) } else { crate::ops::urgent::begin_if_marked(hub, tx, item.id, &to).await }
}

/// What the new version does not hold leaves the feeds: an observable has no version that could be revoked.
async fn withdraw_absent(tx: &mut Tx, item: &ItemRow, rendered: &Rendered) -> Result<(), HubError> {
    let kept = |id: &str| rendered.objects.iter().any(|(kept, _, _)| kept == id);
    let mut gone: Vec<String> = tx.feed_of_item(item.id).await?.into_iter().map(|(_, id, _)| id).collect();
    gone.retain(|id| !kept(id));
    gone.sort();
    gone.dedup();
    Ok(tx.withdraw(item.id, &gone).await?)
}

async fn put_feeds(
    hub: &Hub,
    tx: &mut Tx,
    item: &ItemRow,
    id: AudienceId,
    audience: &model::audience::Audience,
    rendered: &Rendered,
) -> Result<(), HubError> {
    let mut objects = Vec::new();
    for collection in tx.collections().await?.iter().filter(|c| shows(c, item, audience)) {
        objects.extend(rendered.objects.iter().map(|o| feed_object(collection.id, o)));
    }
    tx.insert_feed(id, item.id, &objects, hub.now()).await?;
    Ok(())
}

/// Which collections show an item: exercises stand apart; `all` shows everything, a sector's shows what names it.
fn shows(collection: &CollectionRow, item: &ItemRow, audience: &model::audience::Audience) -> bool {
    match collection.purpose.as_str() {
        "exercise" => item.exercise,
        "all" => !item.exercise,
        _ => !item.exercise && collection.sector.is_some_and(|s| audience.sectors.contains(&s)),
    }
}

/// Types of the objects that the hub puts into every item and that say nothing of it.
const COMMON: [&str; 2] = ["identity", "marking-definition"];

fn feed_object(
    collection: CollectionId,
    (id, object_type, text): &(String, String, String),
) -> NewFeedObject {
    let read = stix::Object::parse(text).ok();
    let version = read.and_then(|o| o.version().map(|at| (at.as_str().to_owned(), at.micros())));
    NewFeedObject {
        collection,
        id: id.clone(),
        object_type: object_type.clone(),
        version,
        bytes: text.clone(),
        common: COMMON.contains(&object_type.as_str()),
    }
}

/// Takes an item back. After a leak nothing of any version is served any more; a content-free tombstone stands instead.
pub(crate) async fn recall(
    hub: &Hub,
    tx: &mut Tx,
    mut item: ItemRow,
    reason: RecallReason,
    actor: Actor,
) -> Result<(), HubError> {
    let from = item.state;
    item.state = item.state.after(ItemAct::Recall, actor)?;
    if item.live_version.is_none() {
        return Err(HubError::State(model::state::NotAllowed { state: from.as_str(), act: "recall", actor }));
    }
    let roster = tx.roster().await?;
    let at = hub.now();
    hub.store.seals().journal().note(Happened::Recall, item.id.0, reason.as_str(), at)?;
    tx.end_calls(item.id, None).await?;
    let slot = shown_slot(&item, at);
    let (created, modified) = stamps(&item, slot);
    if reason == RecallReason::Leak {
        tx.empty_versions(item.id).await?;
        tx.remove_feed(item.id).await?;
    }
    item.version = item.version.max(item.live_version.unwrap_or(0)) + 1;
    item.live_version = Some(item.version);
    item.recall_reason = Some(reason);
    item.recall_slot = Some(slot);
    item.released_at = Some(modified);
    let rendered = compose::render_tombstone(hub, &item, created, modified);
    put_out(hub, tx, &item, &roster, &rendered, true, "recalled").await?;
    tx.save_item(from, &item, at).await?;
    leaf(hub, tx, "recall", &[("item", item.id.to_string()), ("reason", reason.to_string())]).await?;
    Ok(())
}

/// Recalls an item whose source is gone, as it left: a recall at another moment than a slot would say who decided just now.
async fn recall_when_it_falls(hub: &Hub, tx: &mut Tx, item: ItemRow) -> Result<(), HubError> {
    let at = leaves_at(hub, &item);
    if at <= hub.now() {
        return recall(hub, tx, item, RecallReason::SourceWish, Actor::Machine).await;
    }
    crate::ledger::enqueue(hub, tx, crate::ledger::kind::RECALL, Some(item.id.0), item.live_version, at).await
}

/// A source's part is gone: the item is composed anew from the others, or ends.
pub(crate) async fn without_source(
    hub: &Hub,
    tx: &mut Tx,
    id: model::id::ItemId,
    submission: model::id::SubmissionId,
) -> Result<(), HubError> {
    let Some(mut item) = tx.item_for_hub(id).await? else { return Ok(()) };
    let from = item.state;
    tx.revoke_consents(id, Some(submission), hub.now()).await?;
    tx.remove_source(id, submission).await?;
    let left = tx.sources(id).await?;
    if matches!(from, ItemState::Recalled | ItemState::Abandoned) {
        return Ok(());
    }
    if left.is_empty() {
        if item.live_version.is_some() {
            return recall_when_it_falls(hub, tx, item).await;
        }
        item.state = item.state.after(ItemAct::Abandon, Actor::Machine)?;
        tx.save_item(from, &item, hub.now()).await?;
        return Ok(());
    }
    if item.live_version.is_some() {
        return shrink_live(hub, tx, item, &left).await;
    }
    let analysis = item.content.analysis.clone();
    item.content = compose::content(&left, &analysis);
    tx.save_item(from, &item, hub.now()).await?;
    Ok(())
}

/// What is served loses a part that was taken back, also while a revision of it is being written: the revision ends, and what
/// the other sources agreed to leaves at its slot. Where that is not enough for a release, the whole is recalled.
async fn shrink_live(
    hub: &Hub,
    tx: &mut Tx,
    mut item: ItemRow,
    left: &[store::ItemSourceRow],
) -> Result<(), HubError> {
    let from = item.state;
    let live = tx.live_content(item.id).await?.ok_or(HubError::NotFound)?;
    item.content = compose::content(left, &live.content.analysis);
    (item.tlp, item.audience) = (live.tlp, live.audience);
    let roster = tx.roster().await?;
    if from == ItemState::Held || !agreed(tx, left).await? || !consented(hub, tx, &item, &roster).await? {
        return recall_when_it_falls(hub, tx, item).await;
    }
    match from {
        ItemState::Released => {
            item.state = item.state.after(ItemAct::Revise, Actor::Machine)?;
            item.version += 1;
        }
        ItemState::Draft => {}
        _ => item.state = item.state.after(ItemAct::Reopen, Actor::Machine)?,
    }
    item.state = item.state.after(ItemAct::ConsentsComplete, Actor::Machine)?;
    item.state = item.state.after(ItemAct::Schedule, Actor::Machine)?;
    let at = leaves_at(hub, &item);
    item.release_at = Some(at);
    crate::ledger::enqueue(hub, tx, crate::ledger::kind::RELEASE, Some(item.id.0), Some(item.version), at)
        .await?;
    tx.save_item(from, &item, hub.now()).await?;
    Ok(())
}

/// Whether none of these sources is being asked anew.
async fn agreed(tx: &mut Tx, sources: &[store::ItemSourceRow]) -> Result<bool, HubError> {
    for source in sources {
        let row = tx.submission(source.submission).await?.ok_or(HubError::NotFound)?;
        let agreed = [SubmissionState::Approved, SubmissionState::ApprovedWithCuts, SubmissionState::Shared]
            .contains(&row.state);
        if !agreed {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The sources' organisations of an item.
pub(crate) async fn source_orgs(
    hub: &Hub,
    tx: &mut Tx,
    item: &ItemRow,
) -> Result<Vec<model::id::OrgId>, HubError> {
    let mut out = Vec::new();
    for source in tx.sources(item.id).await? {
        if let Some(row) = tx.submission(source.submission).await? {
            out.extend(reading::source_unless_erased(hub, &row)?);
        }
    }
    Ok(out)
}
