//! The file of one source and day: found, opened after a crash, asked, appended to.
//!
//! Appending is one write and one sync. What a crash left half written is cut off when the file is next opened for writing, and
//! passed over when it is opened for reading. Old days are dropped by deleting their files.

use super::block::{At, FileHead, HEAD_BYTES, Head, Place, write};
use super::observed::New;
use super::print;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The ending of a journal file.
pub const ENDING: &str = "nrsj";

/// Blocks of a file above which it is written anew as one. Thirty-two: a question to a day costs at most as many small reads.
pub const BLOCKS_MAX: usize = 32;

/// One source's day, open for questions.
pub struct DayFile<F> {
    file: F,
    head: FileHead,
    blocks: Vec<(u64, Head)>,
    /// Behind the last whole block.
    end: u64,
}

impl<F: At> DayFile<F> {
    /// Reads the heads; stops at what is not whole. The last block's sum is tested, the others were when they were last.
    ///
    /// # Errors
    /// The disk's, or another format.
    pub fn open(file: F) -> io::Result<Self> {
        let mut day = Self::open_settled(file)?;
        if let Some((start, last)) = day.blocks.last().copied()
            && !last.is_whole(&day.file, start)?
        {
            day.blocks.pop();
            day.end = start;
        }
        Ok(day)
    }

    /// Reads the heads only, for a day whose last block was on disk before another day of its source was begun. A year of
    /// such days is asked in the time in which one last block would be read whole.
    ///
    /// # Errors
    /// The disk's, or another format.
    pub fn open_settled(file: F) -> io::Result<Self> {
        let (head, mut at) = FileHead::read(&file)?;
        let mut blocks: Vec<(u64, Head)> = Vec::new();
        while let Some(block) = Head::read(&file, at)? {
            let mut last = [0];
            let after = at + HEAD_BYTES as u64 + block.body_bytes();
            match file.read_at(&mut last, after - 1) {
                Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => break,
                other => other?,
            }
            blocks.push((at, block));
            at = after;
        }
        Ok(Self { file, head, blocks, end: at })
    }

    /// What the file is of.
    #[must_use]
    pub fn head(&self) -> &FileHead {
        &self.head
    }

    /// How far the log had been read.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.blocks.last().map(|(_, head)| head.place)
    }

    /// Whether host and path stand in fields of their own somewhere.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        self.blocks.iter().any(|(_, head)| head.joined)
    }

    /// Blocks.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Observables written; what stands in two blocks counts twice.
    #[must_use]
    pub fn observables(&self) -> u64 {
        self.blocks.iter().flat_map(|(_, head)| head.counts).map(u64::from).sum()
    }

    /// Whether a block answers yes.
    pub(crate) fn any(&self, is_there: impl Fn(&Head, &F, u64) -> io::Result<bool>) -> io::Result<bool> {
        for (at, head) in &self.blocks {
            if is_there(head, &self.file, *at)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Everything in the file, sorted, each once.
    fn everything(&self) -> io::Result<New> {
        let mut all = New::default();
        for (at, head) in &self.blocks {
            head.read_all(&self.file, *at, &mut all)?;
        }
        all.prints.sort_unstable();
        all.prints.dedup();
        all.v4.sort_unstable();
        all.v4.dedup();
        all.v6.sort_unstable();
        all.v6.dedup();
        Ok(all)
    }
}

impl At for File {
    #[cfg(unix)]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buf, offset)
    }

    #[cfg(not(unix))]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self.try_clone()?;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(buf)
    }
}

/// Where the file of a source and day lies: a folder a source, named by its hash, so that any path can be one.
#[must_use]
pub fn path(journal: &Path, source: &str, day: i32) -> PathBuf {
    let name = format!("{:016x}", print::hash(11, source.as_bytes()));
    journal.join(name).join(format!("{day:06}.{ENDING}"))
}

/// Opens a day.
///
/// # Errors
/// The disk's.
pub fn open(path: &Path) -> io::Result<DayFile<File>> {
    DayFile::open(File::open(path)?)
}

/// Opens every one of `days`, which are in the order of [`list`], for questions. Only the newest of a source can have been
/// torn by a crash: its last block is tested, the others' are not read.
pub fn open_all(days: &[PathBuf]) -> impl Iterator<Item = io::Result<DayFile<File>>> + '_ {
    days.iter().enumerate().map(|(n, path)| {
        let is_newest = days.get(n + 1).is_none_or(|next| next.parent() != path.parent());
        if is_newest { open(path) } else { DayFile::open_settled(File::open(path)?) }
    })
}

/// Every day file below a journal, by source and day.
///
/// # Errors
/// The disk's. A journal that is not there has none.
pub fn list(journal: &Path) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    if !journal.exists() {
        return Ok(out);
    }
    for source in fs::read_dir(journal)? {
        let source = source?.path();
        if source.is_dir() {
            let files = fs::read_dir(source)?.collect::<io::Result<Vec<_>>>()?;
            out.extend(
                files.into_iter().map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == ENDING)),
            );
        }
    }
    out.sort();
    Ok(out)
}

