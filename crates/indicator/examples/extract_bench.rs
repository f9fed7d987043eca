//! How fast text is read, on one core: `extract_bench CASES.jsonl [ROUNDS]`. The last line is JSON.
//!
//! What counts is the processor time of the thread, so that other work on the machine does not; where the system does not
//! tell it, the clock on the wall.

use std::time::Instant;

/// Seconds that the thread has had a processor (Linux), or since `begun`.
fn spent(begun: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| begun.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

#[expect(clippy::disallowed_methods, reason = "an example measures; no crate of the product does")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: extract_bench CASES.jsonl [ROUNDS]")?;
    let rounds: u32 = std::env::args().nth(2).map_or(Ok(20), |written| written.parse())?;
    let mut texts: Vec<(String, String)> = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line)?;
        let group = case["id"].as_str().and_then(|id| id.split('/').next()).unwrap_or("all").to_owned();
        texts.push((group, case["text"].as_str().ok_or("a case without text")?.to_owned()));
    }
    indicator::warning::WarningLists::built_in();
    let mut groups: Vec<String> = texts.iter().map(|(group, _)| group.clone()).collect();
    groups.sort();
    groups.dedup();
    groups.push(String::new());
    let (mut all, mut prose) = (serde_json::json!({}), 0.0);
    for group in groups {
        let chosen: Vec<&str> = texts
            .iter()
            .filter(|(name, _)| name.starts_with(&group))
            .map(|(_, text)| text.as_str())
            .collect();
        let bytes: usize = chosen.iter().map(|text| text.len()).sum();
        let mut finds = 0;
        let begun = now();
        let before = spent(begun);
        for _ in 0..rounds {
            finds = chosen.iter().map(|text| indicator::find(text).len()).sum();
        }
        let seconds = (spent(begun) - before) / f64::from(rounds.max(1));
        let name = if group.is_empty() { "all" } else { &group };
        let speed = bytes as f64 / 1e6 / seconds;
        println!("{name:14} {bytes:>9} bytes {finds:>6} finds {speed:>8.1} MB/s");
        if name == "attack-prose" {
            prose = speed;
        }
        all = serde_json::json!({"texts": chosen.len(), "bytes": bytes, "finds": finds, "megabytes_per_second": speed});
    }
    all["prose_megabytes_per_second"] = prose.into();
    println!("{all}");
    Ok(())
}
