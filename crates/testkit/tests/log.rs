//! The log live: places, receipts, a growth that says nothing, and everything that a check must find.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::log::check::{Finding, check};
use hub::log::epoch::{self, Opened};
use hub::log::verdict::{self, Flaw, NotProven, Outcome};
use hub::log::{LogFile, file, keys, own_policy, receipt};
use hub::ops::submit::{NewSubmission, submit};
use jiff::SignedDuration;
use model::consent::Delay;
use model::id::SubmissionId;
use model::role::PersonRole;
use model::submission::Door;
use sharing::caller::AsReporter;
use testkit::{Member, TestHub, leaves};

async fn send(hub: &TestHub, from: &Member, n: u32) -> SubmissionId {
    hub.send(from, n).await
}

async fn given(hub: &TestHub, of: &Member, id: SubmissionId) -> receipt::LogReceipt {
    receipt::of_submission(&hub.hub, AsReporter { org: of.id }, id).await.unwrap()
}

async fn findings(hub: &TestHub, earlier: Option<&[u8]>) -> Vec<Finding> {
    check(&hub.hub, earlier).await.unwrap().findings
}

#[tokio::test]
async fn a_receipt_is_pending_and_then_proven() {
    let hub = TestHub::new(2).await;
    hub.beats(3).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    let id = send(&hub, &source, 1).await;
    let policy = own_policy(&hub.hub).unwrap();
    let before = given(&hub, &source, id).await;
    assert!(before.pending);
    assert_eq!(verdict::read(before.file.as_bytes(), &policy).outcome, Outcome::Pending);
    hub.beats(1).await;
    let after = given(&hub, &source, id).await;
    assert!(!after.pending);
    let read = verdict::read(after.file.as_bytes(), &policy);
    assert_eq!(read.outcome, Outcome::Proven, "{}", after.file);
    assert_eq!(
        (read.kind(), read.entry["submission"].as_str()),
        (Some("submission"), id.to_string().as_str())
    );
    assert!(read.entry["checkpoint"].starts_with("hub.test/log\n"));
    assert!(
        read.not_proven.contains(&NotProven::Time) && read.not_proven.contains(&NotProven::WhenTheVictimKnew)
    );
    let denied = receipt::of_submission(&hub.hub, AsReporter { org: other.id }, id).await;
    assert!(matches!(denied, Err(hub::HubError::NotFound)));
    assert_eq!(findings(&hub, None).await, []);
}

/// The place in a receipt says in which minute its leaf came and nothing of who else acted in it: one that waits alone stands anywhere
/// among the dummies.
#[tokio::test]
async fn a_place_does_not_count_who_came_before() {
    let hub = TestHub::new(2).await;
    hub.beats(4).await;
    let source = hub.members[0].clone();
    let policy = own_policy(&hub.hub).unwrap();
    let mut within = std::collections::BTreeSet::new();
    for n in 1..=12 {
        let id = send(&hub, &source, n).await;
        hub.beats(1).await;
        let read = verdict::read(given(&hub, &source, id).await.file.as_bytes(), &policy);
        assert_eq!(read.outcome, Outcome::Proven);
        within.insert(read.place.unwrap().index % 8);
    }
    assert!(within.len() > 3, "{within:?}");
    assert_eq!(findings(&hub, None).await, []);
}

#[tokio::test]
async fn every_changed_byte_of_a_receipt_is_refused_or_changes_nothing() {
    let hub = TestHub::new(1).await;
    let id = send(&hub, &hub.members[0], 1).await;
    hub.beats(2).await;
    let policy = own_policy(&hub.hub).unwrap();
    let good = given(&hub, &hub.members[0], id).await.file;
    let proven = verdict::read(good.as_bytes(), &policy);
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        let read = verdict::read(&bytes, &policy);
        assert!(matches!(read.outcome, Outcome::Refused(_)) || read == proven, "byte {at}: {read:?}");
    }
    let stranger = tlog::SignerKey::from_seed("hub.test/log", tlog::KeyKind::Log, &[9; 32]).unwrap();
    let other = tlog::Policy::of_logs(&[stranger.verifier().clone()]);
    assert_eq!(verdict::read(good.as_bytes(), &other).outcome, Outcome::Refused(Flaw::Log));
}

