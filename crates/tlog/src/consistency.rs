//! Consistency proofs: the tree of `old` leaves is the beginning of the tree of `new` leaves.
//!
//! RFC 6962 section 2.1.2 (the proof) and RFC 9162 section 2.1.4.2 (its verification). Who must check one before
//! signing is told in [`crate::witness`].

use crate::hash::{Hash, empty_root, node_hash};
use crate::inclusion::NoProof;
use crate::node::{Node, Plan, TREE_SIZE_MAX, cover, fill, split};

fn plan(old: u64, new: u64) -> Option<Plan> {
    if old > new || new > TREE_SIZE_MAX {
        return None;
    }
    if old == 0 || old == new {
        return Some(Plan::new());
    }
    let (mut lo, mut hi) = (0, new);
    let mut from_root = Vec::new();
    // SUBPROOF of RFC 6962: descend to the subtree whose right edge is the old tree's right edge.
    while hi != old {
        let middle = lo + split(hi - lo);
        if old <= middle {
            from_root.push(cover(middle, hi));
            hi = middle;
        } else {
            from_root.push(cover(lo, middle));
            lo = middle;
        }
    }
    // A subtree that begins at 0 is the old tree itself: the verifier holds its hash already.
    if lo != 0 {
        from_root.push(cover(lo, hi));
    }
    from_root.reverse();
    Some(from_root)
}

/// The nodes that [`prove`] will ask for. `None` when `old` is larger than `new`.
#[must_use]
pub fn nodes(old: u64, new: u64) -> Option<Vec<Node>> {
    plan(old, new).map(|plan| plan.concat())
}

/// The proof that the tree of `old` leaves begins the tree of `new` leaves; empty for `old` 0 (every tree continues
/// the empty one, C2SP tlog-witness) and for equal sizes.
pub fn prove(old: u64, new: u64, read: impl FnMut(Node) -> Option<Hash>) -> Result<Vec<Hash>, NoProof> {
    let plan = plan(old, new).ok_or(NoProof::OutOfRange)?;
    fill(plan, read).map_err(NoProof::Missing)
}

/// Whether `proof` shows that the tree (`old`, `old_root`) is the beginning of the tree (`new`, `new_root`).
#[must_use]
pub fn verify(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    verify_grown(old, old_root, new, new_root, proof)
}

/// The case 0 < old < new.
fn verify_grown(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    let (mut node, mut last) = (old - 1, new - 1);
    let climb = node.trailing_ones();
    node >>= climb;
    last >>= climb;
    let mut hashes = proof.iter();
    // An old tree that is one complete subtree is not repeated in the proof.
    let first = if node == 0 { Some(old_root) } else { hashes.next() };
    let Some(first) = first else { return false };
    let (mut from_old, mut from_new) = (*first, *first);
    for hash in hashes {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(hash, &from_old);
            from_new = node_hash(hash, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: u64, new: u64, expected: Option<&[(u8, u64)]>) {
        let got = nodes(old, new).map(|n| n.iter().map(|n| (n.level, n.index)).collect::<Vec<_>>());
        assert_eq!(got.as_deref(), expected, "{old} to {new}");
    }

    #[test]
    fn the_example_of_rfc_6962_section_2_1_3() {
        // Between 3 and 7: [c, d, g, l]; between 4 and 7: [l]; between 6 and 7: [i, j, k].
        check(3, 7, Some(&[(0, 2), (0, 3), (1, 0), (1, 2), (0, 6)]));
        check(4, 7, Some(&[(1, 2), (0, 6)]));
        check(6, 7, Some(&[(1, 2), (0, 6), (2, 0)]));
    }

    #[test]
    fn ends_of_the_range() {
        check(0, 7, Some(&[]));
        check(7, 7, Some(&[]));
        check(8, 7, None);
        check(1, u64::MAX, None);
    }

    #[test]
    fn the_empty_tree_must_have_the_empty_root() {
        let other = crate::hash::leaf_hash(b"x");
        assert!(verify(0, &empty_root(), 1, &other, &[]));
        assert!(!verify(0, &other, 1, &other, &[]));
        assert!(!verify(0, &empty_root(), 1, &other, &[other]));
    }
}
