//! Tiles: where the hashes of the tree lie as files (C2SP tlog-tiles, section "Merkle Tree").
//!
//! A tile is 256 neighbouring hashes of one tile level; tile level L holds the nodes of tree level 8·L. This file
//! names tiles and reads nodes out of their bytes; it fetches and stores nothing.

use std::collections::BTreeMap;

use crate::hash::{HASH_BYTES, Hash, complete_root};
use crate::node::Node;

/// Hashes in a full tile (C2SP tlog-tiles: "exactly 256 hashes wide, or 8,192 bytes").
pub const TILE_WIDTH: u64 = 256;

/// Tree levels that one tile spans: 2^8 = 256.
pub const TILE_HEIGHT: u8 = 8;

/// The highest tile level that the format can name (C2SP tlog-tiles: `<L>` is between 0 and 63). A tree of 2^63 leaves
/// needs 8.
pub const TILE_LEVEL_MAX: u8 = 63;

/// The name of a tile: level, index, and how many hashes it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Tile level: 0 holds leaf hashes.
    pub level: u8,
    /// Position on its level, from the left.
    pub index: u64,
    /// Hashes in it: 256 when full, fewer (never 0) at the right edge.
    pub width: u16,
}

impl Tile {
    /// Whether it holds all its 256 hashes and so never changes again.
    #[must_use]
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }

    /// The path of the hash tile below the log's prefix: `tile/<L>/<N>[.p/<W>]`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, self.index_path())
    }

    /// The path of the entry bundle with the same index and width: `tile/entries/<N>[.p/<W>]`. Bundles exist beside
    /// level 0 only, so the level of `self` is not looked at.
    #[must_use]
    pub fn entries_path(&self) -> String {
        format!("tile/entries/{}", self.index_path())
    }

    fn index_path(&self) -> String {
        let mut text = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            text = format!("x{:03}/{text}", rest % 1000);
            rest /= 1000;
        }
        if !self.is_full() {
            text.push_str(&format!(".p/{}", self.width));
        }
        text
    }

    /// Reads what [`Tile::path`] writes. Every other spelling of the same tile (leading zeroes, a full tile as
    /// `.p/256`) is `None`, so that one tile has one address in every cache.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level: u8 = decimal(level)?.try_into().ok()?;
        if level > TILE_LEVEL_MAX {
            return None;
        }
        let (index, width) = parse_index(rest)?;
        let tile = Self { level, index, width };
        (tile.path() == path).then_some(tile)
    }

    /// Reads what [`Tile::entries_path`] writes; the tile is then on level 0.
    #[must_use]
    pub fn parse_entries(path: &str) -> Option<Self> {
        let (index, width) = parse_index(path.strip_prefix("tile/entries/")?)?;
        let tile = Self { level: 0, index, width };
        (tile.entries_path() == path).then_some(tile)
    }
}

fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// `x001/x234/067` or `x001/x234/067.p/5`; what is not canonical is caught by writing it again.
fn parse_index(text: &str) -> Option<(u64, u16)> {
    let (digits, width) = match text.split_once(".p/") {
        Some((digits, width)) => (digits, decimal(width)?.try_into().ok()?),
        None => (text, TILE_WIDTH as u16),
    };
    if width == 0 || u64::from(width) > TILE_WIDTH {
        return None;
    }
    let mut index: u64 = 0;
    for part in digits.split('/') {
        let group = decimal(part.strip_prefix('x').unwrap_or(part))?;
        index = index.checked_mul(1000)?.checked_add(group)?;
    }
    Some((index, width))
}

/// How many hashes tile level `level` holds in a tree of `size` leaves.
fn hashes_on_level(size: u64, level: u8) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0)
}

/// The tiles that must be written when a tree grows from `old` to `new` leaves, lowest level first, each as wide as the
/// new tree makes it. With `old` 0 these are all tiles of the tree.
#[must_use]
pub fn grown_tiles(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in 0..=TILE_LEVEL_MAX {
        let (before, after) = (hashes_on_level(old, level), hashes_on_level(new, level));
        if after == 0 {
            break;
        }
        if after > before {
            tiles.extend(
                (before / TILE_WIDTH..=(after - 1) / TILE_WIDTH).map(|index| at(level, index, after)),
            );
        }
    }
    tiles
}

/// The tile of this level and index when the level holds `hashes` hashes; the caller knows that it is not empty.
fn at(level: u8, index: u64, hashes: u64) -> Tile {
    Tile { level, index, width: (hashes - index * TILE_WIDTH).min(TILE_WIDTH) as u16 }
}

/// The partial tiles at the right edge of a tree of `size` leaves: what must be read to go on appending.
#[must_use]
pub fn edge_tiles(size: u64) -> Vec<Tile> {
    let levels = (0..=TILE_LEVEL_MAX).map(|level| (level, hashes_on_level(size, level)));
    let partial = levels.filter(|(_, hashes)| hashes % TILE_WIDTH != 0);
    partial.map(|(level, hashes)| at(level, hashes / TILE_WIDTH, hashes)).collect()
}

/// The tile of a tree of `size` leaves from which `node` can be computed; `None` when the node is not complete in it.
#[must_use]
pub fn tile_of(node: Node, size: u64) -> Option<Tile> {
    let level = node.level / TILE_HEIGHT;
    let within = node.level % TILE_HEIGHT;
    let first = node.index.checked_mul(1 << within)?;
    let hashes = hashes_on_level(size, level);
    let end = first.checked_add(1 << within)?;
    (end <= hashes).then(|| at(level, first / TILE_WIDTH, hashes))
}

