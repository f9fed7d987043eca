//! What a witness is asked and what it must answer (C2SP tlog-witness, `add-checkpoint`).
//!
//! The request's form and the decision. The server around it, the file that keeps the last cosigned checkpoint, and
//! doing both atomically are left to the outer rings; so is the clock that gives a cosignature its time.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointFault, parse_decimal};
use crate::consistency;
use crate::hash::{Hash, empty_root};
use crate::key::VerifierKey;
use crate::note::{Note, NoteFault};
use crate::proof::hash_lines;

/// The media type of the body that answers a wrong old size.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";

/// The body of a request: "this log had `old` leaves when you last saw it; here is its checkpoint now".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness cosigned last, as the client believes.
    pub old: u64,
    /// The consistency proof from `old` to the checkpoint.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: Note,
}

/// Why a body is not a request (400).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// Not UTF-8, or no `old N` line.
    Old,
    /// The proof line with this number (from 1) is not a hash, or there are more than 63.
    Proof(usize),
    /// No empty line before the checkpoint.
    NoCheckpoint,
    /// The checkpoint is not a signed note.
    Note(NoteFault),
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Old => f.write_str("the first line is not “old N”"),
            Self::Proof(line) => write!(f, "proof line {line} is not a hash, or one too many"),
            Self::NoCheckpoint => f.write_str("no empty line before the checkpoint"),
            Self::Note(fault) => write!(f, "checkpoint: {fault}"),
        }
    }
}

impl std::error::Error for RequestFault {}

impl AddCheckpoint {
    /// Reads a request body.
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestFault> {
        let text = std::str::from_utf8(bytes).map_err(|_| RequestFault::Old)?;
        let (old, rest) =
            text.strip_prefix("old ").and_then(|t| t.split_once('\n')).ok_or(RequestFault::Old)?;
        let old = parse_decimal(old).ok_or(RequestFault::Old)?;
        let lines = hash_lines(rest);
        let (proof, note) =
            lines.map_err(|line| line.map_or(RequestFault::NoCheckpoint, RequestFault::Proof))?;
        let checkpoint = Note::parse(note.as_bytes()).map_err(RequestFault::Note)?;
        Ok(Self { old, proof, checkpoint })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// What the witness remembers of one log: the size and root it cosigned last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Leaves.
    pub size: u64,
    /// Root.
    pub root: Hash,
}

impl Default for Seen {
    /// A log of which nothing was cosigned yet.
    fn default() -> Self {
        Self { size: 0, root: empty_root() }
    }
}

/// What the witness must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// 200: keep this as [`Seen`] on disk first, then answer with the cosignature line over the note's text.
    Cosign(Checkpoint),
    /// 400: the old size is over the checkpoint's size, or the text is not a checkpoint.
    Bad,
    /// 404: no log with this origin is known here.
    UnknownLog,
    /// 403: no signature by the log's key.
    Unsigned,
    /// 409 with the size that the witness holds, as [`SIZE_MEDIA_TYPE`].
    Conflict(u64),
    /// 422: the proof does not show that the log only grew. With a valid signature this is evidence against the log.
    Inconsistent(Checkpoint),
}

