//! From a clean checkout to the first living command: a cold `cargo demo --once` in a build folder of its own.

use super::table::Table;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use std::process::Command;
use std::time::Duration;

/// What a newcomer waits for gladly, on two cores, sources already downloaded.
const MINUTES_MAX: f64 = 6.0;

const LIMIT: Duration = Duration::from_secs(45 * 60);

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let folder = place.target.join("bench/cold");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    let watch = Stopwatch::start();
    let mut demo = Command::new("cargo");
    demo.args(["demo", "--once"]).current_dir(&place.root).env("CARGO_TARGET_DIR", &folder);
    let done = command::show(&mut demo, LIMIT)?;
    let minutes = watch.elapsed().as_secs_f64() / 60.0;
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    if !done.success {
        return Err("cargo demo --once failed".to_owned());
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut table = Table::with_note(format!(
        "`cargo demo --once` into an empty build folder, {cores} cores, sources downloaded."
    ));
    table.at_most("first command live, cold", minutes, MINUTES_MAX, "min");
    Ok(table)
}
