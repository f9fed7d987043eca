//! Roots and proofs against `ct-merkle`, an independent implementation of RFC 6962.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failing set-up must fail the test")]

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use proptest::prelude::*;
use sha2::Sha256;
use tlog::tile::{TileSet, tiles_of};
use tlog::{Frontier, Hash, Tile, consistency, inclusion, leaf_hash, node};

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

fn data(i: u64) -> Vec<u8> {
    format!("entry {i}").into_bytes()
}

/// A log whose tiles are all there, beside the oracle's tree of the same leaves.
struct Log {
    tiles: Vec<(Tile, Vec<u8>)>,
    frontier: Frontier,
    oracle: Oracle,
}

impl Log {
    fn of(size: u64) -> Self {
        let leaves: Vec<Vec<u8>> = (0..size).map(data).collect();
        let mut oracle = Oracle::new();
        leaves.iter().for_each(|leaf| oracle.push(leaf.clone()));
        let mut frontier = Frontier::new();
        let tiles = frontier.append_data(&leaves).unwrap();
        Self { tiles: tiles.into_iter().map(|t| (t.tile, t.bytes)).collect(), frontier, oracle }
    }

    fn fetch(&self, nodes: &[tlog::Node]) -> TileSet {
        let mut set = TileSet::new(self.frontier.size());
        for tile in tiles_of(nodes, self.frontier.size()) {
            let (_, bytes) = self.tiles.iter().find(|(t, _)| *t == tile).expect("the tile was written");
            assert!(set.insert(tile, bytes.clone()));
        }
        set
    }

    fn inclusion(&self, index: u64) -> Vec<Hash> {
        let size = self.frontier.size();
        let set = self.fetch(&inclusion::nodes(index, size).unwrap());
        inclusion::prove(index, size, |n| set.node(n)).unwrap()
    }

    fn consistency(&self, old: u64) -> Vec<Hash> {
        let size = self.frontier.size();
        let set = self.fetch(&consistency::nodes(old, size).unwrap());
        consistency::prove(old, size, |n| set.node(n)).unwrap()
    }
}

fn root_at(size: u64) -> Hash {
    let mut frontier = Frontier::new();
    frontier.append_data(&(0..size).map(data).collect::<Vec<_>>()).unwrap();
    frontier.root()
}

fn oracle_root(root: &Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new((*root.as_bytes()).into(), size)
}

fn bytes(path: &[Hash]) -> Vec<u8> {
    path.iter().flat_map(|h| h.0).collect()
}

#[test]
fn every_small_tree_agrees() {
    for size in 1..40 {
        let log = Log::of(size);
        let root = log.frontier.root();
        assert_eq!(log.oracle.root().as_bytes().as_slice(), root.as_bytes());
        for index in 0..size {
            let path = log.inclusion(index);
            assert_eq!(
                bytes(&path),
                log.oracle.prove_inclusion(index as usize).as_bytes(),
                "{index} of {size}"
            );
            assert!(inclusion::verify(&leaf_hash(&data(index)), index, size, &path, &root));
        }
        for old in 1..size {
            let proof = log.consistency(old);
            let theirs = log.oracle.prove_consistency((size - old) as usize);
            assert_eq!(bytes(&proof), theirs.as_bytes(), "{old} to {size}");
            assert!(consistency::verify(old, &root_at(old), size, &root, &proof));
        }
    }
}

#[test]
fn a_large_tree_agrees_across_three_tile_levels() {
    let size = 66_000;
    let log = Log::of(size);
    let root = log.frontier.root();
    assert_eq!(log.oracle.root().as_bytes().as_slice(), root.as_bytes());
    for index in [0, 1, 255, 256, 65_535, 65_536, 65_791, 65_999] {
        let path = log.inclusion(index);
        let theirs = InclusionProof::<Sha256>::try_from_bytes(bytes(&path)).unwrap();
        oracle_root(&root, size).verify_inclusion(&data(index), index, &theirs).unwrap();
    }
    for old in [1, 256, 257, 65_535, 65_536, 65_537] {
        let theirs = ConsistencyProof::<Sha256>::try_from_bytes(bytes(&log.consistency(old))).unwrap();
        oracle_root(&root, size).verify_consistency(&oracle_root(&root_at(old), old), &theirs).unwrap();
    }
}

/// One change to a proof: a bit, a hash too many, one too few, two swapped.
fn mutate(path: &[Hash], how: usize, at: usize) -> Vec<Hash> {
    let mut path = path.to_vec();
    let at = at % path.len().max(1);
    match how % 4 {
        0 if !path.is_empty() => path[at].0[how % 32] ^= 1 << (how % 8),
        1 if !path.is_empty() => drop(path.remove(at)),
        2 if path.len() > 1 => {
            let next = (at + 1) % path.len();
            path.swap(at, next);
        }
        _ => path.insert(at.min(path.len()), Hash([how as u8; 32])),
    }
    path
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn batches_do_not_matter(cuts in proptest::collection::vec(0_u64..600, 1..8)) {
        let mut frontier = Frontier::new();
        let mut at = 0;
        for cut in cuts {
            frontier.append_data(&(at..at + cut).map(data).collect::<Vec<_>>()).unwrap();
            at += cut;
        }
        prop_assert_eq!(frontier.root(), root_at(at));
        prop_assert_eq!(frontier.size(), at);
    }

    #[test]
    fn mutated_inclusion_is_refused(size in 1_u64..200, pick in any::<u64>(), how in any::<usize>(), at in any::<usize>()) {
        let log = Log::of(size);
        let index = pick % size;
        let (root, leaf, path) = (log.frontier.root(), leaf_hash(&data(index)), log.inclusion(index));
        prop_assert!(inclusion::verify(&leaf, index, size, &path, &root));
        let changed = mutate(&path, how, at);
        prop_assert!(changed == path || !inclusion::verify(&leaf, index, size, &changed, &root));
        prop_assert!(!inclusion::verify(&leaf_hash(b"other"), index, size, &path, &root));
        let other = (index + 1 + pick % size.max(2)) % (size + 1);
        prop_assert!(other == index || !inclusion::verify(&leaf, other, size, &path, &root));
        prop_assert!(!inclusion::verify(&leaf, index, size, &path, &root_at(size + 1)));
    }

    #[test]
    fn mutated_consistency_is_refused(new in 2_u64..200, pick in any::<u64>(), how in any::<usize>(), at in any::<usize>()) {
        let log = Log::of(new);
        let old = 1 + pick % (new - 1);
        let (root, old_root, proof) = (log.frontier.root(), root_at(old), log.consistency(old));
        prop_assert!(consistency::verify(old, &old_root, new, &root, &proof));
        let changed = mutate(&proof, how, at);
        prop_assert!(changed == proof || !consistency::verify(old, &old_root, new, &root, &changed));
        prop_assert!(!consistency::verify(old, &root_at(old - 1), new, &root, &proof));
        prop_assert!(!consistency::verify(old, &old_root, new, &root_at(new - 1), &proof));
    }

    #[test]
    fn any_numbers_are_answered(index in any::<u64>(), size in any::<u64>(), hashes in 0_usize..70) {
        let path = vec![Hash([7; 32]); hashes];
        prop_assert!(!inclusion::verify(&Hash([1; 32]), index, size, &path, &Hash([2; 32])));
        prop_assert!(!consistency::verify(index, &Hash([1; 32]), size, &Hash([2; 32]), &path));
        prop_assert!(node::cover(0, size).len() <= 64);
        prop_assert!(inclusion::nodes(index, size).is_none_or(|n| n.len() <= 64 * 64));
    }
}
