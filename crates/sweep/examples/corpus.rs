//! Runs the scanner over a folder made by the corpus generator and compares with what it planted.
//!
//! `corpus DIR LIST [PIECE_KIB] [portable]`: DIR holds the logs, `ioc-LIST.tsv`, `expected.tsv`, `traps.tsv`. Prints misses,
//! extra hits, and bytes per CPU second of this thread. Leaves threads, formats and options to the program itself.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use indicator::{Indicator, Kind};
use sweep::{Entry, Scanner, Set, SetBuilder};

const FILES: [&str; 6] = ["proxy.log", "dns.log", "conn.tsv", "http.jsonl", "syslog.log", "files.csv"];

/// CPU nanoseconds of this thread, as the kernel counts them.
fn cpu() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn build(list: &str) -> Set {
    let mut builder = SetBuilder::new();
    for line in list.lines() {
        let Some((kind, value)) = line.split_once('\t') else { continue };
        let kind = match (kind, value.len()) {
            ("hash", 32) => Kind::Md5,
            ("hash", 40) => Kind::Sha1,
            ("hash", 64) => Kind::Sha256,
            (kind, _) => kind.parse().unwrap_or(Kind::Domain),
        };
        match Indicator::new(kind, value) {
            Ok(indicator) => builder.add(Entry { indicator, labels: vec![], item: None }),
            Err(fault) => println!("refused {value}: {fault}"),
        }
    }
    let (set, notes) = builder.compile();
    notes.iter().take(10).for_each(|n| println!("note {}: {}", n.indicator, n.text));
    set
}

type Line = (String, u64, String);

fn planted(path: &Path) -> Result<BTreeSet<Line>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let fields = text.lines().map(|l| l.split('\t').collect::<Vec<_>>());
    Ok(fields
        .filter(|f| f.len() > 4)
        .map(|f| (f[0].into(), f[1].parse().unwrap_or(0), f[3].into()))
        .collect())
}

fn scan(
    path: &Path,
    piece: usize,
    set: &Set,
    scanner: &mut Scanner<'_>,
    found: &mut BTreeSet<Line>,
) -> Result<u64, Box<dyn Error>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; piece];
    let (mut have, mut line, mut total) = (0, 1, 0);
    let mut hits = Vec::new();
    loop {
        let got = file.read(&mut buffer[have..])?;
        total += got as u64;
        have += got;
        let end = if got == 0 {
            have
        } else {
            buffer[..have].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1)
        };
        hits.clear();
        line += scanner.scan(&buffer[..end], line, &mut hits);
        for hit in &hits {
            let listed = set.entry(hit.entry).ok_or("no entry")?;
            found.insert((name.clone(), hit.line, listed.value));
        }
        buffer.copy_within(end..have, 0);
        have -= end;
        if got == 0 {
            return Ok(total);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let dir = Path::new(args.get(1).ok_or("corpus DIR LIST [PIECE_KIB] [portable]")?);
    let list = fs::read_to_string(dir.join(format!("ioc-{}.tsv", args.get(2).ok_or("which list?")?)))?;
    let piece = args.get(3).map_or(Ok(128), |n| n.parse::<usize>())? << 10;
    let start = cpu();
    let set = build(&list);
    let built = cpu();
    let bytes = set.to_bytes();
    let copied = cpu();
    let set = Set::from_bytes(bytes)?;
    let read = cpu();
    let seconds = |from: u64, to: u64| (to - from) as f64 / 1e9;
    println!(
        "built {:.3} s, read back {:.4} s, {} bytes",
        seconds(start, built),
        seconds(copied, read),
        set.as_bytes().len()
    );
    let mut scanner = if args.get(4).is_some() { Scanner::portable(&set) } else { Scanner::new(&set) };
    let mut found = BTreeSet::new();
    let (mut total, mut all) = (0, 0);
    for file in FILES {
        let before = cpu();
        let bytes = scan(&dir.join(file), piece, &set, &mut scanner, &mut found)?;
        let took = cpu() - before;
        println!("{file:12} {:6.3} GB/s", bytes as f64 / took as f64);
        (total, all) = (total + bytes, all + took);
    }
    println!("{:12} {:6.3} GB/s", "all", total as f64 / all as f64);
    let expected = planted(&dir.join("expected.tsv"))?;
    let traps = planted(&dir.join("traps.tsv"))?;
    let sprung = found.iter().filter(|f| traps.contains(f) && !expected.contains(f)).count();
    println!(
        "{} due, {} found, {} missed, {} extra, {sprung} of {} traps sprung",
        expected.len(),
        found.len(),
        expected.difference(&found).count(),
        found.difference(&expected).count(),
        traps.len()
    );
    expected.difference(&found).take(20).for_each(|m| println!("missed {m:?}"));
    found.difference(&expected).take(20).for_each(|e| println!("extra {e:?}"));
    Ok(())
}
