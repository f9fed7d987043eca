//! Reads a submission: parse, extract, hints, draft by allow-list, gate; then, where a standing consent and the hub's rule
//! allow it, the decision to release. What is stored is stored in one transaction; reading, rendering and the gate run before it,
//! since an envelope of many thousand objects would keep every other writer waiting meanwhile.

use crate::ledger::{enqueue, kind, leaf};
use crate::notices::notify_source;
use crate::reading::{self, READING, Reading};
use crate::unread::Unread;
use crate::{Hub, HubError, compose};
use deid::gate::{GateHit, Profiles};
use indicator::files;
use model::audience::Audience;
use model::consent::{Decision, Delay};
use model::id::{ConsentId, ItemId, OrgId, SubmissionId};
use model::item::{ItemContent, ItemIds};
use model::org::Roster;
use model::profile::Profile;
use model::state::{Actor, ItemAct, ItemState, SubmissionAct, SubmissionState};
use model::submission::{Door, Kind, TriageFields};
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
        read(self.row.kind, &self.came, &self.raw, &self.profile, common)
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

fn read(kind: Kind, came: &Came, raw: &[u8], profile: &Profile, common: &BTreeSet<String>) -> Outcome {
    let shared = |value: &str| common.contains(value);
    let known = deid::Known { shared: &shared };
    let raw = deid::readable(kind, raw);
    let raw = raw.as_ref();
    match kind {
        Kind::Mail => read_mail(raw, came, profile, &known),
        Kind::Indicators => read_list(raw, profile, &known),
        Kind::Stix => read_stix(raw, profile, &known),
        Kind::Text => {
            let text = String::from_utf8_lossy(raw);
            let sent = vec![("text".to_owned(), text.chars().take(20_000).collect())];
            outcome(deid::from_text(&text, profile, &known), sent, Vec::new(), true)
        }
    }
}

fn read_mail(raw: &[u8], came: &Came, profile: &Profile, known: &deid::Known<'_>) -> Outcome {
    let (message, mut problems) = mail::read_message(raw);
    let inside = match came {
        Came::Carrier => inside(&message, &mut problems),
        // what lies inside such a mail is found by the reader itself
        Came::Attached(_) if message.nested.is_empty() && deid::is_own(&message, profile) => {
            in_text(&message, &mut problems).into_iter().collect()
        }
        Came::Attached(_) | Came::Attack => Vec::new(),
    };
    let unread: Vec<Unread> = problems.iter().map(Unread::of_mail).collect();
    let readable =
        !(message.headers.is_empty() && message.text.trim().is_empty() && message.attachments.is_empty());
    let outer = match came {
        Came::Attached(outer) => mail::read_message(outer).0,
        Came::Carrier | Came::Attack => mail::Message::default(),
    };
    let draft = match (came, inside.split_first()) {
        (_, Some((first, others))) => {
            let forwarded = |one| deid::from_forward(one, &[&message, &outer], profile, known);
            let mut draft = forwarded(first);
            others.iter().for_each(|one| draft.join(forwarded(one)));
            draft
        }
        (Came::Carrier, None) => deid::from_report(&message, profile, known),
        (Came::Attached(_), None) => deid::from_attached(&message, &outer, profile, known),
        (Came::Attack, None) => deid::from_mail(&message, profile, known),
    };
    // the envelope of a forward is the member's own: what was forwarded is shown instead
    let shown = match inside.as_slice() {
        [one] => one,
        _ => &message,
    };
    let mut out = outcome(draft, sent_mail(shown), unread, readable);
    out.reading.markings = markings(&message.attachments);
    let attack =
        inside.first().or(Some(&message)).filter(|_| !matches!(came, Came::Carrier) || !inside.is_empty());
    if let Some(attack) = attack {
        judged(&mut out, attack, profile);
    }
    out
}

/// What a mail says of itself, and what it is like: of the attack, never of somebody's own words.
fn judged(out: &mut Outcome, attack: &mail::Message, profile: &Profile) {
    let hints = deid::hints::of_mail(attack, profile);
    out.fields = deid::hints::triage_fields(attack);
    out.likeness = deid::likeness(attack);
    out.reading.suggestion = deid::hints::suggestion(&hints);
    let suggested = hints.iter().filter(|h| Some(h.verdict) == out.reading.suggestion);
    out.reading.because = suggested.map(|h| h.words.clone()).collect();
    out.reading.hints = hints.into_iter().map(|h| h.words).collect();
}

