//! A hub's signed set by hand: fetched on a connected machine, carried, used without a connection, refused when changed; and a small
//! part of it after the next warning.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{Community, PROGRAM, Serving};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Who sends warnings and gets them as all others do.
const MEMBER: &str = "hayate";

/// The program on a machine that has no hub and no token.
fn alone(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("sweep").args(args).current_dir(folder).stdin(Stdio::null()).env("NOROSHI_LANG", "en");
    command.env_remove("NOROSHI_TOKEN").env_remove("NOROSHI_LOG_KEY").output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A warning that the member gets about `dl.gang-N.test`.
async fn warning(community: &Community, hub: &Serving, n: u64) {
    let token = community.token(MEMBER);
    let before = hub.json(&token, "/api/v1/items?limit=1").await["rows"][0]["id"].clone();
    assert_eq!(hub.submit(&token, &n.to_string(), live::mail(MEMBER, n)).await.unwrap().status(), 201);
    let newest = async || hub.json(&token, "/api/v1/items?limit=1").await["rows"][0]["id"].clone();
    for _ in 0..600 {
        if newest().await != before {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_ne!(newest().await, before, "the warning was not released");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_fetched_carried_and_believed() {
    let community = Community::new();
    let hub = community.serve();
    let token = community.token(MEMBER);
    warning(&community, &hub, 7).await;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(
        here.join("a.log"),
        "GET http://dl.gang-7.test/pay 200\nGET http://dl.gang-8.test/pay 200\n",
    )
    .unwrap();
    let keys = live::run(Command::new(PROGRAM).args(["log", "keys", "--data"]).arg(community.data()));
    let key = String::from_utf8(keys.stdout).unwrap().trim().to_owned();
    let connected = |args: &[&str]| alone(here, &[&["--hub", &hub.url, "--token", &token], args].concat());

    let fetched = connected(&["--trust", &key, "--save-set", "hub.set"]);
    assert_eq!(fetched.status.code(), Some(0), "{}", told(&fetched));
    assert!(
        told(&fetched).contains("hub.set: made by ") && told(&fetched).contains("was verified"),
        "{fetched:?}"
    );
    let swept = alone(here, &["--set", "hub.set", "--trust", &key, "a.log"]);
    let text = String::from_utf8_lossy(&swept.stdout).into_owned();
    assert_eq!(swept.status.code(), Some(1), "{}", told(&swept));
    assert!(text.contains("a.log:1: ") && !text.contains("a.log:2: "), "{text}");
    let unread = alone(here, &["--set", "hub.set", "a.log"]);
    assert!(told(&unread).contains("was not verified"), "{}", told(&unread));

    warning(&community, &hub, 8).await;
    let part = connected(&["--trust", &key, "--set", "hub.set", "--since", "--save-set", "part.set"]);
    assert_eq!(part.status.code(), Some(0), "{}", told(&part));
    let both = alone(here, &["--set", "hub.set", "--set", "part.set", "--trust", &key, "a.log"]);
    let text = String::from_utf8_lossy(&both.stdout).into_owned();
    assert!(text.contains("a.log:1: ") && text.contains("a.log:2: "), "{text}{}", told(&both));
    let wrong = alone(here, &["--set", "part.set", "--trust", &key, "a.log"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", told(&wrong));
    assert!(told(&wrong).contains("adds to another set"), "{}", told(&wrong));

    // the key as a file; a set that is read is not written over; a check is answered by what it asks and by nothing else
    std::fs::write(here.join("key"), format!("{key}\n")).unwrap();
    assert_eq!(alone(here, &["--set", "hub.set", "--trust", "key", "a.log"]).status.code(), Some(1));
    let before = std::fs::read(here.join("hub.set")).unwrap();
    let over = connected(&["--set", "hub.set", "--since", "--save-set", "hub.set"]);
    assert!(told(&over).contains("name another file"), "{}", told(&over));
    assert_eq!(std::fs::read(here.join("hub.set")).unwrap(), before);
    let id = uuid::Uuid::nil().to_string();
    let check = connected(&["--check", &id, "--save-set", "other.set", "a.log"]);
    assert_eq!(check.status.code(), Some(2), "{}", told(&check));
    assert!(!here.join("other.set").exists());

    let mut bytes = std::fs::read(here.join("hub.set")).unwrap();
    bytes[500] ^= 1;
    std::fs::write(here.join("changed.set"), bytes).unwrap();
    let changed = alone(here, &["--set", "changed.set", "--trust", &key, "a.log"]);
    assert_eq!(changed.status.code(), Some(3), "{changed:?}");
    assert!(told(&changed).contains("was changed on its way"), "{}", told(&changed));
}
