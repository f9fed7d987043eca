//! How many packages the program compiles: the part of build time that we decide by choosing dependencies.

use super::table::Table;
use crate::command;
use crate::place::Place;
use std::collections::BTreeSet;
use std::process::Command;

/// Packages compiled for the `noroshi` binary, build scripts and macros included.
const PACKAGES_MAX: f64 = 350.0;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let mut tree = Command::new("cargo");
    tree.args(["tree", "--locked", "-p", "noroshi", "-e", "normal,build", "--prefix", "none"]);
    tree.args(["--format", "{p}"]).current_dir(&place.root);
    let listing = command::read(&mut tree).ok_or("cargo tree failed")?;
    let mut table =
        Table::with_note("Counted from `cargo tree -p noroshi -e normal,build`, on this platform.");
    table.at_most("packages compiled", count(&listing) as f64, PACKAGES_MAX, "packages");
    Ok(table)
}

/// Distinct packages: name and version.
fn count(listing: &str) -> usize {
    let packages: BTreeSet<String> = listing
        .lines()
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .filter(|package| !package.is_empty())
        .collect();
    packages.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(listing: &str, expected: usize) {
        assert_eq!(count(listing), expected);
    }

    #[test]
    fn a_package_counts_once_a_version() {
        check("a v1.0.0\nb v1.0.0 (proc-macro)\nb v1.0.0 (*)\nb v2.0.0\n\n", 3);
        check("", 0);
    }
}
