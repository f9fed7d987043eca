//! Histories of one log that differ from what a witness has cosigned: a leaf deleted, two swapped, one slipped in.
//!
//! Shared by the test of our own witness and by the example that feeds a foreign one.

use tlog::tile::TileSet;
use tlog::witness::{AddCheckpoint, Seen};
use tlog::{Checkpoint, Frontier, KeyKind, SignerKey, commit, consistency};

/// The log's name and seed in all these histories.
pub(crate) const ORIGIN: &str = "log.example/hub";

/// What goes wrong while a history is made; only a fault of the program itself can.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The log's key.
pub(crate) fn log_key() -> Outcome<SignerKey> {
    Ok(SignerKey::from_seed(ORIGIN, KeyKind::Log, &[1; 32])?)
}

/// The true history up to `size` leaves.
pub(crate) fn leaves(size: u64) -> Vec<[u8; 32]> {
    (0..size).map(|i| commit(&[3; 32], &i.to_be_bytes())).collect()
}

/// A history that is not the continuation of the first `seen` leaves, three kinds in turn.
pub(crate) fn rewritten(step: u64, seen: u64) -> Vec<[u8; 32]> {
    let mut all = leaves(seen + 1 + step % 50);
    let at = (step.wrapping_mul(7_919) % (seen - 1)) as usize;
    match step % 3 {
        0 => drop(all.remove(at)),
        1 => all.swap(at, at + 1),
        _ => all.insert(at, commit(&[4; 32], b"back-dated")),
    }
    all
}

/// What the log would send a witness that has seen `old` leaves: honest proofs of the history that it now claims.
pub(crate) fn request(old: u64, leaves: &[[u8; 32]]) -> Outcome<(AddCheckpoint, Seen)> {
    let mut tree = Frontier::new();
    let mut tiles = TileSet::new(leaves.len() as u64);
    for written in tree.append_data(leaves).map_err(|fault| format!("{fault:?}"))? {
        tiles.insert(written.tile, written.bytes);
    }
    let proof =
        consistency::prove(old, tree.size(), |n| tiles.node(n)).map_err(|fault| format!("{fault:?}"))?;
    let checkpoint =
        Checkpoint::new(ORIGIN, tree.size(), tree.root()).sign(&log_key()?).ok_or("not a log key")?;
    let seen = Seen { size: tree.size(), root: tree.root() };
    Ok((AddCheckpoint { old, proof, checkpoint }, seen))
}
