//! STIX 2.1 objects: identifiers, timestamps, bundles read with their faults named, validation, patterns.
//!
//! This crate is for anybody who reads or writes STIX. It does no input or output, reads no clock and draws no
//! random numbers: bytes, times and identifiers are arguments. What is unknown or custom is kept byte for byte.
//! It leaves to others: who may see an object, where it is stored, and how it travels (TAXII).
//! Section numbers in the comments are those of "STIX Version 2.1, OASIS Standard, 10 June 2021".
#![deny(missing_docs)]

pub mod build;
pub mod canonical;
mod code;
mod edition;
mod fault;
mod id;
mod json;
mod lift;
mod object;
pub mod pattern;
mod read;
mod split;
mod timestamp;
pub mod tlp;
mod validate;

pub use code::{CHANGE_CODES, FAULT_CODES};
pub use edition::Version;
pub use fault::{DEPTH_MAX, FAULTS_MAX, Fault, Limits, OBJECT_BYTES_MAX, OBJECTS_MAX, Report};
pub use id::{Id, SCO_NAMESPACE, TYPE_BYTES_MAX, sco_id};
pub use lift::{Change, Lifted, read_lifted, read_lifted_streaming};
pub use object::Object;
pub use read::{read_objects, read_objects_streaming};
pub use timestamp::Timestamp;

pub use validate::{Checked, Options, validate, validate_streaming, validate_text};

/// A UUID, re-exported so that callers need not name the crate and its version.
pub use uuid::Uuid;