/// Appends what is new; durable when it returns. A day's file is made with its first block, so that it is never without one.
///
/// # Errors
/// The disk's: the file is then as it was, as far as readers are concerned.
pub fn append(journal: &Path, head: &FileHead, new: &New, joined: bool, place: Place) -> io::Result<()> {
    let path = path(journal, &head.source, head.day);
    let block = write(new, joined, place);
    if !path.exists() {
        let bytes = [head.to_bytes(), block].concat();
        return replace(&path, &bytes);
    }
    let day = open(&path)?;
    if day.blocks() >= BLOCKS_MAX {
        let mut all = day.everything()?;
        all.prints = merged(all.prints, &new.prints);
        all.v4 = merged(all.v4, &new.v4);
        all.v6 = merged(all.v6, &new.v6);
        let block = write(&all, joined || day.is_joined(), place);
        return replace(&path, &[head.to_bytes(), block].concat());
    }
    let file = OpenOptions::new().write(true).open(&path)?;
    file.set_len(day.end)?;
    let mut file = file;
    std::io::Seek::seek(&mut file, io::SeekFrom::Start(day.end))?;
    file.write_all(&block)?;
    file.sync_data()
}

fn merged<T: Ord + Copy>(mut all: Vec<T>, new: &[T]) -> Vec<T> {
    all.extend_from_slice(new);
    all.sort_unstable();
    all.dedup();
    all
}

/// Writes beside, syncs, renames, syncs the folder: a crash leaves the old file or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(folder)?.sync_all()
}

/// Deletes the days before `first`. Returns how many.
///
/// # Errors
/// The disk's.
pub fn drop_before(journal: &Path, first: i32) -> io::Result<usize> {
    let mut dropped = 0;
    for path in list(journal)? {
        let day = path.file_stem().and_then(|s| s.to_str()).and_then(|s| s.parse::<i32>().ok());
        if day.is_some_and(|day| day < first) {
            fs::remove_file(&path)?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Question, Verdict};
    use indicator::{Indicator, Kind};

    fn head() -> FileHead {
        FileHead { source: "/var/log/proxy.log".to_owned(), day: 20_783, urls: true }
    }

    fn new(n: u32) -> New {
        New { prints: Vec::new(), v4: vec![n], v6: Vec::new() }
    }

    fn has(path: &Path, n: u32) -> bool {
        let address = std::net::Ipv4Addr::from(n).to_string();
        let indicator = Indicator::new(Kind::Ipv4, &address).unwrap();
        Question::new([&indicator]).ask(&open(path).unwrap()).unwrap() == [Verdict::Perhaps]
    }

    #[test]
    fn blocks_are_appended_and_folded_into_one() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..100 {
            let place = Place { offset: u64::from(n), ..Place::default() };
            append(folder.path(), &head(), &new(0x0a00_0000 + n), false, place).unwrap();
        }
        let path = path(folder.path(), &head().source, head().day);
        let day = open(&path).unwrap();
        assert!(day.blocks() <= BLOCKS_MAX, "{}", day.blocks());
        assert_eq!((day.place().map(|p| p.offset), day.observables()), (Some(99), 100));
        assert!((0..100).all(|n| has(&path, 0x0a00_0000 + n)) && !has(&path, 0x0a00_0100));
        assert_eq!(list(folder.path()).unwrap(), [path]);
        assert_eq!(drop_before(folder.path(), 20_783).unwrap(), 0);
        assert_eq!(drop_before(folder.path(), 20_784).unwrap(), 1);
    }

    /// Cut at every byte of the last block, the file answers as before that block, and the next append mends it.
    #[test]
    fn a_crash_at_any_byte_loses_the_last_block_only() {
        let folder = tempfile::tempdir().unwrap();
        for n in [1, 2, 3] {
            append(
                folder.path(),
                &head(),
                &new(n),
                false,
                Place { offset: u64::from(n), ..Place::default() },
            )
            .unwrap();
        }
        let path = path(folder.path(), &head().source, head().day);
        let whole = fs::read(&path).unwrap();
        let two = open(&path).unwrap().blocks[2].0 as usize;
        for cut in two..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            assert!(has(&path, 1) && has(&path, 2) && !has(&path, 3), "cut at {cut}");
            assert_eq!(open(&path).unwrap().place().map(|p| p.offset), Some(2));
            append(folder.path(), &head(), &new(4), false, Place::default()).unwrap();
            assert!(has(&path, 2) && has(&path, 4) && !has(&path, 3), "cut at {cut}");
        }
    }

    /// Of several days only the newest can be torn, and its torn block is not believed.
    #[test]
    fn the_newest_day_alone_is_tested_when_all_are_asked() {
        let folder = tempfile::tempdir().unwrap();
        let days = [head(), FileHead { day: head().day + 1, ..head() }];
        for day in &days {
            for n in [1, 2] {
                append(folder.path(), day, &new(n), false, Place::default()).unwrap();
            }
            let path = path(folder.path(), &day.source, day.day);
            let mut torn = fs::read(&path).unwrap();
            let last = torn.len() - 1;
            torn[last] ^= 1;
            fs::write(&path, torn).unwrap();
        }
        let blocks = |day: io::Result<DayFile<File>>| day.unwrap().blocks();
        let opened: Vec<usize> = open_all(&list(folder.path()).unwrap()).map(blocks).collect();
        assert_eq!(opened, [2, 1]);
    }
}
