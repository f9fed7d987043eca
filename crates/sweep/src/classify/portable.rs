//! The classification that runs everywhere and defines the right answer.

use super::{BLOCK, Classify, Masks};

const WORD: u8 = 1;
const ALNUM: u8 = 2;
const DIGIT: u8 = 4;
const DOT: u8 = 8;
const COLON: u8 = 16;
const HIGH: u8 = 32;
const BRACKET: u8 = 64;
const NEWLINE: u8 = 128;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => WORD | ALNUM | DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => WORD | ALNUM,
            b'.' => WORD | DOT,
            b'-' | b'_' => WORD,
            0x80.. => WORD | HIGH,
            b':' => COLON,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'+' => BRACKET,
            b'\n' => NEWLINE,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// One table look-up a byte; bitmaps gathered eight bytes at a time by a multiplication.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

/// Gathers the lowest bit of each of eight bytes into one byte.
#[inline(always)]
fn gather(lanes: u64) -> u64 {
    ((lanes & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080)) >> 56
}

impl Classify for Portable {
    #[inline(always)]
    fn classify(self, block: &[u8; BLOCK]) -> Masks {
        let mut masks = Masks::default();
        for (i, eight) in block.as_chunks::<8>().0.iter().enumerate() {
            let c = u64::from_le_bytes(eight.map(|byte| CLASSES[usize::from(byte)]));
            let at = 8 * i;
            masks.word |= gather(c) << at;
            masks.alnum |= gather(c >> 1) << at;
            masks.digit |= gather(c >> 2) << at;
            masks.dot |= gather(c >> 3) << at;
            masks.colon |= gather(c >> 4) << at;
            masks.high |= gather(c >> 5) << at;
            masks.bracket |= gather(c >> 6) << at;
            masks.newline |= gather(c >> 7) << at;
        }
        masks
    }
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
