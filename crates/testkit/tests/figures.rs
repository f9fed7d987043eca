//! The hub's board: this week is counted at each look, the weeks before it once an hour.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::board::{self, AsViewer, Week};
use jiff::SignedDuration;
use model::consent::Delay;
use model::role::PersonRole as P;
use testkit::{TestHub, staff};

async fn weeks(hub: &TestHub) -> Vec<Week> {
    let who = AsViewer::Staff(staff(hub.staff, P::Triager).staff().unwrap());
    board::board(&hub.hub, who).await.unwrap().weeks
}

/// Mails of this week and of the one before it.
async fn mails(hub: &TestHub) -> (u64, u64) {
    let weeks = weeks(hub).await;
    let of = |week: &Week| week.by_kind.iter().sum();
    (of(&weeks[12]), of(&weeks[11]))
}

#[tokio::test]
async fn this_week_is_counted_at_each_look_and_becomes_the_last() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    assert_eq!(mails(&hub).await, (0, 0));
    hub.send(&source, 1).await;
    hub.work().await;
    assert_eq!(mails(&hub).await, (1, 0), "at once");
    assert_eq!(weeks(&hub).await[12].minutes, None, "it waits for its slot");
    hub.pass(SignedDuration::from_mins(20)).await;
    let took = weeks(&hub).await[12].minutes;
    assert!(took.is_some_and(|minutes| (1..=20).contains(&minutes)), "{took:?}");
    hub.pass(SignedDuration::from_hours(24 * 7)).await;
    assert_eq!(mails(&hub).await, (0, 1));
    assert_eq!(weeks(&hub).await[11].minutes, took);
    for n in 2..=3 {
        hub.send(&source, n).await;
        hub.work().await;
        assert_eq!(mails(&hub).await, (u64::from(n) - 1, 1));
    }
    // what is kept of a week that is over belongs to that week: the next one has its own
    hub.pass(SignedDuration::from_hours(24 * 7)).await;
    assert_eq!(mails(&hub).await, (0, 2));
}
