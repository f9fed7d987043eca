//! How fast an empty hub is ready, and what it holds in memory when nobody asks.

use super::table::Table;
use crate::command::{self, Background};
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use crate::suite;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Rounds; the median is told. The first makes the database, the others open it.
const ROUNDS: usize = 9;

/// Start of the process to the first good answer of `/readyz`.
const READY_SECONDS_MAX: f64 = 0.5;

/// Resident memory after a quiet while.
const IDLE_MEBIBYTES_MAX: f64 = 60.0;

/// Long enough for start-up work to be given back.
const QUIET: Duration = Duration::from_secs(3);

const BUILD_LIMIT: Duration = Duration::from_secs(45 * 60);
const START_LIMIT: Duration = Duration::from_secs(30);

/// No answer of a ready page is longer, and one that hangs is no answer.
const ANSWER_BYTES_MAX: u64 = 4096;
const ANSWER_LIMIT: Duration = Duration::from_secs(1);

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let mut build = Command::new("cargo");
    build.args(["build", "--locked", "--release", "-p", "noroshi"]);
    build.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    if !command::show(&mut build, BUILD_LIMIT)?.success {
        return Err("noroshi does not build".to_owned());
    }
    let data = place.target.join("bench/start");
    if data.exists() {
        std::fs::remove_dir_all(&data).map_err(|e| e.to_string())?;
    }
    let mut ready = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..ROUNDS {
        let (seconds, mebibytes) = one_round(&place.noroshi("release"), &data)?;
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
    let listen = suite::free_address()?;
    let mut serve = Command::new(program);
    serve
        .args(["serve", "--listen", &listen, "--data"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let watch = Stopwatch::start();
    let mut hub = Background::start(&mut serve)?;
    hub.until(START_LIMIT, || is_ready(&listen)).map_err(|e| format!("noroshi serve: {e}"))?;
    let seconds = watch.elapsed().as_secs_f64();
    std::thread::sleep(QUIET);
    let status = std::fs::read_to_string(format!("/proc/{}/status", hub.id())).map_err(|e| e.to_string())?;
    let kibibytes = resident(&status).ok_or("no resident size in the process status")?;
    Ok((seconds, kibibytes / 1024.0))
}

fn is_ready(listen: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(listen)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Kibibytes of the `VmRSS` line.
fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
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

    #[test]
    fn the_middle_is_told() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
    }
}
