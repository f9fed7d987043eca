//! What an organisation was asked to check: its list, one of them with the item, its answer.

use super::{answer_context, asker, opened_answer, seal};
use crate::ledger::leaf;
use crate::ops::words;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::check::answer::{AnswerFault, MACHINES_MAX, WORDS_CHARS_MAX};
use model::check::{CheckAct, CheckAnswer, CheckState, Counts, Totals, Via};
use model::id::{ItemId, OrgId, PutId};
use model::item::{ItemContent, RecallReason};
use model::lang::Bilingual;
use model::org::Roster;
use model::receipt::ReceiptCode;
use model::state::Actor;
use model::tlp::Tlp;
use serde_json::{Value, json};
use sharing::Released;
use sharing::check::{AsAsked, ByLink, may_flow, put_to};
use store::{CheckAnswerRow, InboxRow, NewDisclosure, PutRow, Tx, VersionRow};

/// Puts that a list shows.
const LISTED_MAX: u32 = 200;

/// A put in a list.
#[derive(Clone, Debug)]
pub struct PutView {
    /// The put.
    pub id: PutId,
    /// About which item.
    pub item: ItemId,
    /// Its title.
    pub title: Bilingual,
    /// Its marking.
    pub tlp: Tlp,
    /// The item was recalled.
    pub recalled: Option<RecallReason>,
    /// Part of an exercise.
    pub exercise: bool,
    /// Who asks; the hub when the asker is not named.
    pub from: Bilingual,
    /// What has to be searched.
    pub counts: Counts,
    /// State.
    pub state: CheckState,
    /// When asked.
    pub asked_at: Timestamp,
    /// When due.
    pub due_at: Timestamp,
}

/// The own answer, as kept.
#[derive(Clone, Debug)]
pub struct Given {
    /// What was answered.
    pub answer: CheckAnswer,
    /// The code of the receipt.
    pub receipt: String,
    /// 1 for the first, more after corrections.
    pub revision: u32,
    /// When.
    pub at: Timestamp,
}

/// One put with the item that it is about.
#[derive(Clone, Debug)]
pub struct PutPage {
    /// The row.
    pub put: PutView,
    /// Its name, for the greeting.
    pub organisation: Bilingual,
    /// The text of the warning.
    pub text: Bilingual,
    /// What it says, typed; empty after a leak recall.
    pub content: ItemContent,
    /// Its STIX bundle.
    pub bundle: String,
    /// The answer given so far.
    pub given: Option<Given>,
    /// What was handed on to the own suppliers: their totals.
    pub handed_on: Vec<Totals>,
}

/// Everything that was put to the organisation, newest first, at most 200.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, asked: AsAsked) -> Result<Vec<Released<PutView>>, HubError> {
    let mut tx = hub.store.read().await?;
    let roster = tx.roster().await?;
    let mut out = Vec::new();
    for row in tx.puts_to(asked.org(), LISTED_MAX).await? {
        let head = tx.head_of(row.item).await?;
        let view = view(hub, &mut tx, &roster, &row, head.as_ref()).await?;
        out.push(put_to(&asked, row.organisation, row.id, view)?);
    }
    Ok(out)
}

/// One put; opening it is noted, and the disclosure of the item.
///
/// # Errors
/// `NotFound` for absent and for put to another.
pub async fn look(
    hub: &Hub,
    asked: AsAsked,
    id: PutId,
    channel: &'static str,
) -> Result<Released<PutPage>, HubError> {
    let mut tx = hub.store.write().await?;
    let mut row = own(&mut tx, &asked, id).await?;
    let to = row.state.after(CheckAct::Open, Actor::Asked)?;
    if row.opened_at.is_none() && row.closed_at.is_none() {
        tx.move_put(id, row.state, to, true, hub.now()).await?;
        row.state = to;
    }
    let roster = tx.roster().await?;
    let version = tx.item_of_put(id).await?.ok_or(HubError::NotFound)?;
    let put = view(hub, &mut tx, &roster, &row, Some(&version.row)).await?;
    let version = as_marked(&mut tx, &row, version).await?;
    let given = given(hub, &mut tx, id, asked.link()).await?;
    let handed_on = handed_on(hub, &mut tx, id).await?;
    tx.commit().await?;
    let seen = NewDisclosure {
        id: model::id::uuid4(hub.random("disclosure")),
        organisation: asked.org(),
        person: None,
        channel,
        collection: None,
        item: Some(row.item),
        range: None,
        objects: 1,
    };
    hub.disclosures.note(seen, hub.now());
    let page = PutPage {
        put,
        organisation: words::name(&roster, row.organisation),
        text: version.text,
        content: version.content,
        bundle: version.bundle,
        given,
        handed_on,
    };
    Ok(put_to(&asked, row.organisation, id, page)?)
}

