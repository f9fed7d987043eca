//! The analyst's desk: a draft item, its sources by number, analysis, marking, audience, and the request for approval.

use crate::ledger::leaf;
use crate::notices::notify_source;
use crate::ops::{cursor, words};
use crate::problem::quoted;
use crate::{Hub, HubError, Page, PageRequest, Problem, compose, reading};
use jiff::Timestamp;
use model::answer::Progress;
use model::audience::Audience;
use model::consent::Decision;
use model::id::{ItemId, SubmissionId};
use model::item::{ANALYSIS_CHARS_MAX, Analysis, ItemContent, ItemIds};
use model::lang::Bilingual;
use model::org::Roster;
use model::state::{Actor, ItemAct, ItemState, NotAllowed, SubmissionAct, SubmissionState};
use model::tlp::Tlp;
use sharing::caller::{AsAnalyst, AsStaff};
use std::collections::BTreeSet;
use store::{ItemRow as Stored, Tx};

/// A row of the list of items for staff.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// The item.
    pub id: ItemId,
    /// Its state.
    pub state: ItemState,
    /// Its title in words.
    pub title: Bilingual,
    /// Head version.
    pub version: u32,
    /// Live version.
    pub live: Option<u32>,
    /// The marking.
    pub tlp: Tlp,
    /// Last change.
    pub changed_at: Timestamp,
    /// Sources.
    pub sources: u32,
    /// Whether the machine rule released it.
    pub by_machine: bool,
    /// Part of an exercise.
    pub exercise: bool,
}

/// One draft.
#[derive(Clone, Debug)]
pub struct DraftView {
    /// The row.
    pub row: ItemRow,
    /// What would leave.
    pub content: ItemContent,
    /// The bundle, pretty printed.
    pub bundle: String,
    /// The text.
    pub text: Bilingual,
    /// Audience.
    pub audience: Audience,
    /// Audience in words, and how many it reaches.
    pub audience_words: Bilingual,
    /// How many.
    pub reaches: usize,
    /// Sources: submission, receipt code, decision so far.
    pub sources: Vec<(SubmissionId, String, Option<Decision>)>,
    /// Gate hits: path, and whether on a source's own profile.
    pub gate: Vec<(String, bool)>,
    /// Whether this person edited it last, and so cannot release it.
    pub edited_by_me: bool,
    /// When it leaves, once scheduled.
    pub release_at: Option<Timestamp>,
    /// Sectors that may be named: (id, name, organisations reached).
    pub sectors: Vec<(model::id::SectorId, Bilingual, usize)>,
    /// Answers for staff: organisation, progress; each look is a leaf.
    pub answers: Vec<(Bilingual, model::answer::Progress)>,
    /// A fingerprint of what can be changed; the form sends it back.
    pub fingerprint: String,
}

/// What the analyst changes.
#[derive(Clone, Debug)]
pub struct DraftForm {
    /// Analysis.
    pub analysis: Analysis,
    /// Marking.
    pub tlp: Tlp,
    /// Audience.
    pub audience: Audience,
    /// Keys (`kind value`) of indicators taken out.
    pub removed: BTreeSet<String>,
    /// ATT&CK techniques.
    pub techniques: BTreeSet<String>,
    /// The fingerprint of what the analyst saw; without it, whatever is there is changed.
    pub fingerprint: Option<String>,
}

/// Items, last changed first; with `state` only those. Cost: the page.
///
/// # Errors
/// `Invalid` cursor, `Unavailable`.
pub async fn list(
    hub: &Hub,
    _staff: AsStaff,
    state: Option<ItemState>,
    page: &PageRequest,
) -> Result<Page<ItemRow>, HubError> {
    let after = cursor::position(hub, "items", page.after.as_deref())?.map(|(at, id)| (at, ItemId(id)));
    let mut tx = hub.store.read().await?;
    let mut rows = tx.items_for_hub(state, after, page.rows() + 1).await?;
    let more = rows.len() > page.rows() as usize;
    rows.truncate(page.rows() as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|r| cursor::after(hub, "items", r.changed_at.as_microsecond(), r.id.0));
    let ids: Vec<ItemId> = rows.iter().map(|row| row.id).collect();
    let sources = tx.source_counts(&ids).await?;
    let rows = rows.iter().map(|row| item_row(row, sources.get(&row.id).copied().unwrap_or(0))).collect();
    Ok(Page { rows, next })
}

