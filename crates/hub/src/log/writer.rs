//! The growing edge of the log on this node: takes it up from the files, follows the database, signs.
//!
//! The database decides the order and the files repeat it. So what a crash left half written is written again from the
//! database; and files that know more than the database mean that the database was put back: then nothing is signed.

use crate::HubError;
use store::{LogState, Tiles, Tx};
use tlog::frontier::TileData;
use tlog::tile::TILE_WIDTH;
use tlog::{Checkpoint, Frontier, Hash, Note, SignerKey, Tile};

/// Bundles read at once when following: 64 × 256 leaves are half a megabyte.
const BUNDLES_AT_ONCE: u32 = 64;

/// Bytes of a leaf in a bundle row: a commitment.
pub(crate) const LEAF_BYTES: usize = 32;

/// The edge.
pub(crate) struct Writer {
    pub(crate) epoch: i64,
    pub(crate) key: SignerKey,
    pub(crate) frontier: Frontier,
}

/// Why the log does not go on until a person has looked. Each is a class in the journal, explained in `docs/log.md`.
fn alarm(class: &str) -> HubError {
    tracing::error!(error.class = class, "the log does not go on: see docs/log.md");
    HubError::Unavailable(class.to_owned())
}

impl Writer {
    /// Takes the log up where the files say it is, and follows the database to `state`.
    pub(crate) async fn take_up(
        tiles: &Tiles,
        tx: &mut Tx,
        state: &LogState,
        key: SignerKey,
    ) -> Result<Self, HubError> {
        let mut writer = Self { epoch: state.epoch, key, frontier: Frontier::new() };
        if let Some(bytes) = tiles.checkpoint()? {
            let (published, _) =
                Checkpoint::open(&bytes, writer.key.verifier()).map_err(|_| alarm("log-foreign"))?;
            if published.size > state.size {
                return Err(alarm("log-restored"));
            }
            let resumed = Frontier::resume(published.size, |tile| tiles.tile(tile).ok().flatten());
            match resumed {
                Ok(frontier) if frontier.root() == published.root => writer.frontier = frontier,
                _ => writer.follow(tiles, tx, published.size, &published.root).await?,
            }
        }
        writer.follow(tiles, tx, state.size, &state.root).await?;
        Ok(writer)
    }

    /// Reads what the database has beyond this edge, up to `size`, and writes its files.
    pub(crate) async fn follow(
        &mut self,
        tiles: &Tiles,
        tx: &mut Tx,
        size: u64,
        root: &Hash,
    ) -> Result<(), HubError> {
        while self.frontier.size() < size {
            let first = self.frontier.size() / TILE_WIDTH;
            let bundles = tx.log_bundles(self.epoch, first, BUNDLES_AT_ONCE).await?;
            let held: Vec<u8> = bundles.iter().flat_map(|(_, leaves)| leaves.iter().copied()).collect();
            let leaves: Vec<&[u8]> = held.chunks_exact(LEAF_BYTES).collect();
            let (skip, upto) = (self.frontier.size() - first * TILE_WIDTH, size - first * TILE_WIDTH);
            let new = leaves.get(skip as usize..leaves.len().min(upto as usize)).unwrap_or_default();
            if new.is_empty() {
                return Err(alarm("log-gap"));
            }
            let grown = self.frontier.append_data(new).map_err(|_| alarm("log-full"))?;
            let seen = &leaves[..skip as usize + new.len()];
            tiles.write(&files(&grown, first, seen)?)?;
            prune(tiles, &grown);
        }
        if self.frontier.root() == *root { Ok(()) } else { Err(alarm("log-forked")) }
    }

    /// The log's own signature over where it is.
    pub(crate) fn sign(&self) -> Result<Note, HubError> {
        let checkpoint =
            Checkpoint::new(self.key.verifier().name(), self.frontier.size(), self.frontier.root());
        checkpoint.sign(&self.key).ok_or_else(|| alarm("log-key"))
    }
}

/// The files of grown tiles and of the bundles from number `first` on, whose leaves are `leaves`.
pub(crate) fn files(
    grown: &[TileData],
    first: u64,
    leaves: &[&[u8]],
) -> Result<Vec<(String, Vec<u8>)>, HubError> {
    let mut files: Vec<(String, Vec<u8>)> =
        grown.iter().map(|data| (data.tile.path(), data.bytes.clone())).collect();
    for (index, bundle) in (first..).zip(leaves.chunks(TILE_WIDTH as usize)) {
        let tile = Tile { level: 0, index, width: bundle.len() as u16 };
        let bytes = tlog::entries::encode(bundle).map_err(|_| alarm("log-entry"))?;
        files.push((tile.entries_path(), bytes));
    }
    Ok(files)
}

/// Removes the partial forms of tiles that became full.
pub(crate) fn prune(tiles: &Tiles, grown: &[TileData]) {
    for data in grown.iter().filter(|data| data.tile.is_full()) {
        tiles.prune(data.tile);
    }
}
