//! The sieve compiled for x86-64 machines with AVX2: the one place of this workspace with `unsafe`.
//!
//! A function compiled for instructions that not every machine has may only run where they were found. That is what
//! the two `unsafe` blocks vouch for: [`Avx2`] is made by [`Avx2::detect`] alone. No pointer is touched anywhere.
#![expect(unsafe_code, reason = "calling functions for found CPU features; `Avx2` is the proof that they were found")]

use super::Found;
use crate::classify::{BLOCK, Classify, Masks, avx2};
use crate::set::Filters;

/// Proof that this machine has AVX2, BMI1, BMI2, LZCNT and POPCNT.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, where the machine gives it.
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt"))
        .then_some(Self(()))
    }

    /// Runs the sieve over one piece.
    pub(super) fn sift(self, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
        // SAFETY: `self` proves that this machine has every feature that `sift` was compiled for.
        unsafe { sift(self, piece, filters, found) }
    }
}

impl Classify for Avx2 {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        // SAFETY: `self` proves that this machine has AVX2.
        unsafe { avx2::classify(block) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn sift(proof: Avx2, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
    super::sift(proof, piece, filters, found);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::Portable;

    #[test]
    fn every_byte_is_classed_as_the_portable_way_does() {
        let Some(avx2) = Avx2::detect() else { return };
        for start in 0..=255u8 {
            let block: [u8; BLOCK] = std::array::from_fn(|i| start.wrapping_add(i as u8 * 5));
            assert_eq!(avx2.classify(&block), Portable.classify(&block));
        }
    }

    proptest! {
        #[test]
        fn any_block_is_classed_as_the_portable_way_does(block: [u8; BLOCK]) {
            if let Some(avx2) = Avx2::detect() {
                prop_assert_eq!(avx2.classify(&block), Portable.classify(&block));
            }
        }
    }
}
