//! The hiding commitment that stands in the public log for an entry that nobody but its owners may read.
//!
//! What an entry says, and how it is written down canonically, is the caller's business.

use sha2::{Digest, Sha256};

/// Length of the nonce in bytes. 32 bytes make guessing the entry from the leaf as hard as inverting SHA-256, even
/// when the entry itself could be guessed ("organisation X reported on day Y").
pub const NONCE_BYTES: usize = 32;

/// The leaf data of an entry: SHA-256(nonce ‖ entry).
///
/// It binds (another entry with the same leaf would be a collision) and hides (without the nonce the entry cannot be
/// confirmed by guessing). The nonce has a fixed length, so no two pairs share one input. This is the *data* of the
/// leaf; its node hash in the tree is [`crate::hash::leaf_hash`] of these 32 bytes.
#[must_use]
pub fn commit(nonce: &[u8; NONCE_BYTES], entry: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(nonce);
    hasher.update(entry);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nonce: [u8; 32], entry: &[u8], hex: &str) {
        let got: String = commit(&nonce, entry).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(got, hex);
    }

    #[test]
    fn known_commitments() {
        // SHA-256 of 32 zero bytes, and of 32 bytes 0x01 followed by "abc", computed by sha256sum.
        check([0; 32], b"", "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
        check([1; 32], b"abc", "f138dfb92f2d15143be6aa75d8c22a848559e77362670c45c8ab5852fe23e081");
    }

    #[test]
    fn another_nonce_gives_another_leaf() {
        assert_ne!(commit(&[0; 32], b"same"), commit(&[1; 32], b"same"));
    }
}