fn item_row(row: &Stored, sources: u32) -> ItemRow {
    ItemRow {
        id: row.id,
        state: row.state,
        title: deid::render::title(&row.content),
        version: u32::try_from(row.version).unwrap_or(0),
        live: row.live_version.and_then(|v| u32::try_from(v).ok()),
        tlp: row.tlp,
        changed_at: row.changed_at,
        sources,
        by_machine: row.by_machine,
        exercise: row.exercise,
    }
}

/// One draft or item, as staff sees it. A look at the answers is a leaf.
///
/// # Errors
/// `NotFound`.
pub async fn show(hub: &Hub, staff: AsStaff, id: ItemId) -> Result<DraftView, HubError> {
    let mut tx = hub.store.write().await?;
    let item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    let roster = tx.roster().await?;
    let rendered = compose::render(hub, &item, hub.now(), hub.now());
    let sources = sources(&mut tx, id).await?;
    let answers = answers(hub, &mut tx, staff, id, &roster).await?;
    let audience = sharing::audience::widened(&item.audience, &roster, hub.settings.sector_min);
    let fingerprint = compose::draft_fingerprint(&item)?;
    let view = DraftView {
        fingerprint,
        row: item_row(&item, u32::try_from(sources.len()).unwrap_or(u32::MAX)),
        bundle: rendered.bundle,
        text: rendered.text,
        audience_words: words::audience(&audience, &roster),
        reaches: sharing::audience::reach(&audience, &roster).len(),
        audience: item.audience,
        sources,
        gate: item.gate.into_iter().map(|row| (row.path, row.own)).collect(),
        edited_by_me: item.analyst == Some(staff.person),
        release_at: item.release_at.filter(|_| item.state == ItemState::Scheduled),
        sectors: words::sectors(&roster, hub.settings.sector_min),
        answers,
        content: item.content,
    };
    tx.commit().await?;
    Ok(view)
}

async fn sources(tx: &mut Tx, id: ItemId) -> Result<Vec<(SubmissionId, String, Option<Decision>)>, HubError> {
    let consents = tx.consents(id).await?;
    let mut out = Vec::new();
    for source in tx.sources(id).await? {
        if let Some(row) = tx.submission(source.submission).await? {
            let decision = consents.iter().find(|c| c.submission == row.id).map(|c| c.decision);
            out.push((row.id, row.receipt, decision));
        }
    }
    Ok(out)
}

async fn answers(
    hub: &Hub,
    tx: &mut Tx,
    staff: AsStaff,
    id: ItemId,
    roster: &Roster,
) -> Result<Vec<(Bilingual, Progress)>, HubError> {
    let rows = tx.answers(id).await?;
    if !rows.is_empty() {
        let (office, person) = (staff.office.to_string(), staff.person.to_string());
        leaf(hub, tx, "look-answers", &[("item", id.to_string()), ("office", office), ("person", person)])
            .await?;
    }
    Ok(rows.into_iter().map(|r| (words::name(roster, r.organisation), r.progress)).collect())
}

