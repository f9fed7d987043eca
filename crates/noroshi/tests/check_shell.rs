//! A supplier's evening, in its shell: the check that was put to it is looked for and answered in one command, and a slip from a
//! network without connection is recorded at the hub.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{Community, PROGRAM, Serving};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Who asks, and whom.
const CUSTOMER: &str = "hayate";
const SUPPLIER: &str = "ibuki";

/// The newest item's id as `slug` sees it.
async fn newest(hub: &Serving, token: &str) -> String {
    hub.json(token, "/api/v1/items?limit=1").await["rows"][0]["id"].as_str().unwrap_or_default().to_owned()
}

/// A warning that `CUSTOMER` got, and the check that it put to `SUPPLIER` about it.
async fn asked(community: &Community, hub: &Serving) -> (String, String) {
    let token = community.token(CUSTOMER);
    let before = newest(hub, &token).await;
    assert_eq!(hub.submit(&token, "one", live::mail(CUSTOMER, 7)).await.unwrap().status(), 201);
    let mut item = before.clone();
    for _ in 0..600 {
        item = newest(hub, &token).await;
        if item != before {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_ne!(item, before, "the warning was not released");
    let (login, password) = community.person(CUSTOMER);
    let signed = hub.http.post(format!("{}/api/v1/session", hub.url));
    let signed = signed.json(&json!({"login": login, "password": password})).send().await.unwrap();
    let cookie = signed.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let csrf = signed.json::<Value>().await.unwrap()["csrf"].as_str().unwrap().to_owned();
    let roster = hub.json(&token, "/api/v1/roster").await;
    let all = roster["organisations"].as_array().unwrap();
    let whom = all.iter().find(|o| o["slug"] == SUPPLIER).unwrap()["id"].clone();
    let due = live::run(Command::new("date").args(["-u", "-d", "+1 day", "+%Y-%m-%dT%H:%M:%SZ"]));
    let due = String::from_utf8(due.stdout).unwrap();
    let body = json!({"item": item, "whom": [whom], "named": true, "due_at": due.trim()});
    let ask = hub.http.post(format!("{}/api/v1/asks", hub.url)).header("cookie", cookie);
    assert_eq!(ask.header("x-noroshi-csrf", csrf).json(&body).send().await.unwrap().status(), 201);
    let checks = hub.json(&community.token(SUPPLIER), "/api/v1/checks").await;
    let check = checks.as_array().unwrap().iter().find(|c| c["item"] == item.as_str()).unwrap();
    (item, check["id"].as_str().unwrap().to_owned())
}

fn noroshi(folder: &Path, hub: &Serving, token: &str, args: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command.args(["--hub", &hub.url]).env("NOROSHI_TOKEN", token).env("NOROSHI_LANG", "en");
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_done_in_one_command_and_a_slip_is_recorded() {
    let community = Community::new();
    let mut contract = community.admin();
    contract.args(["supplier", "contract", "--customer", CUSTOMER, "--supplier", SUPPLIER]);
    assert!(live::run(&mut contract).status.success());
    let hub = community.serve();
    let (item, check) = asked(&community, &hub).await;
    let token = community.token(SUPPLIER);
    let folder = tempfile::tempdir().unwrap();
    let clean = "12:00:00 GET http://www.site.example/ 200\n";
    std::fs::write(folder.path().join("a.log"), clean).unwrap();
    let sweep = |more: &[&str]| {
        let args = [&["sweep", "--check", &check, "--machines", "38"][..], more].concat();
        noroshi(folder.path(), &hub, &token, &args)
    };
    let given = async || hub.json(&token, &format!("/api/v1/checks/{check}")).await["given"].clone();

    // Nobody agreed: what would be sent is shown and nothing is.
    let shown = sweep(&["a.log"]);
    assert_eq!(shown.status.code(), Some(2), "{}", told(&shown));
    let text = told(&shown);
    assert!(text.contains("Check: ") && text.contains("machines checked 38, with hits 0"), "{text}");
    assert_eq!(given().await, Value::Null);
    assert_eq!(sweep(&["--machines-hit", "39", "a.log"]).status.code(), Some(2));

    let sent = sweep(&["--yes", "--leaving", "no", "--evidence", "a.log"]);
    assert_eq!(sent.status.code(), Some(0), "{}", told(&sent));
    let first = given().await;
    assert!(told(&sent).contains(&format!("Receipt {}", first["receipt"].as_str().unwrap())));
    let expected =
        json!({"checked": 38, "hits": 0, "leaving": "no", "evidence": true, "could_not": null, "words": ""});
    assert_eq!((&first["answer"], &first["revision"]), (&expected, &json!(1)));

    // A file that cannot be read, and a hit: the answer is corrected and says both.
    std::fs::write(folder.path().join("b.log"), format!("{clean}GET http://dl.gang-7.test/pay 200\n"))
        .unwrap();
    let hit = sweep(&["--yes", "a.log", "b.log", "absent.log"]);
    assert_eq!(hit.status.code(), Some(1), "{}", told(&hit));
    assert!(told(&hit).contains("answered already"), "{}", told(&hit));
    let second = given().await;
    assert_eq!((&second["revision"], &second["answer"]["hits"]), (&json!(2), &json!(1)));
    assert_eq!(second["answer"]["could_not"], "other");
    assert_eq!(second["answer"]["words"], "Files that could not be read: 1.");

    slip(&hub, folder.path(), &token, &item).await;
    let absent = uuid::Uuid::nil().to_string();
    let refused = noroshi(folder.path(), &hub, &token, &["sweep", "--check", &absent, "a.log"]);
    assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
}

/// A machine without connection prints a slip; another one records it at the hub.
async fn slip(hub: &Serving, folder: &Path, token: &str, item: &str) {
    std::fs::write(folder.join("list"), "dl.gang-7.test\n").unwrap();
    let mut sweep = Command::new(PROGRAM);
    sweep.args(["sweep", "--indicators", "list", "--slip", "--slip-key", "key", "--item", item]);
    sweep.args(["--machines", "12", "a.log"]).current_dir(folder).env("NOROSHI_LANG", "en");
    let printed = sweep.output().unwrap();
    let slip = String::from_utf8(printed.stdout.clone()).unwrap().lines().last().unwrap().to_owned();
    let key = told(&printed).trim().rsplit(' ').next().unwrap().to_owned();
    let recorded = noroshi(folder, hub, token, &["answer", "--slip", &slip, "--slip-key", &key]);
    assert!(recorded.status.success(), "{}", told(&recorded));
    let items = hub.json(token, "/api/v1/items").await;
    let row = items["rows"].as_array().unwrap().iter().find(|row| row["id"] == item).unwrap();
    assert_eq!(row["progress"], "not-seen", "{row}");
}
