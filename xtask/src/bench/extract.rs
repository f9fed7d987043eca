//! Extraction: how fast text is read on one core, and how much of it is right, beside the two extractors that people install.

use super::deid::example;
use super::table::Table;
use crate::command;
use crate::place::Place;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Times the whole text is read.
const ROUNDS: &str = "100";

/// The peers: as the script names them, and as PyPI does.
const PEERS: &[(&str, &str)] =
    &[("ioc-finder", "ioc-finder==9.4.1"), ("iocextract", "iocextract==1.16.1 requests==2.34.2")];

/// The group of cases in which nearly nothing stands, and file names, products and versions are the traps.
const PROSE: &str = "attack-prose";

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let cases = place.root.join("../shared/data/extraction/cases.jsonl");
    let path = cases.to_string_lossy();
    if !cases.exists() {
        return Err(format!("{path} is absent: the cases are not free to be part of the project"));
    }
    let out = example(place, "indicator", "extract_bench", &[&path, ROUNDS])?;
    let figure = |name: &str| out[name].as_f64().ok_or_else(|| format!("{name} is missing in {out}"));
    let mut table = Table::with_note(format!(
        "{} bytes in {} texts, {} finds; {ROUNDS} readings, processor time of one thread. Scored by the collection's own script. {} A peer's \
         row: domains P / R, URLs P / R, extra finds in prose, processor time.",
        out["bytes"], out["texts"], out["finds"], "Both peers read the same cases in the same run."
    ));
    table.at_least("all texts", figure("megabytes_per_second")?, 100.0, "MB/s");
    table.at_least("prose alone", figure("prose_megabytes_per_second")?, 100.0, "MB/s");
    let folder = place.target.join("bench/extract");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let ours = folder.join("noroshi.jsonl");
    predict(&mut example_command(place, &path), &ours)?;
    let scored = score(&cases, &ours, None)?;
    for (kind, least) in
        [("domain", 0.99), ("url", 0.99), ("ipv4", 0.999), ("md5", 0.999), ("sha1", 0.999), ("sha256", 0.999)]
    {
        let (precision, recall) = of_kind(&scored, kind)?;
        table.at_least(&format!("{kind}: precision"), precision, least, "");
        table.at_least(&format!("{kind}: recall"), recall, least, "");
    }
    table.at_most("extra finds in prose", extra(&score(&cases, &ours, Some(PROSE))?)?, 2.0, "");
    for (peer, package) in PEERS {
        beside(place, &cases, peer, package, &mut table)?;
    }
    Ok(table)
}

/// One peer's row, or one line that says why there is none.
fn beside(place: &Place, cases: &Path, peer: &str, package: &str, table: &mut Table) -> Result<(), String> {
    let Some(python) = install(&place.target.join("bench/extract").join(peer), package) else {
        table.beside(peer, "not installed: PyPI did not give it");
        return Ok(());
    };
    let found = place.target.join("bench/extract").join(format!("{peer}.jsonl"));
    let mut command = Command::new(python);
    command.arg(place.root.join("xtask/peers/extract.py")).arg(peer).arg(cases);
    predict(&mut command, &found)?;
    let scored = score(cases, &found, None)?;
    let pair = |kind| of_kind(&scored, kind).map_or("–".to_owned(), |(p, r)| format!("{p:.3} / {r:.3}"));
    let row = format!(
        "{}; {}; {:.0}; {:.3} MB/s",
        pair("domain"),
        pair("url"),
        extra(&score(cases, &found, Some(PROSE))?)?,
        scored["mb_per_s"].as_f64().unwrap_or_default(),
    );
    table.beside(package, row);
    Ok(())
}

fn install(folder: &Path, package: &str) -> Option<PathBuf> {
    let python = folder.join("bin/python");
    if !python.exists() {
        command::read(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        command::read(
            Command::new(folder.join("bin/pip")).args(["install", "--quiet"]).args(package.split(' ')),
        )?;
    }
    Some(python)
}

fn example_command(place: &Place, cases: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args([
        "run",
        "--locked",
        "--quiet",
        "--release",
        "-p",
        "indicator",
        "--example",
        "cases",
        "--",
        cases,
    ]);
    command.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    command
}

/// Writes what a command prints into a file.
fn predict(command: &mut Command, to: &Path) -> Result<(), String> {
    let file = std::fs::File::create(to).map_err(|e| format!("{}: {e}", to.display()))?;
    let status =
        command.stdout(file).stderr(Stdio::null()).status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}

/// The collection's own script.
fn score(cases: &Path, found: &Path, only: Option<&str>) -> Result<Value, String> {
    let script = cases.with_file_name("../../tools/extract_score.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(cases).arg(found).arg("--json");
    if let Some(group) = only {
        python.args(["--only", group]);
    }
    let text = command::read(&mut python).ok_or("the scoring script failed")?;
    serde_json::from_str(&text).map_err(|e| format!("the scoring script: {e}"))
}

fn of_kind(scored: &Value, kind: &str) -> Result<(f64, f64), String> {
    let rows = scored["rows"].as_array().ok_or("no rows")?;
    let row = rows.iter().find(|row| row["type"] == kind).ok_or_else(|| format!("no row of {kind}"))?;
    Ok((row["precision"].as_f64().unwrap_or_default(), row["recall"].as_f64().unwrap_or_default()))
}

/// Finds that the cases do not expect.
fn extra(scored: &Value) -> Result<f64, String> {
    let rows = scored["rows"].as_array().ok_or("no rows")?;
    let all = rows.iter().find(|row| row["type"] == "all").ok_or("no row of all")?;
    all["fp"].as_f64().ok_or_else(|| "no count of extra finds".to_owned())
}
