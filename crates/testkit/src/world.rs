//! Simulated time and chance.

use hub::{Chance, Clock};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Mutex;

/// A clock that stands until it is moved.
pub struct SimClock(Mutex<Timestamp>);

impl SimClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves the clock.
    pub fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Draws that depend on the seed, the purpose and how often that purpose was drawn before: what one organisation does cannot
/// shift what another is given. With `blind` everything behind the first `/` of a purpose is ignored, so that two worlds that
/// differ in *who* acts draw the same.
pub struct SimChance {
    seed: u64,
    blind: bool,
    drawn: Mutex<HashMap<String, u64>>,
}

impl SimChance {
    /// Fresh draws.
    #[must_use]
    pub fn new(seed: u64, blind: bool) -> Self {
        Self { seed, blind, drawn: Mutex::new(HashMap::new()) }
    }

    /// The same place in every stream, for another world.
    #[must_use]
    pub fn fork(&self, blind: bool) -> Self {
        Self { seed: self.seed, blind, drawn: Mutex::new(self.drawn.lock().unwrap().clone()) }
    }
}

impl Chance for SimChance {
    fn fill(&self, purpose: &str, out: &mut [u8]) {
        let purpose = if self.blind { purpose.split('/').next().unwrap_or(purpose) } else { purpose };
        let mut drawn = self.drawn.lock().unwrap();
        let count = drawn.entry(purpose.to_owned()).or_insert(0);
        for piece in out.chunks_mut(32) {
            *count += 1;
            let block = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(count.to_be_bytes())
                .chain_update(purpose.as_bytes())
                .finalize();
            piece.copy_from_slice(&block[..piece.len()]);
        }
    }
}
