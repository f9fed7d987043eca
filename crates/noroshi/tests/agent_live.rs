//! The agent as it lives: called by the hub and not waiting for its turn; alarms at the receivers that people have; a disk that is
//! full, really; a hub that is killed; a proxy that lets no standing connection through.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a fault must stop the test")]

mod live;

use live::{Community, PROGRAM};
use reqwest::Client;
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The member that sends, and the one whose agent answers.
const SOURCE: &str = "hayate";
const SITE: &str = "ibuki";

/// An agent's own turns are so rare here that an answer in time was called for.
const TURN_SECONDS: u64 = 600;

/// What is called for is answered in this time, on a loaded machine too.
const SOON: Duration = Duration::from_secs(60);

/// Between two looks of the test: it shares the requests a minute of the site's token with the agent.
const LOOK: Duration = Duration::from_millis(500);

/// Seconds in which a full disk is left full, and nothing may be answered.
const FULL_SECONDS: u64 = 5;

/// A process that is killed when it goes.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

struct World {
    community: Community,
    listen: String,
    http: Client,
}

impl World {
    fn hub(&self) -> Killed {
        let mut hub = Command::new(PROGRAM);
        hub.args(["serve", "--listen", &self.listen, "--data"]).arg(self.community.data());
        Killed(hub.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    async fn rows(&self) -> Vec<Value> {
        let asked = self.http.get(format!("http://{}/api/v1/items", self.listen));
        let Ok(answer) = asked.bearer_auth(self.community.token(SITE)).send().await else {
            return Vec::new();
        };
        let page: Value = answer.json().await.unwrap();
        page["rows"].as_array().cloned().unwrap_or_default()
    }

    /// Sends mail `n` and waits for its warning.
    async fn warned(&self, n: u64) -> String {
        let before: Vec<Value> = self.rows().await.iter().map(|row| row["id"].clone()).collect();
        let (token, url) = (self.community.token(SOURCE), format!("http://{}", self.listen));
        let sent = live::submit(&self.http, &url, &token, &format!("mail-{n}"), live::mail(SOURCE, n)).await;
        assert_eq!(sent.unwrap().status(), 201);
        let begun = live::instant();
        loop {
            let new = self.rows().await.into_iter().find(|row| !before.contains(&row["id"]));
            if let Some(new) = new {
                return new["id"].as_str().unwrap().to_owned();
            }
            assert!(begun.elapsed() < SOON, "mail {n} was not released");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn is_not_seen(&self, item: &str) -> bool {
        self.rows().await.iter().any(|row| row["id"] == item && row["progress"] == "not-seen")
    }

    async fn answered(&self, item: &str, what: &str) {
        let begun = live::instant();
        while !self.is_not_seen(item).await {
            assert!(begun.elapsed() < SOON, "{what}: not answered");
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// A member's machine: logs, a policy, and a page of the agent's state.
struct Site {
    folder: PathBuf,
    page: String,
}

impl Site {
    fn new(folder: PathBuf, hub: &str, token: &str, every_seconds: u64, alarms: &str) -> Self {
        for name in ["logs", "state", "bin"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        std::fs::write(folder.join("token"), token).unwrap();
        let (shown, page) = (folder.display().to_string(), free_port());
        let policy = format!(
            "hub = \"http://{hub}\"\ntoken_file = \"{shown}/token\"\nwatch = [\"{shown}/logs\"]\nstate = \"{shown}/state\"\n\
             every_seconds = {every_seconds}\npage = \"{page}\"\n[limits]\ncpu_percent = 100\n[alarms]\n{alarms}"
        );
        std::fs::write(folder.join("agent.toml"), policy).unwrap();
        let site = Self { folder, page };
        site.log("12:00:00 GET http://www.site.example/ 200\n");
        site
    }

    fn log(&self, line: &str) {
        let mut log = std::fs::OpenOptions::new();
        let mut log = log.create(true).append(true).open(self.folder.join("logs/proxy.log")).unwrap();
        log.write_all(line.as_bytes()).unwrap();
    }

    /// The state folder as the agent sees it: it lies on a file system that only the agent's own name space has.
    fn state(&self, agent: &Killed) -> PathBuf {
        let inside = self.folder.join("state");
        Path::new("/proc").join(agent.0.id().to_string()).join("root").join(inside.strip_prefix("/").unwrap())
    }

    /// The agent, its state on a small disk of its own.
    fn agent_on_small_disk(&self) -> Killed {
        let mut agent = Command::new("unshare");
        agent.args(["--map-root-user", "--mount", "sh", "-c"]);
        agent.arg(
            "mount -t tmpfs -o size=256k small \"$1/state\" && exec \"$2\" agent --policy \"$1/agent.toml\"",
        );
        agent.arg("sh").arg(&self.folder).arg(PROGRAM);
        self.start(agent)
    }

    fn agent(&self) -> Killed {
        let mut agent = Command::new(PROGRAM);
        agent.arg("agent").arg("--policy").arg(self.folder.join("agent.toml"));
        self.start(agent)
    }

    fn start(&self, mut agent: Command) -> Killed {
        let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", self.folder.join("bin").display());
        Killed(agent.env("PATH", path).stdin(Stdio::null()).spawn().unwrap())
    }

    /// Waits until the agent's own page says so.
    async fn says(&self, http: &Client, what: &str, so: impl Fn(&Value) -> bool) {
        let begun = live::instant();
        let mut last = Value::Null;
        while begun.elapsed() < SOON {
            if let Ok(answer) = http.get(format!("http://{}/status.json", self.page)).send().await {
                last = answer.json().await.unwrap();
                if so(&last) {
                    return;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
        panic!("{what}: {last}");
    }
}

/// A receiver of webhooks: every body that was posted.
fn webhook() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (send, receive) = channel();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut all = Vec::new();
            let mut piece = [0; 4096];
            let whole = |all: &[u8]| {
                let text = String::from_utf8_lossy(all).into_owned();
                let (head, body) = text.split_once("\r\n\r\n")?;
                let length = head
                    .lines()
                    .find_map(|l| l.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
                (body.len() >= length?.parse().ok()?).then(|| body.to_owned())
            };
            while whole(&all).is_none() {
                let read = stream.read(&mut piece).unwrap();
                all.extend_from_slice(&piece[..read]);
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").unwrap();
            send.send(whole(&all).unwrap()).unwrap();
        }
    });
    (url, receive)
}

/// A proxy that hands everything on but standing connections, which it cuts.
fn proxy(to: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let to = to.clone();
            std::thread::spawn(move || -> std::io::Result<()> {
                let mut first = [0; 1024];
                let read = stream.read(&mut first)?;
                if String::from_utf8_lossy(&first[..read]).contains("/news/") {
                    return Ok(());
                }
                let mut hub = TcpStream::connect(to)?;
                hub.write_all(&first[..read])?;
                let (mut down, mut up) = (hub.try_clone()?, stream.try_clone()?);
                std::thread::spawn(move || std::io::copy(&mut up, &mut down));
                std::io::copy(&mut hub, &mut stream).map(drop)
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn called_alarmed_out_of_disk_and_out_of_reach() {
    let world = World { community: Community::new(), listen: free_port(), http: Client::new() };
    let mut hub = world.hub();
    let folder = tempfile::tempdir().unwrap();
    let token = world.community.token(SITE);
    let (hook, posted) = webhook();
    let socket = folder.path().join("syslog");
    let syslog = UnixDatagram::bind(&socket).unwrap();
    let alarms =
        format!("webhook = \"{hook}\"\nsyslog = \"{}\"\nmail = \"desk@ibuki.example\"\n", socket.display());
    let site = Site::new(folder.path().join("a"), &world.listen, &token, TURN_SECONDS, &alarms);
    let sendmail = site.folder.join("bin/sendmail");
    std::fs::write(
        &sendmail,
        format!("#!/bin/sh\ncat > {}/mail.new && mv {0}/mail.new {0}/mail\n", site.folder.display()),
    )
    .unwrap();
    std::fs::set_permissions(&sendmail, std::fs::Permissions::from_mode(0o755)).unwrap();
    let agent = site.agent_on_small_disk();
    site.says(&world.http, "unshare(1) has to be allowed to mount here, and the hub to call", |s| {
        s["called"] == true
    })
    .await;

    let item = world.warned(1).await;
    world.answered(&item, "called").await;

    full_disk(&world, &site, &agent).await;

    site.log("12:00:01 GET http://dl.gang-3.test/pay 200\n");
    let item = world.warned(3).await;
    alarmed(&item, &site, &posted, &syslog).await;
    assert!(!world.is_not_seen(&item).await, "a hit waits for a person");

    drop(hub);
    site.says(&world.http, "the call ended with the hub", |s| s["called"] == false).await;
    hub = world.hub();
    site.says(&world.http, "the agent listens again", |s| s["called"] == true).await;
    let item = world.warned(4).await;
    world.answered(&item, "after the hub was killed").await;
    drop(agent);

    let other = Site::new(folder.path().join("b"), &proxy(world.listen.clone()), &token, 1, "");
    let agent = other.agent();
    let item = world.warned(6).await;
    world.answered(&item, "by its own turns").await;
    other.says(&world.http, "the hub answers", |s| s["hub_answered_at"] != Value::Null).await;
    for _ in 0..20 {
        other
            .says(&world.http, "a status", |s| {
                assert_ne!(s["called"], true, "no call comes through this proxy");
                true
            })
            .await;
        tokio::time::sleep(LOOK).await;
    }
    drop((agent, hub));
}

/// The disk fills up; nothing is answered, and it is said why; there is room again, and everything is answered.
async fn full_disk(world: &World, site: &Site, agent: &Killed) {
    let filler = site.state(agent).join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    let full = std::iter::from_fn(|| Some(file.write_all(&[7; 512]))).find_map(Result::err).unwrap();
    assert_eq!(full.kind(), ErrorKind::StorageFull, "the agent's disk is a small one");
    (0..2_000).for_each(|n| site.log(&format!("12:00:00 GET http://h{n}.busy.example/ 200\n")));
    let item = world.warned(2).await;
    site.says(&world.http, "a full disk is told", |s| s["problems"].to_string().contains("No space left"))
        .await;
    tokio::time::sleep(Duration::from_secs(FULL_SECONDS)).await;
    assert!(!world.is_not_seen(&item).await, "answered though the journal could not be written");
    // an open file keeps its room though it has no name any more
    drop(file);
    std::fs::remove_file(filler).unwrap();
    world.answered(&item, "room again").await;
}

/// Everybody who is to be told was told, and no indicator left the machine.
async fn alarmed(item: &str, site: &Site, posted: &Receiver<String>, syslog: &UnixDatagram) {
    let body: Value = serde_json::from_str(&posted.recv_timeout(SOON).unwrap()).unwrap();
    // in the one line: the URL, its host and the domain above it
    assert_eq!((&body["hits"], body["what"].as_str().unwrap().contains(item)), (&json!(3), true), "{body}");
    syslog.set_read_timeout(Some(SOON)).unwrap();
    let mut line = [0; 1024];
    let read = syslog.recv(&mut line).unwrap();
    let line = String::from_utf8_lossy(&line[..read]).into_owned();
    assert!(line.starts_with("<81>noroshi: ") && line.contains(item), "{line}");
    let begun = live::instant();
    while !site.folder.join("mail").exists() {
        assert!(begun.elapsed() < SOON, "no mail");
        tokio::time::sleep(LOOK).await;
    }
    let mail = std::fs::read_to_string(site.folder.join("mail")).unwrap();
    assert!(mail.starts_with("To: desk@ibuki.example\n") && mail.contains(item), "{mail}");
    for told in [body.to_string(), line, mail] {
        assert!(!told.contains("gang-3"), "an indicator left the machine: {told}");
    }
}
