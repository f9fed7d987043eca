//! Pieces of text in, hits out: the sieve, the judges, and the order and singleness of what is reported.

use std::collections::HashSet;

use crate::judge::{Columns, Judge, Raw};
use crate::pattern::{self, Patterns};
use crate::set::Set;
use crate::sift::{Found, Machine};

/// One indicator found in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Line of the text, counted as the caller counts.
    pub line: u64,
    /// First byte within the line, from 0.
    pub start: usize,
    /// Byte behind the last one.
    pub end: usize,
    /// The entry of the set; [`Set::entry`] tells more.
    pub entry: u32,
    /// The rule by which it matched.
    pub rule: &'static str,
    /// How the text wrote it.
    pub written: String,
}

/// Finds a set's indicators in text. One for each thread; it keeps its memory between pieces.
#[derive(Debug)]
pub struct Scanner<'s> {
    set: &'s Set,
    machine: Machine,
    found: Found,
    /// For text that a judge made readable.
    inner: Found,
    raw: Vec<Raw>,
    columns: Option<Columns>,
    met_url_host: bool,
    patterns: Patterns,
}

impl<'s> Scanner<'s> {
    /// A scanner for one set, in the fastest way that this machine knows.
    pub fn new(set: &'s Set) -> Self {
        Self::on(set, Machine::detect())
    }

    /// A scanner in the way that every machine knows; the same hits, more slowly.
    pub fn portable(set: &'s Set) -> Self {
        Self::on(set, Machine::Portable)
    }

    fn on(set: &'s Set, machine: Machine) -> Self {
        Self {
            set,
            machine,
            found: Found::default(),
            inner: Found::default(),
            raw: Vec::new(),
            columns: None,
            met_url_host: false,
            patterns: set.patterns(),
        }
    }

    /// Whether the last piece held the host of a listed URL without the URL around it: where text is a glance at
    /// fields without their names, such a host is worth reading the whole record.
    pub fn met_url_host(&self) -> bool {
        self.met_url_host
    }

    /// Tells where host and path stand in the lines that follow, as a file's header says.
    pub fn set_columns(&mut self, columns: Option<Columns>) {
        self.columns = columns;
    }

    /// Scans a piece that starts and ends at a line's bounds, and appends its hits in order of line and place.
    /// At most one hit for each line and entry. Returns the number of line feeds in the piece.
    ///
    /// A piece of 64 to 256 KiB stays in a core's own cache and is scanned fastest; any length is right, below 4 GiB.
    pub fn scan(&mut self, piece: &[u8], first_line: u64, out: &mut Vec<Hit>) -> u64 {
        self.machine.sift(piece, self.set.filters(), &mut self.found);
        let newlines = self.found.newlines;
        self.raw.clear();
        let mut judge = Judge {
            set: self.set,
            machine: self.machine,
            piece,
            columns: self.columns.as_ref(),
            out: &mut self.raw,
            key: Vec::new(),
            met_url_host: false,
        };
        judge.all(&self.found, Some(&mut self.inner));
        self.met_url_host = judge.met_url_host;
        if !self.raw.is_empty() {
            report(piece, first_line, &mut self.raw, &self.patterns, out);
        }
        newlines
    }
}

/// Puts raw hits in order, tells their lines and drops what a line has twice.
fn report(piece: &[u8], first_line: u64, raw: &mut [Raw], patterns: &Patterns, out: &mut Vec<Hit>) {
    raw.sort_by_key(|r| (r.start, r.end, r.entry));
    let (mut line, mut line_start, mut seen_to) = (first_line, 0, 0);
    let mut seen = HashSet::new();
    for hit in raw {
        let start = hit.start.min(piece.len());
        let between = piece.get(seen_to..start).unwrap_or_default();
        let feeds = memchr::memchr_iter(b'\n', between).count() as u64;
        if feeds > 0 {
            line += feeds;
            line_start = memchr::memrchr(b'\n', between).map_or(line_start, |at| seen_to + at + 1);
            seen.clear();
        }
        seen_to = start;
        if !seen.insert(hit.entry) {
            continue;
        }
        let whole = patterns.anchors(hit.entry) && {
            let rest = piece.get(start..).unwrap_or_default();
            let line_end = memchr::memchr(b'\n', rest).map_or(piece.len(), |at| start + at);
            patterns.hold(hit.entry, piece.get(line_start..line_end).unwrap_or_default())
        };
        let written = piece.get(start..hit.end).unwrap_or_default();
        out.push(Hit {
            line,
            start: start - line_start,
            end: hit.end.saturating_sub(line_start),
            entry: hit.entry,
            rule: if whole { pattern::RULE } else { hit.rule },
            written: String::from_utf8_lossy(written).into_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use indicator::{Indicator, Kind};
    use proptest::prelude::*;

    use super::*;
    use crate::{Entry, SetBuilder};

    fn set() -> &'static Set {
        static SET: OnceLock<Set> = OnceLock::new();
        SET.get_or_init(|| {
            let mut builder = SetBuilder::new();
            for (kind, value) in [
                (Kind::Domain, "evil.example"),
                (Kind::Ipv4, "192.0.2.1"),
                (Kind::Cidr4, "198.51.100.0/24"),
                (Kind::Ipv6, "2001:db8::1"),
                (Kind::Md5, "00112233445566778899aabbccddeeff"),
            ] {
                let indicator = Indicator::new(kind, value).unwrap();
                builder.add(Entry { indicator, labels: vec![], item: None });
            }
            builder.compile().0
        })
    }

    /// Hits, on every machine that this one can be.
    fn check(text: &[u8]) -> Vec<Hit> {
        let on = |machine| {
            let (mut scanner, mut hits) = (Scanner::on(set(), machine), Vec::new());
            // What a longer piece left behind must not be seen again.
            scanner.scan(&b"x.evil.example 192.0.2.1:\n".repeat(170), 1, &mut hits);
            hits.clear();
            let feeds = scanner.scan(text, 1, &mut hits);
            assert_eq!(feeds, text.iter().filter(|byte| **byte == b'\n').count() as u64);
            hits
        };
        let expected = on(Machine::Portable);
        for machine in Machine::all() {
            assert_eq!(on(machine), expected, "{machine:?}");
        }
        expected
    }

    /// Blocks and groups of blocks have bounds; an indicator is found wherever it lies between them.
    #[test]
    fn an_indicator_at_every_place() {
        for value in
            ["evil.example", "192.0.2.1", "2001:db8::1", "00112233445566778899aabbccddeeff", "evil[.]example"]
        {
            for before in (0..135).chain(4060..4100) {
                let text = format!("{}\n{value}", "-".repeat(before));
                let hits = check(text.as_bytes());
                assert_eq!(hits.len(), 1, "{value} behind {before}");
                assert_eq!((hits[0].line, hits[0].start, hits[0].end), (2, 0, value.len()));
            }
        }
    }

    proptest! {
        #[test]
        fn every_machine_finds_the_same(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "evil.example", "192.0.2.1", "198.51.100.9", "2001:db8::1", ".", ":", "::", "[.]", " ", "\n", "x",
                    "0123456789abcdef", "00112233445566778899aabbccddeeff", "例え", "-", "1", "(", ")",
                ]),
                0..300,
            ),
        ) {
            check(words.concat().as_bytes());
        }
    }
}
