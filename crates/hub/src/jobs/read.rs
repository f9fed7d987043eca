//! Reads a submission: parse, extract, hints, draft by allow-list, gate; then, where a standing consent and the hub's rule
//! allow it, the decision to release. What is stored is stored in one transaction; reading, rendering and the gate run before it,
//! since an envelope of many thousand objects would keep every other writer waiting meanwhile.

mod kinds;

use crate::ledger::{enqueue, kind, leaf};
use crate::notices::notify_source;
use crate::reading::{self, READING, Reading};
use crate::{Hub, HubError, compose};
use deid::gate::{GateHit, Profiles};
use model::audience::Audience;
use model::consent::{Decision, Delay};
use model::id::{ConsentId, ItemId, OrgId, SubmissionId};
use model::item::{ItemContent, ItemIds};
use model::org::Roster;
use model::profile::Profile;
use model::state::{Actor, ItemAct, ItemState, SubmissionAct, SubmissionState};
use model::submission::{Door, TriageFields};
use model::tlp::Tlp;
use sharing::machine::{Facts, decide};
use std::collections::BTreeSet;
use store::{ItemRow, JobRow, NewConsent, SubmissionRow, Tx};

/// Independent organisations that must have a value that looks made for one victim before it leaves.
const RARITY_MIN: usize = 3;

/// What reading yields, before anything is stored.
struct Outcome {
    reading: Reading,
    fields: TriageFields,
    likeness: Vec<deid::Likeness>,
    rare: Vec<String>,
    readable: bool,
}

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let id = SubmissionId(job.subject.unwrap_or_default());
    let Some(loaded) = load(hub, id).await? else { return done(hub, job).await };
    let (loaded, first) = aside(move || {
        let first = loaded.read(&BTreeSet::new());
        (loaded, first)
    })
    .await?;
    let common = common(hub, &first.rare).await?;
    let own = hub.clone();
    let outcome = aside(move || {
        // nothing of it is common: what was read stands
        let read = if common.is_empty() { first } else { loaded.read(&common) };
        let draft = Draft::made(&own, &loaded.row, &read.reading.part, loaded.profiles);
        (read, draft)
    })
    .await?;
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    let Some(row) = tx.submission(id).await?.filter(|r| r.state == SubmissionState::Received) else {
        return Ok(tx.commit().await?);
    };
    let (read, mut draft) = outcome;
    let profiles = compose::watched(&mut tx).await?;
    if profiles != draft.profiles {
        // somebody changed an own name meanwhile: the gate has to know it
        draft = Draft::made(hub, &row, &read.reading.part, profiles);
    }
    keep(hub, &mut tx, &row, read, draft).await?;
    tx.commit().await?;
    hub.wake.notify_waiters();
    Ok(())
}

/// Reading takes a processor for up to seconds: the threads that answer requests go on meanwhile.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HubError> {
    let broken = |_| HubError::Unavailable("reader-panicked".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(broken)
}

