//! Whether the hub can do its work, and what somebody should look at. Words of the machine only: no organisation, no identifier.

use crate::Hub;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long the database may take to answer before it counts as away.
const DATABASE_WAIT: Duration = Duration::from_secs(2);

/// A clock that is further off cannot be trusted with due times and slots, in seconds.
const DRIFT_SECONDS_MAX: i64 = 5;

/// The share of the disk from which on somebody is told.
const DISK_ALARM: f64 = 0.80;

/// Free bytes below which the hub does not count as ready: four of the largest submissions.
const DISK_FREE_MIN: u64 = 256 << 20;

/// How long a due job may wait before somebody is told, and before the workers count as dead, in minutes.
const QUEUE_ALARM_MINUTES: i64 = 2;
const QUEUE_DEAD_MINUTES: i64 = 15;

/// How long a witness may be away before somebody is told, in minutes: it may restart.
const WITNESS_ALARM_MINUTES: i64 = 10;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The database does not answer.
    Database,
    /// The clock is off.
    Clock,
    /// The disk fills.
    Disk,
    /// Due jobs wait.
    Queue,
    /// Jobs were given up.
    Jobs,
    /// The database server does not keep what it acknowledges.
    Durability,
    /// A witness of the log does not cosign.
    Witness,
    /// Mail to people comes back.
    Contacts,
}

impl Class {
    /// Its name in metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Clock => "clock",
            Self::Disk => "disk",
            Self::Queue => "queue",
            Self::Jobs => "jobs",
            Self::Durability => "durability",
            Self::Witness => "witness",
            Self::Contacts => "contacts",
        }
    }

    const ALL: [Self; 8] = [
        Self::Database,
        Self::Clock,
        Self::Disk,
        Self::Queue,
        Self::Jobs,
        Self::Durability,
        Self::Witness,
        Self::Contacts,
    ];
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// About what.
    pub class: Class,
    /// The hub cannot serve; otherwise somebody should look.
    pub grave: bool,
    /// What it is and what to do.
    pub text: String,
}

/// Whether the hub can serve.
#[must_use]
pub fn is_ready(findings: &[Finding]) -> bool {
    findings.iter().all(|f| !f.grave)
}

/// Looks at everything. Cost: a few small statements; the jobs that are not done.
pub async fn look(hub: &Hub) -> Vec<Finding> {
    let mut found = Vec::new();
    match tokio::time::timeout(DATABASE_WAIT, of_database(hub)).await {
        Ok(Ok(more)) => found.extend(more),
        Ok(Err(why)) => found.push(away(why.class())),
        Err(_) => found.push(away("no answer within two seconds")),
    }
    found.extend(clock(hub.drift_seconds(), "this machine's clock jumped since the start"));
    if let Ok((used, free)) = hub.store.disk() {
        found.extend(disk(used, free));
    }
    found.extend(witnesses(&hub.log.away.for_minutes(WITNESS_ALARM_MINUTES, hub.now())));
    found
}

fn witnesses(away: &[String]) -> Option<Finding> {
    let text = format!(
        "no cosignature from {} for {WITNESS_ALARM_MINUTES} min: ask its operator; receipts name fewer witnesses meanwhile",
        away.join(", ")
    );
    (!away.is_empty()).then_some(Finding { class: Class::Witness, grave: false, text })
}

fn contacts(unreachable: u64) -> Option<Finding> {
    let text = format!(
        "mail to {unreachable} people comes back: see who on the page of organisations, and phone them for another address"
    );
    (unreachable > 0).then_some(Finding { class: Class::Contacts, grave: false, text })
}

fn away(why: &str) -> Finding {
    let text = format!("the database does not answer ({why}); see `noroshi admin doctor`");
    Finding { class: Class::Database, grave: true, text }
}

async fn of_database(hub: &Hub) -> Result<Vec<Finding>, store::StoreError> {
    let mut tx = hub.store.read().await?;
    let now = hub.now();
    let mut found = jobs(&tx.queue_of_jobs(now).await?, now);
    found.extend(contacts(tx.count_unreachable().await?));
    let ahead = |at: i64| seconds_between(now, at).max(0);
    if let Some(newest) = tx.newest_date().await? {
        found.extend(clock(ahead(newest), "the clock is behind what the feed has dated"));
    }
    if let Some(server) = tx.server_settings().await? {
        found.extend(clock(seconds_between(now, server.now), "clock and database server disagree"));
        if server.fsync != "on" {
            let text = "the database server runs with fsync off: set fsync = on and restart it".to_owned();
            found.push(Finding { class: Class::Durability, grave: false, text });
        }
    }
    Ok(found)
}

