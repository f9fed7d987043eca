//! Every page and list that people and programs open daily, over a year of use: 100,000 submissions and 20,000 items.

use super::connection::Connection;
use super::program::{self, percentile};
use super::table::Table;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const SUBMISSIONS: &str = "100000";
const ITEMS: &str = "20000";

/// How often each is asked for.
const ROUNDS: usize = 60;

/// The share of a hundred that is told.
const PERCENT: usize = 95;

const PAGE_MS_MAX: f64 = 30.0;

/// Twenty thousand items with their objects, statement by statement.
const SEED_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Whose eyes.
enum Eyes {
    Member,
    Staff,
    Program,
}

const PLACES: &[(&str, Eyes)] = &[
    ("/submissions", Eyes::Member),
    ("/roster", Eyes::Member),
    ("/standing", Eyes::Member),
    ("/inbox", Eyes::Member),
    ("/director", Eyes::Member),
    ("/people", Eyes::Member),
    ("/notices", Eyes::Member),
    ("/send", Eyes::Member),
    ("/queue", Eyes::Staff),
    ("/drafts", Eyes::Staff),
    ("/questions", Eyes::Staff),
    ("/figures", Eyes::Staff),
    ("/calls", Eyes::Staff),
    ("/api/v1/items", Eyes::Program),
    ("/api/v1/submissions", Eyes::Program),
    ("/api/v1/roster", Eyes::Program),
    ("/taxii2/hub/collections/", Eyes::Program),
    ("/taxii2/hub/collections/all/objects/?limit=100", Eyes::Program),
    ("/taxii2/hub/collections/all/manifest/?limit=100", Eyes::Program),
];

/// On the embedded database.
pub(super) fn run(place: &Place) -> Result<Table, String> {
    run_on(place, None)
}

/// On the empty PostgreSQL database that is named.
#[expect(clippy::disallowed_methods, reason = "a chore is told where its database is")]
pub(super) fn run_on_postgres(place: &Place) -> Result<Table, String> {
    let database = std::env::var("NOROSHI_BENCH_POSTGRES").ok();
    run_on(place, Some(database.ok_or("name an empty database: NOROSHI_BENCH_POSTGRES=postgres://…")?))
}

fn run_on(place: &Place, database: Option<String>) -> Result<Table, String> {
    let program = program::release(place)?;
    let folder = place.target.join("bench/pages");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let data = folder.join("hub");
    let told = community(place, &program, &data, database.as_deref())?;
    let (hub, address) = program::serve_on(&program, &data, database.as_deref())?;
    let mut table = Table::with_note(format!(
        "Release build, {}, {SUBMISSIONS} submissions and {ITEMS} items, one client on the same machine; p{PERCENT} of {ROUNDS} each, \
         to the last byte.",
        if database.is_some() { "PostgreSQL" } else { "embedded database" }
    ));
    measure(&mut table, &address, &told)?;
    drop(hub);
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    Ok(table)
}

/// The example, multiplied. What it tells of itself.
fn community(place: &Place, program: &Path, data: &Path, database: Option<&str>) -> Result<Value, String> {
    let mut demo = Command::new(program);
    demo.args(["demo", "--once", "--format", "json", "--data"]).arg(data);
    demo.args(database.iter().flat_map(|url| ["--database", url]));
    command::read(&mut demo).ok_or("noroshi demo failed")?;
    let mut seed = Command::new("cargo");
    seed.args(["run", "--locked", "--quiet", "--release", "-p", "testkit", "--example", "seed", "--"]);
    seed.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    seed.arg(data).arg(data.with_file_name("hub.keys")).args([SUBMISSIONS, ITEMS]).args(database);
    if !command::show(&mut seed, SEED_LIMIT)?.success {
        return Err("the seeding failed".to_owned());
    }
    let text = std::fs::read_to_string(data.join("demo.json")).map_err(|e| e.to_string())?;
    serde_json::from_str(&text).map_err(|e| e.to_string())
}

fn measure(table: &mut Table, address: &str, told: &Value) -> Result<(), String> {
    let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
    let mut cookie = |who: &Value| {
        let text = |name: &str| who[name].as_str().unwrap_or_default().to_owned();
        connection.sign_in(&text("user"), &text("password")).map_err(|e| e.to_string())
    };
    let people = told["people"].as_array().into_iter().flatten();
    let analyst = people.into_iter().find(|p| p["role"] == "analyst").ok_or("nobody is analyst")?;
    // the first organisation is the hub's own
    let (member, staff) = (cookie(&told["organisations"][1])?, cookie(analyst)?);
    let token = told["organisations"][1]["token"].as_str().unwrap_or_default().to_owned();
    let mut everything = Vec::new();
    for (path, eyes) in PLACES {
        let mut taken = Vec::new();
        for _ in 0..ROUNDS {
            let watch = Stopwatch::start();
            let answer = match eyes {
                Eyes::Member => connection.page(path, &member),
                Eyes::Staff => connection.page(path, &staff),
                Eyes::Program => connection.get(path, &token),
            };
            let answer = answer.map_err(|e| format!("{path}: {e}"))?;
            if answer.status != 200 {
                return Err(format!("{path} answered {}", answer.status));
            }
            taken.push(watch.elapsed().as_secs_f64() * 1000.0);
        }
        everything.extend_from_slice(&taken);
        let who = match eyes {
            Eyes::Member => "member",
            Eyes::Staff => "hub staff",
            Eyes::Program => "program",
        };
        let what = format!("`{path}` ({who})");
        table.at_most(&what, percentile(&mut taken, PERCENT), PAGE_MS_MAX, "ms");
    }
    table.at_most("all of them", percentile(&mut everything, PERCENT), PAGE_MS_MAX, "ms");
    Ok(())
}