async fn done(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.finish(job.id, job.lease, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// What is read, and by what it is judged.
struct Loaded {
    row: SubmissionRow,
    raw: Vec<u8>,
    came: Came,
    profile: Profile,
    profiles: Vec<(OrgId, Profile)>,
}

/// What a mail is to its source.
enum Came {
    /// The attack, or a mail around it.
    Attack,
    /// Attached to this mail at the door (its bytes): the attack, or somebody of the source handing it on.
    Attached(Vec<u8>),
    /// The mail at the door itself: somebody's own words, and what they forward.
    Carrier,
}

impl Loaded {
    /// What reading yields where these values are known to be common.
    fn read(&self, common: &BTreeSet<String>) -> Outcome {
        kinds::read(self.row.kind, &self.came, &self.raw, &self.profile, common)
    }
}

/// The item that a submission would become, and what these profiles say of it.
struct Draft {
    profiles: Vec<(OrgId, Profile)>,
    item: ItemRow,
    hits: Vec<GateHit>,
    asset_hits: usize,
}

impl Draft {
    fn made(hub: &Hub, row: &SubmissionRow, part: &ItemContent, profiles: Vec<(OrgId, Profile)>) -> Self {
        let item = draft_item(hub, row, part);
        let compiled = Profiles::compile(&profiles);
        let hits = compose::gate_by(&compose::render(hub, &item, hub.now(), hub.now()), &compiled);
        let asset_hits = part.indicators.iter().filter(|i| compiled.owns(&i.indicator)).count();
        Self { profiles, item, hits, asset_hits }
    }
}

async fn load(hub: &Hub, id: SubmissionId) -> Result<Option<Loaded>, HubError> {
    let mut tx = hub.store.read().await?;
    let Some(row) = tx.submission(id).await?.filter(|r| r.state == SubmissionState::Received) else {
        return Ok(None);
    };
    let Some(raw) = reading::get(hub, &mut tx, id, reading::RAW).await? else { return Ok(None) };
    let source = reading::source(hub, &row)?;
    let came = came(hub, &mut tx, &row).await?;
    let profiles = compose::watched(&mut tx).await?;
    let profile = compose::known_of(&mut tx, &profiles, source).await?;
    Ok(Some(Loaded { row, raw, came, profile, profiles }))
}

async fn came(hub: &Hub, tx: &mut Tx, row: &SubmissionRow) -> Result<Came, HubError> {
    if row.door != Door::Mail {
        return Ok(Came::Attack);
    }
    if reading::get(hub, tx, row.id, reading::CARRIER).await?.is_some() {
        return Ok(Came::Carrier);
    }
    Ok(Came::Attached(reading::get(hub, tx, row.id, reading::OUTER).await?.unwrap_or_default()))
}

/// Of values that look made for one victim, those that are known at enough independent organisations since before today.
async fn common(hub: &Hub, rare: &[String]) -> Result<BTreeSet<String>, HubError> {
    if rare.is_empty() {
        return Ok(BTreeSet::new());
    }
    let tags: Vec<Vec<u8>> = rare.iter().map(|v| hub.store.seals().tag("rare", v.as_bytes())).collect();
    let mut tx = hub.store.read().await?;
    let known = tx.common(&tags, RARITY_MIN, model::time::day(hub.now())).await?;
    let both = rare.iter().zip(&tags);
    Ok(both.filter(|(_, tag)| known.contains(*tag)).map(|(value, _)| value.clone()).collect())
}

/// Keeps the reading and makes the draft.
async fn keep(
    hub: &Hub,
    tx: &mut Tx,
    row: &SubmissionRow,
    mut out: Outcome,
    draft: Draft,
) -> Result<(), HubError> {
    let source = reading::source(hub, row)?;
    if !out.reading.markings.is_empty() && !tx.marking_opened(row.id).await? {
        // nothing that was read is kept: whoever has the right to decide reads the original
        tx.put_marking(row.id, &out.reading.markings.join("\n"), hub.now()).await?;
        leaf(hub, tx, "sealed", &[("submission", row.id.to_string())]).await?;
        return notify_source(hub, tx, source, "sealed", row.id).await;
    }
    let cluster = join_alike(hub, tx, row.exercise, &mut out).await?;
    let bytes = serde_json::to_vec(&out.reading).map_err(store::StoreError::from)?;
    reading::put(hub, tx, row.id, READING, &bytes).await?;
    // a verdict may have been given before anything was read
    tx.set_fields(row.id, &row.fields.clone().or(out.fields)).await?;
    let roster = tx.roster().await?;
    note_rare(hub, tx, &out.rare, &roster, source).await?;
    if !out.readable {
        tx.link_submission(row.id, None, cluster.as_deref()).await?;
        let to = row.state.after(SubmissionAct::CannotRead, Actor::Machine)?;
        tx.move_submission(row.id, row.state, to, hub.now()).await?;
        return notify_source(hub, tx, source, "unreadable", row.id).await;
    }
    let Draft { mut item, hits, asset_hits, .. } = draft;
    let audience = sharing::audience::proposed(source, &roster);
    item.audience = sharing::audience::widened(&audience, &roster, hub.settings.sector_min);
    item.gate = compose::gate_rows(hub, &hits, &[source]);
    let held = !hits.is_empty() || asset_hits > 0;
    if held {
        item.state = item.state.after(ItemAct::Hold, Actor::Machine)?;
    }
    tx.insert_item(&item).await?;
    tx.put_source(item.id, row.id, &out.reading.part).await?;
    tx.link_submission(row.id, Some(item.id), cluster.as_deref()).await?;
    let act = if held { SubmissionAct::Hold } else { SubmissionAct::Draft };
    let state = row.state.after(act, Actor::Machine)?;
    tx.move_submission(row.id, row.state, state, hub.now()).await?;
    leaf(hub, tx, "draft", &[("submission", row.id.to_string()), ("item", item.id.to_string())]).await?;
    let facts = Facts {
        warning_list_hits: out.reading.labels.len(),
        asset_hits,
        gate_hits: hits.len() + out.reading.names_you.len(),
        indicators: out.reading.part.indicators.len(),
        by_source: row.door.shows_source(),
        ..Facts::default()
    };
    by_machine(hub, tx, row, item, &roster, source, facts).await
}

/// The cluster of near-duplicates that the submission belongs to; the reading keeps by what, in words.
/// Exercises have clusters of their own.
async fn join_alike(
    hub: &Hub,
    tx: &mut Tx,
    exercise: bool,
    out: &mut Outcome,
) -> Result<Option<Vec<u8>>, HubError> {
    let purpose = if exercise { "likeness-exercise" } else { "likeness" };
    let tag = |one: &deid::Likeness| hub.store.seals().tag(purpose, one.key.as_bytes());
    let tags: Vec<Vec<u8>> = out.likeness.iter().map(tag).collect();
    let Some(first) = tags.first() else { return Ok(None) };
    let known = tx.alike(&tags).await?;
    let cluster = known.first().map_or_else(|| first.clone(), |(_, cluster)| cluster.clone());
    for (one, tag) in out.likeness.iter().zip(&tags) {
        let shared = known.iter().any(|(have, of)| have == tag && *of == cluster);
        if shared && !out.reading.alike.contains(&one.words) {
            out.reading.alike.push(one.words.clone());
        }
    }
    tx.note_alike(&tags, &cluster).await?;
    Ok(Some(cluster))
}

async fn note_rare(
    hub: &Hub,
    tx: &mut Tx,
    rare: &[String],
    roster: &Roster,
    source: OrgId,
) -> Result<(), HubError> {
    let tags: Vec<Vec<u8>> = rare.iter().map(|v| hub.store.seals().tag("rare", v.as_bytes())).collect();
    let group = roster.organisation(source).map_or(source, model::org::Organisation::group);
    let group = hub.store.seals().tag("rare-group", group.0.as_bytes());
    let id = model::id::uuid4(hub.random("rarity"));
    tx.note_rare(id, &tags, &group, model::time::day(hub.now())).await?;
    Ok(())
}

/// A fresh item, for nobody yet. Its identifier and those of its objects are drawn for this submission alone.
fn draft_item(hub: &Hub, row: &SubmissionRow, part: &ItemContent) -> ItemRow {
    let draw = || model::id::uuid4(hub.random(&format!("item/{}", row.id)));
    let mut ids = ItemIds { report: draw(), indicators: std::collections::BTreeMap::new() };
    ids.complete(part, draw);
    ItemRow {
        id: ItemId(draw()),
        state: ItemState::Draft,
        exercise: row.exercise,
        version: 1,
        live_version: None,
        tlp: Tlp::Green,
        delay: row.delay,
        audience: Audience::default(),
        content: part.clone(),
        ids,
        analyst: None,
        gate: Vec::new(),
        by_machine: false,
        release_at: None,
        first_slot: None,
        released_at: None,
        recall_reason: None,
        recall_slot: None,
        created_at: hub.now(),
        changed_at: hub.now(),
    }
}

/// Asks the machine-release rule; on yes the source's standing consent is written down and the item is scheduled.
async fn by_machine(
    hub: &Hub,
    tx: &mut Tx,
    row: &SubmissionRow,
    mut item: ItemRow,
    roster: &Roster,
    source: OrgId,
    mut facts: Facts,
) -> Result<(), HubError> {
    let Some(standing) = tx.standing(source).await?.into_iter().find(|s| s.revoked_at.is_none()) else {
        return Ok(());
    };
    let audience = sharing::consent::widest_audience(&standing.terms.destinations, roster);
    item.audience = sharing::audience::widened(&audience, roster, hub.settings.sector_min);
    item.delay = if row.delay == Delay::Now { standing.terms.delay } else { Delay::Slot };
    let covered = sharing::consent::covers(&standing.terms.destinations, &item.audience, roster).is_ok();
    facts.standing = covered && sharing::consent::standing_allows(&standing.terms, item.tlp);
    facts.released_today = tx.released_by_machine_since(model::time::day(hub.now())).await?;
    let rule = tx.rule(crate::ops::release::RULE).await?.unwrap_or_default();
    if let Err(reason) = decide(&rule, facts) {
        tracing::info!(reason = %reason, "the machine rule left an item to people");
        return Ok(());
    }
    let decided = hub.store.seals().key(row.id)?;
    let decided = decided.seal(hub.random("seal"), "standing", standing.id.0.as_bytes())?;
    let consent = NewConsent {
        id: ConsentId::from_random(hub.random("consent")),
        item: item.id,
        submission: row.id,
        version: item.version,
        decision: Decision::Approved,
        destinations: standing.terms.destinations.clone(),
        delay: item.delay,
        cuts: BTreeSet::new(),
        content_hash: compose::fingerprint(&item.content, &item.content.analysis, item.tlp)?,
        person: None,
        standing: Some(decided),
    };
    tx.insert_consent(&consent, hub.now()).await?;
    let approved = SubmissionState::Drafted.after(SubmissionAct::ApproveByStanding, Actor::Machine)?;
    tx.move_submission(row.id, SubmissionState::Drafted, approved, hub.now()).await?;
    let from = item.state;
    item.state = item.state.after(ItemAct::ConsentsComplete, Actor::Machine)?;
    item.state = item.state.after(ItemAct::Schedule, Actor::Machine)?;
    item.by_machine = true;
    let at = crate::release::leaves_at(hub, &item);
    item.release_at = Some(at);
    tx.save_item(from, &item, hub.now()).await?;
    enqueue(hub, tx, kind::RELEASE, Some(item.id.0), Some(item.version), at).await?;
    leaf(hub, tx, "machine-release", &[("item", item.id.to_string())]).await?;
    Ok(())
}
