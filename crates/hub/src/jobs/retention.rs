//! Forgets what is older than its noun is kept, once a day, in small transactions of its own.

use crate::hub::Retention;
use crate::{Hub, HubError, ops};
use jiff::Timestamp;
use model::time::plus_days;
use store::Forgotten;

/// Submissions erased in one transaction.
const ERASED_AT_ONCE: u32 = 50;

/// The reason that stands in the log.
const REASON: &str = "retention";

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
    outlived(hub, plus_days(hub.now(), -keep.submission_days)).await
}

fn before(now: Timestamp, what: Forgotten, keep: Retention) -> Timestamp {
    let days = match what {
        Forgotten::Disclosures => keep.disclosure_days,
        Forgotten::Notices => keep.notice_days,
        Forgotten::IdempotencyKeys => keep.idempotency_days,
        Forgotten::Statuses => keep.status_days,
        Forgotten::Jobs => keep.job_days,
        Forgotten::Sessions => 0,
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

async fn outlived(hub: &Hub, before: Timestamp) -> Result<(), HubError> {
    loop {
        let mut tx = hub.store.write().await?;
        let ids = tx.outlived(before, ERASED_AT_ONCE).await?;
        if ids.is_empty() {
            return Ok(());
        }
        for id in ids {
            ops::erase::begin(hub, &mut tx, id, REASON).await?;
        }
        tx.commit().await?;
        hub.wake.notify_one();
    }
}
