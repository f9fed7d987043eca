//! Who has the embedded data: one serving hub, or one command that puts other data in its place. The system lets go of the claim
//! when the process ends, however it ends.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// Held as long as the data is ours alone.
#[derive(Debug)]
pub struct Claim {
    _locked: Option<File>,
}

impl Claim {
    /// Claims the data at `at`, or says who has it. Nodes share PostgreSQL: nothing is claimed there.
    pub fn of(at: &store::Where) -> Result<Self, String> {
        if at.postgres.is_some() {
            return Ok(Self { _locked: None });
        }
        Self::folder(&at.data).map(|locked| Self { _locked: Some(locked) })
    }

    fn folder(data: &Path) -> Result<File, String> {
        std::fs::create_dir_all(data).map_err(|why| format!("{}: {why}", data.display()))?;
        let path = data.join("hub.lock");
        let fault = |why: std::io::Error| format!("{}: {why}", path.display());
        let mut options = File::options();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                // the number is for people; without it the sentence still says what to do
                let _ = file.read_to_string(&mut process);
                return Err(format!(
                    "a hub is running on {} (process {}): stop it first, e.g. systemctl stop noroshi",
                    data.display(),
                    process.trim()
                ));
            }
            Err(TryLockError::Error(why)) => return Err(fault(why)),
        }
        file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(fault)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_other_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let at = |postgres: Option<&str>| store::Where {
            data: folder.path().join("data"),
            keys: folder.path().join("keys"),
            postgres: postgres.map(ToOwned::to_owned),
            connections: 1,
        };
        let first = Claim::of(&at(None)).unwrap();
        let why = Claim::of(&at(None)).unwrap_err();
        assert!(why.contains(&std::process::id().to_string()) && why.contains("stop it first"), "{why}");
        assert!(Claim::of(&at(Some("postgres://x/y"))).is_ok(), "nodes share a server");
        drop(first);
        assert!(Claim::of(&at(None)).is_ok());
    }
}