/// Saves the analyst's changes; consents given to another content end.
///
/// # Errors
/// `HeldForReview` when the gate refuses: the change is kept, the item is held. `Invalid`, also when somebody else changed it since it was
/// seen; `State`, `NotFound`.
pub async fn save(hub: &Hub, analyst: AsAnalyst, id: ItemId, form: DraftForm) -> Result<(), HubError> {
    check(&form)?;
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    if let Some(seen) = &form.fingerprint
        && compose::draft_fingerprint(&item)? != *seen
    {
        return Err(HubError::Invalid("fingerprint", Problem::DraftChanged));
    }
    let from = item.state;
    if from != ItemState::Draft && from != ItemState::Held {
        item.state = item.state.after(ItemAct::Reopen, Actor::Analyst)?;
    }
    let (before_tlp, before_analysis) = (item.tlp, item.content.analysis.clone());
    let removed = remove(&mut tx, &item, &form.removed).await?;
    let mut analysis = form.analysis;
    analysis.techniques.extend(form.techniques);
    item.content = compose::content(&tx.sources(id).await?, &analysis);
    item.tlp = form.tlp;
    item.audience = Audience { exercise: item.exercise, ..form.audience };
    item.analyst = Some(analyst.person);
    if removed || item.tlp != before_tlp || analysis != before_analysis {
        reopen_sources(hub, &mut tx, id).await?;
    }
    let rendered = compose::render(hub, &item, hub.now(), hub.now());
    let own = crate::release::source_orgs(hub, &mut tx, &item).await?;
    let hits = compose::gate(&mut tx, &rendered).await?;
    let new_hit = hits.iter().any(|hit| !compose::passes(hub, &item.gate, hit));
    item.gate = compose::gate_rows(hub, &hits, &own);
    match item.state {
        ItemState::Draft if new_hit => item.state = item.state.after(ItemAct::Hold, Actor::Analyst)?,
        // what held it is gone; where a hit stays, a person looks at it and lifts the hold
        ItemState::Held if hits.is_empty() => lift(hub, &mut tx, &mut item).await?,
        _ => {}
    }
    tx.save_item(from, &item, hub.now()).await?;
    leaf(hub, &mut tx, "edit", &[("item", id.to_string()), ("person", analyst.person.to_string())]).await?;
    tx.commit().await?;
    if new_hit { Err(HubError::HeldForReview) } else { Ok(()) }
}

fn check(form: &DraftForm) -> Result<(), HubError> {
    for text in [&form.analysis.ja, &form.analysis.en] {
        if text.chars().count() > ANALYSIS_CHARS_MAX {
            return Err(HubError::Invalid("analysis", Problem::CharsAtMost { most: ANALYSIS_CHARS_MAX }));
        }
    }
    let technique = |t: &String| {
        let (head, tail) = t.split_once('.').map_or((t.as_str(), None), |(h, r)| (h, Some(r)));
        let digits = |s: &str, n| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        head.strip_prefix('T').is_some_and(|d| digits(d, 4)) && tail.is_none_or(|t| digits(t, 3))
    };
    match form.techniques.iter().find(|t| !technique(t)) {
        Some(bad) => Err(HubError::Invalid("techniques", Problem::NotATechnique { value: quoted(bad) })),
        None => Ok(()),
    }
}

/// Takes indicators out of every source's part. Whether any was there.
async fn remove(tx: &mut Tx, item: &Stored, removed: &BTreeSet<String>) -> Result<bool, HubError> {
    let mut any = false;
    for source in tx.sources(item.id).await? {
        let mut part = source.part;
        let before = part.indicators.len();
        part.indicators.retain(|i| !removed.contains(&ItemIds::key(&i.indicator)));
        if part.indicators.len() != before {
            any = true;
            tx.put_source(item.id, source.submission, &part).await?;
        }
    }
    Ok(any)
}

/// What was agreed or asked no longer stands.
async fn reopen_sources(hub: &Hub, tx: &mut Tx, id: ItemId) -> Result<(), HubError> {
    tx.revoke_consents(id, None, hub.now()).await?;
    for source in tx.sources(id).await? {
        if let Some(row) = tx.submission(source.submission).await?
            && let Ok(to) = row.state.after(SubmissionAct::Reopen, Actor::Analyst)
        {
            tx.move_submission(row.id, row.state, to, hub.now()).await?;
        }
    }
    Ok(())
}

