//! Offline proofs: leaf index, path and cosigned checkpoint in one text file (C2SP tlog-proof).
//!
//! The format only. Whether a proof holds is decided by [`crate::policy::Policy::verify`].

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::checkpoint::parse_decimal;
use crate::hash::Hash;
use crate::note::{NOTE_BYTES_MAX, Note, NoteFault};

/// The first line of every proof.
const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

/// The longest path: one hash for each level of the largest tree, 2^63 − 1 leaves.
pub const PATH_MAX: usize = 63;

/// The longest proof we read, in bytes: a note of the largest size, and as much again for the extra data.
pub const PROOF_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX;

/// A proof as it is stored with the extension `.tlog-proof`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Opaque data for the application. It is not authenticated.
    pub extra: Option<Vec<u8>>,
    /// The leaf's index.
    pub index: u64,
    /// The inclusion path from the leaf upwards.
    pub path: Vec<Hash>,
    /// The signed and cosigned checkpoint.
    pub checkpoint: Note,
}

/// Why bytes are not a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofFault {
    /// Longer than [`PROOF_BYTES_MAX`], or not UTF-8.
    NotText,
    /// The first line is not that of a version 1 proof.
    Header,
    /// The extra line is not base64.
    Extra,
    /// No index line, or not a number.
    Index,
    /// The path line with this number (from 1) is not a hash, or there are more than [`PATH_MAX`].
    Path(usize),
    /// No empty line between the path and the checkpoint.
    NoCheckpoint,
    /// The checkpoint is not a signed note.
    Note(NoteFault),
}

impl fmt::Display for ProofFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => write!(f, "not UTF-8, or longer than {PROOF_BYTES_MAX} bytes"),
            Self::Header => f.write_str("the first line is not c2sp.org/tlog-proof@v1"),
            Self::Extra => f.write_str("the extra line is not base64"),
            Self::Index => f.write_str("no index line, or not a number"),
            Self::Path(line) => write!(f, "path line {line} is not a hash, or one too many"),
            Self::NoCheckpoint => f.write_str("no empty line before the checkpoint"),
            Self::Note(fault) => write!(f, "checkpoint: {fault}"),
        }
    }
}

impl std::error::Error for ProofFault {}

impl Proof {
    /// Reads a proof file.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFault> {
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(ProofFault::NotText);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ProofFault::NotText)?;
        let mut rest = text.strip_prefix(HEADER).ok_or(ProofFault::Header)?;
        let mut extra = None;
        if let Some(line) = rest.strip_prefix("extra ") {
            let (encoded, after) = line.split_once('\n').ok_or(ProofFault::Extra)?;
            extra = Some(STANDARD.decode(encoded).map_err(|_| ProofFault::Extra)?);
            rest = after;
        }
        let (index, rest) =
            rest.strip_prefix("index ").and_then(|r| r.split_once('\n')).ok_or(ProofFault::Index)?;
        let index = parse_decimal(index).ok_or(ProofFault::Index)?;
        let (path, note) =
            hash_lines(rest).map_err(|line| line.map_or(ProofFault::NoCheckpoint, ProofFault::Path))?;
        let checkpoint = Note::parse(note.as_bytes()).map_err(ProofFault::Note)?;
        Ok(Self { extra, index, path, checkpoint })
    }
}

/// Hash lines up to an empty line, and what follows it. The error is the faulty line, or `None` when the text ends
/// before the empty line.
pub(crate) fn hash_lines(text: &str) -> Result<(Vec<Hash>, &str), Option<usize>> {
    let mut hashes = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').ok_or(None)?;
        rest = after;
        if line.is_empty() {
            return Ok((hashes, rest));
        }
        let hash = Hash::from_base64(line).filter(|_| hashes.len() < PATH_MAX);
        hashes.push(hash.ok_or(Some(hashes.len() + 1))?);
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    const NOTE: &str = "log.example\n0\nx\n\n— log.example AAAAAQI=\n";

    fn check(text: &str, expected: Result<(u64, usize), ProofFault>) {
        let read = Proof::parse(text.as_bytes());
        if let Ok(read) = &read {
            assert_eq!(read.to_string(), text);
        }
        assert_eq!(read.map(|p| (p.index, p.path.len())), expected, "{text}");
    }

    #[test]
    fn proofs() {
        check(&format!("{HEADER}index 0\n\n{NOTE}"), Ok((0, 0)));
        check(&format!("{HEADER}extra AAEC\nindex 73894\n{HASH}{HASH}\n{NOTE}"), Ok((73_894, 2)));
        check(&format!("{HEADER}extra \nindex 1\n{}\n{NOTE}", HASH.repeat(63)), Ok((1, 63)));
    }

    #[test]
    fn faults() {
        check("", Err(ProofFault::Header));
        check(&format!("c2sp.org/tlog-proof@v2\nindex 0\n\n{NOTE}"), Err(ProofFault::Header));
        check(&format!("{HEADER}extra ?\nindex 0\n\n{NOTE}"), Err(ProofFault::Extra));
        check(&format!("{HEADER}index 00\n\n{NOTE}"), Err(ProofFault::Index));
        check(&format!("{HEADER}index 0\nextra AAEC\n\n{NOTE}"), Err(ProofFault::Path(1)));
        check(&format!("{HEADER}index 0\n{HASH}x\n\n{NOTE}"), Err(ProofFault::Path(2)));
        check(&format!("{HEADER}index 0\n{}\n{NOTE}", HASH.repeat(64)), Err(ProofFault::Path(64)));
        check(&format!("{HEADER}index 0\n{HASH}"), Err(ProofFault::NoCheckpoint));
        check(&format!("{HEADER}index 0\n\n"), Err(ProofFault::Note(NoteFault::NoSignatureBlock)));
        assert_eq!(Proof::parse(b"\xff"), Err(ProofFault::NotText));
        assert_eq!(Proof::parse(&vec![b'a'; PROOF_BYTES_MAX + 1]), Err(ProofFault::NotText));
    }
}
