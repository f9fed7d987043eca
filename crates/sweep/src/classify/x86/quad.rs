//! Four dotted numbers in a register: each moved to its own four bytes, multiplied, compared, packed.

use std::arch::x86_64::{
    __m128i, _mm_and_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi32, _mm_cvtsi128_si32, _mm_loadu_si128,
    _mm_madd_epi16, _mm_maddubs_epi16, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    _mm_set1_epi16, _mm_set1_epi32, _mm_setr_epi8, _mm_shuffle_epi8, _mm_sub_epi8, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_sub_epi8,
};

use crate::classify::{LAST, Quad, WINDOW};

/// How numbers of given lengths are moved, and what each must be at least to have no leading zero.
#[repr(C, align(32))]
struct Shape {
    /// For each place the byte that goes there: hundreds, tens, ones and nothing of each number.
    from: [u8; 16],
    at_least: [i32; 4],
}

/// Fills a place with zero.
const NOTHING: u8 = 0x80;

/// Shapes by the lengths less one, two bits a number, the first number lowest. A length of four can be no number.
static SHAPES: [Shape; 256] = {
    const NONE: Shape = Shape { from: [NOTHING; 16], at_least: [i32::MAX; 4] };
    let mut shapes = [NONE; 256];
    let mut index = 0;
    while index < 256 {
        let (mut at, mut number) = (0, 0);
        let mut shape = NONE;
        while number < 4 {
            let len = (index >> (2 * number) & 3) + 1;
            let mut digit = 0;
            while digit < len && len < 4 {
                shape.from[4 * number + 3 - len + digit] = (at + digit) as u8;
                digit += 1;
            }
            shape.at_least[number] = match len {
                1 => 0,
                2 => 10,
                3 => 100,
                _ => i32::MAX,
            };
            at += len + 1;
            number += 1;
        }
        shapes[index] = shape;
        index += 1;
    }
    shapes
};

#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: `bytes` is 16 readable bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// See [`crate::classify::Classify::quad`].
#[inline]
#[target_feature(enable = "avx2,bmi1,lzcnt")]
pub(super) fn quad(window: &[u8; WINDOW]) -> Quad {
    // SAFETY: `window` is 32 readable bytes; the load needs no alignment.
    let bytes = unsafe { _mm256_loadu_si256(window.as_ptr().cast()) };
    let bits = |v| _mm256_movemask_epi8(v).cast_unsigned();
    let dots = bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'.'.cast_signed())));
    let values = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0'.cast_signed()));
    let digits = bits(_mm256_cmpeq_epi8(_mm256_min_epu8(values, _mm256_set1_epi8(9)), values));
    // Lengths less one. Before the third dot they are distances between dots.
    let before = dots << (33 - LAST);
    let third = before.leading_zeros();
    let before = before << (third & 31) << 1;
    let second = before.leading_zeros();
    let first_dot = (LAST as u32 - 3).wrapping_sub(third + second) & 15;
    let first = (!(digits << (32 - first_dot.max(1)))).leading_zeros();
    let last = (!(digits >> LAST)).trailing_zeros();
    let lens = [first.wrapping_sub(1), second.wrapping_sub(1), third.wrapping_sub(1), last.wrapping_sub(1)];
    let shape =
        &SHAPES[((lens[0] & 3) | (lens[1] & 3) << 2 | (lens[2] & 3) << 4 | (lens[3] & 3) << 6) as usize];
    let short = (lens[0] | lens[1] | lens[2] | lens[3]) < 4;
    let start = first_dot.wrapping_sub(first) & 15;
    let written = window.get(start as usize..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; 16]);

    let values = _mm_sub_epi8(load(written), _mm_set1_epi8(b'0'.cast_signed()));
    let places = _mm_shuffle_epi8(values, load(&shape.from));
    let are_digits = _mm_cmpeq_epi8(_mm_min_epu8(places, _mm_set1_epi8(9)), places);
    let weights = _mm_setr_epi8(100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0);
    let numbers = _mm_madd_epi16(_mm_maddubs_epi16(places, weights), _mm_set1_epi16(1));
    // SAFETY: `at_least` is 16 readable bytes.
    let at_least = unsafe { _mm_loadu_si128(shape.at_least.as_ptr().cast()) };
    let outside =
        _mm_or_si128(_mm_cmpgt_epi32(numbers, _mm_set1_epi32(255)), _mm_cmpgt_epi32(at_least, numbers));
    let fine =
        _mm_movemask_epi8(_mm_and_si128(are_digits, _mm_cmpeq_epi8(outside, _mm_set1_epi8(0)))) == 0xffff;
    let order = _mm_setr_epi8(12, 8, 4, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    let value = _mm_cvtsi128_si32(_mm_shuffle_epi8(numbers, order)).cast_unsigned();
    Quad { valid: fine & short, start, end: LAST as u32 + last, value }
}
