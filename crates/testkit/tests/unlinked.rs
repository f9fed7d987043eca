//! What a stolen database says of whoever erased, left, asked or reported, to somebody who has none of the keys.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::{membership, question, read};
use hub::{HubError, PageRequest};
use jiff::SignedDuration;
use model::consent::Delay;
use model::id::{ItemId, OrgId, SubmissionId};
use model::role::PersonRole as P;
use sharing::caller::AsReporter;
use std::collections::BTreeSet;
use testkit::{Administrator, Member, TestHub, member};

/// The first member with a standing consent, and what it sent.
async fn with_sent(count: u32, delay: Delay) -> (TestHub, Member, Vec<SubmissionId>) {
    let hub = TestHub::new(12).await;
    hub::jobs::start(&hub.hub).await.unwrap();
    let source = hub.members[0].clone();
    hub.standing(&source, delay).await;
    let mut sent = Vec::new();
    for n in 1..=count {
        sent.push(hub.send(&source, n).await);
        hub.work().await;
    }
    if delay == Delay::Now {
        // what was sent for a slot has left with it
        hub.pass(SignedDuration::from_mins(20)).await;
    }
    (hub, source, sent)
}

fn hex(id: uuid::Uuid) -> String {
    id.simple().to_string()
}

/// The rows that hold an identifier, as a thief reads them.
async fn rows_of(hub: &TestHub, id: uuid::Uuid) -> BTreeSet<(String, String)> {
    let rows = Administrator::of(hub).every_row().await;
    rows.into_iter().filter(|(_, row)| row.contains(&hex(id))).collect()
}

async fn items(hub: &TestHub, of: &Member) -> Vec<ItemId> {
    let reader = read::audiences(&hub.hub, &member(of.id, &[P::Reporter])).await.unwrap();
    let page = read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap();
    page.rows.into_iter().map(|row| row.get().id).collect()
}

async fn erased(hub: &TestHub) -> usize {
    Administrator::of(hub).read("SELECT submission FROM erasure WHERE done_at IS NOT NULL").await.len()
}

/// The keys go at once and no row moves: nothing of a submission changes in the minute in which the roster does.
#[tokio::test]
async fn no_row_of_a_submission_moves_with_a_leaving() {
    let (hub, source, sent) = with_sent(3, Delay::Now).await;
    let mut before = Vec::new();
    for id in &sent {
        before.push(rows_of(&hub, id.0).await);
    }
    assert_eq!(testkit::leave(&hub.hub, source.id).await.unwrap().keys, 3);
    hub.work().await;
    for (id, before) in sent.iter().zip(before) {
        assert!(hub.hub.store().seals().key(*id).is_err(), "unreadable at once");
        assert_eq!(rows_of(&hub, id.0).await, before);
    }
}

/// In the week after, each goes at a moment of its own; what is left of it says neither when nor with which others.
#[tokio::test]
async fn what_a_leaver_sent_goes_on_several_days_and_is_told_together_by_nothing() {
    let (hub, source, sent) = with_sent(6, Delay::Now).await;
    let tag = hub.hub.store().seals().source_tag(source.id);
    let tag = data_encoding::HEXLOWER.encode(&tag);
    testkit::leave(&hub.hub, source.id).await.unwrap();
    hub.pass(SignedDuration::from_hours(25)).await;
    let first = erased(&hub).await;
    hub.pass(SignedDuration::from_hours(72)).await;
    let later = erased(&hub).await;
    assert!(first < later && later < 6, "{first} on the first day, {later} by the fourth");
    hub.pass(SignedDuration::from_hours(24 * 5)).await;
    assert_eq!(erased(&hub).await, 6);

    let db = Administrator::of(&hub);
    let all = db.every_row().await;
    let erasures = all.iter().filter(|(table, _)| table == "erasure").map(|(_, row)| row.clone());
    let bare: BTreeSet<String> =
        erasures.map(|row| sent.iter().fold(row, |row, id| row.replace(&hex(id.0), ""))).collect();
    assert_eq!(bare.len(), 1, "no erasure tells when or why: {bare:?}");
    let still: Vec<_> = all.iter().filter(|(_, row)| row.contains(&tag)).collect();
    assert!(still.is_empty(), "no hash groups them any more: {still:?}");
    for id in &sent {
        for (table, row) in rows_of(&hub, id.0).await {
            assert!(table == "erasure" || !row.contains("erase"), "{table} says when: {row}");
        }
    }
    let parts = db.read("SELECT submission FROM item_source WHERE length(part) > 2").await;
    assert!(parts.is_empty(), "nor what it had supplied");
}

