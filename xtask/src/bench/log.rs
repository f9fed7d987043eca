//! The log: how many leaves a second get durable places, how long a look waits for its leaf, how long a receipt takes to read.

use super::program::{self, median};
use super::table::Table;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use serde_json::Value;
use std::process::Command;

/// Leaves that wait at the beginning, and seconds of looks at 2,000 a second.
const LEAVES: &str = "200000";
const SECONDS: &str = "15";

/// Durable places a second.
const PLACES_MIN: f64 = 10_000.0;

/// A look at 2,000 a second.
const LOOK_MS_MAX: f64 = 50.0;

/// One receipt, the whole program.
const VERIFY_MS_MAX: f64 = 100.0;

/// Runs of the program; the middle one is told.
const RUNS: usize = 9;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let program = program::release(place)?;
    let folder = place.target.join("bench/log");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    let mut bench = Command::new("cargo");
    bench.args(["run", "-q", "--locked", "--release", "-p", "testkit", "--example", "log_bench", "--"]);
    bench
        .arg(&folder)
        .args([LEAVES, SECONDS])
        .current_dir(&place.root)
        .env("CARGO_TARGET_DIR", &place.target);
    let told = command::read(&mut bench).ok_or("log_bench failed")?;
    let told: Value = serde_json::from_str(told.trim()).map_err(|e| e.to_string())?;
    let figure = |name: &str| told[name].as_f64().ok_or_else(|| format!("log_bench does not tell {name}"));
    let mut runs = Vec::new();
    let key = std::fs::read_to_string(folder.join("key.txt")).map_err(|e| e.to_string())?;
    for _ in 0..RUNS {
        let mut verify = Command::new(&program);
        verify.args(["verify", "--key", &key]).arg(folder.join("one.tlog-proof"));
        let watch = Stopwatch::start();
        command::read(&mut verify).ok_or("noroshi verify failed")?;
        runs.push(watch.elapsed().as_secs_f64() * 1000.0);
    }
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut table = Table::with_note(format!(
        "Release build, embedded database and files on this machine's disk with full syncs, the beat off. {LEAVES} waiting leaves are given \
         places and published. Then hub staff opens a submission 2,000 times a second for {SECONDS} s, each look counted from when it was \
         due until its leaf is on disk, while the log goes on beside it. `noroshi verify` is the whole program on one receipt, median of {RUNS}."
    ));
    table.at_least("leaves given durable places", figure("leaves_per_second")?, PLACES_MIN, "leaves/s");
    table.at_most("look with its leaf on disk, p50", figure("looks_p50_ms")?, LOOK_MS_MAX, "ms");
    table.at_most("look with its leaf on disk, p99", figure("looks_p99_ms")?, LOOK_MS_MAX, "ms");
    table.at_most("`noroshi verify`, one receipt", median(&mut runs), VERIFY_MS_MAX, "ms");
    table.at_most("the verdict alone", figure("read_ms")?, VERIFY_MS_MAX, "ms");
    Ok(table)
}
