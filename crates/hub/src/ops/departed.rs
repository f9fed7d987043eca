//! What an organisation sent that has left: unreadable at once, and gone from the tables on days that say nothing of the leaving.
//!
//! The roster says on which day it left. Rows that change on that day would say what it had sent, to whoever has a copy of the database
//! and none of the keys. So the keys go first, which no table shows. Each submission is taken back, where it still can be, and erased, at a
//! moment of its own in the week after: the hub's keys draw it from the submission's identifier, and it stands nowhere.

use crate::ops::{erase, mine, question};
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::id::{OrgId, SubmissionId};
use model::state::SubmissionState;
use model::time::SLOT_MINUTES;
use store::{SubmissionRow, Tx};

/// Days within which what a leaver sent falls out. A week has days on which others take something back or erase something, too.
const DAYS: i64 = 7;

/// Slots between the leaving and the first in which something of it may fall out: an hour.
const FIRST_SLOT: i64 = 4;

/// The submissions that are found by their organisation. Cost: all of them.
pub(crate) async fn own(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<SubmissionRow>, HubError> {
    let tag = hub.store.seals().source_tag(org);
    let mut out: Vec<SubmissionRow> = Vec::new();
    loop {
        let after = out.last().map(|r| (r.received_at.as_microsecond(), r.id));
        let page = tx.submissions_of(&tag, after, 500).await?;
        if page.is_empty() {
            return Ok(out);
        }
        out.extend(page);
    }
}

/// What an organisation sent whose key is there and may be destroyed, and how many may not: a legal hold outlives a membership.
pub(crate) async fn with_keys(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
) -> Result<(Vec<SubmissionId>, usize), HubError> {
    let (mut out, mut held) = (Vec::new(), 0);
    for row in own(hub, tx, org).await? {
        if hub.store.seals().key(row.id).is_ok() {
            if tx.is_held(row.id).await? {
                held += 1;
            } else {
                out.push(row.id);
            }
        }
    }
    Ok((out, held))
}

/// Destroys the keys of everything that a departed organisation sent and asked about items. How many submissions that were; done again, it
/// finds nothing.
pub(crate) async fn end_keys(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<usize, HubError> {
    let (ids, _) = with_keys(hub, tx, org).await?;
    for id in &ids {
        hub.store.seals().destroy(*id)?;
    }
    question::forget_of(hub, tx, org).await?;
    Ok(ids.len())
}

/// The same for every organisation that left.
pub(crate) async fn end_all_keys(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    for (org, _) in tx.departed().await? {
        end_keys(hub, tx, org).await?;
    }
    Ok(())
}

/// What of the departed has come to its moment.
async fn due(hub: &Hub, tx: &mut Tx) -> Result<Vec<SubmissionRow>, HubError> {
    let mut out = Vec::new();
    for (org, left_at) in tx.departed().await? {
        out.extend(
            own(hub, tx, org).await?.into_iter().filter(|row| falls(hub, row.id, left_at) <= hub.now()),
        );
    }
    // by identifier, which is random: not one organisation's after another's
    out.sort_by_key(|row| row.id);
    Ok(out)
}

/// When a submission of somebody that left then falls out.
fn falls(hub: &Hub, id: SubmissionId, left_at: Timestamp) -> Timestamp {
    let tag = hub.store.seals().tag("departed", id.0.as_bytes());
    let draw = tag.first_chunk().map_or(0, |bytes| i64::from(u32::from_be_bytes(*bytes)));
    let last = DAYS * 24 * 60 / SLOT_MINUTES - 1;
    let slots = FIRST_SLOT + draw * (last - FIRST_SLOT) / (i64::from(u32::MAX) + 1);
    left_at.checked_add(SignedDuration::from_mins(slots * SLOT_MINUTES)).unwrap_or(left_at)
}

/// Takes back what is still open of the departed, each at its moment; the round of every quarter of an hour calls it. What was shared with
/// consent stays.
pub(crate) async fn fall_out(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    for row in due(hub, tx).await? {
        if row.state != SubmissionState::Shared {
            mine::take_back(hub, tx, &row).await?;
        }
    }
    Ok(())
}

/// What of the departed is to be erased now, beside what outlived its time: the daily job erases both in one go. What is held is not.
pub(crate) async fn to_erase(hub: &Hub, tx: &mut Tx) -> Result<Vec<SubmissionId>, HubError> {
    let mut out = Vec::new();
    for row in due(hub, tx).await? {
        if !tx.is_held(row.id).await? {
            out.push(row.id);
        }
    }
    Ok(out)
}

/// Erases one of them. Its key is gone; what is open of it is taken back first.
pub(crate) async fn erase(hub: &Hub, tx: &mut Tx, id: SubmissionId) -> Result<(), HubError> {
    if let Some(row) = tx.submission(id).await?.filter(|row| row.state != SubmissionState::Shared) {
        mine::take_back(hub, tx, &row).await?;
    }
    erase::by_wish(hub, tx, id).await
}