fn seconds_between(now: Timestamp, micros: i64) -> i64 {
    Timestamp::from_microsecond(micros).map_or(0, |at| at.duration_since(now).as_secs())
}

fn clock(seconds: i64, what: &str) -> Option<Finding> {
    let off = seconds.abs();
    let text = format!("{what} (by {off} s): let the machine follow a time server, e.g. chrony");
    (off > DRIFT_SECONDS_MAX).then_some(Finding { class: Class::Clock, grave: true, text })
}

fn disk(used: f64, free: u64) -> Option<Finding> {
    let text = format!(
        "the disk of the data is {:.0} % full ({} MiB left): make room or enlarge it",
        used * 100.0,
        free >> 20
    );
    (used >= DISK_ALARM).then_some(Finding { class: Class::Disk, grave: free < DISK_FREE_MIN, text })
}

fn jobs(queue: &store::Queue, now: Timestamp) -> Vec<Finding> {
    let mut found = Vec::new();
    if queue.failed > 0 {
        let text = format!("{} jobs were given up; see `noroshi admin doctor`", queue.failed);
        found.push(Finding { class: Class::Jobs, grave: false, text });
    }
    let oldest = queue.oldest.and_then(|at| Timestamp::from_microsecond(at).ok());
    let waits = oldest.map_or(SignedDuration::ZERO, |at| now.duration_since(at)).as_mins();
    if waits >= QUEUE_ALARM_MINUTES {
        let text = format!("{} jobs are due, the oldest since {waits} min: is a node running?", queue.due);
        found.push(Finding { class: Class::Queue, grave: waits >= QUEUE_DEAD_MINUTES, text });
    }
    found
}

/// Sets the figures that are counted when somebody asks.
pub async fn gauge(hub: &Hub) {
    let found = look(hub).await;
    for class in Class::ALL {
        let on = found.iter().any(|f| f.class == class);
        metrics::gauge!("noroshi_alarm", "class" => class.as_str()).set(f64::from(u8::from(on)));
    }
    metrics::gauge!("noroshi_ready").set(f64::from(u8::from(is_ready(&found))));
    if let Ok((used, _)) = hub.store.disk() {
        metrics::gauge!("noroshi_disk_used_ratio").set(used);
    }
    let Ok(Ok(queue)) = tokio::time::timeout(DATABASE_WAIT, queue(hub)).await else { return };
    let oldest = queue.oldest.map_or(0, |at| -seconds_between(hub.now(), at));
    for (name, value) in [
        ("noroshi_jobs_due", queue.due),
        ("noroshi_jobs_given_up", queue.failed),
        ("noroshi_jobs_oldest_due_seconds", oldest.max(0)),
    ] {
        metrics::gauge!(name).set(f64::from(i32::try_from(value).unwrap_or(i32::MAX)));
    }
}

async fn queue(hub: &Hub) -> Result<store::Queue, store::StoreError> {
    hub.store.read().await?.queue_of_jobs(hub.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_alarms_before_it_stops_the_hub() {
        assert_eq!(disk(0.79, 1 << 40), None);
        assert!(!disk(0.98, 1 << 40).unwrap().grave);
        assert!(disk(0.98, 1 << 20).unwrap().grave);
    }

    #[test]
    fn who_is_away_and_who_cannot_be_reached_is_told_and_stops_nothing() {
        assert_eq!((witnesses(&[]), contacts(0)), (None, None));
        let away = witnesses(&["ministry.example".to_owned()]).unwrap();
        assert!(away.text.contains("ministry.example") && !away.grave, "{away:?}");
        assert!(!contacts(2).unwrap().grave);
    }

    #[test]
    fn a_clock_that_is_off_stops_the_hub() {
        assert_eq!(clock(5, "x"), None);
        assert!(clock(-6, "x").unwrap().grave);
    }

    #[test]
    fn jobs_that_wait_alarm_and_then_stop_it() {
        let now: Timestamp = "2026-01-05T01:00:00Z".parse().unwrap();
        let since = |minutes: i64| {
            let at = now.checked_sub(SignedDuration::from_mins(minutes)).unwrap();
            jobs(&store::Queue { due: 1, oldest: Some(at.as_microsecond()), failed: 0 }, now)
        };
        assert_eq!(since(1), []);
        assert!(!since(3)[0].grave);
        assert!(since(16)[0].grave);
        let failed = jobs(&store::Queue { due: 0, oldest: None, failed: 2 }, now);
        assert_eq!((failed.len(), failed[0].class, failed[0].grave), (1, Class::Jobs, false));
    }
}
