//! Checks every row of `docs/canonical.md`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's own check fails by panicking")]

use indicator::{Indicator, Kind};

/// A table row as its four cells.
fn cells(line: &str) -> Option<[&str; 4]> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    <[&str; 4]>::try_from(cells).ok()
}

fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

fn check(kind: &str, written: &str, expected_kind: &str, expected: &str) {
    let kind: Kind = kind.parse().unwrap();
    match (Indicator::new(kind, written), code(expected)) {
        (Ok(found), Some(value)) => {
            assert_eq!((found.kind().as_str(), found.value()), (expected_kind, value), "{written}");
            let again = Indicator::new(found.kind(), found.value());
            assert_eq!(again, Ok(found), "the canonical value of {written} is not its own canonical value");
        }
        (Err(fault), None) => assert_eq!(format!("({fault})"), expected, "{written}"),
        (found, _) => panic!("{written}: {found:?} where {expected} was expected"),
    }
}

#[test]
fn the_published_vectors_hold() {
    let page = include_str!("../../../docs/canonical.md");
    let mut rows = 0;
    for line in page.lines() {
        if let Some([kind, written, expected_kind, expected]) = cells(line)
            && let Some(written) = code(written)
        {
            check(kind, written, expected_kind, expected);
            rows += 1;
        }
    }
    assert!(rows > 40, "only {rows} rows were read");
}
