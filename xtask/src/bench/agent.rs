//! The member's agent: what the journal costs and answers, and how soon 300 agents have answered a release.
//!
//! The journal is measured in CPU time of its own process, the agents in wall time: twenty of them are real processes with logs of
//! their own, the others ask and answer the same way from here.

use super::connection::Connection;
use super::program;
use super::table::Table;
use crate::command::{self, Background};
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// Agents in all, and those that are real processes.
const AGENTS: usize = 300;
const REAL: usize = 20;

/// Seconds between two looks of an agent.
const EVERY: u64 = 4;

/// Release to the last "not seen" at the hub.
const ANSWERED_SECONDS_MAX: f64 = 10.0;

/// One gigabyte of log into the journal, on one core.
const GIGABYTE_SECONDS_MAX: f64 = 2.0;

/// Size of the journal at five new observables in a hundred lines.
const SIZE_PERCENT_MAX: f64 = 3.0;

/// One item against a year.
const YEAR_MS_MAX: f64 = 1000.0;

/// A round that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(120);

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let folder = place.target.join("bench/agent");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut table = Table::with_note(format!(
        "Release build. The log is a proxy's, made up; `repeating` names 20,000 hosts and 4,000 addresses again and again, 5 % of the lines a \
         host that was not there before. A year is 365 files of 2.5 million distinct observables, as 10 GB a day bring at that share; the \
         question opens every one. {AGENTS} agents look every {EVERY} s; {REAL} of them are processes with logs of their own, whom the \
         hub calls too, the others are connections of the measuring program that only look."
    ));
    journal(place, &folder, &mut table)?;
    let seconds = answered(&program::release(place)?, &folder.join("hub"))?;
    table.at_most("release to the last of 300 answers", seconds, ANSWERED_SECONDS_MAX, "s");
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    Ok(table)
}

/// The figures of the journal, from its own measuring program.
fn journal(place: &Place, folder: &Path, table: &mut Table) -> Result<(), String> {
    let all = |what: &str, folder: PathBuf| -> Result<Vec<Value>, String> {
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "-q", "--release", "--locked", "-p", "agent", "--example", "journal", "--", what]);
        cargo.arg(folder).current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
        let told =
            command::read(&mut cargo).ok_or_else(|| format!("the journal's example failed at {what}"))?;
        Ok(told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    };
    let number = |one: &Value, key: &str| one[key].as_f64().unwrap_or(f64::INFINITY);
    let said = |one: &Value| format!("{}, {}", one["log"].as_str().unwrap_or("?"), urls(one));
    for one in all("speed", folder.to_owned())? {
        let seconds = 1.0 / number(&one, "gb_per_s");
        table.at_most(
            &format!("1 GB of log into the journal: {}", said(&one)),
            seconds,
            bound(&one, GIGABYTE_SECONDS_MAX),
            "s",
        );
    }
    for one in all("size", folder.join("size"))? {
        table.at_most(
            &format!("journal against log: {}", said(&one)),
            number(&one, "percent"),
            bound(&one, SIZE_PERCENT_MAX),
            "%",
        );
    }
    let year = folder.join("year");
    for one in all("year", year.clone())? {
        let what = format!("one {} indicator against 365 days", one["indicator"].as_str().unwrap_or("?"));
        table.at_most(&what, number(&one, "ms"), YEAR_MS_MAX, "ms");
    }
    std::fs::remove_dir_all(year).map_err(|e| e.to_string())
}

fn urls(one: &Value) -> &'static str {
    if one["urls"] == true { "with URLs" } else { "hosts only" }
}

/// The goal stands for logs that repeat themselves; the worst cases are stated, not promised.
fn bound(one: &Value, goal: f64) -> f64 {
    let usual = one["log"].as_str().is_some_and(|log| log == "repeating" || log == "5 % new");
    if usual { goal } else { 100.0 }
}

/// Seconds from the release to the last answer.
fn answered(program: &Path, hub: &Path) -> Result<f64, String> {
    let mut demo = Command::new(program);
    demo.args(["demo", "--once", "--format", "json", "--data"]).arg(hub);
    command::read(&mut demo).ok_or("noroshi demo failed")?;
    let tokens = (0..AGENTS).map(|n| member(program, hub, n)).collect::<Result<Vec<_>, _>>()?;
    let demo = std::fs::read_to_string(hub.join("demo.json")).map_err(|e| e.to_string())?;
    let demo: Value = serde_json::from_str(&demo).map_err(|e| e.to_string())?;
    let organisations = demo["organisations"].as_array().ok_or("no organisations")?;
    let source = organisations.iter().find(|o| o["slug"] == "hayate").ok_or("no source")?;
    let source = source["token"].as_str().ok_or("no token")?;
    let (_hub, address) = program::serve(program, hub)?;
    let mut agents = Vec::new();
    for (n, token) in tokens.iter().take(REAL).enumerate() {
        agents.push(agent(program, &hub.with_file_name(format!("site-{n}")), &address, token)?);
    }
    thread::sleep(Duration::from_secs(3 * EVERY));
    let before = newest(&address, source)?;
    let path = "/api/v1/submissions?delay=now&filename=a.eml";
    let mut connection = Connection::open(&address).map_err(|e| e.to_string())?;
    let sent = connection.post(path, source, MAIL.as_bytes()).map_err(|e| e.to_string())?;
    if sent.status != 201 {
        return Err(format!("the mail was answered with {}: {}", sent.status, sent.json()));
    }
    let item = released(&address, source, &before)?;
    let watch = Stopwatch::start();
    thread::scope(|scope| {
        let item = item.as_str();
        let address = address.as_str();
        let waiting: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(n, token)| scope.spawn(move || one(address, token, item, n, watch)))
            .collect();
        waiting.into_iter().try_fold(0.0_f64, |last, one| {
            let seconds = one.join().map_err(|_| "an agent broke")??;
            Ok(last.max(seconds))
        })
    })
}