/// The mails that somebody hands on: those that lie in it, else the one in its text.
fn inside(carrier: &mail::Message, problems: &mut Vec<mail::Problem>) -> Vec<mail::Message> {
    // what has no sender is no mail of somebody: the words of this one in a program's own form, or the place of one that was kept apart
    let says = |one: &&mail::Message| !one.from.is_empty();
    let lying: Vec<mail::Message> = carrier.nested.iter().filter(says).cloned().collect();
    if lying.is_empty() { in_text(carrier, problems).into_iter().collect() } else { lying }
}

/// The mail that another forwards in its text.
fn in_text(carrier: &mail::Message, problems: &mut Vec<mail::Problem>) -> Option<mail::Message> {
    let (inline, more) = mail::inline_forward(carrier)?;
    problems.extend(more);
    Some(inline.original)
}

/// Protective markings in the names and texts of attached files, and of the files inside them.
fn markings(files: &[mail::Attachment]) -> Vec<String> {
    let mut out: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let name = file.filename.as_deref().unwrap_or_default();
        let texts = [name, file.text.as_deref().unwrap_or_default()];
        out.extend(texts.into_iter().flat_map(deid::protective::markings).map(str::to_owned));
        out.extend(markings(&file.nested));
    }
    out.into_iter().collect()
}

fn read_list(raw: &[u8], profile: &Profile, known: &deid::Known<'_>) -> Outcome {
    let format = files::sniff(raw);
    let (draft, problems) = match format {
        files::Format::MispJson => deid::from_misp(raw, profile, known),
        files::Format::StixJson => return read_stix(raw, profile, known),
        files::Format::Csv => of_list(files::read_csv(raw), profile, known),
        files::Format::Text => of_list(files::read_text(&String::from_utf8_lossy(raw)), profile, known),
    };
    let misp = format == files::Format::MispJson;
    let unread = problems.into_iter().map(|problem| Unread::of_list(problem, misp)).collect();
    let sent = vec![("text".to_owned(), String::from_utf8_lossy(raw).chars().take(20_000).collect())];
    let readable = !draft.content.indicators.is_empty() || !draft.dropped.is_empty();
    outcome(draft, sent, unread, readable)
}

fn of_list(
    (lines, problems): (Vec<files::Listed>, Vec<files::Problem>),
    profile: &Profile,
    known: &deid::Known<'_>,
) -> (deid::Draft, Vec<files::Problem>) {
    (deid::from_indicators(&lines, profile, known), problems)
}

fn read_stix(raw: &[u8], profile: &Profile, known: &deid::Known<'_>) -> Outcome {
    let limits = stix::Limits::default();
    // what is kept of the submission stays as it came; what is drafted is read in the form of 2.1
    let stix::Lifted { objects, faults, changes } = stix::read_lifted(raw, &limits)
        .unwrap_or_else(|fault| stix::Lifted { faults: vec![fault], ..Default::default() });
    let mut unread: Vec<Unread> = faults.into_iter().map(Unread::of_stix).collect();
    unread.extend(Unread::of_changes(changes));
    let sent = vec![("objects".to_owned(), objects.len().to_string())];
    let readable = !objects.is_empty();
    outcome(deid::from_stix(&objects, profile, known), sent, unread, readable)
}

fn outcome(draft: deid::Draft, sent: Vec<(String, String)>, unread: Vec<Unread>, readable: bool) -> Outcome {
    let reading = Reading {
        sent,
        part: draft.content,
        dropped: draft.dropped,
        slots: draft.slots,
        names_you: draft.names_you.into_iter().map(|hit| (hit.path, hit.value)).collect(),
        labels: draft.warning_labels,
        ..Reading::default()
    }
    .with_unread(unread);
    Outcome { reading, fields: TriageFields::default(), likeness: Vec::new(), rare: draft.rare, readable }
}

/// The mail as its sender reads it again: addresses, subject, text, attachments.
fn sent_mail(message: &mail::Message) -> Vec<(String, String)> {
    let list = |all: &[mail::Address]| {
        all.iter()
            .map(|a| match &a.name {
                Some(name) if a.address.is_empty() => name.clone(),
                Some(name) => format!("{name} <{}>", a.address),
                None => a.address.clone(),
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let files: Vec<String> =
        message.attachments.iter().map(|a| a.filename.clone().unwrap_or_default()).collect();
    let rows = [
        ("from", list(&message.from)),
        ("to", list(&message.to)),
        ("cc", list(&message.cc)),
        ("reply-to", list(&message.reply_to)),
        ("subject", message.subject.clone()),
        ("text", message.text.chars().take(20_000).collect()),
        ("attachments", files.join(", ")),
    ];
    rows.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v)).collect()
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
