//! `cargo xtask test`: everything that must hold, in the order of speed, each step timed.
//!
//! A step that fails does not stop the others: one run shows all that is wrong. The closing line is the sum of what the
//! test runners counted themselves; a failed step that counts nothing (a format, a lint) adds one failure to it.

mod deny;
mod outside;
mod prepare;
mod steps;
mod tally;
mod tool;

use crate::place::Place;
use crate::stopwatch::Stopwatch;
pub(crate) use outside::free_address;
use std::time::Duration;
use tally::Tally;

/// How a step ended.
#[derive(Debug)]
enum Outcome {
    /// Nothing to count, all good.
    Clean,
    /// What the runner counted, and its own line.
    Counted(Tally, String),
    /// Left out, with the reason.
    LeftOut(String),
    /// Failed without a count.
    Failed(String),
}

type Step = fn(&Place) -> Result<Outcome, String>;

const STEPS: &[(&str, Step)] = &[
    ("prepare", prepare::run),
    ("fmt", steps::fmt),
    ("tidy", steps::tidy),
    ("clippy", steps::clippy),
    ("member's side", steps::member),
    ("tests", steps::tests),
    ("on PostgreSQL", steps::tests_on_postgres),
    ("doc tests", steps::doc_tests),
    ("deny", deny::run),
    ("outside suites", outside::run),
];

/// Runs all steps; true when everything passed.
pub(crate) fn run(place: &Place) -> Result<bool, String> {
    let mut ended = Vec::new();
    for (name, step) in STEPS {
        println!("── {name}");
        let watch = Stopwatch::start();
        let outcome = step(place).unwrap_or_else(Outcome::Failed);
        ended.push((*name, outcome, watch.elapsed()));
    }
    let sum = report(&ended);
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(sum.failed == 0 && sum.passed > 0)
}

/// Prints a line a step and then the runners' own count lines.
fn report(ended: &[(&str, Outcome, Duration)]) -> Tally {
    let mut sum = Tally::default();
    println!("── steps");
    for (name, outcome, took) in ended {
        println!("{name:<16}{:>8.1} s  {}", took.as_secs_f64(), describe(outcome));
        sum += count(outcome);
    }
    for (_, outcome, _) in ended {
        if let Outcome::Counted(_, line) = outcome {
            println!("{line}");
        }
    }
    sum
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Clean => "clean".to_owned(),
        Outcome::Counted(tally, _) => format!("{} passed, {} failed", tally.passed, tally.failed),
        Outcome::LeftOut(why) => format!("left out: {why}"),
        Outcome::Failed(why) => format!("FAILED: {why}"),
    }
}

fn count(outcome: &Outcome) -> Tally {
    match outcome {
        Outcome::Clean | Outcome::LeftOut(_) => Tally::default(),
        Outcome::Counted(tally, _) => *tally,
        Outcome::Failed(_) => Tally { passed: 0, failed: 1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outcomes: Vec<Outcome>, expected: (usize, usize)) {
        let ended: Vec<_> = outcomes.into_iter().map(|outcome| ("step", outcome, Duration::ZERO)).collect();
        let sum = report(&ended);
        assert_eq!((sum.passed, sum.failed), expected);
    }

    #[test]
    fn the_sum_never_hides_a_failed_step() {
        let counted = |passed, failed| Outcome::Counted(Tally { passed, failed }, String::new());
        check(vec![Outcome::Clean, counted(3, 0), counted(2, 1)], (5, 1));
        check(vec![Outcome::Failed("fmt".to_owned()), counted(3, 0)], (3, 1));
        check(vec![Outcome::LeftOut("no network".to_owned()), counted(3, 0)], (3, 0));
    }
}
