//! Forgets what is older than its noun is kept, once a day, in small transactions of its own.

use crate::hub::Retention;
use crate::{Hub, HubError, ops};
use jiff::Timestamp;
use model::id::SubmissionId;
use model::time::plus_days;
use std::collections::BTreeMap;
use store::Forgotten;

/// Submissions erased in one transaction.
const ERASED_AT_ONCE: u32 = 50;

/// Days for which it is known that a mail was taken out of a mailbox elsewhere: longer than any mailbox is out of reach while a taken mail
/// still lies in it. One that is put off is noted anew as often as it is tried.
const PULLED_DAYS: i64 = 90;

pub(super) async fn forget(hub: &Hub) -> Result<(), HubError> {
    let keep = hub.settings.upkeep.retention;
    for what in Forgotten::ALL {
        let before = before(hub.now(), what, keep);
        loop {
            let mut tx = hub.store.write().await?;
            let more = tx.forget(what, before).await?;
            tx.commit().await?;
            if !more {
                break;
            }
        }
    }
    let mut tx = hub.store.write().await?;
    tx.forget_quotas(plus_days(model::time::day(hub.now()), -1)).await?;
    tx.commit().await?;
    held(hub).await?;
    submissions(hub).await
}

fn before(now: Timestamp, what: Forgotten, keep: Retention) -> Timestamp {
    let days = match what {
        Forgotten::Disclosures => keep.disclosure_days,
        Forgotten::Notices => keep.notice_days,
        Forgotten::IdempotencyKeys => keep.idempotency_days,
        Forgotten::Statuses => keep.status_days,
        Forgotten::Jobs => keep.job_days,
        Forgotten::Sessions => 0,
        Forgotten::Pulled => PULLED_DAYS,
        // a day longer than any challenge lives: the clocks of nodes differ
        Forgotten::Challenges => 1,
    };
    plus_days(now, -days)
}

async fn held(hub: &Hub) -> Result<(), HubError> {
    loop {
        let mut tx = hub.store.write().await?;
        let over = ops::intake::lapse(hub, &mut tx, ERASED_AT_ONCE).await?;
        tx.commit().await?;
        hub.wake.notify_one();
        if over < ERASED_AT_ONCE as usize {
            return Ok(());
        }
    }
}

/// Erases what outlived its time and what is due of those that left, in the order of their random identifiers: the log shows one day's
/// erasures, not whose.
async fn submissions(hub: &Hub) -> Result<(), HubError> {
    let mut left = ops::departed::to_erase(hub, &mut hub.store.read().await?).await?;
    loop {
        let mut tx = hub.store.write().await?;
        let outlived = tx.outlived(ops::erase::outlived_before(hub), ERASED_AT_ONCE).await?;
        let departed = left.split_off(left.len().saturating_sub(ERASED_AT_ONCE as usize));
        if outlived.is_empty() && departed.is_empty() {
            return Ok(());
        }
        let outlived = outlived.into_iter().map(|id| (id, false));
        let mut ids: BTreeMap<SubmissionId, bool> = outlived.collect();
        ids.extend(departed.into_iter().map(|id| (id, true)));
        for (id, is_departed) in ids {
            if is_departed {
                ops::departed::erase(hub, &mut tx, id).await?;
            } else {
                ops::erase::begin(hub, &mut tx, id, ops::erase::Cause::Age).await?;
            }
        }
        tx.commit().await?;
        hub.wake.notify_one();
    }
}
