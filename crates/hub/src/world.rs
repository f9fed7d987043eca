//! Time and chance, handed in by the binary; tests hand in their own.

use jiff::Timestamp;

/// The clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Random bytes. The purpose lets a test give each stream of draws its own sequence, so that what one organisation does
/// cannot shift what another is given; a real source ignores it.
pub trait Chance: Send + Sync {
    /// Fills `out` with bytes that nobody can predict.
    fn fill(&self, purpose: &str, out: &mut [u8]);
}