/// The version as it may go to the asked organisation today: a later version may be marked more narrowly than the one that it was
/// asked about. Then the check stays and the content is gone, as after a recall.
async fn as_marked(tx: &mut Tx, row: &PutRow, version: VersionRow) -> Result<VersionRow, HubError> {
    let reached = tx.item_reaches(row.item, row.organisation).await?;
    let consents: Vec<_> = tx.consents(row.item).await?.into_iter().map(|c| c.destinations).collect();
    Ok(match may_flow(version.row.tlp, row.organisation, reached, &consents) {
        Ok(_) => version,
        Err(_) => VersionRow {
            row: version.row,
            content: ItemContent::default(),
            bundle: String::new(),
            text: Bilingual::default(),
        },
    })
}

/// Keeps the organisation's answer. The same answer again gives the first receipt; another one is a correction.
///
/// # Errors
/// `NotFound`, `Invalid` by field, `State` once closed.
pub async fn answer(
    hub: &Hub,
    asked: AsAsked,
    id: PutId,
    answer: &CheckAnswer,
    via: Via,
) -> Result<Given, HubError> {
    let mut tx = hub.store.write().await?;
    let row = own(&mut tx, &asked, id).await?;
    let given = keep(hub, &mut tx, &row, answer, via, asked.link()).await?;
    tx.commit().await?;
    Ok(given)
}

pub(super) async fn own(tx: &mut Tx, asked: &AsAsked, id: PutId) -> Result<PutRow, HubError> {
    let row = tx.put(id).await?.ok_or(HubError::NotFound)?;
    // What was put to another looks like what does not exist.
    put_to(asked, row.organisation, id, row.clone()).map(Released::into_inner).map_err(|_| HubError::NotFound)
}

fn problem(fault: AnswerFault) -> Problem {
    match fault {
        AnswerFault::TooManyMachines => Problem::MachinesAtMost { most: MACHINES_MAX as usize },
        AnswerFault::MoreHitsThanMachines => Problem::MoreHitsThanMachines,
        AnswerFault::MachinesOrWhy => Problem::MachinesOrWhy,
        AnswerFault::WhyInWords => Problem::WhyInWords,
        AnswerFault::LeavingWithoutHits => Problem::LeavingWithoutHits,
        AnswerFault::LongWords => Problem::CharsAtMost { most: WORDS_CHARS_MAX },
    }
}

/// Answer, state and leaf in the caller's transaction. Whoever holds a link that staff made corrects only what came by it.
pub(super) async fn keep(
    hub: &Hub,
    tx: &mut Tx,
    row: &PutRow,
    answer: &CheckAnswer,
    via: Via,
    link: Option<ByLink>,
) -> Result<Given, HubError> {
    answer.check().map_err(|fault| HubError::Invalid(fault.field(), problem(fault)))?;
    let to = row.state.after(CheckAct::Answer, Actor::Asked)?;
    let plain = serde_json::to_vec(answer).map_err(store::StoreError::from)?;
    let hash = hub.store.seals().tag(&answer_context(row.id), &plain);
    let before = tx.check_answer(row.id).await?;
    if let (Some(before), Some(link)) = (&before, link)
        && !link.covers(before.link.as_deref())
    {
        return Err(HubError::Invalid("answer", Problem::AnsweredElsewhere));
    }
    if let Some(same) = before.as_ref().filter(|b| b.hash == hash) {
        return Ok(receipt(answer, same));
    }
    let code = ReceiptCode::from_random(hub.random(&format!("check-receipt/{}", row.organisation)));
    let kept = CheckAnswerRow {
        sealed: seal(hub, &answer_context(row.id), &plain)?,
        hash,
        via,
        receipt: code.to_string(),
        revision: before.map_or(1, |b| b.revision + 1),
        at: hub.now(),
        link: link.map(|by| by.hash.to_vec()),
    };
    tx.put_check_answer(row.id, &kept).await?;
    if !tx.move_put(row.id, row.state, to, true, hub.now()).await? {
        return Err(HubError::Unavailable("busy".to_owned()));
    }
    let mut entry = vec![
        ("put", row.id.to_string()),
        ("receipt", code.to_string()),
        ("revision", kept.revision.to_string()),
        ("via", via.to_string()),
        ("answer", data_encoding::HEXLOWER.encode(&kept.hash)),
    ];
    entry.extend(link.and_then(|by| by.made_by).map(|maker| ("link_by", maker.to_string())));
    leaf(hub, tx, "check-answer", &entry).await?;
    Ok(receipt(answer, &kept))
}

