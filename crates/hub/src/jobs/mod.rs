//! Deferred work: one file a job. A worker claims by a lease, does the work and marks it done in one transaction, so that a
//! job killed in the middle is done again from the start and never twice.

pub(crate) mod check;
mod digest;
mod erase;
mod mail;
mod read;
mod recall;
mod release;
mod remind;
mod retag;
mod retention;
mod upkeep;

use crate::ledger::kind;
use crate::{Hub, HubError, ops};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use store::JobRow;
use uuid::Uuid;

/// Seconds for which a claim holds. Reading the largest submission takes a few; a killed worker's job waits this long.
const LEASE_SECONDS: i64 = 60;

/// Tries before a job is given up and alarms. With the back-off below that is about a day.
const TRIES_MAX: i64 = 12;

/// Workers of one hub process.
const WORKERS: usize = 2;

/// Time between two looks at the hub's health.
const LOOK: Duration = Duration::from_secs(60);

/// The longest sleep when nothing is due: jobs of other nodes are noticed after it.
const NAP: Duration = Duration::from_secs(1);

/// Queues what recurs. Called once at start.
///
/// # Errors
/// The store's.
pub async fn start(hub: &Hub) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    upkeep::ensure(hub, &mut tx).await?;
    digest::ensure(hub, &mut tx).await?;
    crate::ops::intake::hide(hub, &mut tx).await?;
    tx.commit().await?;
    crate::disclosures::begin(hub).await
}

/// Works until `stop` is true.
pub async fn run(hub: Hub, stop: tokio::sync::watch::Receiver<bool>) {
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(hub.clone(), stop.clone()));
    }
    workers.spawn(flush_disclosures(hub.clone(), stop.clone()));
    workers.spawn(crate::log::beat::run(hub.clone(), stop.clone()));
    workers.spawn(crate::webhook::run(hub.clone(), stop.clone()));
    workers.spawn(watch_health(hub, stop));
    while workers.join_next().await.is_some() {}
}

async fn work(hub: Hub, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        match one(&hub).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(why) => tracing::error!(error = %why, "a worker could not claim a job"),
        }
        let nap = until_due(&hub).await.min(NAP);
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            () = hub.wake.notified() => {}
            _ = stop.changed() => {}
        }
    }
}

async fn flush_disclosures(hub: Hub, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut beaten = hub.now();
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(crate::disclosures::FLUSH_SECONDS)) => {}
            _ = stop.changed() => {}
        }
        if let Err(why) = crate::disclosures::flush(&hub).await {
            tracing::error!(error = %why, "disclosures were not written; they stay pending");
        }
        if let Err(why) = crate::disclosures::beat(&hub, &mut beaten).await {
            tracing::warn!(error = %why, "the run could not say that it lives");
        }
    }
}

/// Looks after the hub's health; a finding is told when it comes up, and once an hour while it lasts.
async fn watch_health(hub: Hub, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut told: Vec<(ops::health::Class, Timestamp)> = Vec::new();
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => continue,
        }
        let (found, now) = (ops::health::look(&hub).await, hub.now());
        told.retain(|(class, at)| {
            found.iter().any(|f| f.class == *class) && now.duration_since(*at) < SignedDuration::from_hours(1)
        });
        for finding in &found {
            if !told.iter().any(|(class, _)| *class == finding.class) {
                told.push((finding.class, now));
                tracing::error!(alarm = finding.class.as_str(), grave = finding.grave, "{}", finding.text);
            }
        }
    }
}

async fn until_due(hub: &Hub) -> Duration {
    match next_due(hub).await {
        Ok(Some(at)) => Duration::try_from(at.duration_since(hub.now())).unwrap_or(Duration::from_millis(20)),
        _ => NAP,
    }
}

/// When the next job is due. A driver of simulated time moves its clock there.
///
/// # Errors
/// The store's.
pub async fn next_due(hub: &Hub) -> Result<Option<Timestamp>, HubError> {
    let mut tx = hub.store.read().await?;
    let due = tx.next_due().await?;
    Ok(due.and_then(|at| Timestamp::from_microsecond(at).ok()))
}

/// Does every job that is due now, one after the other, and tells what is new to whoever asked to be told. Returns how many jobs.
///
/// # Errors
/// The store's; a job's own error is kept with it.
pub async fn run_due(hub: &Hub) -> Result<usize, HubError> {
    let mut done = 0;
    while one(hub).await? {
        done += 1;
    }
    crate::disclosures::flush(hub).await?;
    crate::webhook::tell_due(hub).await?;
    Ok(done)
}

/// Ends the keys of erased submissions now, in this process: for the command line, whose hub may not run.
///
/// # Errors
/// The store's.
pub async fn erase_now(hub: &Hub) -> Result<(), HubError> {
    erase::all(hub).await
}

/// Tells the bands now, as the daily job does: for demonstrations and drills.
///
/// # Errors
/// The store's.
pub async fn tell_bands(hub: &Hub) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    upkeep::bands(hub, &mut tx).await?;
    Ok(tx.commit().await?)
}

/// Claims and does one job. `false` when none is due.
async fn one(hub: &Hub) -> Result<bool, HubError> {
    let lease = Uuid::from_bytes(hub.random("lease"));
    let now = hub.now();
    let until = now.checked_add(SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(now);
    let mut tx = hub.store.write_aside().await?;
    let Some(job) = tx.claim(lease, now, until).await? else { return Ok(false) };
    tx.commit().await?;
    let outcome = perform(hub, &job).await;
    let word = if outcome.is_ok() { "done" } else { "again" };
    metrics::counter!("noroshi_jobs_total", "kind" => job.kind.clone(), "outcome" => word).increment(1);
    if let Err(why) = outcome {
        put_back(hub, &job, &why).await?;
    }
    hub.news.send_modify(|rings| *rings = rings.wrapping_add(1));
    Ok(true)
}

async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    match job.kind.as_str() {
        kind::ERASE => erase::perform(hub, job).await,
        kind::DEPART => erase::depart(hub, job).await,
        kind::READ => read::perform(hub, job).await,
        kind::RELEASE => release::perform(hub, job).await,
        kind::RECALL => recall::perform(hub, job).await,
        kind::CHECK_STEP => check::perform(hub, job).await,
        kind::UPKEEP => upkeep::perform(hub, job).await,
        kind::REMIND => remind::perform(hub, job).await,
        kind::MAIL => mail::perform(hub, job).await,
        kind::ROUND => digest::perform(hub, job).await,
        other => Err(HubError::Unavailable(format!("unknown job {other}"))),
    }
}

/// Back-off: 1 s, 4 s, 16 s … at most four hours.
async fn put_back(hub: &Hub, job: &JobRow, why: &HubError) -> Result<(), HubError> {
    let class = match why {
        HubError::Unavailable(class) => class.clone(),
        other => other.to_string(),
    };
    tracing::warn!(job.kind = %job.kind, job.attempts = job.attempts, error.class = %class, "a job did not succeed");
    let exponent = u32::try_from(job.attempts.clamp(1, 8) - 1).unwrap_or(0);
    let wait = SignedDuration::from_secs(4i64.pow(exponent).min(4 * 3600));
    let retry = (job.attempts < TRIES_MAX).then(|| hub.now().checked_add(wait).unwrap_or(Timestamp::MAX));
    if retry.is_none() {
        tracing::error!(job.kind = %job.kind, "a job was given up: alarm");
    }
    let mut tx = hub.store.write_aside().await?;
    tx.put_back(job.id, job.lease, &class, retry, hub.now()).await?;
    tx.commit().await?;
    Ok(())
}
