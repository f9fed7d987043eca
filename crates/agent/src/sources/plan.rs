//! Paths to tasks: folders are listed, large texts cut.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::kind::{Kind, sniff};
use super::{STANDARD_INPUT, Skipped};

/// Bytes of a text that one task takes. Small enough that the last tasks of a file end together, large enough that
/// opening the file again costs nothing.
const SEGMENT_BYTES: u64 = 16 << 20;

/// Bytes read to tell what a file is.
pub(super) const HEAD_BYTES: usize = 64 << 10;

/// Folders deeper than this are named and not entered.
const FOLDERS_MAX: usize = 128;

/// One piece of work.
#[derive(Debug)]
pub(super) enum Task {
    /// A whole file. One found in a folder is also compared by digest and name.
    File { path: PathBuf, in_folder: bool },
    /// The lines of a text that start in these bytes.
    Segment { path: PathBuf, start: u64, end: u64 },
    /// Standard input.
    Input,
}

/// All work, and what is known beforehand.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) tasks: Vec<Task>,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) skipped: Vec<Skipped>,
}

/// Lists all files.
pub(super) fn plan(paths: &[PathBuf]) -> Plan {
    let mut plan = Plan::default();
    for path in paths {
        if path == Path::new(STANDARD_INPUT) {
            plan.files += 1;
            plan.tasks.push(Task::Input);
        } else {
            plan.add(path, 0);
        }
    }
    plan
}

impl Plan {
    fn skip(&mut self, path: &Path, why: impl ToString) {
        self.skipped.push(Skipped { file: path.display().to_string(), why: why.to_string() });
    }

    fn add(&mut self, path: &Path, depth: usize) {
        // A link given by name is followed; one found in a folder is not, so that no file is read twice.
        let met = if depth == 0 { fs::metadata(path) } else { fs::symlink_metadata(path) };
        match met {
            Err(fault) => self.skip(path, fault),
            Ok(met) if met.is_dir() && depth > FOLDERS_MAX => {
                self.skip(path, "folders are nested too deeply")
            }
            Ok(met) if met.is_dir() => self.folder(path, depth),
            Ok(met) if met.is_file() => self.file(path, met.len(), depth > 0),
            Ok(_) if depth == 0 => self.skip(path, "neither a file nor a folder"),
            Ok(_) => {}
        }
    }

    fn folder(&mut self, path: &Path, depth: usize) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(fault) => return self.skip(path, fault),
        };
        let mut inside = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => inside.push(entry.path()),
                Err(fault) => self.skip(path, fault),
            }
        }
        inside.sort();
        inside.iter().for_each(|path| self.add(path, depth + 1));
    }

    fn file(&mut self, path: &Path, len: u64, in_folder: bool) {
        self.files += 1;
        self.bytes += len;
        if len > 2 * SEGMENT_BYTES && is_text(path) {
            let mut start = 0;
            while start < len {
                let end = if len - start < 2 * SEGMENT_BYTES { len } else { start + SEGMENT_BYTES };
                self.tasks.push(Task::Segment { path: path.to_owned(), start, end });
                start = end;
            }
        } else {
            self.tasks.push(Task::File { path: path.to_owned(), in_folder });
        }
    }
}

fn is_text(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head));
    read.is_ok() && sniff(&head, path) == Kind::Text
}
