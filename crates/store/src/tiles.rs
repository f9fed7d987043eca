//! The log as files that strangers read: hash tiles, entry bundles and the checkpoint (C2SP tlog-tiles).
//!
//! A file is written beside its place, synced, renamed, and its folder synced, before anything that speaks of it is written: first
//! the tiles, then the checkpoint. After a failed sync nobody knows what is on the disk, so nothing is written any more and
//! the process is to end: a second try would answer "fine" without having written (Rebello et al., USENIX ATC 2020). What
//! the files say is decided in the database; they can be made again from it.

use crate::error::StoreError;
use crate::seal::write_durably;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tlog::tile::{TILE_WIDTH, Tile};
use uuid::Uuid;

/// What a file system offers to somebody who wants to know what survives a crash. The real one is [`Machine`]; tests bring one
/// that forgets what was not synced.
pub trait Disk: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// The disk's; an absent file is [`io::ErrorKind::NotFound`].
    fn read(&self, file: &Path) -> io::Result<Vec<u8>>;
    /// Creates or replaces a file. Nothing of it need survive before [`Disk::sync`].
    ///
    /// # Errors
    /// The disk's.
    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes the bytes of a file durable.
    ///
    /// # Errors
    /// The disk's: then the state of the file is unknown.
    fn sync(&self, file: &Path) -> io::Result<()>;
    /// Gives a file another name. It need not survive before [`Disk::sync_folder`].
    ///
    /// # Errors
    /// The disk's.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// The disk's: then the state of the folder is unknown.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Creates a folder and those above it, as durable as the ones above it are synced afterwards.
    ///
    /// # Errors
    /// The disk's.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes a folder with its files.
    ///
    /// # Errors
    /// The disk's.
    fn remove_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The machine's file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine;

impl Disk for Machine {
    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(file)
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        std::fs::write(file, bytes)
    }

    fn sync(&self, file: &Path) -> io::Result<()> {
        std::fs::OpenOptions::new().write(true).open(file)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::File::open(folder)?.sync_all()
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::remove_dir_all(folder)
    }
}

/// The folder of a log.
pub struct Tiles {
    disk: Box<dyn Disk>,
    folder: PathBuf,
    broken: AtomicBool,
}

/// The name of the checkpoint in the folder.
const CHECKPOINT: &str = "checkpoint";

