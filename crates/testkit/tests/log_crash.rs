//! The log across crashes: power that goes in the middle, syncs that fail, two nodes that both want the turn.
//!
//! `NOROSHI_LOG_CRASHES` sets the rounds of lost power; the whole count is 100.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::log::beat::beat;
use hub::log::check::{Finding, check};
use hub::log::verdict::{self, Outcome};
use hub::log::{LogFile, file, own_policy};
use model::id::SubmissionId;
use testkit::{Forgetful, TestHub};

/// Rounds in the build server's run.
const ROUNDS: u64 = 20;

#[expect(clippy::disallowed_methods, reason = "the whole count is asked for from outside")]
fn rounds() -> u64 {
    std::env::var("NOROSHI_LOG_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS)
}

async fn faults(hub: &TestHub, earlier: Option<&[u8]>) -> Vec<Finding> {
    let findings = check(&hub.hub, earlier).await.unwrap().findings;
    findings.into_iter().filter(Finding::is_fault).collect()
}

/// Everything that somebody outside holds.
#[derive(Default)]
struct Held {
    checkpoints: Vec<Vec<u8>>,
    receipts: Vec<String>,
    sent: Vec<SubmissionId>,
}

impl Held {
    /// What can be fetched now is held from now on.
    async fn fetch(&mut self, hub: &TestHub) {
        self.checkpoints.extend(file(&hub.hub, LogFile::Checkpoint).ok());
        for id in &self.sent {
            let receipt = hub.log_receipt(&hub.members[0], *id).await;
            if !receipt.pending {
                self.receipts.push(receipt.file);
            }
        }
    }

    /// Nothing of it is contradicted, and all that was sent is there.
    async fn stands(&self, hub: &TestHub) {
        let policy = own_policy(&hub.hub).unwrap();
        for checkpoint in &self.checkpoints {
            assert_eq!(faults(hub, Some(checkpoint)).await, []);
        }
        for receipt in &self.receipts {
            assert_eq!(verdict::read(receipt.as_bytes(), &policy).outcome, Outcome::Proven);
        }
        let mut places = std::collections::BTreeSet::new();
        for id in &self.sent {
            let read = verdict::read(hub.log_receipt(&hub.members[0], *id).await.file.as_bytes(), &policy);
            assert_eq!(read.outcome, Outcome::Proven);
            places.insert(read.place.unwrap().index);
        }
        assert_eq!(places.len(), self.sent.len(), "a leaf stands twice");
    }
}

#[tokio::test]
async fn lost_power_loses_nothing_that_was_acknowledged_and_forks_nothing() {
    let disk = Forgetful::new(20_110_811);
    let mut hub = TestHub::new(1).await.on_disk(&disk).await;
    let mut held = Held::default();
    let mut died = 0;
    for round in 0..rounds() {
        if round % 3 == 2 {
            disk.fails_a_sync_within(60);
        } else {
            disk.dies_within(120);
        }
        for n in 0..12_u32 {
            if n % 3 == 0 {
                held.sent.push(hub.send(&hub.members[0], u32::try_from(round).unwrap() * 100 + n).await);
            }
            if let Err(why) = hub.beat().await {
                assert!(matches!(why, HubError::Unavailable(_)), "{why:?}");
                died += 1;
                break;
            }
            held.checkpoints.extend(file(&hub.hub, LogFile::Checkpoint).ok());
            held.checkpoints.drain(..held.checkpoints.len().saturating_sub(3));
        }
        disk.crash();
        hub = hub.restart().await;
        // What was served before the crash is served after it, or something newer that continues it.
        let served = file(&hub.hub, LogFile::Checkpoint).ok();
        assert!(served.is_some() || held.checkpoints.is_empty());
        hub.beats(2).await;
        assert_eq!(faults(&hub, held.checkpoints.last().map(Vec::as_slice)).await, []);
    }
    println!("{} rounds, {died} died within a beat", rounds());
    assert!(died * 2 > rounds(), "most rounds must die in the middle");
    hub.beats(10).await;
    held.fetch(&hub).await;
    held.stands(&hub).await;
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_written_until_the_next_start() {
    let disk = Forgetful::new(7);
    let hub = TestHub::new(1).await.on_disk(&disk).await;
    hub.beats(1).await;
    disk.fails_a_sync_within(1);
    assert!(matches!(hub.beat().await, Err(HubError::Unavailable(class)) if class == "sync"));
    for _ in 0..3 {
        assert!(matches!(hub.beat().await, Err(HubError::Unavailable(class)) if class == "sync"));
    }
    disk.crash();
    let hub = hub.restart().await;
    hub.beats(2).await;
    assert_eq!(faults(&hub, None).await, []);
}

/// Two processes over one database beat as fast as they can: every leaf once, one history.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_that_both_want_the_turn_make_one_history() {
    let hub = TestHub::new(1).await;
    let other = hub.another_node().await;
    let mut held = Held::default();
    for n in 0..10 {
        held.sent.push(hub.send(&hub.members[0], n).await);
        // The clock passes the turn's end, so that the turn changes hands at any moment.
        hub.clock
            .set(hub.hub.now().checked_add(jiff::SignedDuration::from_secs(61 + i64::from(n) * 7)).unwrap());
        let (one, two) = (hub.hub.clone(), other.clone());
        let both =
            [tokio::spawn(async move { beat(&one).await }), tokio::spawn(async move { beat(&two).await })];
        for task in both {
            task.await.unwrap().unwrap();
        }
        held.checkpoints.extend(file(&hub.hub, LogFile::Checkpoint).ok());
        held.checkpoints.extend(file(&other, LogFile::Checkpoint).ok());
    }
    hub.clock.set(hub.hub.now().checked_add(jiff::SignedDuration::from_secs(600)).unwrap());
    beat(&hub.hub).await.unwrap();
    held.fetch(&hub).await;
    held.stands(&hub).await;
}
