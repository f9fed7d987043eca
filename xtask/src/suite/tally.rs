//! Reading the runners' own count lines: nextest, the standard test harness, and the outside suites.

use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The sum of the count lines in a runner's output, and the last such line; nothing if it printed none.
pub(crate) fn read(output: &str) -> Option<(Tally, String)> {
    let mut sum = Tally::default();
    let mut last = None;
    for line in output.lines() {
        let line = without_colour(line);
        if let Some(tally) = read_line(&line) {
            sum += tally;
            last = Some(line.trim().to_owned());
        }
    }
    last.map(|line| (sum, line))
}

/// `Summary [ 1.2s] 3 tests run: 2 passed (1 slow), 1 failed, 0 skipped`, `test result: ok. 2 passed; 1 failed; …`,
/// or a bare `2 passed, 1 failed`.
fn read_line(line: &str) -> Option<Tally> {
    let line = line.trim();
    let bare = line.starts_with(|c: char| c.is_ascii_digit());
    let counts = line
        .strip_prefix("Summary [")
        .and_then(|rest| rest.split_once("run:"))
        .or_else(|| line.strip_prefix("test result:").and_then(|rest| rest.split_once(". ")))
        .map(|(_, counts)| counts)
        .or_else(|| bare.then_some(line))?;
    let passed = before(counts, "passed")?;
    let failed = before(counts, "failed").unwrap_or(0) + before(counts, "timed out").unwrap_or(0);
    Some(Tally { passed, failed })
}

/// The number right before a word.
fn before(counts: &str, word: &str) -> Option<usize> {
    let (front, _) = counts.split_once(word)?;
    front.split_whitespace().next_back()?.parse().ok()
}

fn without_colour(line: &str) -> String {
    let mut out = String::new();
    let mut parts = line.split('\u{1b}');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: Option<(usize, usize)>) {
        assert_eq!(read(output).map(|(tally, _)| (tally.passed, tally.failed)), expected);
    }

    #[test]
    fn nextest() {
        check("     Summary [   0.012s] 12 tests run: 12 passed, 0 skipped", Some((12, 0)));
        check(
            "     Summary [  41.2s] 9/12 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 3 skipped",
            Some((7, 2)),
        );
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m passed",
            Some((1, 0)),
        );
    }

    #[test]
    fn the_standard_harness_prints_one_line_a_binary() {
        check(
            "test result: ok. 3 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 2 failed; 0 ignored",
            Some((4, 2)),
        );
    }

    #[test]
    fn outside_suites() {
        check("reading /taxii2/\n14 passed, 1 failed", Some((14, 1)));
        check("nothing was counted", None);
        check("it passed", None);
    }
}
