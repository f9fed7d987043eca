//! The peer that one would write first: an Aho-Corasick automaton over the values, caseless, lines told by counting.
//!
//! `automaton LIST FILE…` prints FILE:LINE of every line with a match; the bench compares them with a sweep's.

use std::error::Error;
use std::fs;

use aho_corasick::{AhoCorasickBuilder, AhoCorasickKind};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (list, files) = args.split_first().ok_or("automaton LIST FILE…")?;
    let list = fs::read_to_string(list)?;
    let automaton = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(list.lines())?;
    for file in files {
        let bytes = fs::read(file)?;
        let (mut line, mut seen_to, mut printed) = (1, 0, 0);
        for found in automaton.find_iter(&bytes) {
            line += memchr::memchr_iter(b'\n', &bytes[seen_to..found.start()]).count();
            seen_to = found.start();
            if printed != line {
                println!("{file}:{line}");
                printed = line;
            }
        }
    }
    Ok(())
}
