//! Other people's clients against a live hub: the Python scripts in `tests/outside`.
//!
//! One demo hub is started for all of them. Each script is called with the path of its `demo.json` (addresses, tokens,
//! collections) as the only argument, finds the program in `NOROSHI_BIN` and what makes a package of it in `CARGO_DEB`, and
//! closes with `N passed, N failed`. Names that start with `_` are modules that the scripts share.

use super::{Outcome, prepare, steps, tally, tool};
use crate::command::{self, Background};
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tally::Tally;

/// What makes the Debian package.
const CARGO_DEB: &str = "3.6.0";

/// Building the program once the tests are built, and one script, must each end in this time.
const STEP_LIMIT: Duration = Duration::from_secs(15 * 60);

/// The demo plays its whole story before it is ready; unoptimised password hashing is the slow part.
const DEMO_LIMIT: Duration = Duration::from_secs(120);

pub(super) fn run(place: &Place) -> Result<Outcome, String> {
    let scripts = scripts(&place.root)?;
    if scripts.is_empty() {
        return Ok(Outcome::LeftOut("tests/outside is empty".to_owned()));
    }
    let built = command::show(&mut steps::cargo(place, &["build", "--locked", "-p", "noroshi"]), STEP_LIMIT)?;
    if !built.success {
        return Err("noroshi does not build".to_owned());
    }
    // without it one script fails, not all of them
    let cargo_deb = tool::find_or_install(place, "cargo-deb", CARGO_DEB).unwrap_or_else(|why| {
        println!("{why}");
        PathBuf::from("cargo-deb")
    });
    let (_demo, description) = start_demo(place)?;
    let mut sum = Tally::default();
    for script in &scripts {
        let name = script.strip_prefix(&place.root).unwrap_or(script).display();
        println!("─ {name}");
        let mut python = Command::new(prepare::python(place));
        python.arg(script).arg(&description);
        python.env("NOROSHI_BIN", place.noroshi("debug")).env("CARGO_DEB", &cargo_deb);
        let begun = Stopwatch::start();
        let done = command::show(&mut python, STEP_LIMIT)?;
        println!("  {name} {} s", begun.elapsed().as_secs());
        sum += judge(&done);
    }
    let line =
        format!("outside suites: {} scripts, {} passed, {} failed", scripts.len(), sum.passed, sum.failed);
    Ok(Outcome::Counted(sum, line))
}

/// What a script counted; a script that fails without counting a failure is one.
fn judge(done: &command::Done) -> Tally {
    let last = done.output.lines().rev().find_map(tally::read).map(|(tally, _)| tally);
    match last {
        Some(tally) if done.success || tally.failed > 0 => tally,
        Some(tally) => Tally { failed: 1, ..tally },
        None => Tally { passed: 0, failed: 1 },
    }
}

/// The scripts, in the order of their names.
pub(super) fn scripts(root: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = root.join("tests/outside");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(|e| e.to_string())? {
        let entry = entry.map_err(|e| e.to_string())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".py") && !name.starts_with('_') {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// A fresh demo on a free port, and the path of its description. It is ready when it has printed its story.
fn start_demo(place: &Place) -> Result<(Background, PathBuf), String> {
    // The demo keeps its keys beside its data, so the folder above both starts empty.
    let folder = place.target.join("outside/run");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let (story, errors) = (folder.join("story.txt"), folder.join("errors.txt"));
    let file = |path: &Path| std::fs::File::create(path).map_err(|e| e.to_string());
    let listen = free_address()?;
    let mut command = Command::new(place.noroshi("debug"));
    command.args(["demo", "--listen", &listen, "--data"]).arg(folder.join("demo"));
    command.stdout(file(&story)?).stderr(file(&errors)?);
    let mut demo = Background::start(&mut command)?;
    let told = || std::fs::metadata(&story).is_ok_and(|file| file.len() > 0);
    demo.until(DEMO_LIMIT, told).map_err(|why| {
        let errors = std::fs::read_to_string(&errors).unwrap_or_default();
        format!("noroshi demo: {why}: {}", errors.lines().next_back().unwrap_or_default())
    })?;
    Ok((demo, folder.join("demo/demo.json")))
}

/// An address that was free a moment ago.
pub(crate) fn free_address() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    listener.local_addr().map(|address| address.to_string()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(success: bool, output: &str, expected: (usize, usize)) {
        let tally = judge(&command::Done { success, output: output.to_owned() });
        assert_eq!((tally.passed, tally.failed), expected);
    }

    #[test]
    fn a_script_cannot_fail_unseen() {
        check(true, "1 passed, 0 failed\n4 passed, 0 failed\n", (4, 0));
        check(false, "4 passed, 2 failed\n", (4, 2));
        check(false, "4 passed, 0 failed\n", (4, 1));
        check(true, "", (0, 1));
        check(false, "Traceback", (0, 1));
    }
}
