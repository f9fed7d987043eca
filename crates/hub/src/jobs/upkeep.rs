//! Once a day: bands are told, unanswered requests lapse, rare values of past days count, done jobs are forgotten.

use crate::ledger::{enqueue, kind, leaf};
use crate::notices::notify_source;
use crate::{Hub, HubError, reading};
use jiff::SignedDuration;
use model::answer::{Bands, Progress};
use model::id::{ItemId, OrgId};
use model::org::Roster;
use model::state::{APPROVAL_DAYS, Actor, SubmissionAct};
use std::collections::BTreeSet;
use store::{BandRow, JobRow, Tx};
use uuid::Uuid;

/// Answers older than this change no band any more.
const BAND_DAYS: i64 = 90;

/// What is known of a letter that went out is kept for a week, for whoever asks where it is.
const LETTER_DAYS: i64 = 7;

/// Queues the daily job when none waits.
pub(super) async fn ensure(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    if !tx.waits(kind::UPKEEP, Uuid::nil()).await? {
        let tomorrow = model::time::plus_days(model::time::day(hub.now()), 1);
        enqueue(hub, tx, kind::UPKEEP, Some(Uuid::nil()), None, tomorrow).await?;
    }
    Ok(())
}

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    bands(hub, &mut tx).await?;
    lapse(hub, &mut tx).await?;
    tx.forget_outbound(model::time::plus_days(hub.now(), -LETTER_DAYS)).await?;
    super::retag::all(hub, &mut tx).await?;
    ensure(hub, &mut tx).await?;
    tx.commit().await?;
    count_rare(hub).await?;
    super::retention::forget(hub).await
}

/// Lets the rare values of past days count, in small transactions. What a killed run leaves is counted by the next.
async fn count_rare(hub: &Hub) -> Result<(), HubError> {
    loop {
        let mut tx = hub.store.write().await?;
        let more = tx.count_rare(model::time::day(hub.now())).await?;
        tx.commit().await?;
        if !more {
            return Ok(());
        }
    }
}

async fn lapse(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    let before = hub.now().checked_sub(SignedDuration::from_hours(24 * APPROVAL_DAYS)).unwrap_or(hub.now());
    for row in tx.asked_before(before).await? {
        let to = row.state.after(SubmissionAct::Lapse, Actor::Machine)?;
        if tx.move_submission(row.id, row.state, to, hub.now()).await? {
            if let Some(source) = reading::source_unless_erased(hub, &row)? {
                notify_source(hub, tx, source, "lapsed", row.id).await?;
            }
            if let Some(item) = row.item {
                crate::release::without_source(hub, tx, item, row.id).await?;
            }
            leaf(hub, tx, "lapse", &[("submission", row.id.to_string())]).await?;
        }
    }
    Ok(())
}

/// Tells each source of each item its bands, counted over independent organisations other than its own group.
pub(crate) async fn bands(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    let roster = tx.roster().await?;
    let since = model::time::plus_days(hub.now(), -BAND_DAYS);
    for item in tx.items_with_answers(since).await? {
        for source in tx.sources(item).await? {
            let Some(row) = tx.submission(source.submission).await? else { continue };
            let Some(source_org) = reading::source_unless_erased(hub, &row)? else { continue };
            let asker = group(&roster, source_org);
            let (seen, not_seen) = count(tx, item, &roster, asker).await?;
            let before = tx.band(item, source.submission).await?.map_or(Bands::HIDDEN, |b| b.bands);
            let bands = Bands::of(seen, not_seen, before);
            tx.put_band(item, source.submission, BandRow { bands, day: model::time::day(hub.now()) }).await?;
        }
    }
    Ok(())
}

async fn count(tx: &mut Tx, item: ItemId, roster: &Roster, asker: OrgId) -> Result<(usize, usize), HubError> {
    let (mut seen, mut not_seen) = (BTreeSet::new(), BTreeSet::new());
    for answer in tx.answers(item).await? {
        let who = group(roster, answer.organisation);
        match answer.progress {
            Progress::Seen => seen.insert(who),
            Progress::NotSeen => not_seen.insert(who),
            _ => false,
        };
    }
    seen.remove(&asker);
    not_seen.remove(&asker);
    // A group of which one company saw it and another did not counts as having seen it.
    not_seen.retain(|who| !seen.contains(who));
    Ok((seen.len(), not_seen.len()))
}

fn group(roster: &Roster, org: OrgId) -> OrgId {
    roster.organisation(org).map_or(org, model::org::Organisation::group)
}
