//! One program run to its end: what it cost and what it said.

use crate::stopwatch::Stopwatch;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run cost.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    /// CPU seconds, user and system.
    pub(super) cpu: f64,
    /// Wall seconds.
    pub(super) wall: f64,
    /// Largest resident memory.
    pub(super) mib: f64,
    /// Standard output.
    pub(super) output: String,
}

/// Wall seconds after which a program is killed: whatever hangs ends no later than this.
const WALL_SECONDS: u32 = 240;

/// Runs `program` under GNU time. Its exit code is its own word about its findings and is not judged; one that could
/// not be started or was killed is an error.
pub(super) fn cost(program: &Path, args: &[&str]) -> Result<Cost, String> {
    cost_within(program, args, WALL_SECONDS)
}

/// The same, killed after `seconds` of CPU or twice as many of wall time; a killed program is an error.
pub(super) fn cost_within(program: &Path, args: &[&str], seconds: u32) -> Result<Cost, String> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-q", "-f", "cost %U %S %M", "timeout", "-s", "KILL", &(2 * seconds).to_string()]);
    command.arg("prlimit").arg(format!("--cpu={seconds}"));
    command.arg(program).args(args).stdin(Stdio::null());
    let watch = Stopwatch::start();
    let done = command.output().map_err(|e| format!("/usr/bin/time: {e}; apt-get install time"))?;
    let wall = watch.elapsed().as_secs_f64();
    let errors = String::from_utf8_lossy(&done.stderr);
    let numbers = errors.lines().rev().find_map(|line| line.strip_prefix("cost "));
    let numbers: Vec<f64> = numbers.unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
    let [user, system, kib] = numbers[..] else {
        return Err(format!("{}: no cost told: {errors}", program.display()));
    };
    // The codes above 120 are those of `timeout` and of signals.
    if done.status.code().is_none_or(|code| code > 120) {
        return Err(format!("{}: ended after {:.0} CPU seconds", program.display(), user + system));
    }
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    Ok(Cost { cpu: user + system, wall, mib: kib / 1024.0, output })
}

/// What a sweep costs that came to its end, as the summary of its JSON lines shows.
pub(super) fn sweep(program: &Path, args: &[&str]) -> Result<Cost, String> {
    let cost = cost(program, args)?;
    let ended = cost.output.lines().next_back().is_some_and(|line| line.starts_with(r#"{"summary":"#));
    if ended { Ok(cost) } else { Err(format!("noroshi {}: no summary", args.join(" "))) }
}

/// A path as an argument.
pub(super) fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Fills a file that is kept between runs: it stands under its name when it is whole.
pub(super) fn kept(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let fault = |e: std::io::Error| format!("{}: {e}", path.display());
    let half = path.with_extension("half");
    std::fs::write(&half, bytes).map_err(fault)?;
    std::fs::rename(&half, path).map_err(fault)
}
