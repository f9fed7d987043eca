//! The source's decision on exactly what leaves.

use crate::ledger::{leaf, right_ends};
use crate::ops::mine::own;
use crate::ops::sector::check_sectors;
use crate::ops::words;
use crate::unread::Unread;
use crate::{Hub, HubError, Problem, compose, reading};
use indicator::Indicator;
use model::audience::Audience;
use model::consent::{Decision, Delay, Destinations, StandingConsent};
use model::id::{ConsentId, OrgId, SectorId, StandingId, SubmissionId};
use model::item::{Dropped, ItemContent, ItemIds, Slot};
use model::lang::Bilingual;
use model::org::Roster;
use model::state::{Actor, ItemAct, ItemState, SubmissionAct, SubmissionState};
use model::tlp::Tlp;
use sharing::caller::{AsApprover, AsReporter};
use sharing::consent::{covers, narrowed};
use std::collections::BTreeSet;
use store::{Happened, ItemRow, NewConsent, SubmissionRow, Tx};

/// The approval page: what was sent, what leaves, what was dropped and why.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// The submission.
    pub id: SubmissionId,
    /// Its code.
    pub code: String,
    /// What was sent, as a person reads it: (label key, text) in order.
    pub sent: Vec<(String, String)>,
    /// What would leave of this source's part.
    pub leaves: ItemContent,
    /// The STIX bundle that would leave, pretty printed.
    pub bundle: String,
    /// The text for people.
    pub text: Bilingual,
    /// What stays, and why.
    pub dropped: Vec<Dropped>,
    /// What could not be read, and so stays too.
    pub unread: Vec<Unread>,
    /// Free words that the approver can restore one by one.
    pub slots: Vec<Slot>,
    /// Own-profile hits of the gate that the source may let pass value by value ("this names you").
    pub names_you: Vec<(String, String)>,
    /// The marking proposed.
    pub tlp: Tlp,
    /// To whom it may go, and how many each choice reaches.
    pub choices: Choices,
    /// The proposed audience, in words.
    pub audience: Bilingual,
    /// Whether the decision is still open.
    pub open: bool,
    /// A fingerprint of exactly what is shown; the form sends it back, and a draft changed meanwhile is shown anew.
    pub fingerprint: String,
}

/// The destinations that a source can choose, each with the number of organisations that it reaches today.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The sectors that are large enough to be named.
    pub sectors: Vec<(SectorId, Bilingual, usize)>,
    /// All members.
    pub everybody: usize,
    /// Ministries and regulators.
    pub government: usize,
    /// Police.
    pub police: usize,
    /// Hubs abroad.
    pub foreign: usize,
    /// Offices, police and hubs abroad, one by one. Members are addressed by sector: a few of them would tell of each other.
    pub bodies: Vec<(OrgId, Bilingual)>,
}

fn choices_of(hub: &Hub, roster: &Roster) -> Choices {
    let reach = |to: Destinations| sharing::consent::reaches(&to, roster);
    let none = Destinations::default;
    let bodies = sharing::audience::bodies(roster);
    Choices {
        sectors: words::sectors(roster, hub.settings.sector_min),
        everybody: reach(Destinations { all: true, ..none() }),
        government: reach(Destinations { government: true, ..none() }),
        police: reach(Destinations { police: true, ..none() }),
        foreign: reach(Destinations { foreign: true, ..none() }),
        bodies: roster
            .organisations
            .iter()
            .filter(|o| bodies.contains(&o.id))
            .map(|o| (o.id, o.name.clone()))
            .collect(),
    }
}

/// The destinations that a source can choose. Cost: the roster.
///
/// # Errors
/// `Unavailable`.
pub async fn choices(hub: &Hub, _source: AsReporter) -> Result<Choices, HubError> {
    let mut tx = hub.store.read().await?;
    Ok(choices_of(hub, &tx.roster().await?))
}

/// The approver's form.
#[derive(Clone, Debug, Default)]
pub struct ApprovalForm {
    /// What was shown.
    pub fingerprint: String,
    /// To whom.
    pub destinations: Destinations,
    /// How soon.
    pub now: bool,
    /// Keys (`kind value`) of indicators that are cut.
    pub cuts: BTreeSet<String>,
    /// Names of the slots that are restored.
    pub restored: BTreeSet<String>,
}

