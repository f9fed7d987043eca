//! Measures many patterns at once: `cargo run --release -p stix --example pattern_speed -- [PATTERNS] [OBSERVED]`.
//!
//! 70 % of the patterns are equalities, 20 % `LIKE` or `MATCHES`, 10 % have two observations in time. One observation
//! in a hundred satisfies a pattern.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use serde_json::{Value, json};
use std::time::Instant;
use stix::pattern::{Observed, PatternSet, parse};

/// Scans, of which the best is told.
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let patterns = numbers.next().unwrap_or(Ok(10_000))?;
    let observations = numbers.next().unwrap_or(Ok(200_000))?;
    let parsed: Vec<_> = (0..patterns).map(|i| parse(&pattern(i))).collect::<Result<_, _>>()?;
    let start = Instant::now();
    let (set, faults) = PatternSet::new(&parsed);
    println!(
        "{patterns} patterns made ready in {:.2} s, {} faults",
        start.elapsed().as_secs_f64(),
        faults.len()
    );
    let observed: Vec<Observed> = (0..observations).map(|i| observation(i, patterns)).collect();
    let (mut best, mut hits) = (f64::MAX, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let (found, _) = set.scan(&observed);
        best = best.min(start.elapsed().as_secs_f64());
        hits = found.len();
    }
    let rate = observations as f64 / best;
    let told =
        json!({ "patterns": patterns, "observed": observations, "observed_per_second": rate, "hits": hits });
    println!("{told}");
    Ok(())
}

fn pattern(i: usize) -> String {
    match i % 10 {
        0..3 => format!("[domain-name:value = 'host-{i}.example']"),
        3..5 => format!("[ipv4-addr:value = '198.51.{}.{}']", i / 250 % 250, i % 250),
        5..7 => format!("[file:hashes.'SHA-256' = '{i:064x}']"),
        7 => format!("[url:value LIKE 'http://%.example/path-{i}/%']"),
        8 => format!("[domain-name:value MATCHES '^(www|mail)\\\\.site-{i}\\\\.test$']"),
        _ => {
            let first = format!("[domain-name:value = 'first-{i}.example']");
            format!("({first} FOLLOWEDBY [url:value LIKE '%/second-{i}']) WITHIN 300 SECONDS")
        }
    }
}

fn observation(i: usize, patterns: usize) -> Observed {
    let hit = i.is_multiple_of(100).then_some(i / 100 % patterns);
    let object: Value = match (hit, i % 4) {
        (Some(number), _) => json!({"type": "domain-name", "value": format!("host-{number}.example")}),
        (None, 0) => json!({"type": "domain-name", "value": format!("quiet-{i}.example")}),
        (None, 1) => json!({"type": "ipv4-addr", "value": format!("203.0.{}.{}", i / 250 % 250, i % 250)}),
        (None, 2) => {
            json!({"type": "url", "value": format!("http://quiet-{i}.example/some/longer/path?q={i}")})
        }
        (None, _) => {
            json!({"type": "file", "name": "a.exe", "hashes": {"SHA-256": format!("{:064x}", i + (1 << 40))}})
        }
    };
    let moment = i as i64 * 1_000_000;
    Observed::of_objects(vec![object], moment, moment)
}
