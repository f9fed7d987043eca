//! The real program as the tests hold it: a community in a folder of its own, and hubs over it that come and go.

#![expect(dead_code, reason = "each test file uses its part")]

pub(crate) mod receipts;

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_noroshi");

/// The example community on disk. Its folder goes with it.
pub(crate) struct Community {
    folder: TempDir,
    told: Value,
    database: Option<String>,
}

impl Community {
    /// Plays the example's story once and keeps what it made; the machine rule then allows as much as a test sends.
    pub(crate) fn new() -> Self {
        Self::on(None)
    }

    /// The same on PostgreSQL, when an empty database is named.
    pub(crate) fn on(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut demo = Command::new(PROGRAM);
        demo.args(["demo", "--once", "--format", "json", "--data"]).arg(folder.path().join("hub"));
        demo.args(database.iter().flat_map(|url| ["--database", url.as_str()]));
        let played = demo.output().unwrap();
        assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
        let text = std::fs::read(folder.path().join("hub/demo.json")).unwrap();
        let community = Self { folder, told: serde_json::from_slice(&text).unwrap(), database };
        let mut admin = community.admin();
        admin.args(["rule", "on", "--items-per-day", "1000000"]);
        assert!(run(&mut admin).status.success());
        community
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    /// The token of an organisation.
    pub(crate) fn token(&self, slug: &str) -> String {
        self.organisation(slug)["token"].as_str().unwrap().to_owned()
    }

    /// The identifier of a collection as an organisation sees it.
    pub(crate) fn collection(&self, slug: &str, name: &str) -> String {
        self.organisation(slug)["collections"][name].as_str().unwrap().to_owned()
    }

    fn organisation(&self, slug: &str) -> &Value {
        self.told["organisations"].as_array().unwrap().iter().find(|o| o["slug"] == slug).unwrap()
    }

    /// Sign-in name and password of a member's person.
    pub(crate) fn person(&self, slug: &str) -> (String, String) {
        let text = |name: &str| self.organisation(slug)[name].as_str().unwrap().to_owned();
        (text("user"), text("password"))
    }

    /// The program's `admin` for this hub, without its verb.
    pub(crate) fn admin(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("admin").arg("--data").arg(self.data());
        command.args(self.database.iter().flat_map(|url| ["--database", url.as_str()]));
        command
    }

    /// The program's `serve` on a free port.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(self.data());
        command.args(self.database.iter().flat_map(|url| ["--database", url.as_str()]));
        command
    }

    /// The same as one node of several: settings of its own, the keys shared, the database reached at `database`.
    pub(crate) fn node(&self, number: usize, database: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", database, "--data"]);
        command.arg(self.node_data(number)).arg("--keys").arg(self.keys());
        command
    }

    /// The data folder of a node.
    pub(crate) fn node_data(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("node-{number}"))
    }

    /// Whether its data lies on a server.
    pub(crate) fn on_server(&self) -> bool {
        self.database.is_some()
    }

    /// The key folder.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("hub.keys")
    }

    /// A hub that listens.
    pub(crate) fn serve(&self) -> Serving {
        Serving::start(self.command()).unwrap()
    }
}

/// A hub that runs. Killed when it goes.
pub(crate) struct Serving {
    child: Child,
    pub(crate) http: Client,
    pub(crate) url: String,
}

impl Serving {
    /// Starts it and waits until it listens; the lines it wrote when it does not.
    pub(crate) fn start(mut command: Command) -> Result<Self, String> {
        let child = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut hub = Self { child, http: Client::new(), url: String::new() };
        let mut lines = BufReader::new(hub.child.stderr.take().unwrap());
        let mut said = String::new();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).unwrap() == 0 {
                return Err(said);
            }
            if let Some(url) = line.trim().strip_prefix("noroshi: listening on ") {
                hub.url = url.to_owned();
                drain(lines);
                return Ok(hub);
            }
            said.push_str(&line);
        }
    }

    /// Sends one mail. The key makes a retry harmless.
    pub(crate) async fn submit(&self, token: &str, key: &str, bytes: Vec<u8>) -> reqwest::Result<Response> {
        submit(&self.http, &self.url, token, key, bytes).await
    }

    /// The answer to a read. Who asks too fast asks again when it may, as every client does.
    pub(crate) async fn get(&self, token: &str, path: &str) -> Response {
        loop {
            let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(token);
            let answer = request.send().await.unwrap();
            if answer.status() != StatusCode::TOO_MANY_REQUESTS {
                return answer;
            }
            let wait = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
    }

    /// The same as JSON; `null` with any other answer than a good one.
    pub(crate) async fn json(&self, token: &str, path: &str) -> Value {
        let answer = self.get(token, path).await;
        if answer.status().is_success() { answer.json().await.unwrap() } else { Value::Null }
    }

    /// The bytes of a submission as they were sent.
    pub(crate) async fn raw(&self, token: &str, id: &str) -> Vec<u8> {
        let answer = self.get(token, &format!("/api/v1/submissions/{id}/raw")).await;
        assert!(answer.status().is_success(), "{id}: {}", answer.status());
        answer.bytes().await.unwrap().to_vec()
    }

    /// Every object of a TAXII collection, page by page.
    pub(crate) async fn objects(&self, token: &str, collection: &str) -> Vec<Value> {
        let client = client::taxii::TaxiiClient::new(&format!("{}/taxii2/hub/", self.url), token).unwrap();
        let mut all = Vec::new();
        client.pull(collection, None, |object| all.push(object)).await.unwrap();
        all
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) fn kill_nine(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The most memory that it ever held, in MiB.
    pub(crate) fn peak_mebibytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may be gone already.
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// Reads on, so that a hub that has much to say never waits for us.
fn drain(mut lines: BufReader<ChildStderr>) {
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        let _ended = lines.read_to_end(&mut rest);
    });
}

/// A moment to measure from.
#[expect(clippy::disallowed_methods, reason = "a test that waits for a program has to know how long")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// Runs a command that should end by itself.
pub(crate) fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// A mail to `victim` by an attacker of whom nothing is shared with mail `n + 1`.
pub(crate) fn mail(victim: &str, n: u64) -> Vec<u8> {
    let (b, c) = (n / 250 % 250, n % 250 + 1);
    format!(
        "Received: from m.gang-{n}.test (m.gang-{n}.test [198.18.{b}.{c}]) by mx.{victim}.example; \
         Mon, 5 Jan 2026 09:00:00 +0900\r\n\
         From: order@gang-{n}.test\r\nTo: k.sato@{victim}.example\r\nSubject: Invoice\r\n\
         Message-ID: <{n}@gang-{n}.test>\r\n\r\nhttp://dl.gang-{n}.test/pay\r\n"
    )
    .into_bytes()
}

/// A file of the data folder.
pub(crate) fn database(data: &Path) -> PathBuf {
    data.join("noroshi.db")
}

/// Sends one mail to whatever listens there.
pub(crate) async fn submit(
    http: &Client,
    url: &str,
    token: &str,
    key: &str,
    bytes: Vec<u8>,
) -> reqwest::Result<Response> {
    let address = format!("{url}/api/v1/submissions?delay=now&filename=a.eml");
    let request = http.post(address).bearer_auth(token).header("idempotency-key", key);
    request.header("content-type", "message/rfc822").body(bytes).send().await
}