impl ApprovalForm {
    /// The delay class.
    #[must_use]
    pub fn delay(&self) -> Delay {
        if self.now { Delay::Now } else { Delay::Slot }
    }
}

/// The page. A reporter may look, an approver decides.
///
/// # Errors
/// `NotFound` for another's and while there is no draft.
pub async fn show(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<ApprovalView, HubError> {
    let mut tx = hub.store.read().await?;
    let row = own(hub, &mut tx, source, id).await?;
    let item = tx.item_for_hub(row.item.ok_or(HubError::NotFound)?).await?.ok_or(HubError::NotFound)?;
    let part = part_of(&mut tx, &item, id).await?;
    let mut reading = reading::reading(hub, &mut tx, id).await?;
    let roster = tx.roster().await?;
    let alone = ItemRow { content: with_analysis(&part, &item), ..item.clone() };
    let rendered = compose::render(hub, &alone, hub.now(), hub.now());
    let proposed = shown_audience(hub, &mut tx, &item, source.org, &roster).await?;
    Ok(ApprovalView {
        id,
        code: row.receipt.clone(),
        unread: reading.take_unread(),
        sent: reading.sent,
        fingerprint: compose::printed(&compose::fingerprint(&part, &item.content.analysis, item.tlp)?),
        leaves: alone.content,
        bundle: rendered.bundle,
        text: rendered.text,
        dropped: reading.dropped,
        slots: reading.slots,
        names_you: reading.names_you,
        tlp: item.tlp,
        choices: choices_of(hub, &roster),
        audience: words::audience(&proposed, &roster),
        open: row.state == SubmissionState::AwaitingApproval,
    })
}

/// The audience as one source may see it: what another source has agreed to is not shown to this one.
pub(crate) async fn shown_audience(
    hub: &Hub,
    tx: &mut Tx,
    item: &ItemRow,
    org: OrgId,
    roster: &Roster,
) -> Result<Audience, HubError> {
    let shown = match tx.sources(item.id).await?.len() {
        0 | 1 => item.audience.clone(),
        _ => sharing::audience::proposed(org, roster),
    };
    Ok(sharing::audience::widened(&shown, roster, hub.settings.sector_min))
}

async fn part_of(tx: &mut Tx, item: &ItemRow, id: SubmissionId) -> Result<ItemContent, HubError> {
    let sources = tx.sources(item.id).await?;
    Ok(sources.into_iter().find(|s| s.submission == id).map(|s| s.part).unwrap_or_default())
}

/// One source's part with what the hub adds: all that this source may see of the item.
fn with_analysis(part: &ItemContent, item: &ItemRow) -> ItemContent {
    let analysis = item.content.analysis.clone();
    let mut out = part.clone();
    out.techniques.extend(analysis.techniques.iter().cloned());
    out.analysis = analysis;
    out
}

/// Approves as shown, or less what is cut.
///
/// # Errors
/// `Invalid` when the draft changed since it was shown, `HeldForReview`, `State`, `NotFound`.
pub async fn approve(
    hub: &Hub,
    source: AsApprover,
    id: SubmissionId,
    form: ApprovalForm,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let row = own(hub, &mut tx, AsReporter { org: source.org }, id).await?;
    let mut item = tx.item_for_hub(row.item.ok_or(HubError::NotFound)?).await?.ok_or(HubError::NotFound)?;
    let part = part_of(&mut tx, &item, id).await?;
    let shown = compose::printed(&compose::fingerprint(&part, &item.content.analysis, item.tlp)?);
    if shown != form.fingerprint {
        return Err(HubError::Invalid("fingerprint", Problem::DraftChanged));
    }
    let reading = reading::reading(hub, &mut tx, id).await?;
    let decided = cut_and_restore(part, &form, &reading.slots);
    let act = if form.cuts.is_empty() { SubmissionAct::Approve } else { SubmissionAct::ApproveWithCuts };
    let state = row.state.after(act, Actor::Source)?;
    if form.destinations == Destinations::default() {
        return Err(HubError::Invalid("destinations", Problem::NoDestination));
    }
    are_there(&tx.roster().await?, &form.destinations)?;
    tx.put_source(item.id, id, &decided).await?;
    let from = item.state;
    item.content = compose::content(&tx.sources(item.id).await?, &item.content.analysis);
    let content = item.content.clone();
    item.ids.complete(&content, || model::id::uuid4(hub.random(&format!("item/{id}"))));
    settle_audience(&mut tx, hub, &mut item, &form.destinations).await?;
    let passed: BTreeSet<Indicator> = passed(&reading.slots, &form.restored);
    if hold_on_hits(hub, &mut tx, &mut item, from, source.org, &passed).await? {
        tx.commit().await?;
        return Err(HubError::HeldForReview);
    }
    tx.move_submission(id, row.state, state, hub.now()).await?;
    let decision = if form.cuts.is_empty() { Decision::Approved } else { Decision::ApprovedWithCuts };
    write_consent(hub, &mut tx, &item, &row, source, &form, &decided, decision).await?;
    complete(hub, &mut tx, item, from).await?;
    leaf(hub, &mut tx, "consent", &[("submission", id.to_string()), ("decision", decision.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

/// Whom a consent names is there: by one for nobody nothing would ever leave, and nobody would know why.
fn are_there(roster: &Roster, to: &Destinations) -> Result<(), HubError> {
    check_sectors(roster, &to.sectors)?;
    match to.organisations.iter().find(|id| roster.organisation(**id).is_none()) {
        Some(id) => Err(HubError::Invalid("organisation", Problem::NoOrganisation { value: id.to_string() })),
        None => Ok(()),
    }
}

fn cut_and_restore(mut part: ItemContent, form: &ApprovalForm, slots: &[Slot]) -> ItemContent {
    part.indicators.retain(|i| !form.cuts.contains(&ItemIds::key(&i.indicator)));
    let kept: BTreeSet<String> = part.indicators.iter().map(|i| i.indicator.value().to_owned()).collect();
    part.files.retain(|f| f.sha256.as_ref().is_none_or(|sum| kept.contains(sum)));
    part.restored.clear();
    part.restore(slots.iter().filter(|s| form.restored.contains(&s.name)));
    part
}

/// The audience shrinks to what this source agreed to.
async fn settle_audience(
    tx: &mut Tx,
    hub: &Hub,
    item: &mut ItemRow,
    destinations: &Destinations,
) -> Result<(), HubError> {
    let roster = tx.roster().await?;
    if covers(destinations, &item.audience, &roster).is_err() {
        let audience = narrowed(&item.audience, destinations, &roster);
        let audience = Audience { exercise: item.exercise, ..audience };
        item.audience = sharing::audience::widened(&audience, &roster, hub.settings.sector_min);
    }
    Ok(())
}

/// The values that name the source and that it lets pass, one by one: the attacker's look-alikes of its name.
fn passed(slots: &[Slot], restored: &BTreeSet<String>) -> BTreeSet<Indicator> {
    let named = slots.iter().filter(|slot| slot.names_you() && restored.contains(&slot.name));
    named.filter_map(|slot| slot.indicator.as_ref()).map(|one| one.indicator.clone()).collect()
}

/// The gate over what would leave now. On a hit the item waits for hub staff; the source reads only "held for review". What
/// names the source itself passes where nothing but the values that it let pass does so.
async fn hold_on_hits(
    hub: &Hub,
    tx: &mut Tx,
    item: &mut ItemRow,
    from: ItemState,
    source: OrgId,
    passed: &BTreeSet<Indicator>,
) -> Result<bool, HubError> {
    let rendered = compose::render(hub, item, hub.now(), hub.now());
    let hits = compose::gate(tx, &rendered).await?;
    let rows = compose::gate_rows(hub, &hits, &[source]);
    let fresh: Vec<OrgId> =
        hits.iter().filter(|hit| !compose::passes(hub, &item.gate, hit)).map(|hit| hit.org).collect();
    if fresh.is_empty() {
        return Ok(false);
    }
    if !passed.is_empty() && fresh.iter().all(|org| *org == source) {
        let mut without = item.clone();
        without.content.indicators.retain(|one| !passed.contains(&one.indicator));
        let rest = compose::gate(tx, &compose::render(hub, &without, hub.now(), hub.now())).await?;
        if rest.iter().all(|hit| hit.org != source) {
            item.gate = rows;
            return Ok(false);
        }
    }
    item.gate = rows;
    item.state = item.state.after(ItemAct::Hold, Actor::Machine)?;
    tx.save_item(from, item, hub.now()).await?;
    Ok(true)
}

#[expect(clippy::too_many_arguments, reason = "each is one column of the consent")]
async fn write_consent(
    hub: &Hub,
    tx: &mut Tx,
    item: &ItemRow,
    row: &SubmissionRow,
    who: AsApprover,
    form: &ApprovalForm,
    decided: &ItemContent,
    decision: Decision,
) -> Result<(), HubError> {
    let person =
        hub.store.seals().key(row.id)?.seal(hub.random("seal"), "approver", who.person.0.as_bytes())?;
    let consent = NewConsent {
        id: ConsentId::from_random(hub.random("consent")),
        item: item.id,
        submission: row.id,
        version: item.version,
        decision,
        destinations: form.destinations.clone(),
        delay: form.delay(),
        cuts: form.cuts.clone(),
        content_hash: compose::fingerprint(decided, &item.content.analysis, item.tlp)?,
        person: Some(person),
        standing: None,
    };
    tx.insert_consent(&consent, hub.now()).await?;
    Ok(())
}

/// When the last source has agreed, the item is ready for the releaser.
async fn complete(hub: &Hub, tx: &mut Tx, mut item: ItemRow, from: ItemState) -> Result<(), HubError> {
    let consents = tx.consents(item.id).await?;
    let sources = tx.sources(item.id).await?;
    let agreed =
        |id: SubmissionId| consents.iter().any(|c| c.submission == id && c.decision != Decision::Refused);
    if sources.iter().all(|s| agreed(s.submission)) {
        item.state = item.state.after(ItemAct::ConsentsComplete, Actor::Machine)?;
    }
    let all_now = consents.iter().all(|c| c.delay == Delay::Now);
    item.delay = if all_now { Delay::Now } else { Delay::Slot };
    tx.save_item(from, &item, hub.now()).await?;
    Ok(())
}

/// Refuses.
///
/// # Errors
/// `State`, `NotFound`.
pub async fn refuse(hub: &Hub, source: AsApprover, id: SubmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let row = own(hub, &mut tx, AsReporter { org: source.org }, id).await?;
    let to = row.state.after(SubmissionAct::Refuse, Actor::Source)?;
    tx.move_submission(id, row.state, to, hub.now()).await?;
    if let Some(item) = row.item {
        crate::release::without_source(hub, &mut tx, item, id).await?;
    }
    leaf(hub, &mut tx, "consent", &[("submission", id.to_string()), ("decision", "refused".to_owned())])
        .await?;
    Ok(tx.commit().await?)
}

/// A standing consent as listed.
#[derive(Clone, Debug)]
pub struct StandingRow {
    /// Its identifier.
    pub id: model::id::StandingId,
    /// Its terms.
    pub terms: model::consent::StandingConsent,
    /// Since when.
    pub created_at: jiff::Timestamp,
    /// Until when.
    pub revoked_at: Option<jiff::Timestamp>,
}

/// The organisation's standing consents, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn standing(hub: &Hub, source: AsReporter) -> Result<Vec<StandingRow>, HubError> {
    let mut tx = hub.store.read().await?;
    let rows = tx.standing(source.org).await?;
    let row = |r: store::StandingRow| StandingRow {
        id: r.id,
        terms: r.terms,
        created_at: r.created_at,
        revoked_at: r.revoked_at,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Gives a standing consent; an older one ends.
///
/// # Errors
/// `Invalid` for TLP:RED, which never leaves by itself.
pub async fn give_standing(hub: &Hub, source: AsApprover, terms: StandingConsent) -> Result<(), HubError> {
    if !terms.widest_tlp.machine_readable() {
        return Err(HubError::Invalid("widest_tlp", Problem::RedStays));
    }
    let mut tx = hub.store.write().await?;
    are_there(&tx.roster().await?, &terms.destinations)?;
    let id = StandingId::from_random(hub.random(&format!("standing/{}", source.org)));
    tx.insert_standing(id, source.org, &terms, hub.now()).await?;
    // the older one, which may say more, does not come back with a backup
    let right = (Happened::Standing, source.org.0, source.org);
    right_ends(hub, &mut tx, right, "standing-consent", &[("standing", id.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// Ends the standing consent.
///
/// # Errors
/// `Unavailable`.
pub async fn revoke_standing(hub: &Hub, source: AsApprover) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.revoke_standing(source.org, hub.now()).await?;
    let right = (Happened::Standing, source.org.0, source.org);
    let entry = [("organisation", source.org.to_string())];
    right_ends(hub, &mut tx, right, "standing-consent-ends", &entry).await?;
    Ok(tx.commit().await?)
}
