//! Checks and chores of the repository, as code: `cargo xtask tidy`, `cargo xtask test`, `cargo xtask bench [NAME]`.
//!
//! Each chore is a module; this file only chooses among them. Nothing of the product is imported: the chores read
//! files and start programs.

mod bench;
mod command;
mod finding;
mod place;
mod source;
mod stopwatch;
mod suite;
mod tidy;
mod tree;

use place::Place;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <chore>

  tidy           hold the rules of the repository against its files
  test           fmt, tidy, clippy, tests, deny, outside suites; closes with the counts
  bench [NAME]   measure, and rewrite the tables of docs/performance.md (no NAME: all)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let place = Place::of_this_run();
    let outcome = match words.as_slice() {
        ["tidy"] => tidy::run(&place.root),
        ["test"] => suite::run(&place),
        ["bench"] => bench::run(&place, None),
        ["bench", name] => bench::run(&place, Some(name)),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}
