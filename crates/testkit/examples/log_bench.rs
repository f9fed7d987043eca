//! The log measured on a disk: leaves that get places, looks that wait for their leaf, receipts that are read.
//!
//! `log_bench DIR [LEAVES] [SECONDS]` prints one JSON object. `cargo xtask bench log` runs it and sets it against its goals.
#![expect(clippy::unwrap_used, reason = "a fault must stop the measurement")]

use hub::log::beat::{Beaten, beat};
use hub::log::verdict::{self, Outcome};
use hub::log::{Beat, LogSettings, own_policy};
use hub::ops::triage;
use model::id::LeafId;
use model::role::PersonRole;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::TestHub;
use tokio::sync::watch;

/// Looks a second.
const RATE: u32 = 2_000;

/// Receipts read.
const READS: u32 = 1_000;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise| arguments.get(at).and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let (leaves, seconds): (u32, u32) = (number(1, 200_000), number(2, 15));
    let folder = Path::new(arguments.first().unwrap());
    std::fs::create_dir_all(folder).unwrap();
    let log = LogSettings { beat: Beat::Off, ..LogSettings::default() };
    let hub = TestHub::within(tempfile::tempdir_in(folder).unwrap(), 1).await.with_log(log).await;
    let id = hub.send(&hub.members[0], 1).await;
    let per_second = places(&hub, leaves).await;
    let mut waits = looks(&hub, id, seconds).await;
    waits.sort_unstable();
    let at =
        |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)].as_secs_f64() * 1000.0;
    while !matches!(beat(&hub.hub).await.unwrap(), Beaten::Waits(_)) {}
    let receipt = hub.log_receipt(&hub.members[0], id).await;
    let policy = own_policy(&hub.hub).unwrap();
    std::fs::write(folder.join("one.tlog-proof"), &receipt.file).unwrap();
    std::fs::write(folder.join("key.txt"), policy.logs()[0].key.to_string()).unwrap();
    let begun = now();
    for _ in 0..READS {
        assert_eq!(verdict::read(receipt.file.as_bytes(), &policy).outcome, Outcome::Proven);
    }
    let read_ms = begun.elapsed().as_secs_f64() * 1000.0 / f64::from(READS);
    println!(
        "{}",
        serde_json::json!({
            "leaves_per_second": per_second, "looks_p50_ms": at(50), "looks_p99_ms": at(99),
            "looks": waits.len(), "read_ms": read_ms,
        })
    );
}

/// Leaves a second from waiting in the database to published in the files, all durable.
async fn places(hub: &TestHub, leaves: u32) -> f64 {
    let data = hub.data();
    let place = store::Where {
        keys: data.with_file_name("keys"),
        data,
        postgres: None,
        connections: store::CONNECTIONS,
    };
    let store = store::Store::open(&place, [9; 32], hub.hub.now()).await.unwrap();
    let new: Vec<store::NewLeaf> = (0..leaves)
        .map(|n| store::NewLeaf {
            id: LeafId::from_random(
                u128::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes(),
            ),
            kind: "bench",
            opening: vec![0; 300],
            commitment: tlog::commit(&[1; 32], &n.to_be_bytes()).to_vec(),
            subject: None,
            urgent: false,
        })
        .collect();
    for piece in new.chunks(4_000) {
        let mut tx = store.write().await.unwrap();
        tx.append_leaves(piece, hub.hub.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    store.close().await;
    let begun = now();
    let mut placed = 0;
    while let Beaten::Grown { real, .. } = beat(&hub.hub).await.unwrap() {
        placed += real;
    }
    assert!(placed >= leaves);
    f64::from(placed) / begun.elapsed().as_secs_f64()
}

/// How long each of so many looks a second waits, from when it was due, while the log beats beside them.
async fn looks(hub: &TestHub, id: model::id::SubmissionId, seconds: u32) -> Vec<Duration> {
    let staff = testkit::staff(hub.staff, PersonRole::Triager).staff().unwrap();
    let (stop, stopped) = watch::channel(false);
    let beating = tokio::spawn(hub::log::beat::run(hub.hub.clone(), stopped));
    let begun = now();
    let mut running = tokio::task::JoinSet::new();
    for n in 0..RATE * seconds {
        let due = Duration::from_secs(1) * n / RATE;
        let early = due.saturating_sub(begun.elapsed());
        if early > Duration::from_millis(1) {
            tokio::time::sleep(early).await;
        }
        let hub = hub.hub.clone();
        running.spawn(async move {
            triage::raw(&hub, staff, id).await.unwrap();
            begun.elapsed().saturating_sub(due)
        });
    }
    let mut waits = Vec::new();
    while let Some(wait) = running.join_next().await {
        waits.push(wait.unwrap());
    }
    stop.send(true).unwrap();
    beating.await.unwrap();
    waits
}
