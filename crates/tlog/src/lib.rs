//! The arithmetic and the text formats of a transparency log that others' tools can check.
//!
//! Everything here is a function of its arguments: Merkle hashes, tiles, checkpoints, cosignatures, proofs and
//! policies. Files, sockets, the clock and the choice of nonces belong to the callers (`store`, `client`, the binary).
#![deny(missing_docs)]

pub mod consistency;
pub mod entries;
pub mod frontier;
pub mod hash;
pub mod inclusion;
pub mod leaf;
pub mod node;
pub mod tile;

pub use frontier::Frontier;
pub use hash::{Hash, leaf_hash};
pub use leaf::commit;
pub use node::Node;
pub use tile::Tile;
