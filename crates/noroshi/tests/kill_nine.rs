//! The hub is killed with SIGKILL at random points of the path, and started again. What was acknowledged is there with its bytes,
//! each warning leaves exactly once, and nothing leaves without consent.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{Community, Serving};
use reqwest::Client;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How often the hub is killed. `KILL_ROUNDS=300` is the long run.
const ROUNDS: u64 = 60;

/// New mails a round. Two workers read them while others still arrive.
const MAILS: u64 = 3;

/// The latest moment of the kill after the first mail went out: a mail is on its whole way in about half of it.
const KILL_MILLIS_MAX: u64 = 240;

/// One round in this many is killed while the hub starts.
const START_KILLS: u64 = 10;

/// A claimed job waits a minute for its killed worker; then the rest of the path.
const SETTLE: Duration = Duration::from_secs(150);

/// Has a standing consent with `now`.
const CONSENTING: &str = "hayate";

/// Has none: whatever it sends waits for people.
const SILENT: &str = "okitsu";

/// The same draws in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

/// What the senders know.
#[derive(Default)]
struct Senders {
    next: u64,
    /// Sent, no receipt seen: to be sent again with the same key, as every client does.
    open: BTreeSet<u64>,
    /// Mail → id of the receipt.
    acknowledged: BTreeMap<u64, String>,
}

/// Every fourth mail comes from the member that consented to nothing.
fn sender(n: u64) -> &'static str {
    if n.is_multiple_of(4) { SILENT } else { CONSENTING }
}

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for from outside")]
fn rounds() -> u64 {
    std::env::var("KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_leaves_twice() {
    killed(&Community::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_on_postgresql() {
    let cluster = testkit::Cluster::start(testkit::Care::Fast);
    cluster.tell("postgres", &["CREATE DATABASE hub TEMPLATE template0"]).await;
    killed(&Community::on(Some(format!("{}/hub", cluster.url())))).await;
}

async fn killed(community: &Community) {
    let rounds = rounds();
    let mut dice = Dice(20_110_811);
    let mut senders = Senders::default();
    for round in 0..rounds {
        if round % START_KILLS == 7 {
            let mut starting = community.command().stderr(std::process::Stdio::null()).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(dice.below(80))).await;
            starting.kill().unwrap();
            starting.wait().unwrap();
            continue;
        }
        one_round(community, &mut senders, dice.below(KILL_MILLIS_MAX)).await;
    }
    let hub = community.serve();
    while !senders.open.is_empty() {
        let open: Vec<u64> = senders.open.iter().copied().collect();
        send(community, &hub.http, &hub.url, &mut senders, &open).await;
    }
    println!("{rounds} kills, {} mails, {} acknowledged", senders.next, senders.acknowledged.len());
    assert_eq!(senders.acknowledged.len() as u64, senders.next);
    settle(community, &hub, &senders).await;
    bytes_are_there(community, &hub, &senders).await;
    each_left_once(community, &hub, &senders).await;
}

/// New mails and those without a receipt go out at once; the hub dies in the middle.
async fn one_round(community: &Community, senders: &mut Senders, kill_after: u64) {
    let mut hub = community.serve();
    let again: Vec<u64> = senders.open.iter().copied().take(MAILS as usize).collect();
    let batch: Vec<u64> = (senders.next..senders.next + MAILS).chain(again).collect();
    senders.next += MAILS;
    senders.open.extend(&batch);
    let (http, url) = (hub.http.clone(), hub.url.clone());
    let killer = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(kill_after)).await;
        hub.kill_nine();
    });
    send(community, &http, &url, senders, &batch).await;
    killer.await.unwrap();
}

async fn send(community: &Community, http: &Client, url: &str, senders: &mut Senders, batch: &[u64]) {
    let mut running = tokio::task::JoinSet::new();
    for n in batch.iter().copied() {
        let (http, url, token) = (http.clone(), url.to_owned(), community.token(sender(n)));
        running.spawn(async move {
            let answer = live::submit(&http, &url, &token, &format!("mail-{n}"), live::mail(sender(n), n))
                .await
                .ok()?;
            if answer.status() == 503 && answer.headers().contains_key("retry-after") {
                // an honest "later", e.g. from a busy database: no receipt, so it is sent again
                return None;
            }
            let good = answer.status().is_success();
            let receipt: Value = answer.json().await.ok()?;
            assert!(good, "{receipt}");
            Some((n, receipt["id"].as_str()?.to_owned()))
        });
    }
    while let Some(done) = running.join_next().await {
        if let Some((n, id)) = done.unwrap() {
            senders.open.remove(&n);
            senders.acknowledged.insert(n, id);
        }
    }
}

/// Waits until each mail is where it can get without a person.
async fn settle(community: &Community, hub: &Serving, senders: &Senders) {
    let (begun, mut waiting) = (live::instant(), senders.acknowledged.clone());
    while !waiting.is_empty() {
        let mut still = BTreeMap::new();
        for (n, id) in waiting {
            let path = format!("/api/v1/submissions/{id}");
            let row = hub.json(&community.token(sender(n)), &path).await;
            let end = if sender(n) == SILENT { "drafted" } else { "shared" };
            if row["state"] != end {
                assert!(begun.elapsed() < SETTLE, "mail {n} is still {}", row["state"]);
                still.insert(n, id);
            }
        }
        waiting = still;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn bytes_are_there(community: &Community, hub: &Serving, senders: &Senders) {
    for (n, id) in &senders.acknowledged {
        let kept = hub.raw(&community.token(sender(*n)), id).await;
        assert!(kept == live::mail(sender(*n), *n), "mail {n} came back changed");
    }
}

/// What another member of the sector reads: each mail's indicators once, in one report, and nothing of the silent member's.
async fn each_left_once(community: &Community, hub: &Serving, senders: &Senders) {
    let reader = "ibuki";
    let collection = community.collection(reader, "machinery");
    let all = hub.objects(&community.token(reader), &collection).await;
    // The hub's identity and the marking come with every item; they are the same objects each time.
    let made = || all.iter().filter(|o| o["type"] == "indicator" || o["type"] == "report");
    let ids: BTreeSet<&str> = made().filter_map(|o| o["id"].as_str()).collect();
    assert_eq!(ids.len(), made().count(), "an object stands twice");
    let patterns: Vec<&str> = all.iter().filter_map(|o| o["pattern"].as_str()).collect();
    let mut reports_expected = 0;
    for n in senders.acknowledged.keys() {
        let value = format!("'order@gang-{n}.test'");
        let times = patterns.iter().filter(|p| p.contains(&value)).count();
        let expected = usize::from(sender(*n) == CONSENTING);
        assert_eq!(times, expected, "mail {n} of {}", sender(*n));
        reports_expected += expected;
    }
    let theirs: BTreeSet<&str> = all
        .iter()
        .filter(|o| o["type"] == "indicator" && o["pattern"].as_str().is_some_and(|p| p.contains("gang-")))
        .filter_map(|o| o["id"].as_str())
        .collect();
    let holds = |o: &&Value| {
        let refs = o["object_refs"].as_array().cloned().unwrap_or_default();
        o["type"] == "report" && refs.iter().any(|r| r.as_str().is_some_and(|r| theirs.contains(r)))
    };
    assert_eq!(all.iter().filter(holds).count(), reports_expected, "one report a mail");
}
