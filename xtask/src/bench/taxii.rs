//! TAXII under load: a store of millions of objects read by those who may see half of it and a hundredth, polled by a thousand, and
//! filled over HTTP; medallion beside it in the same run, where it installs.

use super::connection::{Answer, Connection};
use super::program::{self, percentile};
use super::table::Table;
use super::taxii_peer;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Objects of the store that is read, and objects that are posted to it. Less for a first look: `NOROSHI_BENCH_OBJECTS=200000`.
const OBJECTS: usize = 5_000_000;

const ENVELOPE: usize = 1_000;

/// Pages of one measurement.
const PAGES: usize = 200;

/// Connections that post. Two keep one parsing while the other is synced.
const POSTERS: usize = 2;

const POLLERS: usize = 1_000;
const POLL_SECONDS: u64 = 15;
const POLL_THREADS: usize = 4;

const FIRST_PAGES: usize = 1_000;

/// What `taxii_store` printed.
struct Fed {
    objects: usize,
    collection: String,
    half: String,
    few: String,
    writer: String,
    tokens: Vec<String>,
}

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let objects = objects();
    let program = program::release(place)?;
    let folder = place.target.join(format!("bench/taxii-{objects}"));
    let fed = store(place, &folder, objects)?;
    let (hub, address) = program::serve(&program, &folder.join("hub"))?;
    let mut table = Table::with_note(format!(
        "Release build, embedded database with full syncs, client on the same {} cores. Store of {objects} indicators of 0.4 KB, 300 organisations, \
         200 audiences; read over one connection in pages of {ENVELOPE}, {PAGES} pages each. Posted: {objects} indicators in envelopes of \
         {ENVELOPE} over {POSTERS} connections. Pollers: {POLLERS} connections, each once a second for {POLL_SECONDS} s, counted from when it \
         was due. Objects per second of processor time are the hub's own.",
        thread::available_parallelism().map_or(1, usize::from)
    ));
    for (who, token) in [("50 %", &fed.half), ("1 %", &fed.few)] {
        for (end, from) in [("first", 0), ("last", fed.objects * 9 / 10)] {
            let (rate, by_cpu) = read(&address, &fed, token, from, hub.id())?;
            table.at_least(&format!("read, reader of {who}, {end} pages"), rate, 150_000.0, "objects/s");
            table.beside(
                &format!("the same by processor time ({who}, {end})"),
                format!("{by_cpu:.0} objects/s"),
            );
        }
    }
    let mut first = first_pages(&address, &fed)?;
    table.at_most("first page of 100, p50", percentile(&mut first, 50), 2.0, "ms");
    table.at_most("first page of 100, p99", percentile(&mut first, 99), 2.0, "ms");
    let (mut polls, share) = polls(&address, &fed, hub.id())?;
    table.at_most("a poll of 1,000, nothing new, p99", percentile(&mut polls, 99), 5.0, "ms");
    table.at_most("processor for 1,000 polls a second", share * 100.0, 15.0, "% of a core");
    let posted = post_all(&address, &fed, objects, hub.id())?;
    posted.tell(&mut table);
    table.at_most("resident memory, peak of all that", peak_mib(hub.id()), 150.0, "MiB");
    drop(hub);
    taxii_peer::run(place, &mut table)?;
    Ok(table)
}

#[expect(clippy::disallowed_methods, reason = "a chore; nothing of the product depends on it")]
fn objects() -> usize {
    std::env::var("NOROSHI_BENCH_OBJECTS").ok().and_then(|n| n.parse().ok()).unwrap_or(OBJECTS)
}

/// The store, built once.
fn store(place: &Place, folder: &Path, objects: usize) -> Result<Fed, String> {
    let told = folder.join("told.json");
    if !told.exists() {
        if folder.exists() {
            std::fs::remove_dir_all(folder).map_err(|e| e.to_string())?;
        }
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        let mut build = Command::new("cargo");
        build.args(["run", "--locked", "--release", "-p", "testkit", "--example", "taxii_store", "--"]);
        build.arg(folder.join("hub")).arg(objects.to_string());
        build.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
        let line = command::read(&mut build).ok_or("taxii_store failed")?;
        std::fs::write(&told, line).map_err(|e| e.to_string())?;
    }
    let text = std::fs::read_to_string(&told).map_err(|e| e.to_string())?;
    let value: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let of = |key: &str| value[key].as_str().map(ToOwned::to_owned).ok_or(format!("no {key}"));
    let tokens = value["tokens"].as_array().ok_or("no tokens")?;
    Ok(Fed {
        objects,
        collection: of("collection")?,
        half: of("half")?,
        few: of("few")?,
        writer: of("writer")?,
        tokens: tokens.iter().filter_map(|t| t.as_str().map(ToOwned::to_owned)).collect(),
    })
}

