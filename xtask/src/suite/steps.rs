//! The steps that cargo runs: format, lints, tests.

use super::Outcome;
use super::tally;
use crate::command;
use crate::place::Place;
use std::process::Command;
use std::time::Duration;

/// A cold build of everything on two cores takes a good quarter of this.
const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);

/// What nextest runs of the whole workspace.
const NEXTEST: [&str; 7] =
    ["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "--status-level", "fail"];

/// What the standard harness runs.
const CARGO_TEST: [&str; 5] = ["test", "--locked", "--no-fail-fast", "--lib", "--tests"];

/// The crates that keep something.
const KEEPERS: [&str; 4] = ["testkit", "server", "hub", "store"];

/// Histories of the two worlds on PostgreSQL.
const POSTGRES_HISTORIES: &str = "25";

pub(super) fn fmt(place: &Place) -> Result<Outcome, String> {
    plain(place, &["fmt", "--all", "--check", "--", "-l"], "the files above; run `cargo fmt --all`")
}

pub(super) fn tidy(place: &Place) -> Result<Outcome, String> {
    let clean = crate::tidy::run(&place.root)?;
    Ok(if clean { Outcome::Clean } else { Outcome::Failed("findings above".to_owned()) })
}

pub(super) fn clippy(place: &Place) -> Result<Outcome, String> {
    plain(
        place,
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        "lints above",
    )
}

/// What a member runs where there is no hub, on Windows too: the program without its feature `hub`.
pub(super) fn member(place: &Place) -> Result<Outcome, String> {
    plain(
        place,
        &["clippy", "-p", "noroshi", "--no-default-features", "--locked", "--", "-D", "warnings"],
        "lints above, in what is left without the feature `hub`",
    )
}

/// With nextest where it is installed (each test its own process), else with the standard harness.
pub(super) fn tests(place: &Place) -> Result<Outcome, String> {
    let harness: &[&str] = if has_nextest() { &NEXTEST } else { &CARGO_TEST };
    let kinds: &[&str] = if has_nextest() { &[] } else { &["--workspace", "--bins"] };
    counted(place, &[harness, kinds].concat())
}

/// The stories of every crate that keeps something, once more on PostgreSQL: one cluster for all, a database a test. They are
/// chosen out of the whole workspace, as [`tests`] built it: a narrower selection of packages has other features, and builds again.
pub(super) fn tests_on_postgres(place: &Place) -> Result<Outcome, String> {
    let built =
        command::show(&mut cargo(place, &["build", "--locked", "--workspace", "--examples"]), BUILD_LIMIT)?;
    if !built.success {
        return Err("the examples do not build".to_owned());
    }
    let mut run = Command::new(place.target.join("debug/examples/with_postgres"));
    run.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    run.arg("cargo");
    if has_nextest() {
        run.args(NEXTEST).args(["-E", &KEEPERS.map(|name| format!("package({name})")).join(" + ")]);
    } else {
        run.args(CARGO_TEST).args(KEEPERS.iter().flat_map(|name| ["-p", name]));
    }
    // each history is two worlds, and a world is a database: a share of the run on SQLite
    run.env("NOROSHI_HISTORIES", POSTGRES_HISTORIES);
    outcome(&command::show(&mut run, BUILD_LIMIT)?)
}

/// Examples in doc comments, which nextest does not run.
pub(super) fn doc_tests(place: &Place) -> Result<Outcome, String> {
    counted(place, &["test", "--workspace", "--locked", "--no-fail-fast", "--doc"])
}

fn has_nextest() -> bool {
    command::read(Command::new("cargo").args(["nextest", "--version"])).is_some()
}

pub(super) fn cargo(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    command
}

fn plain(place: &Place, arguments: &[&str], advice: &str) -> Result<Outcome, String> {
    let done = command::show(&mut cargo(place, arguments), BUILD_LIMIT)?;
    Ok(if done.success { Outcome::Clean } else { Outcome::Failed(advice.to_owned()) })
}

fn counted(place: &Place, arguments: &[&str]) -> Result<Outcome, String> {
    outcome(&command::show(&mut cargo(place, arguments), BUILD_LIMIT)?)
}

fn outcome(done: &command::Done) -> Result<Outcome, String> {
    Ok(match tally::read(&done.output) {
        Some((tally, line)) if done.success || tally.failed > 0 => Outcome::Counted(tally, line),
        _ if done.success => Outcome::LeftOut("there are none".to_owned()),
        _ => Outcome::Failed("it did not build or did not end".to_owned()),
    })
}
