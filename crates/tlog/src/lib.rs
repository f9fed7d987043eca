//! The arithmetic and the text formats of a transparency log that others' tools can check.
//!
//! Everything here is a function of its arguments: Merkle hashes, tiles, checkpoints, cosignatures, proofs and
//! policies. Files, sockets, the clock and the choice of nonces belong to the callers (`store`, `client`, the binary).
#![deny(missing_docs)]

pub mod leaf;

pub use leaf::commit;
