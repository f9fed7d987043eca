//! A file as bytes that lie where they are on disk: a compiled set of ten million indicators is half a gigabyte, and is shared by every
//! sweep of the machine without being copied.
//!
//! A crate of its own because it holds one `unsafe` call. A mapping is bytes only as long as nobody shortens the file: whoever replaces a set renames a
//! new one over it ([`replace`]), and the old one stays whole for those who still read it. Whoever cuts it off in
//! place ends the programs that read it (SIGBUS); nothing else follows, for a set is checked whole before it is believed and every
//! later access is bounded.

use bytes::Bytes;
use memmap2::MmapOptions;
use std::fs::File;
use std::io;
use std::path::Path;

/// The bytes of a file; what is no plain file (a pipe, a device) is read.
///
/// # Errors
/// The file system's.
pub fn read(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return std::fs::read(path).map(Bytes::from);
    }
    // all pages at once: every byte is read for the checksum anyway, and a fault for each page costs more than that
    #[expect(unsafe_code, reason = "a mapped file: who changes it in the meantime is said in the head")]
    // SAFETY: read only, of a plain file; that it is not cut off meanwhile is the head's condition
    let map = unsafe { MmapOptions::new().populate().map(&file)? };
    Ok(Bytes::from_owner(map))
}

/// Writes a file that others may have mapped: beside it, then renamed over it. What is no plain file (a pipe, a device) is written to.
///
/// # Errors
/// The file system's; then the old file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, bytes);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.inspect_err(|_| {
        // what lies beside is of no use; the first error is told, not that of clearing up
        let _ = std::fs::remove_file(&beside);
    })
}

#[cfg(test)]
mod tests {
    use super::{read, replace};
    use bytes::Bytes;

    #[test]
    fn a_file_is_read_as_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.set");
        for bytes in [b"".as_slice(), b"a set"] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(&path).unwrap(), bytes);
        }
        assert!(read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn one_that_is_replaced_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.set");
        replace(&path, b"the first").unwrap();
        let first = read(&path).unwrap();
        replace(&path, b"2").unwrap();
        assert_eq!(
            (first, read(&path).unwrap()),
            (Bytes::from_static(b"the first"), Bytes::from_static(b"2"))
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert!(replace(&folder.path().join("none/a.set"), b"3").is_err());
    }
}