/// Asks every source that has not agreed to exactly this.
///
/// # Errors
/// `State`, `NotFound`.
pub async fn ask(hub: &Hub, analyst: AsAnalyst, id: ItemId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    let from = item.state;
    item.state = item.state.after(ItemAct::Ask, Actor::Analyst)?;
    item.analyst = item.analyst.or(Some(analyst.person));
    for source in tx.sources(id).await? {
        let row = tx.submission(source.submission).await?.ok_or(HubError::NotFound)?;
        if let Ok(to) = row.state.after(SubmissionAct::Ask, Actor::Analyst) {
            tx.move_submission(row.id, row.state, to, hub.now()).await?;
            // nobody answers for what was erased: it lapses
            if let Some(source) = reading::source_unless_erased(hub, &row)? {
                notify_source(hub, &mut tx, source, "ask-approval", row.id).await?;
            }
        }
    }
    tx.save_item(from, &item, hub.now()).await?;
    leaf(hub, &mut tx, "ask", &[("item", id.to_string()), ("person", analyst.person.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// Puts another submission's part into this item; its own draft ends.
///
/// # Errors
/// `State` when either has left the desk, `NotFound`.
pub async fn add_source(
    hub: &Hub,
    analyst: AsAnalyst,
    id: ItemId,
    submission: SubmissionId,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    let row = tx.submission(submission).await?.ok_or(HubError::NotFound)?;
    let free = matches!(row.state, SubmissionState::Drafted | SubmissionState::Held);
    if item.state != ItemState::Draft || !free || row.exercise != item.exercise {
        let state = if free { item.state.as_str() } else { row.state.as_str() };
        return Err(HubError::State(NotAllowed { state, act: "add-source", actor: Actor::Analyst }));
    }
    if let Some(old) = row.item.filter(|old| *old != id) {
        crate::release::without_source(hub, &mut tx, old, submission).await?;
    }
    let part = reading::reading(hub, &mut tx, submission).await?.part;
    tx.put_source(id, submission, &part).await?;
    tx.link_submission(submission, Some(id), None).await?;
    let analysis = item.content.analysis.clone();
    item.content = compose::content(&tx.sources(id).await?, &analysis);
    let content = item.content.clone();
    item.ids.complete(&content, || model::id::uuid4(hub.random(&format!("item/{submission}"))));
    item.analyst = Some(analyst.person);
    tx.save_item(ItemState::Draft, &item, hub.now()).await?;
    leaf(hub, &mut tx, "add-source", &[("item", id.to_string()), ("submission", submission.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

/// Lifts a hold after a person looked at each hit: the look-alike of a victim's name may pass, value by value.
///
/// # Errors
/// `State`, `NotFound`.
pub async fn clear_hold(hub: &Hub, analyst: AsAnalyst, id: ItemId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    let from = item.state;
    lift(hub, &mut tx, &mut item).await?;
    item.analyst = Some(analyst.person);
    tx.save_item(from, &item, hub.now()).await?;
    leaf(hub, &mut tx, "clear-hold", &[("item", id.to_string()), ("person", analyst.person.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

/// The item and its sources go on from where they were held.
async fn lift(hub: &Hub, tx: &mut Tx, item: &mut Stored) -> Result<(), HubError> {
    item.state = item.state.after(ItemAct::Clear, Actor::Analyst)?;
    for source in tx.sources(item.id).await? {
        if let Some(row) = tx.submission(source.submission).await?
            && let Ok(to) = row.state.after(SubmissionAct::Clear, Actor::Analyst)
        {
            tx.move_submission(row.id, row.state, to, hub.now()).await?;
        }
    }
    Ok(())
}

/// Begins a new version of a released item; the live one stays until the new one leaves.
///
/// # Errors
/// `State`, `NotFound`.
pub async fn revise(hub: &Hub, analyst: AsAnalyst, id: ItemId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let mut item = tx.item_for_hub(id).await?.ok_or(HubError::NotFound)?;
    let from = item.state;
    item.state = item.state.after(ItemAct::Revise, Actor::Analyst)?;
    item.version += 1;
    item.analyst = Some(analyst.person);
    item.by_machine = false;
    tx.save_item(from, &item, hub.now()).await?;
    leaf(hub, &mut tx, "revise", &[("item", id.to_string()), ("person", analyst.person.to_string())]).await?;
    Ok(tx.commit().await?)
}
