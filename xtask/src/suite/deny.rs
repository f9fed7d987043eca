//! Licences, duplicates, sources and advisories of the dependencies, by cargo-deny and `deny.toml`.
//!
//! The advisory database lies on the network: where it
//! cannot be reached, that one check is left out and the run says so.

use super::{Outcome, tool};
use crate::command;
use crate::place::Place;
use std::process::Command;
use std::time::Duration;

/// The version whose `deny.toml` this is.
const VERSION: &str = "0.20.2";

const CHECK_LIMIT: Duration = Duration::from_secs(5 * 60);

pub(super) fn run(place: &Place) -> Result<Outcome, String> {
    let program = tool::find_or_install(place, "cargo-deny", VERSION)?;
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
