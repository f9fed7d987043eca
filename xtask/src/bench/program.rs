//! The program as the benches run it: built for release, started, asked whether it is ready.

use super::connection::Connection;
use crate::command::{self, Background};
use crate::place::Place;
use crate::suite;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const BUILD_LIMIT: Duration = Duration::from_secs(45 * 60);
const START_LIMIT: Duration = Duration::from_secs(30);

/// Builds it.
pub(super) fn release(place: &Place) -> Result<PathBuf, String> {
    let mut build = Command::new("cargo");
    build.args(["build", "--locked", "--release", "-p", "noroshi"]);
    build.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    if !command::show(&mut build, BUILD_LIMIT)?.success {
        return Err("noroshi does not build".to_owned());
    }
    Ok(place.noroshi("release"))
}

/// A hub over `data` that is ready, and its address.
pub(super) fn serve(program: &Path, data: &Path) -> Result<(Background, String), String> {
    serve_on(program, data, None)
}

/// The same on PostgreSQL, when an address is named.
pub(super) fn serve_on(
    program: &Path,
    data: &Path,
    database: Option<&str>,
) -> Result<(Background, String), String> {
    let listen = suite::free_address()?;
    let mut serve = Command::new(program);
    serve
        .args(["serve", "--listen", &listen, "--data"])
        .arg(data)
        .args(database.iter().flat_map(|url| ["--database", url]))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut hub = Background::start(&mut serve)?;
    hub.until(START_LIMIT, || is_ready(&listen)).map_err(|e| format!("noroshi serve: {e}"))?;
    Ok((hub, listen))
}

fn is_ready(listen: &str) -> bool {
    let ask = || Connection::open(listen)?.get("/readyz", "");
    ask().is_ok_and(|answer| answer.status == 200)
}

/// The middle one.
pub(super) fn median(figures: &mut [f64]) -> f64 {
    percentile(figures, 50)
}

/// The figure that so many of a hundred do not exceed.
pub(super) fn percentile(figures: &mut [f64], percent: usize) -> f64 {
    figures.sort_by(f64::total_cmp);
    let rank = (figures.len() * percent).div_ceil(100);
    figures.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(figures: &[f64], percent: usize, expected: f64) {
        assert_eq!(percentile(&mut figures.to_vec(), percent), expected);
    }

    #[test]
    fn the_share_that_is_not_exceeded() {
        check(&[3.0, 1.0, 2.0], 50, 2.0);
        check(&[2.0, 1.0], 50, 1.0);
        check(&[1.0, 2.0, 3.0], 99, 3.0);
        check(&[], 99, 0.0);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        check(&hundred, 99, 99.0);
    }
}
