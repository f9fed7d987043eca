//! The classification that runs everywhere and defines the right answer.
//!
//! Written as plain comparisons of 64 bytes at a time, which compilers turn into the vector instructions that a target
//! has by itself: SSE2 on any x86-64, NEON on any 64-bit ARM. No `unsafe`, nothing to detect.

use super::{BLOCK, Classify, LAST, Masks, Quad, WINDOW};

/// Comparisons of a whole block for each class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

/// The bitmap of the bytes for which `is` holds.
#[inline(always)]
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(is(*byte));
    }
    let mut bitmap = 0;
    for (i, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bit of each of eight bytes into one byte.
        let lanes = u64::from_le_bytes(*eight);
        bitmap |= (lanes.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
    }
    bitmap
}

impl Classify for Portable {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        let digit = bits(block, |b| b.wrapping_sub(b'0') < 10);
        let alnum = digit | bits(block, |b| (b | 0x20).wrapping_sub(b'a') < 26);
        let dot = bits(block, |b| b == b'.');
        let high = bits(block, |b| b >= 0x80);
        Masks {
            word: alnum | dot | high | bits(block, |b| (b == b'-') | (b == b'_')),
            alnum,
            digit,
            dot,
            colon: bits(block, |b| b == b':'),
            high,
            bracket: bits(block, |b| {
                // `(`, `)` and `+`; `[`, `]`, `{`, `}` differ from each other in one or two bits.
                (b == b'(') | (b == b')') | (b == b'+') | (b | 0x20 == b'{') | (b | 0x20 == b'}')
            }),
            newline: bits(block, |b| b == b'\n'),
        }
    }

    #[inline(always)]
    fn quad(self, window: &[u8; WINDOW]) -> Quad {
        let (before, last) = window.split_at(LAST);
        let last_len = digits(last.iter());
        let mut end = LAST + last_len;
        let mut quad = Quad { valid: true, start: 0, end: end as u32, value: 0 };
        for place in 0..4 {
            // the first round reads the last number, whose length is told from its front
            let start = if place == 0 { LAST } else { end - digits(before[..end].iter().rev()) };
            let written = &window[start..end];
            let value = written.iter().take(3).fold(0, |value, b| 10 * value + u32::from(b - b'0'));
            let zeros = written.len() > 1 && written[0] == b'0';
            quad.valid &= matches!(written.len(), 1..=3) && !zeros && value <= 255;
            quad.value |= (value & 0xff) << (8 * place);
            quad.start = start as u32;
            if place < 3 {
                quad.valid &= start > 1 && window[start - 1] == b'.';
                end = start.saturating_sub(1).min(LAST - 1);
            }
        }
        quad
    }

    fn prefetch(self, _: &[u8], _: usize) {}
}

/// How many digits come first.
fn digits<'b>(bytes: impl Iterator<Item = &'b u8>) -> usize {
    bytes.take_while(|b| b.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(byte: u8, expected: Masks) {
        for at in 0..BLOCK {
            let mut block = [b' '; BLOCK];
            block[at] = byte;
            let shifted = Masks {
                word: expected.word << at,
                alnum: expected.alnum << at,
                digit: expected.digit << at,
                dot: expected.dot << at,
                colon: expected.colon << at,
                high: expected.high << at,
                bracket: expected.bracket << at,
                newline: expected.newline << at,
            };
            assert_eq!(Portable.classify(&block), shifted, "byte {byte:#x} at {at}");
        }
    }

    fn check_quad(text: &str, expected: Option<[u8; 4]>) {
        let third = text.match_indices('.').nth(2).map_or(0, |(at, _)| at);
        let mut window = [b' '; WINDOW];
        let from = LAST - 1 - third;
        window[from..from + text.len()].copy_from_slice(text.as_bytes());
        let quad = Portable.quad(&window);
        assert_eq!(quad.valid.then(|| quad.value.to_be_bytes()), expected, "{text}");
        if quad.valid {
            assert_eq!(
                (quad.start as usize, quad.end as usize),
                (from, from + text.trim_end_matches('.').len())
            );
        }
    }

    #[test]
    fn four_numbers() {
        check_quad("1.2.3.4", Some([1, 2, 3, 4]));
        check_quad("255.0.10.199", Some([255, 0, 10, 199]));
        check_quad("192.0.2.7.", Some([192, 0, 2, 7]));
        check_quad("256.0.2.7", None);
        check_quad("1.2.3.400", None);
        check_quad("1.02.3.4", None);
        check_quad("1.2.3.00", None);
        check_quad("1234.2.3.4", None);
        check_quad("1.2.3.4567", None);
        check_quad("1.2a.3.4", None);
        check_quad("1..2.4", None);
    }

    #[test]
    fn one_byte_of_each_class() {
        let none = Masks::default();
        check(b' ', none);
        check(b'/', none);
        check(b'@', none);
        check(b'a', Masks { word: 1, alnum: 1, ..none });
        check(b'Z', Masks { word: 1, alnum: 1, ..none });
        check(b'7', Masks { word: 1, alnum: 1, digit: 1, ..none });
        check(b'.', Masks { word: 1, dot: 1, ..none });
        check(b'_', Masks { word: 1, ..none });
        check(b'-', Masks { word: 1, ..none });
        check(0x80, Masks { word: 1, high: 1, ..none });
        check(0xff, Masks { word: 1, high: 1, ..none });
        check(b':', Masks { colon: 1, ..none });
        check(b'[', Masks { bracket: 1, ..none });
        check(b'\n', Masks { newline: 1, ..none });
    }
}
