//! How soon 300 addresses know of a release: `webhook_bench DIR [ADDRESSES]`. One organisation an address, a real receiver, the embedded
//! database with full syncs in `DIR`. Prints one JSON line: milliseconds from the acknowledgement of the mail to the last call.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a fault must stop the run; it measures time"
)]

use hub::ops::admin::AsRegistrar;
use model::consent::Delay;
use std::time::{Duration, Instant};
use testkit::{Ask, Receiver, TestHub, mails};

/// Releases that are told; the worst counts.
const RELEASES: u32 = 5;

/// A release that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let addresses: usize = words.get(1).map_or(300, |n| n.parse().unwrap());
    std::fs::create_dir_all(&words[0]).unwrap();
    let hub = TestHub::within(tempfile::tempdir_in(&words[0]).unwrap(), addresses).await;
    let receiver = Receiver::start().await;
    for (n, member) in hub.members.iter().enumerate() {
        let url = receiver.url(&n.to_string());
        hub::ops::webhook::add_for(&hub.hub, AsRegistrar::Machine, member.id, &url).await.unwrap();
    }
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let workers = tokio::spawn(hub::jobs::run(hub.hub.clone(), stopped));
    let (mut worst, mut calls) = (Duration::ZERO, 0);
    for n in 0..RELEASES {
        let mail = mails::attack("m0.example", n);
        let sent = Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822");
        assert_eq!(hub.ask(sent.token(&source.token)).await.status, 201);
        let begun = Instant::now();
        let mut told = 0;
        while told < addresses {
            assert!(begun.elapsed() < LIMIT, "{told} of {addresses} were told in time");
            tokio::time::sleep(Duration::from_millis(5)).await;
            told += receiver.take().len();
        }
        worst = worst.max(begun.elapsed());
        calls += told;
        // the outcomes are written before the next release
        tokio::time::sleep(Duration::from_millis(500)).await;
        calls += receiver.take().len();
    }
    stop.send(true).unwrap();
    workers.await.unwrap();
    println!(
        r#"{{"addresses":{addresses},"worst_ms":{},"calls":{calls},"releases":{RELEASES}}}"#,
        worst.as_millis()
    );
}
