//! Figures of the journal: speed of writing, size against the log, and one question to a year. Printed as JSON lines.
//!
//! `cargo run --release -p agent --example journal -- speed|size|year FOLDER [days] [observables a day]`
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops at a fault and reads the clock"
)]

use agent::journal::block::{FileHead, Place};
use agent::journal::{Extractor, Observed, Question, day};
use indicator::{Indicator, Kind};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// `lines` lines of a proxy's log, of which `share` per thousand name an observable that was not there before. Others repeat a
/// population of 20,000 hosts and 4,000 addresses, skewed as traffic is.
fn log(dice: &mut Dice, lines: usize, share: u64, urls: bool) -> String {
    let mut out = String::new();
    for n in 0..lines {
        let host = dice.roll(1 + dice.0 % 20_000);
        let client = dice.roll(4_000);
        let second = 1_764_000_000 + n / 500;
        let new = dice.roll(1000) < share;
        let name = match new {
            true => format!("h{:x}.cdn{}.example", dice.roll(u64::MAX), dice.roll(50)),
            false => format!("www{}.site{}.example", host % 3, host),
        };
        let path = if urls { dice.roll(u64::MAX) } else { host * 7 % 1000 };
        let _ = writeln!(
            out,
            "{second}.{:03} {:>6} 10.{}.{}.{} TCP_MISS/200 {} GET http://{name}/assets/{path:x}/index.html?v=3 - HIER_DIRECT/203.0.113.{} text/html \"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36\"",
            n % 1000,
            dice.roll(900),
            client % 4,
            client / 250,
            client % 250,
            dice.roll(90_000),
            host % 250,
        );
    }
    out
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

fn speed() {
    let mut dice = Dice(7);
    for (name, share, paths) in
        [("repeating", 50, false), ("every URL new", 50, true), ("every line new", 1000, true)]
    {
        let text = log(&mut dice, 600_000, share, paths);
        for urls in [false, true] {
            let extractor = Extractor::new(urls);
            let mut observed = Observed::default();
            let before = cpu_seconds();
            extractor.read(text.as_bytes(), &mut observed);
            let seconds = cpu_seconds() - before;
            let rate = text.len() as f64 / 1e9 / seconds;
            println!(
                "{{\"figure\":\"speed\",\"log\":\"{name}\",\"urls\":{urls},\"gb_per_s\":{rate:.3},\"bytes\":{},\"observables\":{}}}",
                text.len(),
                observed.len()
            );
        }
    }
}

fn size(folder: &Path) {
    for (name, share, paths) in
        [("5 % new", 50, false), ("5 % new, every URL new", 50, true), ("every line new", 1000, true)]
    {
        for urls in [false, true] {
            let mut dice = Dice(9);
            let (mut logs, mut day_number) = (0u64, 100);
            day_number += i32::from(urls);
            let head = FileHead { source: name.to_owned(), day: day_number, urls };
            let extractor = Extractor::new(urls);
            let mut observed = Observed::default();
            for _ in 0..20 {
                let text = log(&mut dice, 100_000, share, paths);
                logs += text.len() as u64;
                extractor.read(text.as_bytes(), &mut observed);
                day::append(folder, &head, &observed.take(), false, Place::default()).unwrap();
            }
            let bytes = std::fs::metadata(day::path(folder, name, day_number)).unwrap().len();
            let percent = 100.0 * bytes as f64 / logs as f64;
            println!(
                "{{\"figure\":\"size\",\"log\":\"{name}\",\"urls\":{urls},\"percent\":{percent:.3},\"log_bytes\":{logs},\"journal_bytes\":{bytes}}}"
            );
        }
    }
}

/// A year of day files with as many observables as 10 GB of log a day bring at 5 % new a line, then one question.
fn year(folder: &Path, days: i32, a_day: u64) {
    let head = |day| FileHead { source: "/var/log/proxy.log".to_owned(), day, urls: true };
    for number in 0..days {
        let mut dice = Dice(1 + number as u64);
        let mut observed = Observed::default();
        let extractor = Extractor::new(true);
        let mut text = String::new();
        for n in 0..a_day {
            let _ = writeln!(text, "h{:x}.example", dice.roll(u64::MAX));
            if text.len() > 1 << 20 || n + 1 == a_day {
                extractor.read(text.as_bytes(), &mut observed);
                text.clear();
            }
        }
        if number == days / 2 {
            extractor.read(b"needle.in-the-past.example\n", &mut observed);
        }
        day::append(folder, &head(number), &observed.take(), false, Place::default()).unwrap();
    }
    let bytes: u64 = day::list(folder).unwrap().iter().map(|p| std::fs::metadata(p).unwrap().len()).sum();
    for (name, value) in [("absent", "nowhere-in-the-past.example"), ("present", "in-the-past.example")] {
        let indicator = Indicator::new(Kind::Domain, value).unwrap();
        let started = Instant::now();
        let question = Question::new([&indicator]);
        let mut perhaps = 0;
        for open in day::open_all(&day::list(folder).unwrap()) {
            perhaps +=
                usize::from(question.ask(&open.unwrap()).unwrap()[0] == agent::journal::Verdict::Perhaps);
        }
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        println!(
            "{{\"figure\":\"year\",\"indicator\":\"{name}\",\"days\":{days},\"a_day\":{a_day},\"journal_bytes\":{bytes},\"days_to_sweep\":{perhaps},\"ms\":{ms:.1}}}"
        );
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let folder = Path::new(args.get(2).map_or(".", String::as_str));
    let number = |at: usize, otherwise: u64| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    match args.get(1).map(String::as_str) {
        Some("speed") => speed(),
        Some("size") => size(folder),
        Some("year") => year(folder, number(3, 365) as i32, number(4, 2_500_000)),
        _ => eprintln!("speed | size FOLDER | year FOLDER [days] [observables a day]"),
    }
}
