//! The arithmetic and the text formats of a transparency log that others' tools can check.
//!
//! Everything here is a function of its arguments: Merkle hashes, tiles, checkpoints, cosignatures, proofs and
//! policies. Files, sockets, the clock and the choice of nonces belong to the callers (`store`, `client`, the binary).
//!
//! From the ground up: [`leaf`] commits to an entry, [`hash`] and [`node`] make the tree, [`tile`], [`frontier`] and
//! [`entries`] lay it out in files, [`inclusion`] and [`consistency`] prove things about it, [`note`], [`key`],
//! [`checkpoint`] and [`cosignature`] sign it, [`proof`], [`policy`] and [`witness`] are what others hold and ask.
#![deny(missing_docs)]

pub mod checkpoint;
pub mod consistency;
pub mod cosignature;
pub mod entries;
pub mod frontier;
pub mod hash;
pub mod inclusion;
pub mod key;
pub mod leaf;
pub mod node;
pub mod note;
pub mod policy;
pub mod proof;
pub mod tile;
pub mod witness;

pub use checkpoint::Checkpoint;
pub use frontier::Frontier;
pub use hash::{Hash, leaf_hash};
pub use key::{KeyKind, SignerKey, VerifierKey};
pub use leaf::commit;
pub use node::Node;
pub use note::Note;
pub use policy::Policy;
pub use proof::Proof;
pub use tile::Tile;
