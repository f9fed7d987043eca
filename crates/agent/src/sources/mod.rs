//! Files and folders in, hits out, in the order of files and lines, on as many threads as are given.
//!
//! What cannot be read is counted and named and never ends a sweep. A large text is cut into segments, so that one
//! file too keeps every thread busy.

mod columns;
mod container;
mod decode;
mod digest;
mod events;
mod evtx;
mod kind;
mod mailbox;
mod plan;
mod tar;
mod text;
mod utf16;
mod work;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;

use sweep::{Hit, Set};

pub use container::{DEPTH_MAX, MEMBER_BYTES_MAX, MEMBERS_MAX};
pub use digest::TEXT_DIGEST_BYTES_MAX;
pub use text::LINE_BYTES_MAX;

use work::{Outcome, Worker};

/// A hit and the file that it is in; a member of an archive is named `archive!member`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The file's path, and the members on the way to the text.
    pub file: String,
    /// The hit. Its line is the line of a text, the record of an event log, the message of a mail box; 0 for a whole file.
    pub hit: Hit,
}

/// Something that could not be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file's path, and the members on the way.
    pub file: String,
    /// What was left out and why.
    pub why: String,
}

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files opened; members of archives are not counted.
    pub files: u64,
    /// Bytes of these files.
    pub bytes: u64,
    /// Lines, records and messages looked at.
    pub lines: u64,
    /// Hits.
    pub hits: u64,
    /// What could not be read.
    pub skipped: Vec<Skipped>,
}

/// How far a sweep is, for whoever shows it meanwhile.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes to read in all; 0 until all folders have been listed.
    pub total: AtomicU64,
    /// Bytes read.
    pub done: AtomicU64,
}

/// Path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// Checks all files against `set` and hands each hit to `emit`, files in the order of `paths`, folders sorted by name.
///
/// # Errors
/// Only those of `emit`.
pub fn sweep(
    set: &Set,
    paths: &[PathBuf],
    threads: usize,
    progress: &Progress,
    mut emit: impl FnMut(&Located) -> io::Result<()>,
) -> io::Result<Tally> {
    let plan = plan::plan(paths);
    progress.total.store(plan.bytes, Ordering::Relaxed);
    let mut tally = Tally { files: plan.files, skipped: plan.skipped, ..Tally::default() };
    let next = AtomicUsize::new(0);
    let stop = AtomicU64::new(0);
    let workers = threads.clamp(1, plan.tasks.len().max(1));
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel::<(usize, Outcome)>();
        for _ in 0..workers {
            let (send, next, tasks, stop) = (send.clone(), &next, &plan.tasks, &stop);
            scope.spawn(move || {
                let mut worker = Worker::new(set, progress, threads);
                while let Some((i, task)) = claim(next, tasks) {
                    let done = worker.run(task);
                    if stop.load(Ordering::Relaxed) != 0 || send.send((i, done)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let end = in_order(&receive, &mut tally, &mut emit);
        stop.store(u64::from(end.is_err()), Ordering::Relaxed);
        end
    })?;
    Ok(tally)
}

fn claim<'t>(next: &AtomicUsize, tasks: &'t [plan::Task]) -> Option<(usize, &'t plan::Task)> {
    let i = next.fetch_add(1, Ordering::Relaxed);
    tasks.get(i).map(|task| (i, task))
}

/// Emits outcomes in the order of tasks, and counts a cut file's lines on from segment to segment.
fn in_order(
    receive: &mpsc::Receiver<(usize, Outcome)>,
    tally: &mut Tally,
    emit: &mut impl FnMut(&Located) -> io::Result<()>,
) -> io::Result<()> {
    let mut waiting = BTreeMap::new();
    let (mut turn, mut lines_before) = (0, 0);
    for (i, outcome) in receive {
        waiting.insert(i, outcome);
        while let Some(mut outcome) = waiting.remove(&turn) {
            turn += 1;
            if !outcome.goes_on {
                lines_before = 0;
            }
            for located in &mut outcome.hits {
                located.hit.line += lines_before;
                emit(located)?;
            }
            lines_before += outcome.lines;
            tally.bytes += outcome.bytes;
            tally.lines += outcome.lines;
            tally.hits += outcome.hits.len() as u64;
            tally.skipped.append(&mut outcome.skipped);
        }
    }
    Ok(())
}
