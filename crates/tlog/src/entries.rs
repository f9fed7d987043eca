//! Entry bundles: the leaves of a log as files (C2SP tlog-tiles, section "Log entries").
//!
//! A bundle is the leaf data of up to 256 leaves, each with a big-endian 16-bit length before it. Where bundles lie is
//! told by [`crate::tile::Tile::entries_path`].

use crate::tile::TILE_WIDTH;

/// The longest leaf in bytes: the length before it has 16 bits.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// Why a bundle could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntriesFault {
    /// The entry at this position is longer than [`ENTRY_BYTES_MAX`].
    TooLong(usize),
    /// There are more than 256 entries.
    TooMany,
    /// The bytes end inside the entry at this position.
    Cut(usize),
}

/// Writes a bundle.
pub fn encode(entries: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, EntriesFault> {
    if entries.len() as u64 > TILE_WIDTH {
        return Err(EntriesFault::TooMany);
    }
    let mut bytes = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let length = u16::try_from(entry.as_ref().len()).map_err(|_| EntriesFault::TooLong(at))?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry.as_ref());
    }
    Ok(bytes)
}

/// Reads a bundle.
pub fn decode(mut bytes: &[u8]) -> Result<Vec<&[u8]>, EntriesFault> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        if entries.len() as u64 == TILE_WIDTH {
            return Err(EntriesFault::TooMany);
        }
        let cut = EntriesFault::Cut(entries.len());
        let (length, rest) = bytes.split_first_chunk::<2>().ok_or(cut)?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(cut)?;
        entries.push(entry);
        bytes = rest;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&[&[u8]], EntriesFault>) {
        assert_eq!(decode(bytes).as_deref().map_err(|f| *f), expected);
        if let Ok(entries) = expected {
            assert_eq!(encode(entries).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn bundles() {
        check(b"", Ok(&[]));
        check(b"\0\x03abc\0\0\0\x01d", Ok(&[b"abc", b"", b"d"]));
        check(b"\0", Err(EntriesFault::Cut(0)));
        check(b"\0\0\0\x03ab", Err(EntriesFault::Cut(1)));
        check(&[0; 514], Err(EntriesFault::TooMany));
        assert_eq!(encode(&[vec![0; ENTRY_BYTES_MAX + 1]]), Err(EntriesFault::TooLong(0)));
        assert_eq!(encode(&vec![b""; 257]), Err(EntriesFault::TooMany));
    }
}