/// The tiles, each once, that hold these nodes in a tree of `size` leaves.
#[must_use]
pub fn tiles_of(nodes: &[Node], size: u64) -> Vec<Tile> {
    let mut tiles: Vec<Tile> = nodes.iter().filter_map(|node| tile_of(*node, size)).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// The hash of `node` out of the bytes of a tile that holds it; `None` when the bytes are too short or the node is in
/// another tile.
#[must_use]
pub fn node_in_tile(node: Node, tile: Tile, bytes: &[u8]) -> Option<Hash> {
    let within = node.level.checked_sub(tile.level.checked_mul(TILE_HEIGHT)?)?;
    if within > TILE_HEIGHT {
        return None;
    }
    let first = node.index.checked_mul(1 << within)?.checked_sub(tile.index.checked_mul(TILE_WIDTH)?)?;
    let start = usize::try_from(first).ok()?.checked_mul(HASH_BYTES)?;
    let end = start.checked_add(HASH_BYTES << within)?;
    let row: Vec<Hash> =
        bytes.get(start..end)?.chunks_exact(HASH_BYTES).filter_map(Hash::from_slice).collect();
    Some(complete_root(&row))
}

/// Tiles that a caller has fetched, as the place where proofs read their nodes.
#[derive(Clone, Debug, Default)]
pub struct TileSet {
    /// Tree size for which the tiles were fetched.
    size: u64,
    tiles: BTreeMap<(u8, u64), (Tile, Vec<u8>)>,
}

impl TileSet {
    /// An empty set for proofs in a tree of `size` leaves.
    #[must_use]
    pub fn new(size: u64) -> Self {
        Self { size, tiles: BTreeMap::new() }
    }

    /// Adds the bytes of a tile; `false`, and nothing added, when they have not the length that its width says.
    pub fn insert(&mut self, tile: Tile, bytes: Vec<u8>) -> bool {
        let fits = bytes.len() == usize::from(tile.width) * HASH_BYTES;
        if fits {
            self.tiles.insert((tile.level, tile.index), (tile, bytes));
        }
        fits
    }

    /// The hash of a node, if its tile is here.
    #[must_use]
    pub fn node(&self, node: Node) -> Option<Hash> {
        let wanted = tile_of(node, self.size)?;
        let (tile, bytes) = self.tiles.get(&(wanted.level, wanted.index))?;
        node_in_tile(node, *tile, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(level: u8, index: u64, width: u16) -> Tile {
        Tile { level, index, width }
    }

    fn check(tile: Tile, path: &str) {
        assert_eq!(tile.path(), path);
        assert_eq!(Tile::parse(path), Some(tile));
    }

    #[test]
    fn paths() {
        check(tile(0, 0, 256), "tile/0/000");
        check(tile(0, 1_234_067, 256), "tile/0/x001/x234/067");
        check(tile(1, 999, 17), "tile/1/999.p/17");
        check(tile(63, 1000, 1), "tile/63/x001/000.p/1");
        check(tile(0, u64::MAX, 256), "tile/0/x018/x446/x744/x073/x709/x551/615");
        assert_eq!(tile(0, 5, 3).entries_path(), "tile/entries/005.p/3");
        assert_eq!(Tile::parse_entries("tile/entries/005.p/3"), Some(tile(0, 5, 3)));
    }

    #[test]
    fn other_spellings_are_refused() {
        for bad in [
            "tile/00/000",
            "tile/64/000",
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000/",
            "/tile/0/000",
            "tile/0/+01",
            "tile/-1/000",
            "tile/0/../000",
            "tile/entries/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/8/0/000",
            "",
            "tile/",
        ] {
            assert_eq!(Tile::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_example_of_the_specification() {
        // C2SP tlog-tiles: 70,000 leaves are 273 full tiles and one of 112 on level 0, one full and one of 17 on
        // level 1, one of 1 on level 2; 256 leaves are one full tile and one of width 1 above it.
        let tiles = grown_tiles(0, 70_000);
        assert_eq!(tiles.iter().filter(|t| t.level == 0 && t.is_full()).count(), 273);
        assert_eq!(tiles.iter().filter(|t| t.level == 1 && t.is_full()).count(), 1);
        assert_eq!(edge_tiles(70_000), [tile(0, 273, 112), tile(1, 1, 17), tile(2, 0, 1)]);
        assert_eq!(tiles.len(), 277);
        assert_eq!(grown_tiles(0, 256), [tile(0, 0, 256), tile(1, 0, 1)]);
        assert_eq!(edge_tiles(256), [tile(1, 0, 1)]);
    }

    #[test]
    fn only_what_changed_is_written() {
        assert_eq!(grown_tiles(5, 5), []);
        assert_eq!(grown_tiles(255, 257), [tile(0, 0, 256), tile(0, 1, 1), tile(1, 0, 1)]);
        assert_eq!(grown_tiles(256, 257), [tile(0, 1, 1)]);
    }

    #[test]
    fn a_short_tile_is_not_taken() {
        let mut set = TileSet::new(2);
        assert!(!set.insert(tile(0, 0, 2), vec![0; 63]));
        assert!(set.insert(tile(0, 0, 2), vec![0; 64]));
        assert_eq!(set.node(Node { level: 0, index: 1 }), Some(Hash([0; 32])));
        assert_eq!(set.node(Node { level: 0, index: 2 }), None);
    }
}
