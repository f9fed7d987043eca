//! The sieve for x86-64 machines: the one module of this workspace with `unsafe`.
//!
//! `unsafe` is needed twice over. Code compiled for instructions that not every machine has may only run where they were
//! found: [`Avx2`] and [`Avx512`] are made by their `detect` alone and are the proof. And vectors are loaded through a pointer,
//! because the safe way to fill one compiles to five instructions instead of one.
#![expect(unsafe_code, reason = "CPU features proven by a value, and loads from references to arrays")]

mod avx2;
mod avx512;
mod quad;

pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

/// Brings the byte at `at` into the first cache.
#[inline(always)]
fn prefetch(bytes: &[u8], at: usize) {
    // SAFETY: a prefetch reads nothing that the program can see and cannot fault, whatever the address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(at).cast()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::{BLOCK, Classify, LAST, Portable, Quad, WINDOW};

    fn check_block(block: &[u8; BLOCK]) {
        let expected = Portable.classify(block);
        if let Some(avx2) = Avx2::detect() {
            assert_eq!(avx2.classify(block), expected);
        }
        if let Some(avx512) = Avx512::detect() {
            assert_eq!(avx512.classify(block), expected);
        }
    }

    fn check_quad(window: &[u8; WINDOW]) {
        let said = |quad: Quad| quad.valid.then_some(quad);
        let expected = said(Portable.quad(window));
        if let Some(avx2) = Avx2::detect() {
            assert_eq!(said(avx2.quad(window)), expected, "{}", window.escape_ascii());
        }
        if let Some(avx512) = Avx512::detect() {
            assert_eq!(said(avx512.quad(window)), expected, "{}", window.escape_ascii());
        }
    }

    #[test]
    fn every_byte_is_classed_as_the_portable_way_does() {
        for start in 0..=255u8 {
            check_block(&std::array::from_fn(|i| start.wrapping_add((i as u8).wrapping_mul(5))));
        }
    }

    /// Four numbers in a window of `around`, the third dot where it has to be.
    fn window(numbers: [&str; 4], around: u8) -> [u8; WINDOW] {
        let mut window = [around; WINDOW];
        let before = numbers[..3].join(".");
        let text = format!("{before}.{}", numbers[3]);
        let from = LAST - 1 - before.len();
        window[from..from + text.len()].copy_from_slice(text.as_bytes());
        window
    }

    proptest! {
        #[test]
        fn any_block_is_classed_as_the_portable_way_does(block: [u8; BLOCK]) {
            check_block(&block);
        }

        #[test]
        fn numbers_are_read_as_the_portable_way_does(numbers in prop::array::uniform4("[0-9]{1,4}"), around: u8) {
            check_quad(&window(numbers.each_ref().map(String::as_str), around));
        }

        #[test]
        fn what_looks_like_numbers_is_read_as_the_portable_way_does(
            bytes in prop::array::uniform32(prop::sample::select(&b"0123456789..a/"[..])),
        ) {
            let mut bytes = bytes;
            bytes[LAST - 1] = b'.';
            check_quad(&bytes);
        }
    }
}
