//! Logs followed while they grow, rotate and are cut, into the journal.
//!
//! [`follow`] decides from what is known and what a file looks like now; [`tail`] reads; [`Watcher`] holds the sources and writes
//! blocks. A log that cannot be written to the journal (full disk) is not read on: it is still there when there is room again.

mod follow;
mod tail;

pub use tail::READ_BYTES;

use crate::journal::block::FileHead;
use crate::journal::{Extractor, Observed, day};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use tail::Tail;

/// New observables after which a block is written though its time has not come.
const BLOCK_OBSERVABLES: usize = 200_000;

/// How a journal is kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// The folder of the journal.
    pub journal: PathBuf,
    /// URLs are kept, not their hosts alone.
    pub urls: bool,
    /// Days after which a day is dropped.
    pub days: i32,
}

/// One followed log.
struct Source {
    tail: Tail,
    observed: Observed,
    day: i32,
}

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Bytes read.
    pub bytes: u64,
    /// More is there than this round was allowed to read.
    pub more: bool,
    /// What could not be read or written, in words.
    pub problems: Vec<String>,
}

/// Follows logs into a journal.
pub struct Watcher {
    keeping: Keeping,
    roots: Vec<PathBuf>,
    sources: BTreeMap<PathBuf, Source>,
    extractor: Extractor,
}

impl Watcher {
    /// Follows `roots`: files, and every plain file of folders.
    #[must_use]
    pub fn new(keeping: Keeping, roots: Vec<PathBuf>) -> Self {
        let extractor = Extractor::new(keeping.urls);
        Self { keeping, roots, sources: BTreeMap::new(), extractor }
    }

    /// Looks for logs that are new. Files that were rotated or packed are the earlier part of a log that was followed.
    pub fn look(&mut self, today: i32) -> Vec<String> {
        let mut problems = Vec::new();
        for path in self.roots.iter().flat_map(|root| logs(root, &mut problems)).collect::<Vec<_>>() {
            if self.sources.contains_key(&path) {
                continue;
            }
            match places(&self.keeping.journal, &path) {
                Ok(known) => {
                    let source = Source {
                        tail: Tail::new(path.clone(), known),
                        observed: Observed::default(),
                        day: today,
                    };
                    self.sources.insert(path, source);
                }
                Err(why) => problems.push(format!("{}: {why}", path.display())),
            }
        }
        problems
    }

    /// Reads what is new in every log, at most `budget` bytes in all, and writes a block of each that has many or when `due`.
    pub fn round(&mut self, today: i32, budget: u64, due: bool) -> Round {
        let mut round = Round::default();
        for (path, source) in &mut self.sources {
            if source.day != today {
                write(&self.keeping, path, source, &mut round);
                if source.observed.waiting() == 0 {
                    source.observed = Observed::default();
                    source.day = today;
                }
            }
            let full = source.observed.waiting() > crate::journal::observed::HELD_MAX;
            let allowed = budget.saturating_sub(round.bytes);
            if !full {
                match source.tail.read(allowed, &self.extractor, &mut source.observed) {
                    Ok((bytes, more)) => {
                        round.bytes += bytes;
                        round.more |= more;
                    }
                    Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                    Err(why) => round.problems.push(format!("{}: {why}", path.display())),
                }
            }
            if due || source.observed.waiting() > BLOCK_OBSERVABLES {
                write(&self.keeping, path, source, &mut round);
            }
        }
        round
    }

    /// The logs that are followed, with the bytes read of each.
    pub fn sources(&self) -> impl Iterator<Item = (&Path, u64)> {
        self.sources.iter().map(|(path, source)| (path.as_path(), source.tail.place().offset))
    }

    /// Drops days that are too old.
    ///
    /// # Errors
    /// The disk's.
    pub fn forget(&self, today: i32) -> io::Result<usize> {
        day::drop_before(&self.keeping.journal, today.saturating_sub(self.keeping.days))
    }
}

fn write(keeping: &Keeping, path: &Path, source: &mut Source, round: &mut Round) {
    let new = source.observed.take();
    if new.is_empty() && !source.tail.moved() {
        return;
    }
    let head = FileHead { source: path.to_string_lossy().into_owned(), day: source.day, urls: keeping.urls };
    match day::append(&keeping.journal, &head, &new, source.observed.joined, source.tail.place()) {
        Ok(()) => source.tail.written(),
        Err(why) => {
            source.observed.put_back(new);
            round.problems.push(format!("the journal of {}: {why}", path.display()));
        }
    }
}

/// How far this log was read, as every day of its journal says. All are asked: after a jump of the clock the last is not the newest.
fn places(journal: &Path, source: &Path) -> io::Result<Vec<crate::journal::block::Place>> {
    let one = day::path(journal, &source.to_string_lossy(), 0);
    let folder = one.parent().unwrap_or(journal);
    let mut out = Vec::new();
    if folder.exists() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == day::ENDING) {
                out.extend(day::open(&path)?.place());
            }
        }
    }
    Ok(out)
}

/// The logs below a path: not those that were rotated (`x.log.1`, `x.log-20261126`) or packed.
fn logs(root: &Path, problems: &mut Vec<String>) -> Vec<PathBuf> {
    if root.is_file() {
        return vec![root.to_owned()];
    }
    let entries = match std::fs::read_dir(root) {
        Ok(entries) => entries,
        Err(why) => {
            problems.push(format!("{}: {why}", root.display()));
            return Vec::new();
        }
    };
    let mut out: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    out.retain(|path| path.is_file() && !is_rotated(path));
    out.sort();
    out
}

fn is_rotated(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let packed = [".gz", ".bz2", ".xz", ".zst", ".zip"].iter().any(|e| name.ends_with(e));
    let after = name.rsplit(['.', '-']).next().unwrap_or_default();
    packed || name.contains(".log") && !after.is_empty() && after.bytes().all(|b| b.is_ascii_digit())
}

/// The files in which the earlier lines of a log may lie: itself, and its rotated and packed parts beside it.
#[must_use]
pub fn parts_of(log: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (log.parent(), log.file_name()) else { return vec![log.to_owned()] };
    let name = name.to_string_lossy().into_owned();
    let stem = name.strip_suffix(".log").unwrap_or(&name).to_owned();
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path()));
    let mut out: Vec<PathBuf> = entries
        .filter(|path| {
            let other = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let rest = other.strip_prefix(&stem);
            other == name || rest.is_some_and(|r| r.starts_with(['.', '-']) && r.len() > 1) && path.is_file()
        })
        .collect();
    out.sort();
    out
}
