//! Answers that came on paper or by telephone, written down by hub staff; and links that staff hands out where no mail arrives.

use super::link::{self, Handed};
use super::put::{Given, PutView, keep, view};
use crate::ledger::leaf;
use crate::ops::words;
use crate::{Hub, HubError, Problem};
use model::check::{CheckAnswer, Via};
use model::id::PutId;
use model::lang::Bilingual;
use sharing::caller::{AsStaff, AsTriager};

/// A put that awaits an answer: who is asked, and what.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Who.
    pub organisation: Bilingual,
    /// What.
    pub put: PutView,
}

/// Puts without an answer, the most urgent first, at most 200. A look is logged.
///
/// # Errors
/// `Unavailable`.
pub async fn awaited(hub: &Hub, who: AsStaff) -> Result<Vec<Awaited>, HubError> {
    let mut tx = hub.store.write().await?;
    leaf(hub, &mut tx, "look-slips", &[("person", who.person.to_string())]).await?;
    let roster = tx.roster().await?;
    let mut out = Vec::new();
    for row in tx.awaited_puts().await? {
        let head = tx.head_of(row.item).await?;
        let put = view(hub, &mut tx, &roster, &row, head.as_ref()).await?;
        out.push(Awaited { organisation: words::name(&roster, row.organisation), put });
    }
    tx.commit().await?;
    Ok(out)
}

/// Keeps an answer on behalf of the organisation, as long as there is none; what came by telephone before is corrected by what comes
/// now, as another revision with a receipt of its own. What the organisation answered itself is never replaced by staff.
///
/// # Errors
/// As [`super::put::answer`]; `Invalid` once it was answered another way, whatever was answered.
pub async fn record(hub: &Hub, who: AsTriager, id: PutId, answer: &CheckAnswer) -> Result<Given, HubError> {
    let mut tx = hub.store.write().await?;
    let row = tx.put(id).await?.ok_or(HubError::NotFound)?;
    if tx.check_answer(id).await?.is_some_and(|before| before.via != Via::Slip) {
        return Err(answered());
    }
    let given = keep(hub, &mut tx, &row, answer, Via::Slip, None).await?;
    let entry =
        [("put", id.to_string()), ("person", who.person.to_string()), ("receipt", given.receipt.clone())];
    leaf(hub, &mut tx, "check-slip", &entry).await?;
    tx.commit().await?;
    Ok(given)
}

fn answered() -> HubError {
    HubError::Invalid("put", Problem::AnsweredElsewhere)
}

/// Makes a link to read out, print or send by other means. Shown once. Only while there is no answer: a link opens what it is for, and
/// staff is not told what was answered.
///
/// # Errors
/// `NotFound`, also once closed; `Invalid` once answered.
pub async fn hand_out(hub: &Hub, who: AsTriager, id: PutId) -> Result<Handed, HubError> {
    let mut tx = hub.store.write().await?;
    let row = tx.put(id).await?.filter(|row| row.closed_at.is_none()).ok_or(HubError::NotFound)?;
    if tx.check_answer(id).await?.is_some() {
        return Err(answered());
    }
    let handed = link::make(hub, &mut tx, &row, None, Some(who.person)).await?;
    let entry = [("put", id.to_string()), ("person", who.person.to_string())];
    leaf(hub, &mut tx, "check-link", &entry).await?;
    tx.commit().await?;
    Ok(handed)
}
