//! The main path under load: how soon a submission is on disk, how soon everybody has what was released.

use super::connection::Connection;
use super::program::{self, percentile};
use super::table::Table;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Submissions a second, and for how long.
const RATE: usize = 20;
const SECONDS: usize = 30;

/// Connections that send. A submission that finds none free waits, and the wait counts.
const SENDERS: usize = 8;

/// Acknowledged on disk.
const ACKNOWLEDGED_MS_MAX: f64 = 50.0;

/// Organisations that fetch at once, each over a connection of its own.
const CLIENTS: usize = 300;

/// The last of them has it.
const FETCHED_MS_MAX: f64 = 1000.0;

/// Releases that are fetched; the worst is told.
const RELEASES: usize = 5;

/// Communities whose story is played; the middle one is told.
const STORIES: usize = 5;

/// Mail received to every member can fetch it.
const WARNED_MS_MAX: f64 = 2000.0;

/// A release that takes longer has failed.
const RELEASE_LIMIT: Duration = Duration::from_secs(60);

/// The member of the example whose mails leave without a person.
const SOURCE: &str = "hayate";

/// The sector whose members read.
pub(super) const SECTOR: &str = "machinery";

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let program = program::release(place)?;
    let folder = place.target.join("bench/main");
    let mut stories = Vec::new();
    for _ in 0..STORIES {
        stories.push(story(&program, &folder)?);
    }
    let community = Community::read(&folder.join("hub"))?;
    let mut rule = Command::new(&program);
    rule.arg("admin").arg("--data").arg(folder.join("hub")).args([
        "rule",
        "on",
        "--items-per-day",
        "1000000",
    ]);
    command::read(&mut rule).ok_or("noroshi admin rule failed")?;
    let (_hub, address) = program::serve(&program, &folder.join("hub"))?;
    let mut acknowledged = submissions(&address, &community)?;
    let mut fetched = 0.0_f64;
    for n in 0..RELEASES {
        fetched = fetched.max(release(&address, &community, RATE * SECONDS + n)?);
    }
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut table = Table::with_note(format!(
        "Release build, embedded database with full syncs, clients on the same machine. {RATE} submissions a second for {SECONDS} s over \
         {SENDERS} connections, each counted from the moment it was due, while the hub reads and releases them. A release is counted from \
         the moment its sender sees it released to the last of {CLIENTS} clients, all asking at once; the worst of {RELEASES}. The story is \
         `noroshi demo --once`, median of {STORIES}."
    ));
    table.at_most(
        "submission acknowledged, p50",
        percentile(&mut acknowledged, 50),
        ACKNOWLEDGED_MS_MAX,
        "ms",
    );
    table.at_most(
        "submission acknowledged, p99",
        percentile(&mut acknowledged, 99),
        ACKNOWLEDGED_MS_MAX,
        "ms",
    );
    table.at_most("one release fetched by 300 clients", fetched, FETCHED_MS_MAX, "ms");
    table.at_most(
        "mail received to every member can fetch it",
        percentile(&mut stories, 50),
        WARNED_MS_MAX,
        "ms",
    );
    Ok(table)
}

/// Plays the story in an empty folder.
fn story(program: &Path, folder: &Path) -> Result<f64, String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    let mut demo = Command::new(program);
    demo.args(["demo", "--once", "--format", "json", "--data"]).arg(folder.join("hub"));
    let told: Value = serde_json::from_str(&command::read(&mut demo).ok_or("noroshi demo failed")?)
        .map_err(|e| e.to_string())?;
    let steps = told["steps"].as_array().ok_or("the story has no steps")?;
    let step = steps.iter().find(|s| s["name"] == "mail received to every member can fetch it");
    step.and_then(|s| s["ms"].as_f64())
        .ok_or_else(|| "the story does not tell when every member can fetch".to_owned())
}

/// Tokens of the example.
pub(super) struct Community {
    source: String,
    pub(super) readers: Vec<String>,
    pub(super) collection: String,
}

impl Community {
    pub(super) fn read(data: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(data.join("demo.json")).map_err(|e| e.to_string())?;
        let told: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        let all = told["organisations"].as_array().ok_or("no organisations")?;
        let token = |o: &Value| o["token"].as_str().map(ToOwned::to_owned);
        let members: Vec<&Value> = all.iter().filter(|o| o["collections"][SECTOR].is_string()).collect();
        let collection =
            members.first().and_then(|o| o["collections"][SECTOR].as_str()).ok_or("no sector")?;
        let source = all.iter().find(|o| o["slug"] == SOURCE).and_then(token).ok_or("no source")?;
        Ok(Self {
            source,
            readers: members.into_iter().filter_map(token).collect(),
            collection: collection.to_owned(),
        })
    }
}

