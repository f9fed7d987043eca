//! The agent and the hub are killed with SIGKILL at random moments, again and again. Every warning and every check is answered in
//! the end, each once, and what was hit waits for a person.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{Community, PROGRAM};
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Rounds of the ordinary run; `NOROSHI_KILL_ROUNDS=300` is the long one.
const ROUNDS: u64 = 12;

/// The latest moment of a kill within a round.
const KILL_MILLIS_MAX: u64 = 1_500;

/// What is left over must be answered in this time once nobody is killed any more.
const SETTLE: Duration = Duration::from_secs(120);

/// Checks asked in all: a list shows 200.
const CHECKS_MAX: usize = 150;

/// The member that sends, and asks its supplier; and the one whose agent answers.
const SOURCE: &str = "hayate";
const SITE: &str = "ibuki";

/// One warning in this many is in the site's log.
const HIT: u64 = 5;

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A process that is killed when it goes.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

struct World {
    community: Community,
    listen: String,
    site: PathBuf,
    http: Client,
}

impl World {
    fn hub(&self) -> Killed {
        let mut hub = Command::new(PROGRAM);
        hub.args(["serve", "--listen", &self.listen, "--data"]).arg(self.community.data());
        Killed(hub.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn agent(&self) -> Killed {
        let mut agent = Command::new(PROGRAM);
        agent.arg("agent").arg("--policy").arg(self.site.join("agent.toml"));
        Killed(agent.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.listen)
    }

    async fn get(&self, slug: &str, path: &str) -> Option<Value> {
        let asked = self.http.get(self.url(path)).bearer_auth(self.community.token(slug));
        let answer = asked.timeout(Duration::from_secs(10)).send().await.ok()?;
        if answer.status().is_success() { answer.json().await.ok() } else { None }
    }

    /// Every item of the site, page by page.
    async fn items(&self) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        let mut path = "/api/v1/items?limit=200".to_owned();
        loop {
            let page = self.get(SITE, &path).await?;
            all.extend(page["rows"].as_array()?.iter().cloned());
            match page["next"].as_str() {
                Some(next) => path = format!("/api/v1/items?limit=200&after={next}"),
                None => return Some(all),
            }
        }
    }

    fn seen_in_log(&self, n: u64) {
        let mut log =
            std::fs::OpenOptions::new().append(true).open(self.site.join("logs/proxy.log")).unwrap();
        writeln!(log, "12:00:00 GET http://dl.gang-{n}.test/pay 200").unwrap();
    }

    fn book(&self) -> String {
        std::fs::read_to_string(self.site.join("state/done.jsonl")).unwrap_or_default()
    }
}

fn site(folder: &Path, listen: &str, token: &str) -> PathBuf {
    let site = folder.join("site");
    std::fs::create_dir_all(site.join("logs")).unwrap();
    std::fs::write(site.join("token"), token).unwrap();
    std::fs::write(site.join("logs/proxy.log"), "12:00:00 GET http://www.site.example/ 200\n").unwrap();
    let shown = site.display();
    let policy = format!(
        "hub = \"http://{listen}\"\ntoken_file = \"{shown}/token\"\nwatch = [\"{shown}/logs\"]\nstate = \"{shown}/state\"\n\
         machines = 7\nevery_seconds = 1\n[limits]\ncpu_percent = 100\n"
    );
    std::fs::write(site.join("agent.toml"), policy).unwrap();
    site
}

/// A customer that may ask, signed in: its cookie and form value.
async fn sign_in(world: &World) -> Option<(String, String)> {
    let text = std::fs::read(world.community.data().join("demo.json")).unwrap();
    let demo: Value = serde_json::from_slice(&text).unwrap();
    let source =
        demo["organisations"].as_array().unwrap().iter().find(|o| o["slug"] == SOURCE).unwrap().clone();
    let body = json!({"login": source["user"], "password": source["password"]});
    let answer = world.http.post(world.url("/api/v1/session")).json(&body).send().await.ok()?;
    let cookie = answer.headers().get("set-cookie")?.to_str().ok()?.split(';').next()?.to_owned();
    let csrf = answer.json::<Value>().await.ok()?["csrf"].as_str()?.to_owned();
    Some((cookie, csrf))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_lost_and_none_is_given_twice() {
    #[expect(clippy::disallowed_methods, reason = "a longer run is asked for from outside")]
    let rounds = std::env::var("NOROSHI_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let community = Community::new();
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut contract = Command::new(PROGRAM);
    contract.arg("admin").arg("--data").arg(community.data());
    contract.args(["supplier", "contract", "--customer", SOURCE, "--supplier", SITE]);
    assert!(live::run(&mut contract).status.success());
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path(), &listen, &community.token(SITE));
    let world = World { community, listen, site, http: Client::new() };
    let mut dice = Dice(2011);
    let (mut hub, mut agent) = (Some(world.hub()), Some(world.agent()));
    let (mut sent, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for n in 0..rounds {
        if n % HIT == 0 {
            world.seen_in_log(n);
        }
        let kill_after = Duration::from_millis(dice.below(KILL_MILLIS_MAX));
        let whom = dice.below(3);
        let act = act(&world, &mut sent, &mut asked, n);
        let _ended = tokio::time::timeout(kill_after, act).await;
        if whom != 1 {
            drop(agent.take());
        }
        if whom != 0 {
            drop(hub.take());
        }
        hub = hub.or_else(|| Some(world.hub()));
        agent = agent.or_else(|| Some(world.agent()));
    }
    let mut moved = live::instant();
    while sent.len() as u64 != rounds || asked.is_empty() {
        assert!(moved.elapsed() < SETTLE, "the hub does not come back");
        for n in 0..rounds {
            let before = sent.len() + asked.len();
            act(&world, &mut sent, &mut asked, n).await;
            // a loaded machine takes its time; only standing still is a fault
            moved = if sent.len() + asked.len() > before { live::instant() } else { moved };
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    settle(&world, rounds, asked.len()).await;
    println!("{rounds} kills, {} warnings, {} checks", sent.len(), asked.len());
}

/// Sends a mail and asks a check about the newest warning, each at most once.
async fn act(world: &World, sent: &mut BTreeSet<u64>, asked: &mut BTreeSet<String>, n: u64) {
    let token = world.community.token(SOURCE);
    if !sent.contains(&n) {
        let mail = live::mail(SOURCE, n);
        let url = format!("http://{}", world.listen);
        let Ok(answer) = live::submit(&world.http, &url, &token, &format!("mail-{n}"), mail).await else {
            return;
        };
        if !answer.status().is_success() {
            return;
        }
        sent.insert(n);
    }
    let Some(page) = world.get(SOURCE, "/api/v1/items?limit=1").await else { return };
    let item = page["rows"][0]["id"].as_str().unwrap_or_default().to_owned();
    if item.is_empty() || asked.contains(&item) || asked.len() >= CHECKS_MAX {
        return;
    }
    let Some((cookie, csrf)) = sign_in(world).await else { return };
    let Some(roster) = world.get(SOURCE, "/api/v1/roster").await else { return };
    let all = roster["organisations"].as_array().cloned().unwrap_or_default();
    let Some(whom) = all.iter().find(|o| o["slug"] == SITE).and_then(|o| o["id"].as_str()) else { return };
    let body = json!({"item": item, "whom": [whom], "named": true, "due_at": soon()});
    let request = world.http.post(world.url("/api/v1/asks")).header("cookie", cookie);
    if let Ok(answer) = request.header("x-noroshi-csrf", csrf).json(&body).send().await
        && answer.status() == 201
    {
        asked.insert(item);
    }
}

/// A day from now, as the API reads it.
fn soon() -> String {
    let now = std::process::Command::new("date")
        .args(["-u", "-d", "+1 day", "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .unwrap();
    String::from_utf8(now.stdout).unwrap().trim().to_owned()
}

async fn settle(world: &World, rounds: u64, asked: usize) {
    let begun = live::instant();
    loop {
        match open_matters(world, rounds, asked).await {
            Some(open) if open.is_empty() => return,
            open => assert!(begun.elapsed() < SETTLE, "still open: {open:?}\n{}", world.book()),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// What is not yet as it must be. Each hit waits in the book and is not answered; everything else is answered once.
async fn open_matters(world: &World, rounds: u64, asked: usize) -> Option<Vec<String>> {
    let mut open = Vec::new();
    let items = world.items().await?;
    let book = world.book();
    let mut seen = 0;
    for row in &items {
        let id = row["id"].as_str()?;
        let text = world.get(SITE, &format!("/api/v1/items/{id}")).await?["content"].to_string();
        let number = (0..rounds).find(|n| text.contains(&format!("dl.gang-{n}.test")));
        seen += usize::from(number.is_some());
        let waits = book.contains(&format!("\"item {id} {}\",\"outcome\":\"hit\"", row["version"]));
        let answered = row["progress"] == "not-seen";
        let hit = number.is_some_and(|n| n % HIT == 0);
        if hit != waits || hit == answered {
            open.push(format!("{id} gang {number:?}: {}", row["progress"]));
        }
    }
    if seen as u64 != rounds {
        open.push(format!("{seen} of {rounds} warnings arrived"));
    }
    let checks = world.get(SITE, "/api/v1/checks").await?;
    let checks = checks.as_array()?;
    if checks.len() < asked {
        open.push(format!("{} of {asked} checks arrived", checks.len()));
    }
    for row in checks {
        let id = row["id"].as_str()?;
        let waits = book.contains(&format!("\"check {id}\",\"outcome\":\"hit\""));
        let page = world.get(SITE, &format!("/api/v1/checks/{id}")).await?;
        let once = page["given"]["revision"] == 1 && page["given"]["answer"]["checked"] == 7;
        if waits == once {
            open.push(format!("check {id}: {}", row["state"]));
        }
    }
    Some(open)
}