impl Tiles {
    /// The log's folder on this machine.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self::on(Box::new(Machine), folder)
    }

    /// Which node this is, among several over one database: kept beside the folder, so that a process that starts again is the same
    /// node and need not wait until its own turn has run out.
    ///
    /// # Errors
    /// The disk's.
    pub fn node(&self, fresh: Uuid) -> Result<Uuid, StoreError> {
        let file = self.folder.with_extension("node");
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                Uuid::try_parse(text.trim()).map_err(|_| StoreError::Row("the node's name".to_owned()))
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                write_durably(&file, format!("{fresh}\n").as_bytes())?;
                Ok(fresh)
            }
            Err(why) => Err(why.into()),
        }
    }

    /// The same on another disk.
    #[must_use]
    pub fn on(disk: Box<dyn Disk>, folder: PathBuf) -> Self {
        Self { disk, folder, broken: AtomicBool::new(false) }
    }

    /// The files of a closed epoch.
    #[must_use]
    pub fn of_epoch(&self, epoch: i64) -> Self {
        Self::new(self.aside(epoch))
    }

    fn aside(&self, epoch: i64) -> PathBuf {
        let mut name = self.folder.file_name().unwrap_or_default().to_owned();
        name.push(format!("-epoch-{epoch}"));
        self.folder.with_file_name(name)
    }

    /// The published checkpoint, as it is served.
    ///
    /// # Errors
    /// The disk's.
    pub fn checkpoint(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(CHECKPOINT)
    }

    /// The hashes of a tile. A narrower tile is the beginning of a wider one, so what was written later serves as well: a node that
    /// followed several beats at once has only the last form.
    ///
    /// # Errors
    /// The disk's.
    pub fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
        let cut = |bytes: Vec<u8>| bytes.get(..32 * usize::from(tile.width)).map(<[u8]>::to_vec);
        self.in_any_form(tile, |form| form.path(), cut)
    }

    /// The entries beside a tile of level 0, as a bundle.
    ///
    /// # Errors
    /// The disk's.
    pub fn entries(&self, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
        let cut = |bytes: Vec<u8>| {
            let entries = tlog::entries::decode(&bytes).ok()?;
            tlog::entries::encode(entries.get(..usize::from(tile.width))?).ok()
        };
        self.in_any_form(tile, |form| form.entries_path(), cut)
    }

    /// The file of the tile, or the beginning of its full form, or of the one at the edge of the published tree.
    fn in_any_form(
        &self,
        tile: Tile,
        path: impl Fn(Tile) -> String,
        cut: impl Fn(Vec<u8>) -> Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(bytes) = self.read(&path(tile))? {
            return Ok(Some(bytes));
        }
        let full = Tile { width: TILE_WIDTH as u16, ..tile };
        if let Some(bytes) = self.read(&path(full))? {
            return Ok(cut(bytes));
        }
        let size = self.checkpoint()?.and_then(|bytes| size_in(&bytes)).unwrap_or(0);
        let same =
            |other: &Tile| (other.level, other.index) == (tile.level, tile.index) && other.width > tile.width;
        match tlog::tile::edge_tiles(size).into_iter().find(same) {
            Some(edge) => Ok(self.read(&path(edge))?.and_then(cut)),
            None => Ok(None),
        }
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.disk.read(&self.folder.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why.into()),
        }
    }

    /// Writes files by their paths in the log. All are durable when it returns.
    ///
    /// # Errors
    /// The disk's; [`StoreError::Sync`] after a failed sync, and ever after.
    pub fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        self.whole()?;
        let mut folders = BTreeSet::new();
        for (path, bytes) in files {
            let file = self.folder.join(path);
            let beside = beside(&file);
            let parent = file.parent().unwrap_or(&self.folder).to_owned();
            if folders.insert(parent.clone()) {
                self.disk.create_folder(&parent)?;
            }
            self.disk.write(&beside, bytes)?;
            self.synced(self.disk.sync(&beside))?;
            self.disk.rename(&beside, &file)?;
        }
        for folder in self.with_those_above(folders) {
            self.synced(self.disk.sync_folder(&folder))?;
        }
        Ok(())
    }

    /// Puts a checkpoint in the place of the last one. Durable when it returns; what it speaks of must be so before.
    ///
    /// # Errors
    /// As [`Tiles::write`].
    pub fn publish(&self, note: &str) -> Result<(), StoreError> {
        self.write(&[(CHECKPOINT.to_owned(), note.as_bytes().to_vec())])
    }

    /// Removes the partial forms of a tile that is full now, and of its bundle. A crash leaves them lying, which harms nothing.
    pub fn prune(&self, full: Tile) {
        let mut paths = vec![full.path()];
        if full.level == 0 {
            paths.push(full.entries_path());
        }
        for path in paths {
            let _ = self.disk.remove_folder(&self.folder.join(format!("{path}.p")));
        }
    }

    /// Lays the files of a closed epoch aside and begins an empty folder.
    ///
    /// # Errors
    /// The disk's.
    pub fn lay_aside(&self, epoch: i64) -> Result<(), StoreError> {
        match self.disk.rename(&self.folder, &self.aside(epoch)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why.into()),
            _ => {}
        }
        match self.folder.parent() {
            Some(above) => self.synced(self.disk.sync_folder(above)),
            None => Ok(()),
        }
    }

    /// Folders are entries of the folders above them: those are synced too, innermost first.
    fn with_those_above(&self, folders: BTreeSet<PathBuf>) -> Vec<PathBuf> {
        let mut all = BTreeSet::new();
        for folder in folders {
            let within = folder.ancestors().take_while(|above| above.starts_with(&self.folder));
            all.extend(within.map(Path::to_owned));
        }
        all.extend(self.folder.parent().map(Path::to_owned));
        all.into_iter().rev().collect()
    }

    fn whole(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) { Err(StoreError::Sync) } else { Ok(()) }
    }

    fn synced(&self, result: io::Result<()>) -> Result<(), StoreError> {
        result.map_err(|_| {
            self.broken.store(true, Ordering::SeqCst);
            StoreError::Sync
        })
    }
}

/// The tree size that a checkpoint file speaks of.
fn size_in(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok()?.lines().nth(1)?.parse().ok()
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    file.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_tile_is_read_out_of_the_wide_one() {
        let folder = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(folder.path().join("log"));
        let (narrow, wide) =
            (Tile { level: 0, index: 0, width: 3 }, Tile { level: 0, index: 0, width: TILE_WIDTH as u16 });
        let bytes: Vec<u8> = (0..32 * 256).map(|n| (n % 251) as u8).collect();
        tiles.write(&[(narrow.path(), bytes[..96].to_vec())]).unwrap();
        assert_eq!(tiles.tile(narrow).unwrap().unwrap(), &bytes[..96]);
        assert_eq!(tiles.tile(wide).unwrap(), None);
        tiles.write(&[(wide.path(), bytes.clone())]).unwrap();
        tiles.prune(wide);
        assert!(!folder.path().join("log").join(narrow.path()).exists());
        assert_eq!(tiles.tile(narrow).unwrap().unwrap(), &bytes[..96]);
    }

    #[test]
    fn an_epoch_is_laid_aside_whole() {
        let folder = tempfile::tempdir().unwrap();
        let tiles = Tiles::new(folder.path().join("log"));
        tiles.lay_aside(1).unwrap();
        tiles.publish("one").unwrap();
        tiles.lay_aside(1).unwrap();
        assert_eq!(tiles.checkpoint().unwrap(), None);
        assert_eq!(std::fs::read(folder.path().join("log-epoch-1/checkpoint")).unwrap(), b"one");
    }
}