/// Name and length of every public file, and the size in the checkpoint, beat by beat.
async fn growth(acts_a_minute: [u32; 2], minutes: u32) -> Vec<(u64, Vec<usize>)> {
    let hub = TestHub::new(1).await;
    // What the set-up itself logged gets its places first.
    hub.beats(10).await;
    let mut seen = Vec::new();
    let mut n = 0;
    for minute in 0..minutes {
        for _ in 0..acts_a_minute[minute as usize % 2] {
            n += 1;
            send(&hub, &hub.members[0], n).await;
        }
        hub.beats(1).await;
        let text = String::from_utf8(file(&hub.hub, LogFile::Checkpoint).unwrap()).unwrap();
        let size: u64 = text.lines().nth(1).unwrap().parse().unwrap();
        let edge = tlog::tile::edge_tiles(size);
        let mut lengths: Vec<usize> =
            edge.iter().map(|tile| file(&hub.hub, LogFile::Tile(*tile)).unwrap().len()).collect();
        lengths.extend(
            edge.iter().filter(|t| t.level == 0).map(|t| file(&hub.hub, LogFile::Entries(*t)).unwrap().len()),
        );
        lengths.push(text.len());
        seen.push((size, lengths));
    }
    seen
}

#[tokio::test]
async fn the_log_grows_the_same_with_no_act_and_with_a_hundred_an_hour() {
    let (quiet, busy) = (growth([0, 0], 60).await, growth([2, 2], 60).await);
    assert_eq!(quiet, busy);
    assert_eq!(quiet[59].0 - quiet[0].0, 59 * 8);
}

#[tokio::test]
async fn a_burst_waits_in_order_and_nothing_is_lost_or_doubled() {
    let hub = TestHub::new(1).await;
    hub.beats(5).await;
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(send(&hub, &hub.members[0], n).await);
        hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_secs(1)).unwrap());
    }
    hub.beats(1).await;
    let mut pending = Vec::new();
    for id in &ids {
        pending.push(given(&hub, &hub.members[0], *id).await.pending);
    }
    assert_eq!(pending.iter().filter(|p| **p).count(), 12, "eight had room");
    assert!(pending.is_sorted(), "first come, first placed: {pending:?}");
    hub.beats(2).await;
    let policy = own_policy(&hub.hub).unwrap();
    let mut places = std::collections::BTreeSet::new();
    for id in &ids {
        let read = verdict::read(given(&hub, &hub.members[0], *id).await.file.as_bytes(), &policy);
        assert_eq!(read.outcome, Outcome::Proven);
        places.insert(read.place.unwrap().index);
    }
    assert_eq!(places.len(), 20);
    assert_eq!(findings(&hub, None).await, []);
}

#[tokio::test]
async fn a_sender_may_say_which_checkpoint_it_saw_and_no_other() {
    let hub = TestHub::new(1).await;
    hub.beats(1).await;
    let seen = hub::log::seen_now(&hub.hub).unwrap();
    hub.beats(2).await;
    let new = |seen: &str| NewSubmission {
        bytes: b"198.51.100.7".to_vec(),
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Api,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: None,
        seen: Some(seen.to_owned()),
    };
    let who = AsReporter { org: hub.members[0].id };
    let id = submit(&hub.hub, who, new(&seen)).await.unwrap().id;
    hub.beats(1).await;
    let policy = own_policy(&hub.hub).unwrap();
    let read = verdict::read(given(&hub, &hub.members[0], id).await.file.as_bytes(), &policy);
    let embedded = data_encoding::BASE64.encode(read.entry["checkpoint"].as_bytes());
    assert_eq!(embedded, seen);
    for wrong in ["x", "bG9n", &data_encoding::BASE64.encode(b"hub.test/log\n9\nx\n\n")] {
        assert!(matches!(
            submit(&hub.hub, who, new(wrong)).await,
            Err(hub::HubError::Invalid("checkpoint", _))
        ));
    }
}

