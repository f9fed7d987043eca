//! Writes a log with its tiles, a cosigned checkpoint and proofs into a folder, for verifiers that are not ours.
//!
//! `foreign_log DIR LEAVES PROOFS`. See `tests/foreign/check.sh`; the keys and leaves are fixed, so two runs write the
//! same bytes.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use tlog::tile::{TileSet, tiles_of};
use tlog::witness::AddCheckpoint;
use tlog::{
    Checkpoint, Frontier, Hash, KeyKind, Node, Proof, SignerKey, Tile, consistency, cosignature, entries,
    inclusion, leaf_hash, node,
};

const ORIGIN: &str = "log.example/hub";

/// 23 November 2026, 00:00 UTC; any fixed time serves.
const COSIGNED_AT: u64 = 1_795_392_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn data(index: u64) -> [u8; 32] {
    tlog::commit(&[index as u8; 32], &index.to_be_bytes())
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, leaves, proofs] = arguments.as_slice() else {
        return Err("foreign_log DIR LEAVES PROOFS".into());
    };
    let (folder, size, count) = (Path::new(folder), leaves.parse::<u64>()?, proofs.parse::<u64>()?);
    let log = Log::write(folder, size)?;
    let (mut included, mut consistent) = (String::new(), String::new());
    for step in 0..count {
        // Steps of a large odd number visit all parts of the tree, each leaf at most once while count < size.
        let index = step.wrapping_mul(7_919) % size;
        line(&mut included, index, &leaf_hash(&data(index)), &log.inclusion(index)?)?;
        let old = index + 1;
        line(&mut consistent, old, &log.root_at(old)?, &log.consistency(old)?)?;
    }
    fs::write(folder.join("inclusion.txt"), included)?;
    fs::write(folder.join("consistency.txt"), consistent)?;
    log.offline(folder)
}

fn line(text: &mut String, number: u64, hash: &Hash, proof: &[Hash]) -> Outcome<()> {
    write!(text, "{number} {hash}")?;
    proof.iter().try_for_each(|hash| write!(text, " {hash}"))?;
    writeln!(text)?;
    Ok(())
}

struct Log {
    size: u64,
    tiles: TileSet,
    note: tlog::Note,
}

impl Log {
    fn write(folder: &Path, size: u64) -> Outcome<Self> {
        let leaves: Vec<[u8; 32]> = (0..size).map(data).collect();
        let mut frontier = Frontier::new();
        let mut tiles = TileSet::new(size);
        for written in frontier.append_data(&leaves).map_err(|fault| format!("{fault:?}"))? {
            save(folder, &written.tile.path(), &written.bytes)?;
            tiles.insert(written.tile, written.bytes);
        }
        for (index, bundle) in leaves.chunks(256).enumerate() {
            let tile = Tile { level: 0, index: index as u64, width: bundle.len() as u16 };
            save(
                folder,
                &tile.entries_path(),
                &entries::encode(bundle).map_err(|fault| format!("{fault:?}"))?,
            )?;
        }
        let log = SignerKey::from_seed(ORIGIN, KeyKind::Log, &[1; 32])?;
        let witness = SignerKey::from_seed("witness.example", KeyKind::Witness, &[2; 32])?;
        let checkpoint = Checkpoint::new(ORIGIN, size, frontier.root());
        let mut note = checkpoint.sign(&log).ok_or("not a log key")?;
        note.signatures.extend(cosignature::cosign(&note.text, &witness, COSIGNED_AT));
        save(folder, "checkpoint", note.to_string().as_bytes())?;
        save(folder, "log.vkey", log.verifier().to_string().as_bytes())?;
        save(folder, "witness.vkey", witness.verifier().to_string().as_bytes())?;
        Ok(Self { size, tiles, note })
    }

    fn node(&self, node: Node) -> Option<Hash> {
        self.tiles.node(node)
    }

    fn inclusion(&self, index: u64) -> Outcome<Vec<Hash>> {
        let nodes = inclusion::nodes(index, self.size).ok_or("no such leaf")?;
        debug_assert!(tiles_of(&nodes, self.size).len() <= nodes.len());
        Ok(inclusion::prove(index, self.size, |n| self.node(n)).map_err(|fault| format!("{fault:?}"))?)
    }

    fn consistency(&self, old: u64) -> Outcome<Vec<Hash>> {
        Ok(consistency::prove(old, self.size, |n| self.node(n)).map_err(|fault| format!("{fault:?}"))?)
    }

    fn root_at(&self, size: u64) -> Outcome<Hash> {
        Ok(node::root(size, |n| self.node(n)).map_err(|missing| format!("{missing:?}"))?)
    }

    /// One offline proof and one request to a witness.
    fn offline(&self, folder: &Path) -> Outcome<()> {
        let index = self.size / 3;
        let proof = Proof { extra: None, index, path: self.inclusion(index)?, checkpoint: self.note.clone() };
        save(folder, "one.tlog-proof", proof.to_string().as_bytes())?;
        let old = self.size / 2;
        let request = AddCheckpoint { old, proof: self.consistency(old)?, checkpoint: self.note.clone() };
        save(folder, "add-checkpoint.txt", request.to_string().as_bytes())
    }
}

fn save(folder: &Path, path: &str, bytes: &[u8]) -> Outcome<()> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(fs::write(path, bytes)?)
}
