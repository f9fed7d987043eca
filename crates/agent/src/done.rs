//! What the agent has dealt with: one line of JSON each, appended and synced before it counts. After a crash a half line is passed
//! over, and what it spoke of is done again: the hub keeps one answer however often it is told.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// One thing that was dealt with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `item ID VERSION` or `check ID`.
    pub what: String,
    /// `not-seen`, `seen`, `hit` (waits for a person), `wait`.
    pub outcome: String,
    /// Lines with hits.
    pub hits: u64,
    /// When (RFC 3339).
    pub at: String,
}

/// The book of what was dealt with.
#[derive(Debug)]
pub struct Done {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

impl Done {
    /// Opens the book of a state folder, or begins it.
    ///
    /// # Errors
    /// The disk's.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("done.jsonl");
        let text = match std::fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(why) if why.kind() == io::ErrorKind::NotFound => String::new(),
            Err(why) => return Err(why),
        };
        let read = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        Ok(Self { path, entries: read.map(|e| (e.what.clone(), e)).collect() })
    }

    /// Whether it was dealt with.
    #[must_use]
    pub fn has(&self, what: &str) -> bool {
        self.entries.contains_key(what)
    }

    /// Everything, in the order of its names.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Keeps one; durable when it returns.
    ///
    /// # Errors
    /// The disk's: it does not count then.
    pub fn keep(&mut self, entry: Entry) -> io::Result<()> {
        let mut line = serde_json::to_string(&entry)?;
        line.push('\n');
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        // A crash may have left half a line: a line feed ends it.
        if !ends_with_line_feed(&self.path)? {
            file.write_all(b"\n")?;
        }
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        self.entries.insert(entry.what.clone(), entry);
        Ok(())
    }
}

fn ends_with_line_feed(path: &Path) -> io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(what: &str) -> Entry {
        Entry {
            what: what.to_owned(),
            outcome: "not-seen".to_owned(),
            hits: 0,
            at: "2026-11-26T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn a_half_line_is_passed_over_and_the_next_stands_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut done = Done::open(folder.path()).unwrap();
        done.keep(entry("item a 1")).unwrap();
        done.keep(entry("item b 1")).unwrap();
        let path = folder.path().join("done.jsonl");
        let whole = std::fs::read(&path).unwrap();
        for cut in whole.len() / 2 + 1..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let mut again = Done::open(folder.path()).unwrap();
            assert!(again.has("item a 1"));
            again.keep(entry("item c 1")).unwrap();
            assert!(Done::open(folder.path()).unwrap().has("item c 1"), "cut at {cut}");
        }
    }
}
