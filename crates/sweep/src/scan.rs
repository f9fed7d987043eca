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