#[tokio::test]
async fn files_that_were_lost_or_edited_are_named_and_written_again() {
    let hub = TestHub::new(1).await;
    hub.beats(40).await;
    let log = hub.data().join("log");
    let entries = log.join("tile/entries/000");
    std::fs::write(&entries, vec![0; 8_704]).unwrap();
    assert_eq!(findings(&hub, None).await, [Finding::FileEdited("tile/entries/000".to_owned())]);
    std::fs::remove_file(log.join("tile/0/000")).unwrap();
    assert!(findings(&hub, None).await.contains(&Finding::FileMissing("tile/0/000".to_owned())));
    std::fs::remove_dir_all(&log).unwrap();
    assert!(findings(&hub, None).await.contains(&Finding::NoCheckpoint));
    let again = hub.restart().await;
    again.beats(1).await;
    assert_eq!(findings(&again, None).await, []);
}

#[tokio::test]
async fn a_silent_restore_is_named_and_an_epoch_goes_on() {
    let hub = TestHub::new(1).await;
    hub.beats(3).await;
    hub.rest().await;
    let backup = hub.fork(false).await;
    let hub = hub.restart().await;
    send(&hub, &hub.members[0], 1).await;
    hub.beats(3).await;
    let earlier = file(&hub.hub, LogFile::Checkpoint).unwrap();
    assert_eq!(findings(&hub, Some(&earlier)).await, []);
    // Everything was put back: only somebody who kept a checkpoint knows.
    assert_eq!(findings(&backup, None).await, []);
    assert_eq!(findings(&backup, Some(&earlier)).await, [Finding::SilentRestore { earlier: 48, now: 24 }]);
    // Another history of the same length.
    send(&backup, &backup.members[0], 2).await;
    backup.beats(3).await;
    assert_eq!(findings(&backup, Some(&earlier)).await, [Finding::Rewritten(48)]);
    assert_eq!(epoch::open(&backup.hub, "drill", true).await.unwrap(), Opened::New(2));
    backup.beats(2).await;
    assert_eq!(keys(&backup.hub).unwrap().len(), 2);
    assert_eq!(findings(&backup, None).await, []);
}

#[tokio::test]
async fn the_log_names_its_keys_and_each_look_its_office_and_time() {
    let hub = TestHub::new(1).await;
    let id = send(&hub, &hub.members[0], 1).await;
    hub.work().await;
    let analyst = testkit::staff(hub.staff, PersonRole::Analyst).staff().unwrap();
    hub::ops::triage::look(&hub.hub, analyst, id).await.unwrap();
    let at = hub.hub.now().to_string();
    hub.beats(3).await;
    let hub = hub.restart().await;
    hub.beats(1).await;
    let read = leaves(&hub, "log-key").await;
    let key = keys(&hub.hub).unwrap().remove(0).to_string();
    assert_eq!(read.iter().map(|one| one.entry["key"].as_str()).collect::<Vec<_>>(), [key]);
    let looked = leaves(&hub, "look").await;
    let seen = |name: &str| looked[0].entry[name].as_str();
    assert_eq!(
        (seen("submission"), seen("office")),
        (id.to_string().as_str(), hub.staff.to_string().as_str())
    );
    assert_eq!((looked.len(), seen("at"), &looked[0].outcome), (1, at.as_str(), &Outcome::Proven));
    assert_eq!(epoch::open(&hub.hub, "drill", true).await.unwrap(), Opened::New(2));
    hub.beats(2).await;
    assert_eq!(leaves(&hub, "log-key").await.len(), 2);
}

#[tokio::test]
async fn a_database_that_was_put_back_alone_is_filled_from_the_files() {
    let hub = TestHub::new(1).await;
    hub.beats(3).await;
    hub.rest().await;
    let backup = hub.fork(false).await;
    let hub = hub.restart().await;
    send(&hub, &hub.members[0], 1).await;
    hub.beats(3).await;
    let earlier = file(&hub.hub, LogFile::Checkpoint).unwrap();
    copy(&hub.data().join("log"), &backup.data().join("log"));
    assert!(matches!(backup.beat().await, Err(hub::HubError::Unavailable(class)) if class == "log-restored"));
    assert!(findings(&backup, None).await.contains(&Finding::DatabaseOlder { files: 48, database: 24 }));
    assert_eq!(epoch::open(&backup.hub, "the disk broke", false).await.unwrap(), Opened::Continued(24, 48));
    backup.beats(2).await;
    assert_eq!(findings(&backup, Some(&earlier)).await, [Finding::LoggedRestore(24, 48)]);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
