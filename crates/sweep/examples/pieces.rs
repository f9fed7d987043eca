//! Speed of the scanner alone, on a machine that does other work besides: every piece of a corpus is scanned in several
//! rounds and its quickest one counts.
//!
//! `pieces DIR LIST [ROUNDS] [PIECE_KIB] [MB]`: DIR as for `corpus`. Nothing is read or compared while the clock runs; between
//! two scans of one piece lie all the others, so that no cache keeps what it would not keep in a sweep.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use indicator::{Indicator, Kind};
use sweep::{Entry, Scanner, Set, SetBuilder};

const FILES: [&str; 6] = ["proxy.log", "dns.log", "conn.tsv", "http.jsonl", "syslog.log", "files.csv"];
/// Shares of the files in a corpus, in hundredths.
const SHARES: [usize; 6] = [34, 16, 16, 16, 12, 6];

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
        if let Ok(indicator) = Indicator::new(kind, value) {
            builder.add(Entry { indicator, labels: vec![], item: None });
        }
    }
    builder.compile().0
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let dir = Path::new(args.get(1).ok_or("pieces DIR LIST [ROUNDS] [PIECE_KIB] [MB]")?);
    let list = args.get(2).ok_or("which list?")?;
    let number = |at: usize, other: usize| args.get(at).map_or(Ok(other), |n| n.parse::<usize>());
    let (rounds, piece, megabytes) = (number(3, 9)?, number(4, 128)? << 10, number(5, 40)?);
    let set = match fs::read(dir.join(format!("{list}.set"))).map(Set::from_bytes) {
        Ok(Ok(set)) => set,
        _ => build(&fs::read_to_string(dir.join(format!("ioc-{list}.tsv")))?),
    };
    let mut scanner = Scanner::new(&set);
    let mut texts = Vec::new();
    for (file, share) in FILES.iter().zip(SHARES) {
        let mut text = fs::read(dir.join(file))?;
        text.truncate(megabytes * share * 10_000);
        texts.push(text);
    }
    let mut pieces = Vec::new();
    for (of, text) in texts.iter().enumerate() {
        let mut rest = &text[..];
        while rest.len() > piece {
            let end = memchr::memrchr(b'\n', &rest[..piece]).ok_or("a line longer than a piece")? + 1;
            pieces.push((of, &rest[..end], u64::MAX));
            rest = &rest[end..];
        }
    }
    let mut hits = Vec::new();
    let mut whole = vec![];
    for _ in 0..rounds {
        let mut sum = 0;
        for (_, text, best) in &mut pieces {
            hits.clear();
            let start = Instant::now();
            scanner.scan(text, 1, &mut hits);
            let took = u64::try_from(start.elapsed().as_nanos())?;
            *best = took.min(*best);
            sum += took;
        }
        whole.push(sum);
    }
    let speed = |of: Option<usize>| {
        let these = pieces.iter().filter(|(file, _, _)| of.is_none_or(|of| of == *file));
        let (bytes, took) = these.fold((0, 0), |(b, t), (_, text, best)| (b + text.len(), t + best));
        bytes as f64 / took as f64
    };
    let each: Vec<String> =
        (0..FILES.len()).map(|of| format!("{} {:.2}", FILES[of], speed(Some(of)))).collect();
    println!("{:.3} GB/s at {list}: {}", speed(None), each.join(", "));
    Ok(())
}
