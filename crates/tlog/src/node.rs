//! Names for the complete subtrees of the tree, and which of them make up a range of leaves.
//!
//! Only complete subtrees (2^level leaves) have a hash that never changes again; tiles store nothing else, so every
//! proof is asked for and made in terms of these nodes.

use crate::hash::{Hash, join};

/// The largest tree this crate speaks of, in leaves. 2^63 − 1: the readers of the Go checksum database count in signed
/// 64-bit numbers, and a witness takes no more than 63 hashes of proof (C2SP tlog-witness).
pub const TREE_SIZE_MAX: u64 = i64::MAX as u64;

/// A complete subtree: the leaves `index << level` up to, not including, `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves; a leaf hash is level 0.
    pub level: u8,
    /// Position among the nodes of this level, from the left.
    pub index: u64,
}

/// The complete subtrees that cover the leaves `lo..hi`, from left to right, as few as possible.
///
/// For the ranges that RFC 6962 section 2.1 splits a tree into (where `lo` is a multiple of the power of two at or
/// above `hi - lo`), joining them from the right gives the range's hash.
#[must_use]
pub fn cover(lo: u64, hi: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut at = lo;
    while at < hi {
        let fits = (hi - at).ilog2();
        let level = at.trailing_zeros().min(fits);
        nodes.push(Node { level: level as u8, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// The nodes that give the root of a tree of `size` leaves.
#[must_use]
pub fn root_nodes(size: u64) -> Vec<Node> {
    cover(0, size)
}

/// The largest power of two below `n`; `n` must be at least 2 (RFC 6962 section 2.1: k).
pub(crate) fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// A proof in plan: each hash of the proof as the nodes that must be joined for it.
pub(crate) type Plan = Vec<Vec<Node>>;

/// Fills a plan from wherever the nodes are kept; the first node that is not there is the error.
pub(crate) fn fill(plan: Plan, mut read: impl FnMut(Node) -> Option<Hash>) -> Result<Vec<Hash>, Node> {
    let mut joined = |nodes: Vec<Node>| -> Result<Hash, Node> {
        let pieces: Result<Vec<Hash>, Node> = nodes.into_iter().map(|node| read(node).ok_or(node)).collect();
        pieces.map(|pieces| join(&pieces))
    };
    plan.into_iter().map(&mut joined).collect()
}

/// The root of a tree of `size` leaves from its nodes; the first node that is not there is the error.
pub fn root(size: u64, read: impl FnMut(Node) -> Option<Hash>) -> Result<Hash, Node> {
    let filled = fill(vec![root_nodes(size)], read)?;
    Ok(join(&filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lo: u64, hi: u64, expected: &[(u8, u64)]) {
        let got: Vec<(u8, u64)> = cover(lo, hi).iter().map(|n| (n.level, n.index)).collect();
        assert_eq!(got, expected, "{lo}..{hi}");
    }

    #[test]
    fn covers() {
        check(0, 0, &[]);
        check(0, 1, &[(0, 0)]);
        check(0, 7, &[(2, 0), (1, 2), (0, 6)]);
        check(4, 7, &[(1, 2), (0, 6)]);
        check(0, 256, &[(8, 0)]);
        check(0, TREE_SIZE_MAX, &(0..63).rev().map(|l| (l, (1 << (63 - l)) - 2)).collect::<Vec<_>>());
    }
}
