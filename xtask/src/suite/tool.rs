//! Programs that cargo installs, each of one version: into the build folder, when they are nowhere else.

use super::steps;
use crate::command;
use crate::place::Place;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// The unoptimised build of one takes one to five minutes on two cores.
const INSTALL_LIMIT: Duration = Duration::from_secs(20 * 60);

/// The program, built if need be.
///
/// # Errors
/// The one line that installs it, where it could not be installed.
pub(super) fn find_or_install(place: &Place, name: &str, version: &str) -> Result<PathBuf, String> {
    let own = place.target.join("tools/bin").join(name);
    for program in [&own, &PathBuf::from(name)] {
        if command::read(Command::new(program).arg("--version")).is_some() {
            return Ok(program.clone());
        }
    }
    let mut install = steps::cargo(place, &["install", "--locked", "--debug", "--version", version, name]);
    install.arg("--root").arg(place.target.join("tools"));
    if command::show(&mut install, INSTALL_LIMIT)?.success {
        Ok(own)
    } else {
        Err(format!("{name} is missing: cargo install --locked --version {version} {name}"))
    }
}
