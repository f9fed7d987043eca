//! Inclusion proofs: leaf `index` stands in the tree of `size` leaves with this root.
//!
//! RFC 6962 section 2.1.1 (the path) and RFC 9162 section 2.1.3.2 (its verification). Texts around a path are in
//! [`crate::proof`].

use crate::hash::{Hash, node_hash};
use crate::node::{Node, Plan, TREE_SIZE_MAX, cover, fill, split};

fn plan(index: u64, size: u64) -> Option<Plan> {
    if index >= size || size > TREE_SIZE_MAX {
        return None;
    }
    let (mut lo, mut hi) = (0, size);
    let mut from_root = Vec::new();
    while hi - lo > 1 {
        let middle = lo + split(hi - lo);
        if index < middle {
            from_root.push(cover(middle, hi));
            hi = middle;
        } else {
            from_root.push(cover(lo, middle));
            lo = middle;
        }
    }
    from_root.reverse();
    Some(from_root)
}

/// The nodes that [`prove`] will ask for, so that a caller can fetch their tiles first. `None` when there is no such
/// leaf in a tree of that size.
#[must_use]
pub fn nodes(index: u64, size: u64) -> Option<Vec<Node>> {
    plan(index, size).map(|plan| plan.concat())
}

/// Why no proof could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoProof {
    /// The positions asked for do not exist: an index at or over the size, an older size over the newer, a zero.
    OutOfRange,
    /// This node was asked for and not there.
    Missing(Node),
}

/// The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards.
pub fn prove(index: u64, size: u64, read: impl FnMut(Node) -> Option<Hash>) -> Result<Vec<Hash>, NoProof> {
    let plan = plan(index, size).ok_or(NoProof::OutOfRange)?;
    fill(plan, read).map_err(NoProof::Missing)
}

/// The root that follows from a leaf and its path; `None` when the path has the wrong length for that position.
#[must_use]
pub fn root_from_path(leaf: &Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut root = *leaf;
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            root = node_hash(sibling, &root);
            // A right edge that has no sibling on this level: climb until it is somebody's right child.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// Whether `path` proves that `leaf` is leaf `index` of the tree of `size` leaves with root `root`.
#[must_use]
pub fn verify(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    root_from_path(leaf, index, size, path).as_ref() == Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(index: u64, size: u64, expected: Option<&[(u8, u64)]>) {
        let got = nodes(index, size).map(|n| n.iter().map(|n| (n.level, n.index)).collect::<Vec<_>>());
        assert_eq!(got.as_deref(), expected, "{index} of {size}");
    }

    #[test]
    fn the_example_of_rfc_6962_section_2_1_3() {
        // The tree of seven leaves: d0's path is [b, h, l], d3's [c, g, l], d4's [f, j, k], d6's [i, k].
        check(0, 7, Some(&[(0, 1), (1, 1), (1, 2), (0, 6)]));
        check(3, 7, Some(&[(0, 2), (1, 0), (1, 2), (0, 6)]));
        check(4, 7, Some(&[(0, 5), (0, 6), (2, 0)]));
        check(6, 7, Some(&[(1, 2), (2, 0)]));
    }

    #[test]
    fn positions_that_do_not_exist() {
        check(0, 0, None);
        check(7, 7, None);
        check(0, u64::MAX, None);
        check(0, 1, Some(&[]));
        assert_eq!(prove(9, 3, |_| None), Err(NoProof::OutOfRange));
        assert_eq!(prove(0, 2, |_| None), Err(NoProof::Missing(Node { level: 0, index: 1 })));
    }
}
