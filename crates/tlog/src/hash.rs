//! SHA-256 tree hashes as RFC 6962 section 2.1 defines them (RFC 9162 section 2.1.1 repeats them).
//!
//! Which nodes make up a proof is the business of [`crate::inclusion`] and [`crate::consistency`].

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Length of a node hash in bytes (SHA-256).
pub const HASH_BYTES: usize = 32;

/// The hash of one node of the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

impl Hash {
    /// Reads 32 bytes; any other length is `None`.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads the padded standard base64 of RFC 4648 section 4, as all C2SP texts write hashes.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok().and_then(|bytes| Self::from_slice(&bytes))
    }

    /// Writes what [`Hash::from_base64`] reads.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// The hash of a leaf: SHA-256(0x00 ‖ data). The prefix keeps leaves and inner nodes apart.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(data);
    Hash(hasher.finalize().into())
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left.0);
    hasher.update(right.0);
    Hash(hasher.finalize().into())
}

/// The root over neighbouring subtrees, given from left to right as [`crate::node::cover`] lists them.
#[must_use]
pub fn join(pieces: &[Hash]) -> Hash {
    let mut from_right = pieces.iter().rev();
    match from_right.next() {
        None => empty_root(),
        Some(last) => from_right.fold(*last, |right, left| node_hash(left, &right)),
    }
}

/// The root of a complete subtree whose lowest row is `row`; the length must be a power of two.
#[must_use]
pub(crate) fn complete_root(row: &[Hash]) -> Hash {
    let mut row = row.to_vec();
    while row.len() > 1 {
        row = row.chunks(2).map(join).collect();
    }
    join(&row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hash: Hash, hex: &str) {
        let got: String = hash.0.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(got, hex);
    }

    #[test]
    fn published_values() {
        // RFC 6962 section 2.1 with no input: the hash of nothing, and of the empty leaf (one byte 0x00).
        check(empty_root(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        check(leaf_hash(b""), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }

    #[test]
    fn base64_is_strict() {
        let hash = leaf_hash(b"x");
        assert_eq!(Hash::from_base64(&hash.to_base64()), Some(hash));
        for bad in ["", "AAAA", &hash.to_base64()[..43], &format!("{hash}\n"), &format!(" {hash}")] {
            assert_eq!(Hash::from_base64(bad), None, "{bad:?}");
        }
    }
}
