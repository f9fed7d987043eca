//! A flood of one member keeps no other's warning waiting.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use jiff::SignedDuration;
use model::id::SubmissionId;
use testkit::{Member, TestHub};
use uuid::Uuid;

/// What waits to be read, in the order in which it would be taken.
async fn order(hub: &TestHub) -> Vec<SubmissionId> {
    let (now, mut out) = (hub.hub.now(), Vec::new());
    let until = now.checked_add(SignedDuration::from_mins(1)).unwrap();
    let mut tx = hub.hub.store().write().await.unwrap();
    while let Some(job) = tx.claim(Uuid::from_u128(1), now, until).await.unwrap() {
        if job.kind == "read" {
            out.push(SubmissionId(job.subject.unwrap()));
        }
    }
    out
}

async fn send(hub: &TestHub, from: &Member, count: u32) -> Vec<SubmissionId> {
    let mut out = Vec::new();
    for n in 0..count {
        hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_millis(1)).unwrap());
        out.push(hub.send(from, n).await);
    }
    out
}

#[tokio::test]
async fn who_sent_much_today_waits_behind_who_sent_little() {
    let hub = TestHub::new(3).await;
    let (flooding, other) = (hub.members[0].clone(), hub.members[1].clone());
    let flood = send(&hub, &flooding, 203).await;
    hub.pass(SignedDuration::ZERO).await;
    let more = send(&hub, &flooding, 2).await;
    let late = send(&hub, &other, 1).await;
    assert_eq!(order(&hub).await, [late[0], more[0], more[1]], "after {} of that day", flood.len());
}

#[tokio::test]
async fn the_next_day_it_is_read_in_its_turn_again() {
    let hub = TestHub::new(3).await;
    let (flooding, other) = (hub.members[0].clone(), hub.members[1].clone());
    send(&hub, &flooding, 203).await;
    hub.pass(SignedDuration::from_hours(24)).await;
    let more = send(&hub, &flooding, 1).await;
    let late = send(&hub, &other, 1).await;
    assert_eq!(order(&hub).await, [more[0], late[0]]);
}
