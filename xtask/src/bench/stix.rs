//! The `stix` crate: how fast a bundle is held against the standard and in how much memory, how many patterns are looked for at once.

use super::deid::example;
use super::program;
use super::table::Table;
use super::taxii::{cpu_seconds, peak_mib};
use crate::place::Place;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// Megabytes of the bundles.
const SMALL: usize = 10;
const LARGE: usize = 500;

/// Time between two looks at a running process: what it takes after the last one is not counted.
const LOOK: Duration = Duration::from_millis(2);

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let program = program::release(place)?;
    let folder = place.target.join("bench/stix");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let (small, large) = (validate(&program, &folder, SMALL)?, validate(&program, &folder, LARGE)?);
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    let patterns = example(place, "stix", "pattern_speed", &[])?;
    let rate = patterns["observed_per_second"].as_f64().ok_or_else(|| format!("no figure in {patterns}"))?;
    let mut table = Table::with_note(format!(
        "`noroshi stix validate FILE --format jsonl` over bundles of {SMALL} and {LARGE} MB of small indicators, by its own processor time. \
         {} patterns (70 % equality, 20 % LIKE or MATCHES, 10 % temporal) over {} observed data on one thread, best of three.",
        patterns["patterns"], patterns["observed"]
    ));
    table.at_least("bundle validated", large.rate, 100.0, "MB/s of processor time");
    table.at_most(
        &format!("memory for {LARGE} MB beyond that for {SMALL} MB"),
        (large.peak - small.peak).max(0.0),
        2.0,
        "MiB",
    );
    table.beside("resident memory of that, peak", format!("{:.1} MiB", large.peak));
    table.at_least("10,000 patterns", rate, 100_000.0, "observed data/s");
    Ok(table)
}

struct Validated {
    /// Megabytes a second of processor time.
    rate: f64,
    /// MiB.
    peak: f64,
}

fn validate(program: &Path, folder: &Path, megabytes: usize) -> Result<Validated, String> {
    let file = folder.join(format!("{megabytes}.json"));
    let bytes = write(&file, megabytes * 1_000_000).map_err(|e| e.to_string())?;
    let mut command = Command::new(program);
    command.args(["stix", "validate", "--format", "jsonl"]).arg(&file).stdout(Stdio::null());
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    let (mut cpu, mut peak) = (0.0_f64, 0.0_f64);
    let status = loop {
        (cpu, peak) = (cpu.max(cpu_seconds(child.id())), peak.max(peak_mib(child.id())));
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        thread::sleep(LOOK);
    };
    if !status.success() {
        return Err(format!("the bundle of {megabytes} MB is not valid"));
    }
    Ok(Validated { rate: bytes as f64 / 1e6 / cpu.max(0.01), peak })
}

/// A bundle of at least so many bytes. Returns how many it has.
fn write(file: &Path, bytes: usize) -> std::io::Result<usize> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    let head = br#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":["#;
    out.write_all(head)?;
    let mut written = head.len();
    let mut n = 0_usize;
    while written < bytes {
        let comma = if n > 0 { "," } else { "" };
        let one = format!(
            r#"{comma}{{"type":"indicator","spec_version":"2.1","id":"indicator--5d0092c5-5f74-4287-9642-{n:012x}","created":"2026-01-05T00:00:00.000Z","modified":"2026-01-05T00:00:00.000Z","name":"load {n}","indicator_types":["malicious-activity"],"pattern":"[domain-name:value = 'h{n}.example.com']","pattern_type":"stix","valid_from":"2026-01-05T00:00:00Z"}}"#
        );
        out.write_all(one.as_bytes())?;
        written += one.len();
        n += 1;
    }
    out.write_all(b"]}")?;
    out.flush()?;
    Ok(written + 2)
}
