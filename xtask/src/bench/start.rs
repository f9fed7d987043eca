//! How fast an empty hub is ready, and what it holds in memory when nobody asks.

use super::program::{self, median};
use super::table::Table;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use std::path::Path;
use std::time::Duration;

/// Rounds; the median is told. The first makes the database, the others open it.
const ROUNDS: usize = 9;

/// Start of the process to the first good answer of `/readyz`.
const READY_SECONDS_MAX: f64 = 0.5;

/// Resident memory after a quiet while.
const IDLE_MEBIBYTES_MAX: f64 = 60.0;

/// Long enough for start-up work to be given back.
const QUIET: Duration = Duration::from_secs(5);

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let program = program::release(place)?;
    let data = place.target.join("bench/start");
    if data.exists() {
        std::fs::remove_dir_all(&data).map_err(|e| e.to_string())?;
    }
    let mut ready = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..ROUNDS {
        let (seconds, mebibytes) = one_round(&program, &data)?;
        ready.push(seconds);
        resident.push(mebibytes);
    }
    std::fs::remove_dir_all(&data).map_err(|e| e.to_string())?;
    let mut table = Table::with_note(format!("Release build, embedded database, median of {ROUNDS} starts."));
    table.at_most("start to ready", median(&mut ready), READY_SECONDS_MAX, "s");
    table.at_most("resident memory, idle", median(&mut resident), IDLE_MEBIBYTES_MAX, "MiB");
    Ok(table)
}

fn one_round(program: &Path, data: &Path) -> Result<(f64, f64), String> {
    let watch = Stopwatch::start();
    let (hub, _) = program::serve(program, data)?;
    let seconds = watch.elapsed().as_secs_f64();
    std::thread::sleep(QUIET);
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.id())).map_err(|e| e.to_string())?;
    let kibibytes = resident(&status).ok_or("no resident size in the process status")?;
    Ok((seconds, kibibytes / 1024.0))
}

/// Kibibytes of the `VmRSS` line.
fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: &str, expected: Option<f64>) {
        assert_eq!(resident(status), expected);
    }

    #[test]
    fn the_resident_size_is_read() {
        check("Name:\tnoroshi\nVmRSS:\t   51200 kB\n", Some(51200.0));
        check("Name:\tnoroshi\n", None);
    }
}