const MAIL: &str = "Received: from m.gang-7.test (m.gang-7.test [198.18.7.7]) by mx.hayate.example; Mon, 5 Jan 2026 09:00:00 +0900\r\n\
     From: order@gang-7.test\r\nTo: k.sato@hayate.example\r\nSubject: Invoice\r\nMessage-ID: <7@gang-7.test>\r\n\r\nhttp://dl.gang-7.test/pay\r\n";

/// Adds an organisation with a token.
fn member(program: &Path, hub: &Path, n: usize) -> Result<String, String> {
    let slug = format!("site-{n}");
    let admin = |args: &[&str]| {
        let mut admin = Command::new(program);
        admin.arg("admin").arg("--data").arg(hub).args(args);
        command::read(&mut admin).ok_or_else(|| format!("noroshi admin {args:?} failed"))
    };
    admin(&["org", "add", "--slug", &slug, "--name-en", &slug, "--role", "member", "--sector", "machinery"])?;
    let token =
        admin(&["token", "add", "--org", &slug, "--name", "a", "--scope", "read", "--scope", "answer"])?;
    Ok(token.trim().to_owned())
}

/// A real agent with a log of its own.
fn agent(program: &Path, site: &Path, address: &str, token: &str) -> Result<Background, String> {
    std::fs::create_dir_all(site.join("logs")).map_err(|e| e.to_string())?;
    let write = |name: &str, text: String| std::fs::write(site.join(name), text).map_err(|e| e.to_string());
    write("token", token.to_owned())?;
    write("logs/proxy.log", "12:00:00 GET http://www.site.example/ 200\n".repeat(1000))?;
    let shown = site.display();
    write(
        "agent.toml",
        format!(
            "hub = \"http://{address}\"\ntoken_file = \"{shown}/token\"\nwatch = [\"{shown}/logs\"]\nstate = \"{shown}/state\"\nevery_seconds = {EVERY}\n"
        ),
    )?;
    let mut agent = Command::new(program);
    agent.arg("agent").arg("--policy").arg(site.join("agent.toml"));
    agent.stdout(Stdio::null()).stderr(Stdio::null());
    Background::start(&mut agent)
}

fn items(connection: &mut Connection, token: &str) -> Result<Vec<Value>, String> {
    let answer = connection.get("/api/v1/items", token).map_err(|e| e.to_string())?;
    answer.json()["rows"].as_array().cloned().ok_or_else(|| format!("items: {}", answer.status))
}

fn newest(address: &str, token: &str) -> Result<String, String> {
    let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
    let rows = items(&mut connection, token)?;
    Ok(rows.first().and_then(|r| r["id"].as_str()).unwrap_or_default().to_owned())
}

/// Waits for an item that was not there before.
fn released(address: &str, token: &str, before: &str) -> Result<String, String> {
    let watch = Stopwatch::start();
    while watch.elapsed() < LIMIT {
        let now = newest(address, token)?;
        if now != before {
            return Ok(now);
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err("the mail was not released in time".to_owned())
}

/// One agent: a real one is waited for, another looks and answers as it would. Seconds to its answer.
fn one(address: &str, token: &str, item: &str, n: usize, watch: Stopwatch) -> Result<f64, String> {
    let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
    if n >= REAL {
        // Looks are spread over the time between two of them, as those of 300 machines are.
        thread::sleep(Duration::from_millis(EVERY * 1000 * (n as u64) / AGENTS as u64));
    }
    while watch.elapsed() < LIMIT {
        let rows = items(&mut connection, token)?;
        let row = rows.iter().find(|row| row["id"] == item);
        let progress = row.and_then(|row| row["progress"].as_str());
        match progress {
            Some("not-seen") => return Ok(watch.elapsed().as_secs_f64()),
            Some(_) if n >= REAL => {
                connection.get(&format!("/api/v1/items/{item}"), token).map_err(|e| e.to_string())?;
                let body = b"{\"progress\":\"not-seen\",\"machines\":1}";
                let path = format!("/api/v1/items/{item}/answer");
                let answer = connection.post(&path, token, body).map_err(|e| e.to_string())?;
                return if answer.status == 204 {
                    Ok(watch.elapsed().as_secs_f64())
                } else {
                    Err(format!("an answer was answered with {}", answer.status))
                };
            }
            _ => {}
        }
        let pause = if n >= REAL { EVERY * 1000 } else { 200 };
        thread::sleep(Duration::from_millis(pause));
    }
    Err(format!("agent {n} did not answer in time"))
}