fn auth(token: &str) -> String {
    format!(
        "Authorization: Bearer {token}\r\nAccept: application/taxii+json;version=2.1\r\nContent-Type: application/taxii+json;version=2.1"
    )
}

pub(super) fn good(answer: Result<Answer, std::io::Error>, status: u16) -> Result<Answer, String> {
    let answer = answer.map_err(|e| e.to_string())?;
    if answer.status == status {
        return Ok(answer);
    }
    Err(format!("answered {}: {:.300}", answer.status, String::from_utf8_lossy(&answer.body)))
}

/// The cursor of a page, from its beginning: `{"more":true,"next":"…"`.
fn next(answer: &Answer) -> Option<String> {
    let head = answer.body.get(..answer.body.len().min(2048))?;
    let text = String::from_utf8_lossy(head);
    let rest = text.split_once("\"next\":\"")?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Objects a second, and objects a second of the hub's processor time, over pages that begin behind so many objects of the store.
fn read(address: &str, fed: &Fed, token: &str, from: usize, hub: u32) -> Result<(f64, f64), String> {
    let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
    let base = format!("/taxii2/hub/collections/{}/objects/?limit={ENVELOPE}", fed.collection);
    // 50 objects were added a second from this moment on
    let seconds = from / 50;
    let since = format!(
        "2026-01-{:02}T{:02}:{:02}:{:02}Z",
        5 + seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    );
    let mut path = format!("{base}&added_after={since}");
    let headers = auth(token);
    let (watch, before) = (Stopwatch::start(), cpu_seconds(hub));
    let (mut objects, mut pages) = (0, 0);
    while pages < PAGES {
        let answer = good(connection.send("GET", &path, &headers, b""), 200)?;
        pages += 1;
        match next(&answer) {
            Some(next) => path = format!("{base}&next={next}"),
            None => {
                objects += count(&answer.body);
                break;
            }
        }
        objects += ENVELOPE;
        if pages == 1 && count(&answer.body) != ENVELOPE {
            return Err(format!("a page has {} objects", count(&answer.body)));
        }
    }
    let (seconds, cpu) = (watch.elapsed().as_secs_f64(), cpu_seconds(hub) - before);
    Ok((objects as f64 / seconds, objects as f64 / cpu.max(0.01)))
}

fn count(body: &[u8]) -> usize {
    let needle = b"\"type\":\"indicator\"";
    body.windows(needle.len()).filter(|w| w == needle).count()
}

fn first_pages(address: &str, fed: &Fed) -> Result<Vec<f64>, String> {
    let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
    let path = format!("/taxii2/hub/collections/{}/objects/?limit=100", fed.collection);
    let mut taken = Vec::new();
    for n in 0..FIRST_PAGES {
        let token = fed.tokens.get(n % fed.tokens.len()).ok_or("no tokens")?;
        let watch = Stopwatch::start();
        good(connection.send("GET", &path, &auth(token), b""), 200)?;
        taken.push(watch.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(taken)
}

/// Milliseconds of each poll, and the share of a core that the hub took.
fn polls(address: &str, fed: &Fed, hub: u32) -> Result<(Vec<f64>, f64), String> {
    let path =
        format!("/taxii2/hub/collections/{}/objects/?added_after=2040-01-01T00:00:00Z", fed.collection);
    let one = |thread: usize| -> Result<Vec<f64>, String> {
        let mine = POLLERS / POLL_THREADS;
        let open = (0..mine).map(|_| Connection::open(address).map_err(|e| e.to_string()));
        let mut connections = open.collect::<Result<Vec<_>, _>>()?;
        let watch = Stopwatch::start();
        let mut taken = Vec::new();
        for round in 0..POLL_SECONDS {
            for (n, connection) in connections.iter_mut().enumerate() {
                let due = Duration::from_secs(round)
                    + Duration::from_secs(1) * u32::try_from(n).unwrap_or(0)
                        / u32::try_from(mine).unwrap_or(1);
                thread::sleep(due.saturating_sub(watch.elapsed()));
                let token = fed.tokens.get((thread * mine + n) % fed.tokens.len()).ok_or("no tokens")?;
                good(connection.send("GET", &path, &auth(token), b""), 200)?;
                taken.push(watch.elapsed().saturating_sub(due).as_secs_f64() * 1000.0);
            }
        }
        Ok(taken)
    };
    let (watch, before) = (Stopwatch::start(), cpu_seconds(hub));
    let taken = thread::scope(|scope| {
        let all: Vec<_> = (0..POLL_THREADS).map(|n| scope.spawn(move || one(n))).collect();
        all.into_iter()
            .map(|one| one.join().map_err(|_| "a poller broke".to_owned())?)
            .collect::<Result<Vec<_>, String>>()
    })?;
    let share = (cpu_seconds(hub) - before) / watch.elapsed().as_secs_f64();
    Ok((taken.into_iter().flatten().collect(), share))
}

/// What posting took: (objects done so far, seconds so far) of each envelope.
struct Posted {
    marks: Vec<(usize, f64)>,
    cpu: f64,
}

impl Posted {
    fn rate(&self, from: usize, to: usize) -> f64 {
        let at = |objects: usize| self.marks.iter().find(|m| m.0 >= objects).map_or(0.0, |m| m.1);
        let start = if from == 0 { 0.0 } else { at(from) };
        (to - from) as f64 / (at(to) - start).max(0.001)
    }

    fn tell(&self, table: &mut Table) {
        let all = self.marks.last().map_or(0, |m| m.0);
        let piece = (all / 20).max(ENVELOPE);
        let (second, last) = (self.rate(piece, 2 * piece), self.rate(all - piece, all));
        table.at_least("posted and on disk, all", self.rate(0, all), 15_000.0, "objects/s");
        table.at_least("posted, the last twentieth", last, 15_000.0, "objects/s");
        table.at_least("the last twentieth against the second", last / second, 0.7, "");
        table.beside(
            "posted by processor time, the pipeline's jobs included",
            format!("{:.0} objects/s", all as f64 / self.cpu),
        );
    }
}

/// One envelope of small indicators that nobody posted before.
pub(super) fn envelope(first: usize, run: u32) -> Vec<u8> {
    let mut out = String::from("{\"objects\":[");
    for n in first..first + ENVELOPE {
        let time = format!(
            "2024-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            1 + n / 86_400 % 12,
            1 + n / 3600 % 28,
            n / 3600 % 24,
            n / 60 % 60,
            n % 60,
            n % 1000
        );
        let mix = (n as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let id = format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            run,
            mix >> 48,
            (mix >> 36) & 0xfff,
            (mix >> 24) & 0xfff,
            n
        );
        if n > first {
            out.push(',');
        }
        out.push_str(&format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{id}","created":"{time}","modified":"{time}","name":"load {n}","indicator_types":["malicious-activity"],"pattern":"[domain-name:value = 'h{n}.example.com']","pattern_type":"stix","valid_from":"{time}"}}"#
        ));
    }
    out.push_str("]}");
    out.into_bytes()
}

fn post_all(address: &str, fed: &Fed, objects: usize, hub: u32) -> Result<Posted, String> {
    let path = "/taxii2/hub/collections/own/objects/";
    // each run posts objects of its own: a store that is kept takes more
    let run = std::process::id();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(Vec::new());
    let (watch, before) = (Stopwatch::start(), cpu_seconds(hub));
    let poster = || -> Result<(), String> {
        let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
        loop {
            let first = next.fetch_add(ENVELOPE, std::sync::atomic::Ordering::Relaxed);
            if first >= objects {
                return Ok(());
            }
            let body = envelope(first, run);
            let answer = good(connection.send("POST", path, &auth(&fed.writer), &body), 202)?;
            if !answer.body.windows(20).any(|w| w == b"\"success_count\":1000") {
                return Err(format!("not all were taken: {:.300}", String::from_utf8_lossy(&answer.body)));
            }
            let mut done = done.lock().map_err(|_| "a poster broke")?;
            let count = (done.len() + 1) * ENVELOPE;
            done.push((count, watch.elapsed().as_secs_f64()));
        }
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..POSTERS).map(|_| scope.spawn(poster)).collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "a poster broke".to_owned())?)
    })?;
    let marks = done.into_inner().map_err(|_| "a poster broke")?;
    Ok(Posted { marks, cpu: (cpu_seconds(hub) - before).max(0.01) })
}

/// Processor seconds of a process, its own and the system's for it.
pub(super) fn cpu_seconds(id: u32) -> f64 {
    /// The kernel counts in hundredths.
    const TICKS: f64 = 100.0;
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let field = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (field(11) + field(12)) / TICKS
}

/// The most memory that a process ever had, in MiB.
pub(super) fn peak_mib(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
