//! `cargo xtask bench [NAME]`: measurements, each written into its marked table of `docs/performance.md`.
//!
//! One module a bench. To add one: a module with `pub(super) fn run(&Place) -> Result<Table, String>`, a row in
//! `BENCHES`, and the two marker lines `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` in the page.

mod absent;
mod agent;
mod build_cost;
mod connection;
mod deid;
mod extract;
mod first_command;
mod log;
mod mail;
mod main_path;
mod news;
mod pages;
mod program;
mod start;
mod stix;
mod sweep;
mod table;
mod taxii;
mod taxii_peer;
mod webhooks;

use crate::place::Place;
use table::Table;

type Bench = fn(&Place) -> Result<Table, String>;

struct Entry {
    name: &'static str,
    run: Bench,
    /// Whether a bare `cargo xtask bench` runs it; what takes minutes is asked for by name.
    by_default: bool,
}

const BENCHES: &[Entry] = &[
    Entry { name: "build-cost", run: build_cost::run, by_default: true },
    Entry { name: "start", run: start::run, by_default: true },
    Entry { name: "main", run: main_path::run, by_default: true },
    Entry { name: "news", run: news::run, by_default: false },
    Entry { name: "pages", run: pages::run, by_default: false },
    Entry { name: "pages-postgres", run: pages::run_on_postgres, by_default: false },
    Entry { name: "absent", run: absent::run, by_default: false },
    Entry { name: "agent", run: agent::run, by_default: false },
    Entry { name: "deid", run: deid::run, by_default: false },
    Entry { name: "extract", run: extract::run, by_default: false },
    Entry { name: "mail", run: mail::run, by_default: false },
    Entry { name: "log", run: log::run, by_default: true },
    Entry { name: "stix", run: stix::run, by_default: false },
    Entry { name: "taxii", run: taxii::run, by_default: false },
    Entry { name: "webhooks", run: webhooks::run, by_default: false },
    Entry { name: "first-command", run: first_command::run, by_default: false },
    Entry { name: "sweep", run: sweep::run, by_default: false },
];

/// The page whose tables are rewritten.
const PAGE: &str = "docs/performance.md";

/// Runs one bench or all quick ones; true when every figure meets its goal.
pub(crate) fn run(place: &Place, name: Option<&str>) -> Result<bool, String> {
    let chosen: Vec<&Entry> =
        BENCHES.iter().filter(|entry| name.map_or(entry.by_default, |name| name == entry.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = BENCHES.iter().map(|entry| entry.name).collect();
        return Err(format!("no such bench; there are: {}", names.join(", ")));
    }
    let mut met = true;
    for entry in chosen {
        println!("── {}", entry.name);
        let table = (entry.run)(place)?;
        print!("{}", table.markdown());
        met &= table.meets_goals();
        write(place, entry.name, &table)?;
    }
    Ok(met)
}

fn write(place: &Place, name: &str, table: &Table) -> Result<(), String> {
    let path = place.root.join(PAGE);
    let page = std::fs::read_to_string(&path).map_err(|e| format!("{PAGE}: {e}"))?;
    let rewritten = table::replace(&page, name, &table.markdown())?;
    std::fs::write(&path, rewritten).map_err(|e| format!("{PAGE}: {e}"))
}