impl Verdict {
    /// The HTTP status that the specification gives this answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosign(_) => 200,
            Self::Bad => 400,
            Self::Unsigned => 403,
            Self::UnknownLog => 404,
            Self::Conflict(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

/// Decides on a request. `known` gives, for an origin, the log's key and what was cosigned last.
pub fn judge<'k>(
    request: &AddCheckpoint,
    known: impl Fn(&str) -> Option<(&'k VerifierKey, Seen)>,
) -> Verdict {
    let origin = request.checkpoint.text.split('\n').next().unwrap_or_default();
    let Some((key, seen)) = known(origin) else { return Verdict::UnknownLog };
    let checkpoint = match Checkpoint::open_note(&request.checkpoint, key) {
        Ok(checkpoint) => checkpoint,
        Err(CheckpointFault::Signature | CheckpointFault::Origin) => return Verdict::Unsigned,
        Err(_) => return Verdict::Bad,
    };
    if request.old > checkpoint.size {
        return Verdict::Bad;
    }
    if request.old != seen.size || (seen.size == checkpoint.size && seen.root != checkpoint.root) {
        return Verdict::Conflict(seen.size);
    }
    let Checkpoint { size, root, .. } = &checkpoint;
    if consistency::verify(seen.size, &seen.root, *size, root, &request.proof) {
        Verdict::Cosign(checkpoint)
    } else {
        Verdict::Inconsistent(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontier::Frontier;
    use crate::key::{KeyKind, SignerKey};
    use crate::tile::TileSet;

    fn log_key() -> SignerKey {
        SignerKey::from_seed("log.example", KeyKind::Log, &[1; 32]).unwrap()
    }

    fn seen(leaves: &[&str]) -> Seen {
        let mut tree = Frontier::new();
        tree.append_data(leaves).unwrap();
        Seen { size: tree.size(), root: tree.root() }
    }

    fn request(old: u64, leaves: &[&str]) -> AddCheckpoint {
        let mut tree = Frontier::new();
        let mut tiles = TileSet::new(leaves.len() as u64);
        for written in tree.append_data(leaves).unwrap() {
            tiles.insert(written.tile, written.bytes);
        }
        let proof = consistency::prove(old, tree.size(), |n| tiles.node(n)).unwrap_or_default();
        let checkpoint = Checkpoint::new("log.example", tree.size(), tree.root()).sign(&log_key()).unwrap();
        AddCheckpoint { old, proof, checkpoint }
    }

    fn check(seen: Seen, request: &AddCheckpoint, status: u16) {
        let read = AddCheckpoint::parse(request.to_string().as_bytes()).unwrap();
        assert_eq!(&read, request);
        let key = log_key();
        let verdict = judge(&read, |origin| (origin == "log.example").then_some((key.verifier(), seen)));
        assert_eq!(verdict.status(), status, "{verdict:?}");
    }

    #[test]
    fn answers_as_written() {
        check(Seen::default(), &request(0, &["a", "b", "c"]), 200);
        check(seen(&["a"]), &request(1, &["a", "b", "c"]), 200);
        check(seen(&["a"]), &request(1, &["a"]), 200);
        check(seen(&["a"]), &request(2, &["a"]), 400);
        check(seen(&["a", "b"]), &request(0, &["a", "b", "c"]), 409);
        check(seen(&["a", "b"]), &request(1, &["a", "b", "c"]), 409);
        // Another history of the same size, and of a larger size: reordered, deleted, back-dated.
        check(seen(&["a", "b"]), &request(2, &["b", "a"]), 409);
        check(seen(&["a", "b"]), &request(2, &["b", "a", "c"]), 422);
        check(seen(&["a", "b"]), &request(2, &["b", "c", "d"]), 422);
        check(seen(&["a", "b"]), &request(2, &["a", "x", "b"]), 422);
    }

    #[test]
    fn who_signs() {
        let mut unsigned = request(0, &["a"]);
        unsigned.checkpoint.signatures[0].bytes[0] ^= 1;
        check(Seen::default(), &unsigned, 403);
        let mut unknown = request(0, &["a"]);
        unknown.checkpoint.text = unknown.checkpoint.text.replace("log.example", "other.example");
        check(Seen::default(), &unknown, 404);
        let mut padded = request(1, &["a"]);
        padded.proof.push(empty_root());
        check(seen(&["a"]), &padded, 422);
    }

    #[test]
    fn bodies_that_are_no_request() {
        let parse = |text: &str| AddCheckpoint::parse(text.as_bytes()).map(|r| r.old);
        assert_eq!(parse(""), Err(RequestFault::Old));
        assert_eq!(parse("old 01\n\n"), Err(RequestFault::Old));
        assert_eq!(parse("old 1\nx\n\n"), Err(RequestFault::Proof(1)));
        assert_eq!(
            parse(&format!("old 1\n{}\n", format!("{}\n", empty_root()).repeat(64))),
            Err(RequestFault::Proof(64))
        );
        assert_eq!(parse("old 1\n"), Err(RequestFault::NoCheckpoint));
        assert_eq!(parse("old 1\n\n"), Err(RequestFault::Note(NoteFault::NoSignatureBlock)));
    }
}