/// A mail of which nothing is shared with another.
fn mail(n: usize) -> Vec<u8> {
    format!(
        "Received: from m.gang-{n}.test (m.gang-{n}.test [198.18.{}.{}]) by mx.{SOURCE}.example; Mon, 5 Jan 2026 09:00:00 +0900\r\n\
         From: order@gang-{n}.test\r\nTo: k.sato@{SOURCE}.example\r\nSubject: Invoice\r\n\
         Message-ID: <{n}@gang-{n}.test>\r\n\r\nhttp://dl.gang-{n}.test/pay\r\n",
        n / 250,
        n % 250 + 1
    )
    .into_bytes()
}

pub(super) fn send(connection: &mut Connection, community: &Community, n: usize) -> Result<String, String> {
    let path = "/api/v1/submissions?delay=now&filename=a.eml";
    let answer = connection.post(path, &community.source, &mail(n)).map_err(|e| e.to_string())?;
    if answer.status != 201 {
        return Err(format!("a submission was answered with {}: {}", answer.status, answer.json()));
    }
    Ok(answer.json()["id"].as_str().unwrap_or_default().to_owned())
}

/// Milliseconds of each acknowledgement, counted from when it was due.
fn submissions(address: &str, community: &Community) -> Result<Vec<f64>, String> {
    let next = AtomicUsize::new(0);
    let watch = Stopwatch::start();
    let sender = || -> Result<Vec<f64>, String> {
        let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
        let mut taken = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= RATE * SECONDS {
                return Ok(taken);
            }
            let due = Duration::from_secs(1) * u32::try_from(n).unwrap_or(u32::MAX)
                / u32::try_from(RATE).unwrap_or(1);
            thread::sleep(due.saturating_sub(watch.elapsed()));
            send(&mut connection, community, n)?;
            taken.push(watch.elapsed().saturating_sub(due).as_secs_f64() * 1000.0);
        }
    };
    thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(sender)).collect();
        let mut all = Vec::new();
        for one in senders {
            all.extend(one.join().map_err(|_| "a sender broke")??);
        }
        Ok(all)
    })
}

/// Sends one more mail, waits for its release, lets every client fetch what is new. Milliseconds to the last.
fn release(address: &str, community: &Community, n: usize) -> Result<f64, String> {
    let mut watcher = Connection::open(address).map_err(|e| e.to_string())?;
    // what was sent before is on its way still
    let earlier = send(&mut watcher, community, n + 1000)?;
    shared(&mut watcher, community, &earlier)?;
    let since = last_added(&mut watcher, community)?;
    let path = format!("/taxii2/hub/collections/{}/objects/?added_after={since}", community.collection);
    let start = Barrier::new(CLIENTS + 1);
    let wanted = format!("order@gang-{n}.test");
    let client = |k: usize| -> Result<(), String> {
        let opened = Connection::open(address).map_err(|e| e.to_string());
        start.wait();
        let token = community.readers.get(k % community.readers.len()).ok_or("no readers")?;
        let answer = opened?.get(&path, token).map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&answer.body);
        if text.contains(&wanted) {
            Ok(())
        } else {
            Err(format!("client {k} did not get it: {}", answer.status))
        }
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|k| scope.spawn(move || client(k))).collect();
        let released = send(&mut watcher, community, n).and_then(|id| shared(&mut watcher, community, &id));
        let watch = Stopwatch::start();
        start.wait();
        for one in clients {
            one.join().map_err(|_| "a client broke")??;
        }
        released.map(|()| watch.elapsed().as_secs_f64() * 1000.0)
    })
}

pub(super) fn shared(connection: &mut Connection, community: &Community, id: &str) -> Result<(), String> {
    let watch = Stopwatch::start();
    while watch.elapsed() < RELEASE_LIMIT {
        let answer = connection
            .get(&format!("/api/v1/submissions/{id}"), &community.source)
            .map_err(|e| e.to_string())?;
        if answer.json()["state"] == "shared" {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(2));
    }
    Err("a mail was not released in time".to_owned())
}

/// Where the sector's collection ends.
pub(super) fn last_added(connection: &mut Connection, community: &Community) -> Result<String, String> {
    let base = format!("/taxii2/hub/collections/{}/objects/", community.collection);
    let mut path = base.clone();
    loop {
        let answer = connection.get(&path, &community.source).map_err(|e| e.to_string())?;
        let last = answer.header("x-taxii-date-added-last").ok_or("an empty collection")?.to_owned();
        match answer.json()["next"].as_str() {
            Some(next) => path = format!("{base}?next={next}"),
            None => return Ok(last),
        }
    }
}
