//! x86-64 with AVX-512 and byte permutation: servers since about 2019, many desktops since 2022.
//!
//! A class is one look-up of each byte below 0x80 in a table of 128 bytes.

use std::arch::x86_64::{
    __m512i, _mm512_loadu_epi8, _mm512_maskz_permutex2var_epi8, _mm512_movepi8_mask, _mm512_set1_epi8,
    _mm512_test_epi8_mask,
};

use super::prefetch;
use super::quad::quad;
use crate::classify::{BLOCK, Classify, Masks, Quad, WINDOW};
use crate::set::Filters;
use crate::sift::{self, Found};

/// Proof that this machine has AVX-512 F, BW, VL and VBMI, and all that [`super::Avx2`] asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The proof, where the machine gives it.
    pub(crate) fn detect() -> Option<Self> {
        (super::Avx2::detect().is_some()
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi"))
        .then_some(Self(()))
    }

    /// Runs the sieve over one piece.
    pub(crate) fn sift(self, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
        // SAFETY: `self` proves that this machine has every feature that `sift` was compiled for.
        unsafe { sift(self, piece, filters, found) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt,popcnt")]
fn sift(proof: Avx512, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
    sift::sift(proof, piece, filters, found);
}

impl Classify for Avx512 {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        // SAFETY: `self` proves that this machine has AVX-512 F, BW and VBMI.
        unsafe { classify(block) }
    }

    #[inline(always)]
    fn quad(self, window: &[u8; WINDOW]) -> Quad {
        // SAFETY: `self` proves that this machine has AVX2, BMI1 and LZCNT.
        unsafe { quad(window) }
    }

    #[inline(always)]
    fn prefetch(self, bytes: &[u8], at: usize) {
        prefetch(bytes, at);
    }
}

const WORD: u8 = 1;
const ALNUM: u8 = 2;
const DIGIT: u8 = 4;
const DOT: u8 = 8;
const COLON: u8 = 16;
const BRACKET: u8 = 32;
const NEWLINE: u8 = 64;

/// The classes of each byte below 0x80.
static CLASSES: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'0'..=b'9' => WORD | ALNUM | DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => WORD | ALNUM,
            b'.' => WORD | DOT,
            b'-' | b'_' => WORD,
            b':' => COLON,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'+' => BRACKET,
            b'\n' => NEWLINE,
            _ => 0,
        };
        byte += 1;
    }
    table
};

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn classify(block: &[u8; BLOCK]) -> Masks {
    let table: *const u8 = CLASSES.as_ptr();
    // SAFETY: `block` is 64 readable bytes and `CLASSES` 128; the loads lie inside and need no alignment.
    let (bytes, low, high_half) = unsafe {
        (
            _mm512_loadu_epi8(block.as_ptr().cast()),
            _mm512_loadu_epi8(table.cast()),
            _mm512_loadu_epi8(table.add(BLOCK).cast()),
        )
    };
    let high = _mm512_movepi8_mask(bytes);
    // The permutation looks at the lowest seven bits of a byte.
    let class: __m512i = _mm512_maskz_permutex2var_epi8(!high, low, bytes, high_half);
    let of = |bit: u8| _mm512_test_epi8_mask(class, _mm512_set1_epi8(bit.cast_signed()));
    Masks {
        word: of(WORD) | high,
        alnum: of(ALNUM),
        digit: of(DIGIT),
        dot: of(DOT),
        colon: of(COLON),
        high,
        bracket: of(BRACKET),
        newline: of(NEWLINE),
    }
}
