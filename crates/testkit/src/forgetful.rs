//! A disk that forgets: what was not synced when the power went may be there, gone, or torn.
//!
//! It keeps two pictures of every folder and file, the one that programs see and the one that is durable, as POSIX allows them
//! to differ: bytes by `fsync` of the file, names by `fsync` of the folder. After [`Forgetful::crash`] each difference falls as
//! the dice say.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use store::Disk;

/// The disk. Clones are the same disk.
#[derive(Clone)]
pub struct Forgetful(Arc<Mutex<State>>);

struct State {
    dice: u64,
    /// Bytes as seen, and as durable.
    bytes: BTreeMap<u64, (Vec<u8>, Vec<u8>)>,
    /// Names as seen, and as durable.
    seen: BTreeMap<PathBuf, u64>,
    durable: BTreeMap<PathBuf, u64>,
    folders: BTreeSet<PathBuf>,
    durable_folders: BTreeSet<PathBuf>,
    next: u64,
    /// Operations until the power goes.
    left: u64,
    /// Operations until one sync fails without a crash.
    bad_sync: Option<u64>,
}

impl State {
    /// splitmix64: the same falls in every run.
    fn below(&mut self, bound: u64) -> u64 {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }

    fn works(&mut self) -> io::Result<()> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 { Err(io::Error::other("the power is gone")) } else { Ok(()) }
    }

    fn syncs(&mut self) -> io::Result<()> {
        self.works()?;
        match self.bad_sync.as_mut() {
            Some(0) => Err(io::Error::other("input/output error")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn inode(&self, file: &Path) -> io::Result<u64> {
        self.seen.get(file).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn forget(&mut self) {
        let names: BTreeSet<PathBuf> = self.seen.keys().chain(self.durable.keys()).cloned().collect();
        for name in names {
            let (now, kept) = (self.seen.get(&name).copied(), self.durable.get(&name).copied());
            let falls = if now != kept && self.below(2) == 0 { kept } else { now };
            match falls {
                Some(inode) => self.seen.insert(name, inode),
                None => self.seen.remove(&name),
            };
        }
        for folder in self.folders.clone() {
            if !self.durable_folders.contains(&folder) && self.below(2) == 0 {
                self.folders.retain(|other| !other.starts_with(&folder));
                self.seen.retain(|name, _| !name.starts_with(&folder));
            }
        }
        for inode in self.bytes.keys().copied().collect::<Vec<_>>() {
            let (now, kept) = self.bytes[&inode].clone();
            if now == kept {
                continue;
            }
            let fallen = match self.below(3) {
                0 => kept,
                1 => now,
                _ => now[..self.below(now.len() as u64 + 1) as usize].to_vec(),
            };
            self.bytes.insert(inode, (fallen.clone(), fallen));
        }
        self.durable = self.seen.clone();
        self.durable_folders = self.folders.clone();
    }
}

impl Forgetful {
    /// An empty disk.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            dice: seed,
            bytes: BTreeMap::new(),
            seen: BTreeMap::new(),
            durable: BTreeMap::new(),
            folders: BTreeSet::new(),
            durable_folders: BTreeSet::new(),
            next: 0,
            left: u64::MAX,
            bad_sync: None,
        })))
    }

    /// This folder, and those above it, were there before.
    pub fn holds(&self, folder: &Path) {
        let mut state = self.0.lock().unwrap();
        let all: Vec<PathBuf> = folder.ancestors().map(Path::to_owned).collect();
        state.folders.extend(all.clone());
        state.durable_folders.extend(all);
    }

    /// The power goes within so many operations: from then on everything fails until [`Forgetful::crash`].
    pub fn dies_within(&self, operations: u64) {
        let mut state = self.0.lock().unwrap();
        state.left = state.below(operations) + 1;
    }

    /// One sync within so many does not succeed, and what it should have written is lost.
    pub fn fails_a_sync_within(&self, syncs: u64) {
        let mut state = self.0.lock().unwrap();
        state.bad_sync = Some(state.below(syncs));
    }

    /// The power comes back: what was not durable falls as it may.
    pub fn crash(&self) {
        let mut state = self.0.lock().unwrap();
        state.forget();
        state.left = u64::MAX;
        state.bad_sync = None;
    }
}

impl Disk for Forgetful {
    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        let state = self.0.lock().unwrap();
        Ok(state.bytes[&state.inode(file)?].0.clone())
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let dies = state.works();
        if !file.parent().is_some_and(|folder| state.folders.contains(folder)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let inode = match state.seen.get(file) {
            Some(inode) => *inode,
            None => {
                state.next += 1;
                state.next
            }
        };
        state.seen.insert(file.to_owned(), inode);
        state.bytes.entry(inode).or_default().0 = bytes.to_vec();
        dies
    }

    fn sync(&self, file: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.syncs()?;
        let inode = state.inode(file)?;
        let now = state.bytes[&inode].0.clone();
        state.bytes.insert(inode, (now.clone(), now));
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.works()?;
        let inode = state.inode(from)?;
        state.seen.remove(from);
        state.seen.insert(to.to_owned(), inode);
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.syncs()?;
        let within = |path: &Path| path.parent() == Some(folder);
        let names: Vec<(PathBuf, u64)> = state
            .seen
            .iter()
            .filter(|(name, _)| within(name))
            .map(|(name, inode)| (name.clone(), *inode))
            .collect();
        state.durable.retain(|name, _| !within(name));
        state.durable.extend(names);
        let folders: Vec<PathBuf> = state.folders.iter().filter(|path| within(path)).cloned().collect();
        state.durable_folders.retain(|path| !within(path));
        state.durable_folders.extend(folders);
        Ok(())
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.works()?;
        let all: Vec<PathBuf> = folder.ancestors().map(Path::to_owned).collect();
        state.folders.extend(all);
        Ok(())
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.works()?;
        state.folders.retain(|path| !path.starts_with(folder));
        state.seen.retain(|name, _| !name.starts_with(folder));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is kept of a file that was written, perhaps synced, perhaps with its folder.
    fn check(sync: bool, sync_folder: bool, always: bool) {
        let mut kept = 0;
        for seed in 0..100 {
            let (disk, folder, file) = (Forgetful::new(seed), Path::new("log"), Path::new("log/a"));
            disk.holds(Path::new(""));
            disk.create_folder(folder).unwrap();
            disk.sync_folder(Path::new("")).unwrap();
            disk.write(file, b"whole").unwrap();
            if sync {
                disk.sync(file).unwrap();
            }
            if sync_folder {
                disk.sync_folder(folder).unwrap();
            }
            disk.crash();
            kept += usize::from(disk.read(file).is_ok_and(|bytes| bytes == b"whole"));
        }
        assert_eq!(kept == 100, always, "{kept}");
        assert!(kept > 0);
    }

    #[test]
    fn only_both_syncs_keep() {
        check(true, true, true);
        check(true, false, false);
        check(false, true, false);
        check(false, false, false);
    }
}
