//! x86-64 with AVX2: any machine since about 2015.
//!
//! A byte's class is the AND of what its low and its high nibble allow; each class is a product of nibble sets, except
//! the brackets, whose product also holds letters, digits, `-` and `+`: all but `+` are taken out again as words.

use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16,
};

use super::prefetch;
use super::quad::quad;
use crate::classify::{BLOCK, Classify, Masks, Quad, WINDOW};
use crate::set::Filters;
use crate::sift::{self, Found};

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
    pub(crate) fn sift(self, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
        // SAFETY: `self` proves that this machine has every feature that `sift` was compiled for.
        unsafe { sift(self, piece, filters, found) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn sift(proof: Avx2, piece: &[u8], filters: Filters<'_>, found: &mut Found) {
    sift::sift(proof, piece, filters, found);
}

impl Classify for Avx2 {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        // SAFETY: `self` proves that this machine has AVX2.
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

const DIGIT: i8 = 1;
const ALPHA_LOW: i8 = 2;
const ALPHA_HIGH: i8 = 4;
const DOT: i8 = 8;
const HYPHEN: i8 = 16;
const UNDERSCORE: i8 = 32;
const COLON: i8 = 64;
const BRACKET: i8 = -128;

/// What each low nibble allows.
const LOW: [i8; 16] = {
    let mut t = [0i8; 16];
    let mut i = 0;
    while i < 16 {
        if i <= 9 {
            t[i] |= DIGIT;
        }
        if i >= 1 {
            t[i] |= ALPHA_LOW;
        }
        if i <= 10 {
            t[i] |= ALPHA_HIGH;
        }
        if i == 8 || i == 9 || i == 0xb || i == 0xd {
            t[i] |= BRACKET;
        }
        i += 1;
    }
    t[0xe] |= DOT;
    t[0xd] |= HYPHEN;
    t[0xf] |= UNDERSCORE;
    t[0xa] |= COLON;
    t
};

/// What each high nibble allows.
const HIGH: [i8; 16] = {
    let mut t = [0i8; 16];
    t[2] = DOT | HYPHEN | BRACKET;
    t[3] = DIGIT | COLON;
    t[4] = ALPHA_LOW;
    t[5] = ALPHA_HIGH | UNDERSCORE | BRACKET;
    t[6] = ALPHA_LOW;
    t[7] = ALPHA_HIGH | BRACKET;
    t
};

#[inline]
#[target_feature(enable = "avx2")]
fn table(t: [i8; 16]) -> __m256i {
    _mm256_setr_epi8(
        t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], t[13], t[14], t[15],
        t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], t[13], t[14], t[15],
    )
}

/// The classes of 32 bytes; the bracket class still holds words.
#[inline]
#[target_feature(enable = "avx2")]
fn half(bytes: __m256i) -> Masks {
    let nibble = _mm256_set1_epi8(0x0f);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
    let class =
        _mm256_and_si256(_mm256_shuffle_epi8(table(LOW), bytes), _mm256_shuffle_epi8(table(HIGH), high));
    let zero = _mm256_setzero_si256();
    let any = |of: i8| {
        let none = _mm256_cmpeq_epi8(_mm256_and_si256(class, _mm256_set1_epi8(of)), zero);
        u64::from(!_mm256_movemask_epi8(none).cast_unsigned())
    };
    let bits = |v: __m256i| u64::from(_mm256_movemask_epi8(v).cast_unsigned());
    let above = bits(bytes);
    Masks {
        word: any(DIGIT | ALPHA_LOW | ALPHA_HIGH | DOT | HYPHEN | UNDERSCORE) | above,
        alnum: any(DIGIT | ALPHA_LOW | ALPHA_HIGH),
        digit: bits(_mm256_slli_epi16::<7>(class)),
        dot: bits(_mm256_slli_epi16::<4>(class)),
        colon: bits(_mm256_slli_epi16::<1>(class)),
        high: above,
        bracket: bits(class),
        newline: bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\n'.cast_signed()))),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn classify(block: &[u8; BLOCK]) -> Masks {
    let at: *const u8 = block.as_ptr();
    // SAFETY: `block` is 64 readable bytes; both loads lie inside it and need no alignment.
    let (a, b) =
        unsafe { (half(_mm256_loadu_si256(at.cast())), half(_mm256_loadu_si256(at.add(BLOCK / 2).cast()))) };
    let word = a.word | b.word << 32;
    Masks {
        word,
        alnum: a.alnum | b.alnum << 32,
        digit: a.digit | b.digit << 32,
        dot: a.dot | b.dot << 32,
        colon: a.colon | b.colon << 32,
        high: a.high | b.high << 32,
        bracket: (a.bracket | b.bracket << 32) & !word,
        newline: a.newline | b.newline << 32,
    }
}
