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

/// Runs `program` under GNU time. Exit codes are the program's own words about its findings, so they are not judged;
/// one that could not be started or was killed is an error.
pub(super) fn cost(program: &Path, args: &[&str]) -> Result<Cost, String> {
    cost_within(program, args, None)
}

/// The same, ended after `seconds` of CPU; an ended program is an error.
pub(super) fn cost_within(program: &Path, args: &[&str], seconds: Option<u32>) -> Result<Cost, String> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-q", "-f", "cost %U %S %M"]);
    if let Some(seconds) = seconds {
        command.arg("prlimit").arg(format!("--cpu={seconds}"));
    }
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
    // GNU time's own code for a program that a signal ended.
    if done.status.code().is_none_or(|code| code > 120) {
        return Err(format!("{}: ended after {:.0} CPU seconds", program.display(), user + system));
    }
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    Ok(Cost { cpu: user + system, wall, mib: kib / 1024.0, output })
}

/// A path as an argument.
pub(super) fn text(path: &Path) -> String {
    path.display().to_string()
}
