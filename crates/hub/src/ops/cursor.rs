//! Cursors that cannot be forged: what a face puts in comes back, or nothing does.

use crate::Hub;

/// A signed, printable cursor that holds `state`. The same on every node and after a restart.
#[must_use]
pub fn seal(hub: &Hub, state: &[u8]) -> String { todo!() }

/// What [`seal`] was given, `None` when the cursor is not ours.
#[must_use]
pub fn open(hub: &Hub, cursor: &str) -> Option<Vec<u8>> { todo!() }
