//! The growing edge of a tree as a value: what a sequencer holds between two batches.
//!
//! It turns new leaf hashes into the tiles that must be written and the new root. When the files are written and
//! synced, and in which order, is the sequencer's business (`store`).

use crate::hash::{Hash, complete_root, join, leaf_hash};
use crate::node::TREE_SIZE_MAX;
use crate::tile::{TILE_WIDTH, Tile, edge_tiles};

/// A tile with its bytes, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileData {
    /// Which tile.
    pub tile: Tile,
    /// Its hashes, one after the other.
    pub bytes: Vec<u8>,
}

/// The tree's size and the hashes of its partial tiles: at most 255 a level, about 2,000 for the largest tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// By tile level; a level is empty when its last tile is full.
    levels: Vec<Vec<Hash>>,
}

/// Why a frontier could not be restored or grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontierFault {
    /// This partial tile is needed and was not there, or had the wrong length.
    Tile(Tile),
    /// The tree would become larger than [`TREE_SIZE_MAX`].
    Full,
}

impl Frontier {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a tree of `size` leaves again. `read` gives the bytes of the tiles named by
    /// [`crate::tile::edge_tiles`]; the caller compares [`Frontier::root`] with its checkpoint afterwards.
    pub fn resume(size: u64, mut read: impl FnMut(Tile) -> Option<Vec<u8>>) -> Result<Self, FrontierFault> {
        if size > TREE_SIZE_MAX {
            return Err(FrontierFault::Full);
        }
        let mut levels: Vec<Vec<Hash>> = Vec::new();
        for tile in edge_tiles(size) {
            let bytes = read(tile).ok_or(FrontierFault::Tile(tile))?;
            let row: Option<Vec<Hash>> = bytes.chunks(32).map(Hash::from_slice).collect();
            let row =
                row.filter(|row| row.len() == usize::from(tile.width)).ok_or(FrontierFault::Tile(tile))?;
            levels.resize(usize::from(tile.level), Vec::new());
            levels.push(row);
        }
        Ok(Self { size, levels })
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut pieces = Vec::new();
        for row in self.levels.iter().rev() {
            let mut rest = row.as_slice();
            while !rest.is_empty() {
                let (complete, after) = rest.split_at(1 << rest.len().ilog2());
                pieces.push(complete_root(complete));
                rest = after;
            }
        }
        join(&pieces)
    }

    /// Appends leaf data (a [`crate::commit`]ment, or any bytes) and returns the tiles to write; see
    /// [`Frontier::append`].
    pub fn append_data(&mut self, leaves: &[impl AsRef<[u8]>]) -> Result<Vec<TileData>, FrontierFault> {
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf.as_ref())).collect();
        self.append(&hashes)
    }

    /// Appends leaf hashes and returns the tiles to write: first those that became full, each before the tile above
    /// it, then the partial ones of the new edge. On an error nothing is appended.
    pub fn append(&mut self, leaves: &[Hash]) -> Result<Vec<TileData>, FrontierFault> {
        let size = self.size.checked_add(leaves.len() as u64).filter(|size| *size <= TREE_SIZE_MAX);
        let size = size.ok_or(FrontierFault::Full)?;
        let before = self.size;
        let mut tiles = Vec::new();
        for leaf in leaves {
            self.push(*leaf, &mut tiles);
        }
        debug_assert_eq!(self.size, size);
        let changed =
            |tile: &Tile| (before >> (8 * u32::from(tile.level))) != (size >> (8 * u32::from(tile.level)));
        for tile in edge_tiles(size).into_iter().filter(changed) {
            tiles.push(TileData { tile, bytes: bytes_of(&self.levels[usize::from(tile.level)]) });
        }
        Ok(tiles)
    }

    fn push(&mut self, leaf: Hash, full: &mut Vec<TileData>) {
        let mut carried = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(carried);
            if (row.len() as u64) < TILE_WIDTH {
                break;
            }
            let index = self.size >> (8 * (level + 1));
            let tile = Tile { level: level as u8, index, width: TILE_WIDTH as u16 };
            full.push(TileData { tile, bytes: bytes_of(row) });
            carried = complete_root(row);
            row.clear();
        }
        self.size += 1;
    }
}

fn bytes_of(row: &[Hash]) -> Vec<u8> {
    row.iter().flat_map(|hash| hash.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::empty_root;
    use crate::tile::grown_tiles;

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn check(old: u64, new: u64) {
        let all = leaves(new);
        let mut frontier = Frontier::new();
        frontier.append(&all[..old as usize]).unwrap();
        let written = frontier.append(&all[old as usize..]).unwrap();
        let mut names: Vec<Tile> = written.iter().map(|t| t.tile).collect();
        names.sort();
        let mut expected = grown_tiles(old, new);
        expected.sort();
        assert_eq!(names, expected, "{old} to {new}");
        assert_eq!(frontier.size(), new);
        assert!(written.iter().all(|t| t.bytes.len() == 32 * usize::from(t.tile.width)));
    }

    #[test]
    fn the_tiles_written_are_the_tiles_that_changed() {
        for (old, new) in
            [(0, 0), (0, 1), (0, 255), (0, 256), (255, 257), (256, 256), (1, 65_536), (65_535, 65_793)]
        {
            check(old, new);
        }
    }

    #[test]
    fn resumed_is_the_same() {
        for size in [0_u64, 1, 255, 256, 257, 65_536, 65_537, 70_000] {
            let mut frontier = Frontier::new();
            let written = frontier.append(&leaves(size)).unwrap();
            let read = |tile: Tile| written.iter().find(|w| w.tile == tile).map(|w| w.bytes.clone());
            let resumed = Frontier::resume(size, read).unwrap();
            assert_eq!(resumed.root(), frontier.root(), "{size}");
            let more = leaves(300);
            assert_eq!(resumed.clone().append(&more), frontier.append(&more), "{size}");
        }
    }

    #[test]
    fn faults() {
        assert_eq!(Frontier::new().root(), empty_root());
        let tile = Tile { level: 0, index: 0, width: 3 };
        assert_eq!(Frontier::resume(3, |_| None), Err(FrontierFault::Tile(tile)));
        assert_eq!(Frontier::resume(3, |_| Some(vec![0; 95])), Err(FrontierFault::Tile(tile)));
        assert_eq!(Frontier::resume(3, |_| Some(vec![0; 128])), Err(FrontierFault::Tile(tile)));
        assert_eq!(Frontier::resume(u64::MAX, |_| None), Err(FrontierFault::Full));
    }
}