fn receipt(answer: &CheckAnswer, row: &CheckAnswerRow) -> Given {
    Given {
        answer: answer.clone(),
        receipt: row.receipt.clone(),
        revision: u32::try_from(row.revision).unwrap_or(1),
        at: row.at,
    }
}

/// What was put to an organisation and what it answered, for its export.
pub(crate) async fn export(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<Value>, HubError> {
    let mut out = Vec::new();
    for row in tx.puts_to(org, u32::MAX).await? {
        let given = given(hub, tx, row.id, None).await?;
        out.push(json!({
            "id": row.id, "item": row.item, "counts": row.counts.as_str(), "state": row.state.as_str(),
            "asked_at": row.asked_at.to_string(), "due_at": row.due_at.to_string(),
            "given": given.map(|given| json!({
                "answer": given.answer, "receipt": given.receipt, "revision": given.revision, "at": given.at.to_string(),
            })),
        }));
    }
    Ok(out)
}

async fn given(hub: &Hub, tx: &mut Tx, id: PutId, link: Option<ByLink>) -> Result<Option<Given>, HubError> {
    let row = tx.check_answer(id).await?;
    let Some(row) = row.filter(|row| link.is_none_or(|by| by.covers(row.link.as_deref()))) else {
        return Ok(None);
    };
    let answer = opened_answer(hub, id, &row)?;
    Ok(Some(receipt(&answer, &row)))
}

/// The totals of what was handed on, as their asker is told them.
async fn handed_on(hub: &Hub, tx: &mut Tx, id: PutId) -> Result<Vec<Totals>, HubError> {
    let mut out = Vec::new();
    for ask in tx.asks_handing_on(id).await? {
        let mut totals = Totals::default();
        for (put, share) in tx.shares(&ask).await? {
            let told = share.told(&put.course(), hub.now());
            totals.asked += 1;
            totals.opened += u32::from(told.opened);
            totals.answered += u32::from(told.answered);
            if let Some(row) = tx.check_answer(put.id).await?.filter(|_| told.answered) {
                totals.add(&opened_answer(hub, put.id, &row)?);
            }
        }
        out.push(totals);
    }
    Ok(out)
}

pub(super) async fn view(
    hub: &Hub,
    tx: &mut Tx,
    roster: &Roster,
    row: &PutRow,
    head: Option<&InboxRow>,
) -> Result<PutView, HubError> {
    let ask = match row.ask {
        Some(id) => tx.named_ask(id).await?,
        None => None,
    };
    let from: Option<OrgId> = ask.filter(|a| !a.by_hub).map(|a| asker(hub, &a)).transpose()?;
    Ok(PutView {
        id: row.id,
        item: row.item,
        title: head.map(|h| h.title.clone()).unwrap_or_default(),
        tlp: head.map_or(Tlp::Red, |h| h.tlp),
        recalled: head.and_then(|h| h.recalled),
        exercise: head.is_some_and(|h| h.exercise),
        from: from.map_or_else(|| hub.settings().name.clone(), |org| words::name(roster, org)),
        counts: row.counts,
        state: row.state,
        asked_at: row.asked_at,
        due_at: row.due_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command line says the sentence of `model`, programs that of the hub: support finds one in the other.
    #[test]
    fn a_fault_has_one_sentence() {
        use AnswerFault as F;
        for fault in [
            F::TooManyMachines,
            F::MoreHitsThanMachines,
            F::MachinesOrWhy,
            F::WhyInWords,
            F::LeavingWithoutHits,
            F::LongWords,
        ] {
            assert_eq!(problem(fault).to_string(), fault.to_string());
        }
    }
}
