//! The restore drill: a backup while the hub runs, more life after it, then the data is lost and put back. What was decided since is
//! decided again; what was erased stays erased; on both databases.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{Community, Serving};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use testkit::{Care, Cluster};

const SOURCE: &str = "hayate";
const SETTLE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_undoes_no_recall_and_no_erasure() {
    drill(&Community::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_on_postgresql() {
    let cluster = Cluster::start(Care::Fast);
    cluster.tell("postgres", &["CREATE DATABASE hub TEMPLATE template0"]).await;
    drill(&Community::on(Some(format!("{}/hub", cluster.url())))).await;
}

async fn drill(community: &Community) {
    let token = community.token(SOURCE);
    let mut hub = community.serve();
    let (withdrawn, erased) = (shared(&hub, &token, 1).await, shared(&hub, &token, 2).await);
    let kept = shared(&hub, &token, 3).await;
    let copy = community.data().with_file_name("backup");
    said(community.admin().arg("backup").arg("--to").arg(&copy));
    no_key_and_no_bytes(&copy);
    nobody_elses(&copy);
    nobody_elses(&community.data());

    let approver = approver(community, &hub).await;
    let withdraw = format!("{}/api/v1/submissions/{withdrawn}/withdraw", hub.url);
    let done =
        hub.http.post(withdraw).header("cookie", &approver.0).header("x-noroshi-csrf", &approver.1).send();
    let done = done.await.unwrap();
    assert!(done.status().is_success(), "{} {}", done.status(), done.text().await.unwrap());
    said(community.admin().args(["erase", &erased, "--reason", "a drill"]));
    let late = shared(&hub, &token, 4).await;
    refused_while_it_runs(community, &copy);
    hub.kill_nine();

    let told = said(community.admin().arg("restore").arg("--from").arg(&copy));
    assert!(told.contains("1 withdrawals, 1 erasures"), "{told}");
    let hub = community.serve();
    let state =
        async |id: &str| hub.json(&token, &format!("/api/v1/submissions/{id}")).await["state"].clone();
    assert_eq!(state(&withdrawn).await, "withdrawn");
    assert_eq!(state(&kept).await, "shared");
    assert_eq!(hub.raw(&token, &kept).await, live::mail(SOURCE, 3));
    let gone = hub.get(&token, &format!("/api/v1/submissions/{erased}/raw")).await;
    assert_eq!(gone.status().as_u16(), 404, "what was erased came back");
    assert_eq!(state(&late).await, Value::Null, "newer than the backup");
    shared(&hub, &token, 5).await;
    let again = said(community.admin().arg("doctor"));
    assert!(!again.contains("no key"), "{again}");
}

/// Under a running hub nothing is put back: what it acknowledges afterwards would be lost. Nor does a second one serve the same file.
fn refused_while_it_runs(community: &Community, copy: &Path) {
    let refused = |command: &mut Command| {
        let done = with_postgres(command).output().unwrap();
        assert!(!done.status.success());
        let why = String::from_utf8(done.stderr).unwrap();
        assert!(why.contains("stop it first") || why.contains("stop every node first"), "{why}");
    };
    refused(community.admin().arg("restore").arg("--from").arg(copy));
    let kept = std::fs::read_dir(community.data()).unwrap().map(|entry| entry.unwrap().file_name());
    let moved = kept.filter(|name| name.to_string_lossy().contains("before"));
    assert_eq!(moved.count(), 0, "nothing was moved");
    if !community.on_server() {
        refused(&mut community.command());
        refused(community.admin().args(["key", "rotate"]));
    }
}

/// A folder and what lies in it is its owner's alone.
fn nobody_elses(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    assert_eq!(mode(folder), 0, "{}", folder.display());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0, "{}", path.display());
    }
}

/// Neither a key nor anything that was sent stands in clear in a backup.
fn no_key_and_no_bytes(copy: &Path) {
    let mut files = 0;
    for entry in std::fs::read_dir(copy).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.contains("key") && !name.contains("seal"), "{name}");
        let bytes = std::fs::read(&path).unwrap();
        let sent = b"k.sato@hayate.example";
        assert!(!bytes.windows(sent.len()).any(|w| w == sent), "{name} holds raw bytes");
        files += 1;
    }
    assert!(files >= 2, "a database and a page about it");
}

/// Sends mail `n` and waits until its part was released.
async fn shared(hub: &Serving, token: &str, n: u64) -> String {
    let answer = hub.submit(token, &format!("m{n}"), live::mail(SOURCE, n)).await.unwrap();
    let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let begun = live::instant();
    while hub.json(token, &format!("/api/v1/submissions/{id}")).await["state"] != "shared" {
        assert!(begun.elapsed() < SETTLE, "mail {n} was not released");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    id
}

/// The cookie and the form value of the source's approver.
async fn approver(community: &Community, hub: &Serving) -> (String, String) {
    let (login, password) = community.person(SOURCE);
    let form = serde_json::json!({"login": login, "password": password});
    let answer = hub.http.post(format!("{}/api/v1/session", hub.url)).json(&form).send().await.unwrap();
    assert!(answer.status().is_success());
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let me = hub.http.get(format!("{}/api/v1/me", hub.url)).header("cookie", &cookie).send().await.unwrap();
    let me: Value = me.json().await.unwrap();
    (cookie, me["csrf"].as_str().unwrap().to_owned())
}

/// What a command said; the doctor may find something to mend.
fn said(command: &mut Command) -> String {
    let output = live::run(with_postgres(command));
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(output.status.success() || output.status.code() == Some(1), "{text}");
    text
}

#[expect(clippy::disallowed_methods, reason = "the server's own programs may lie out of the path")]
/// The command with the server's programs in its path.
fn with_postgres(command: &mut Command) -> &mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    folders.extend(testkit::postgres_programs());
    command.env("PATH", std::env::join_paths(folders).unwrap())
}
