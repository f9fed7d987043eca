//! The real clock and real chance. The only place that reads them.

#[cfg(feature = "hub")]
use hub::{Chance, Clock};
use jiff::Timestamp;

/// The machine's clock.
#[cfg(feature = "hub")]
pub struct MachineClock;

/// The operating system's random source.
#[cfg(feature = "hub")]
pub struct MachineChance;

#[cfg(feature = "hub")]
impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        now()
    }
}

#[cfg(feature = "hub")]
impl Chance for MachineChance {
    fn fill(&self, _purpose: &str, out: &mut [u8]) {
        fill(out);
    }
}

/// Now.
#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A moment to measure from.
#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
pub fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

/// Random bytes. A machine without a random source must not go on: every key and identifier would be guessable.
pub fn fill(out: &mut [u8]) {
    if aws_lc_rs::rand::fill(out).is_err() {
        eprintln!("noroshi: the operating system gives no random bytes");
        std::process::abort();
    }
}

/// Random bytes of a known number.
pub fn random<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    fill(&mut out);
    out
}

/// A random identifier.
pub fn uuid() -> uuid::Uuid {
    model::id::uuid4(random())
}