/// What waited for its slot when its source left does not leave.
#[tokio::test]
async fn nothing_leaves_by_the_consent_of_somebody_that_left() {
    let (hub, source, sent) = with_sent(1, Delay::Slot).await;
    let other = hub.members[3].clone();
    testkit::leave(&hub.hub, source.id).await.unwrap();
    hub.pass(SignedDuration::from_mins(31)).await;
    assert_eq!(items(&hub, &other).await, []);
    hub.pass(SignedDuration::from_hours(24 * 9)).await;
    assert_eq!(items(&hub, &other).await, []);
    let mut tx = hub.hub.store().read().await.unwrap();
    let row = tx.submission(sent[0]).await.unwrap().unwrap();
    assert_eq!(row.state, model::state::SubmissionState::Withdrawn);
}

/// One hash for all threads of an organisation would name it on its submissions: what is put to it stands under its name.
#[tokio::test]
async fn a_thread_on_an_item_and_one_on_a_submission_are_not_of_one_asker() {
    let (hub, source, sent) = with_sent(1, Delay::Now).await;
    let reader = read::audiences(&hub.hub, &member(source.id, &[P::Reporter])).await.unwrap();
    let item = items(&hub, &source).await[0];
    question::ask(&hub.hub, &reader, item, "which of the two?").await.unwrap();
    question::ask(&hub.hub, &reader, item, "and when?").await.unwrap();
    question::reply(&hub.hub, AsReporter { org: source.id }, sent[0], "it came at noon").await.unwrap();
    let askers = Administrator::of(&hub).read("SELECT asker FROM question").await;
    assert_eq!(askers.len(), 2, "a second question goes into the same thread");
    assert_ne!(askers[0], askers[1]);
    assert_eq!(question::mine(&hub.hub, &reader, item).await.unwrap().len(), 2);
}

/// What an earlier version wrote is found, and gets a hash of its own with the day.
#[tokio::test]
async fn threads_of_earlier_versions_are_found_and_told_apart() {
    let (hub, source, sent) = with_sent(1, Delay::Now).await;
    let reader = read::audiences(&hub.hub, &member(source.id, &[P::Reporter])).await.unwrap();
    let item = items(&hub, &source).await[0];
    question::ask(&hub.hub, &reader, item, "which of the two?").await.unwrap();
    question::reply(&hub.hub, AsReporter { org: source.id }, sent[0], "it came at noon").await.unwrap();
    let db = Administrator::of(&hub);
    let before = hub.hub.store().seals().tag("asker", source.id.0.as_bytes());
    db.tell(&format!("UPDATE question SET asker = {}", db.bytes(&before))).await;
    assert_eq!(question::mine(&hub.hub, &reader, item).await.unwrap().len(), 1);
    hub.pass(SignedDuration::from_hours(25)).await;
    let askers: BTreeSet<Vec<u8>> = db.read("SELECT asker FROM question").await.into_iter().collect();
    assert!(askers.len() == 2 && !askers.contains(&before));
    assert_eq!(question::mine(&hub.hub, &reader, item).await.unwrap().len(), 1);
}

/// The source asked about its own item, as every recipient may: its words go with its submission, and no backup opens them.
#[tokio::test]
async fn the_words_of_a_source_go_with_its_submission_wherever_they_stand() {
    let (hub, source, sent) = with_sent(1, Delay::Now).await;
    let other = hub.members[3].clone();
    let item = items(&hub, &source).await[0];
    let reader_of = async |org: OrgId| read::audiences(&hub.hub, &member(org, &[P::Reporter])).await.unwrap();
    question::ask(&hub.hub, &reader_of(source.id).await, item, "is the mail from noon in it?").await.unwrap();
    question::ask(&hub.hub, &reader_of(other.id).await, item, "since when?").await.unwrap();
    question::reply(&hub.hub, AsReporter { org: source.id }, sent[0], "two of us got it").await.unwrap();
    hub.rest().await;
    let (backup, hub) = (hub.fork(false).await, hub.restart().await);
    let approver = member(source.id, &[P::Approver]).approver().unwrap();
    membership::erase(&hub.hub, approver, sent[0], &hub.code(&source, sent[0]).await).await.unwrap();
    hub.work().await;
    let left = Administrator::of(&hub).read("SELECT bytes FROM question_line").await;
    assert_eq!(left.len(), 1, "what another asked stays");

    // the data of the backup with the keys of now: neither the submission's nor the hub's key opens a word of it
    let seals = hub.hub.store().seals();
    let db = Administrator::of(&backup);
    let threads = db.read("SELECT q.id FROM question q ORDER BY q.id").await;
    let mut opened = 0;
    for thread in threads {
        let id = uuid::Uuid::from_slice(&thread).unwrap();
        let lines = format!("SELECT bytes FROM question_line WHERE question = {}", db.bytes(&thread));
        for line in db.read(&lines).await {
            assert!(
                seals.hub_key("question").open("question", &line).is_err(),
                "the hub's key stays for ever"
            );
            opened += usize::from(seals.key(id).is_ok_and(|key| key.open("question", &line).is_ok()));
        }
    }
    assert_eq!(opened, 1, "what another asked still opens");
    let late = question::reply(&hub.hub, AsReporter { org: source.id }, sent[0], "one more").await;
    assert!(matches!(late, Err(HubError::NotFound)), "{late:?}");
}
