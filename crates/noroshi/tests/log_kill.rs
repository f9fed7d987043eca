//! The real program's log across SIGKILL: what a receipt proved stays proven, the log only grows, and no leaf is lost or doubled.
//!
//! `NOROSHI_LOG_KILLS` sets the rounds; the whole count is 300.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::Community;
use live::receipts::{noroshi, proven, receipts, said};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Rounds in the build server's run.
const ROUNDS: u64 = 12;

/// The latest moment of the kill: with two beats a second it falls between any two of their steps.
const KILL_MILLIS_MAX: u64 = 900;

#[expect(clippy::disallowed_methods, reason = "the whole count is asked for from outside")]
fn rounds() -> u64 {
    std::env::var("NOROSHI_LOG_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS)
}

/// What somebody outside has seen: the newest checkpoint, and receipts that were proven.
#[derive(Default)]
struct Seen {
    checkpoint: String,
    receipts: BTreeMap<String, String>,
}

fn size(checkpoint: &str) -> u64 {
    checkpoint.lines().nth(1).and_then(|line| line.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_hub_forks_nothing_and_loses_no_leaf() {
    let community = Community::new();
    std::fs::write(community.data().join("noroshi.toml"), "tlog_beat = \"64/1\"\n").unwrap();
    let token = community.token("hayate");
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut sent: Vec<String> = Vec::new();
    let mut dice = 20_110_919_u64;
    for round in 0..rounds() {
        let mut hub = community.serve();
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let watching =
            tokio::spawn(watch(hub.http.clone(), hub.url.clone(), token.clone(), sent.clone(), seen.clone()));
        for n in 0..3 {
            let mail = live::mail("hayate", round * 10 + n);
            if let Ok(answer) = hub.submit(&token, &format!("log-{round}-{n}"), mail).await {
                let receipt: serde_json::Value = answer.json().await.unwrap_or_default();
                sent.extend(receipt["id"].as_str().map(str::to_owned));
            }
        }
        tokio::time::sleep(Duration::from_millis((dice >> 33) % KILL_MILLIS_MAX)).await;
        hub.kill_nine();
        watching.await.unwrap();
    }
    let (checkpoint, before) = {
        let seen = seen.lock().unwrap();
        (seen.checkpoint.clone(), seen.receipts.clone())
    };
    assert!(size(&checkpoint) > 0);
    let mut hub = community.serve();
    let folder = tempfile::tempdir().unwrap();
    let key =
        String::from_utf8(noroshi(&["log", "keys", "--data", community.data().to_str().unwrap()]).stdout)
            .unwrap();
    let files = receipts(&hub, &token, &sent, folder.path()).await;
    println!(
        "{} kills, {} sent, {} receipts seen before a kill, {} leaves",
        rounds(),
        sent.len(),
        before.len(),
        size(&checkpoint)
    );
    proven(key.trim(), &files);
    let old = before.iter().map(|(id, text)| {
        let path = folder.path().join(format!("{id}-old.tlog-proof"));
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    });
    proven(key.trim(), &old.collect::<Vec<_>>());
    hub.kill_nine();
    let kept = folder.path().join("kept");
    std::fs::write(&kept, &checkpoint).unwrap();
    let data = community.data();
    let checked =
        noroshi(&["log", "check", "--data", data.to_str().unwrap(), "--checkpoint", kept.to_str().unwrap()]);
    assert!(checked.status.success(), "{}", said(&checked));
}

/// Looks at the public log and at receipts until the hub is gone. A checkpoint never goes back.
async fn watch(http: reqwest::Client, url: String, token: String, sent: Vec<String>, seen: Arc<Mutex<Seen>>) {
    let get = async |path: &str| http.get(format!("{url}{path}")).bearer_auth(&token).send().await.ok();
    let mut asked = sent.iter().rev().cycle();
    loop {
        let Some(answer) = get("/log/checkpoint").await else { return };
        if answer.status().is_success() {
            let Ok(text) = answer.text().await else { return };
            let mut seen = seen.lock().unwrap();
            assert!(size(&text) >= size(&seen.checkpoint), "the log went back:\n{}\n{text}", seen.checkpoint);
            seen.checkpoint = text;
        }
        if let Some(id) = asked.next() {
            let Some(answer) = get(&format!("/api/v1/submissions/{id}/log-receipt")).await else { return };
            let included = answer.headers().get("noroshi-log").is_some_and(|state| state == "included");
            let Ok(text) = answer.text().await else { return };
            if included {
                seen.lock().unwrap().receipts.insert(id.clone(), text);
            }
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}
