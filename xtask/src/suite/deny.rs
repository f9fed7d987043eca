//! Licences, duplicates, sources and advisories of the dependencies, by cargo-deny and `deny.toml`.
//!
//! cargo-deny is installed into the build folder when it is absent. The advisory database lies on the network: where it
//! cannot be reached, that one check is left out and the run says so.

use super::{Outcome, steps};
use crate::command;
use crate::place::Place;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// The version whose `deny.toml` this is.
const VERSION: &str = "0.20.2";

/// Its unoptimised build takes three to five minutes on two cores.
const INSTALL_LIMIT: Duration = Duration::from_secs(20 * 60);

const CHECK_LIMIT: Duration = Duration::from_secs(5 * 60);

pub(super) fn run(place: &Place) -> Result<Outcome, String> {
    let program = find_or_install(place)?;
    let check = |what: &[&str]| {
        let mut command = Command::new(&program);
        command
            .current_dir(&place.root)
            .args(["--all-features", "check", "--hide-inclusion-graph"])
            .args(what);
        command::show(&mut command, CHECK_LIMIT)
    };
    if !check(&["bans", "licenses", "sources"])?.success {
        return Ok(Outcome::Failed("see deny.toml".to_owned()));
    }
    let advisories = check(&["advisories"])?;
    Ok(if advisories.success {
        Outcome::Clean
    } else if is_unreachable(&advisories.output) {
        Outcome::LeftOut("advisories only: their database cannot be reached; the rest is clean".to_owned())
    } else {
        Outcome::Failed("advisories above".to_owned())
    })
}

fn find_or_install(place: &Place) -> Result<PathBuf, String> {
    let own = place.target.join("tools/bin/cargo-deny");
    let installed = PathBuf::from("cargo-deny");
    for program in [&own, &installed] {
        if command::read(Command::new(program).arg("--version")).is_some() {
            return Ok(program.clone());
        }
    }
    let mut install =
        steps::cargo(place, &["install", "--locked", "--debug", "--version", VERSION, "cargo-deny"]);
    install.arg("--root").arg(place.target.join("tools"));
    if command::show(&mut install, INSTALL_LIMIT)?.success {
        Ok(own)
    } else {
        Err(format!("cargo-deny is missing: cargo install --locked --version {VERSION} cargo-deny"))
    }
}

fn is_unreachable(output: &str) -> bool {
    output.contains("failed to fetch advisory database")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: bool) {
        assert_eq!(is_unreachable(output), expected);
    }

    #[test]
    fn an_advisory_is_not_a_missing_network() {
        check(
            "[ERROR] failed to load advisory database: failed to fetch advisory database https://x.example",
            true,
        );
        check("error[vulnerability]: a thing", false);
    }
}
