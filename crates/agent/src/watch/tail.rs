//! One log, read from where it was left, whole lines only.

use super::follow::{Look, Step, begin, step};
use crate::journal::block::Place;
use crate::journal::{Extractor, Observed};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// Bytes read at once. A line that is longer is cut: it is no line of a log.
pub const READ_BYTES: usize = 1 << 20;

/// First bytes by whose hash a file is known again.
const START_BYTES: usize = 256;

/// A log and how far it was read.
pub(super) struct Tail {
    path: PathBuf,
    /// Places that earlier runs left.
    known: Vec<Place>,
    open: Option<File>,
    place: Place,
    written: Place,
    room: Vec<u8>,
}

impl Tail {
    pub(super) fn new(path: PathBuf, known: Vec<Place>) -> Self {
        let (place, written) = (Place::default(), Place::default());
        Self { path, known, open: None, place, written, room: Vec::new() }
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Whether more was read than is written.
    pub(super) fn moved(&self) -> bool {
        self.place != self.written
    }

    /// What was read is in the journal.
    pub(super) fn written(&mut self) {
        self.written = self.place;
    }

    /// Reads what is new, at most about `budget` bytes. Returns the bytes, and whether more is there.
    pub(super) fn read(
        &mut self,
        budget: u64,
        extractor: &Extractor,
        into: &mut Observed,
    ) -> io::Result<(u64, bool)> {
        let now = look(&mut File::open(&self.path)?)?;
        if self.open.is_none() {
            self.place = begin(&self.known, &now);
            self.written = self.place;
            self.open = Some(File::open(&self.path)?);
        }
        match step(&self.place, &now) {
            Step::Wait => Ok((0, false)),
            Step::On => {
                self.place.start = now.start;
                self.lines(budget, false, extractor, into)
            }
            Step::Anew => {
                self.open = Some(File::open(&self.path)?);
                self.place = Place { file: now.file, offset: 0, start: now.start };
                self.lines(budget, false, extractor, into)
            }
            Step::Rotated => {
                let (bytes, more) = self.lines(budget, true, extractor, into)?;
                if !more {
                    self.open = Some(File::open(&self.path)?);
                    self.place = Place { file: now.file, offset: 0, start: now.start };
                }
                Ok((bytes, true))
            }
        }
    }

    /// Whole lines from the place on; with `last` also what stands behind the last line feed.
    fn lines(
        &mut self,
        budget: u64,
        last: bool,
        extractor: &Extractor,
        into: &mut Observed,
    ) -> io::Result<(u64, bool)> {
        let Some(file) = self.open.as_mut() else { return Ok((0, false)) };
        file.seek(SeekFrom::Start(self.place.offset))?;
        let mut done = 0;
        loop {
            if done >= budget {
                return Ok((done, true));
            }
            self.room.clear();
            let read = file.by_ref().take(READ_BYTES as u64).read_to_end(&mut self.room)?;
            let end = match memchr::memrchr(b'\n', &self.room) {
                Some(at) => at + 1,
                None if last || read == READ_BYTES => read,
                None => 0,
            };
            let end = if last && read < READ_BYTES { read } else { end };
            if end == 0 {
                return Ok((done, false));
            }
            extractor.read(self.room.get(..end).unwrap_or_default(), into);
            self.place.offset += end as u64;
            done += end as u64;
            if end < read {
                file.seek(SeekFrom::Start(self.place.offset))?;
            }
            if read < READ_BYTES {
                return Ok((done, false));
            }
        }
    }
}

fn look(file: &mut File) -> io::Result<Look> {
    let about = file.metadata()?;
    let mut start = [0; START_BYTES];
    let known = about.len() >= START_BYTES as u64 && file.read_exact(&mut start).is_ok();
    Ok(Look {
        file: identity(&about),
        length: about.len(),
        start: if known { crate::journal::hash_of(&start).max(1) } else { 0 },
    })
}

#[cfg(unix)]
fn identity(about: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    crate::journal::hash_of(&[about.dev().to_le_bytes(), about.ino().to_le_bytes()].concat())
}

#[cfg(not(unix))]
fn identity(about: &std::fs::Metadata) -> u64 {
    let created = about.created().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    created.map_or(0, |t| crate::journal::hash_of(&t.as_nanos().to_le_bytes()))
}
