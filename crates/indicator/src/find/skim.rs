//! Which bytes of a text are worth a look: the only step that reads every byte.
//!
//! Most of a text is words of letters. 64 bytes at a time become bitmaps by plain comparisons, which compilers turn into the
//! vector instructions that a machine has, and what is left are the few places where an indicator can be: a sign of an
//! address, a digit, a letter above ASCII, or the first letter of a word that announces something.

/// Bytes looked at in one step.
const BLOCK: usize = 64;

/// The bytes at which a chunk ends.
pub(super) const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'`' | b'|')
}

/// The places of a text that are worth a look, and those at which chunks end: a bit for each byte.
pub(super) struct Places {
    worth: Vec<u64>,
    delimiters: Vec<u64>,
}

/// The classes of one block, a bit for each byte.
struct Classes {
    /// Where chunks end, and what opens a mark between two of them (`<`).
    delimiter: u64,
    opener: u64,
    /// `/ 0-9 @ \ ( [ {` and bytes above ASCII.
    sign: u64,
    /// `.` and `:`, which say nothing at the end of a word.
    stop: u64,
    /// First letters of `mutex`, `Mozilla`, `User-Agent`, `CVE` and `AS`.
    letter: u64,
}

impl Places {
    /// Of the whole text. Two bits a byte are kept.
    pub(super) fn of(text: &[u8]) -> Places {
        let mut worth = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut delimiters = Vec::with_capacity(text.len() / BLOCK + 1);
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        let mut last = [b' '; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        let mut before = 1;
        let mut this = classify(blocks.first().unwrap_or(&last));
        for at in 0..=blocks.len() {
            let next = match blocks.get(at + 1) {
                Some(block) => classify(block),
                None if at < blocks.len() => classify(&last),
                None => classify(&[b' '; BLOCK]),
            };
            let ends = this.delimiter >> 1 | next.delimiter << 63;
            let begins = !this.delimiter & (this.delimiter << 1 | before);
            worth.push(this.sign | this.stop & !ends | this.letter & begins | this.opener);
            delimiters.push(this.delimiter);
            before = this.delimiter >> 63;
            this = next;
        }
        Places { worth, delimiters }
    }

    /// The first place at or behind `at`.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        first(&self.worth, at)
    }

    /// The first delimiter at or behind `at`; the text ends with one.
    pub(super) fn delimiter(&self, at: usize) -> Option<usize> {
        first(&self.delimiters, at)
    }

    /// The last delimiter in `floor..at`.
    pub(super) fn delimiter_before(&self, floor: usize, at: usize) -> Option<usize> {
        let mut block = at / BLOCK;
        let mut bits = self.delimiters.get(block)? & !(u64::MAX << (at % BLOCK));
        while bits == 0 && block * BLOCK > floor {
            block -= 1;
            bits = *self.delimiters.get(block)?;
        }
        let last = block * BLOCK + (BLOCK - 1).checked_sub(bits.leading_zeros() as usize)?;
        (last >= floor).then_some(last)
    }
}

/// The first bit that is set at or behind `at`.
fn first(bitmap: &[u64], at: usize) -> Option<usize> {
    let mut block = at / BLOCK;
    let mut bits = bitmap.get(block)? & (u64::MAX << (at % BLOCK));
    while bits == 0 {
        block += 1;
        bits = *bitmap.get(block)?;
    }
    Some(block * BLOCK + bits.trailing_zeros() as usize)
}

/// The bitmap of the bytes for which `is` holds.
#[inline(always)]
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(is(*byte));
    }
    let mut bitmap = 0;
    for (at, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // gathers the lowest bit of each of eight bytes into one byte
        bitmap |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    bitmap
}

fn classify(block: &[u8; BLOCK]) -> Classes {
    let opener = bits(block, |b| b == b'<');
    Classes {
        delimiter: opener
            | bits(block, |b| {
                (b <= b' ') | (b == b'>') | (b == b'"') | (b == b'`') | (b == b'|') | (b == 0x7f)
            }),
        opener,
        // the slash and the digits are neighbours; the brackets differ in one bit
        sign: bits(block, |b| {
            (b.wrapping_sub(b'/') < 11)
                | (b == b'@')
                | (b == b'\\')
                | (b == b'(')
                | (b | 0x20 == b'{')
                | (b >= 0x80)
        }),
        stop: bits(block, |b| (b == b'.') | (b == b':')),
        letter: bits(block, |b| (b | 0x20 == b'm') | (b | 0x20 == b'u') | (b | 0x20 == b'c') | (b == b'A')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<usize> {
        let places = Places::of(text.as_bytes());
        std::iter::successors(places.next(0), |at| places.next(at + 1)).collect()
    }

    fn check(text: &str, expected: &[usize]) {
        assert_eq!(places(text), expected, "{text}");
        // wherever the text lies in its blocks
        for shift in [1, 60, 63, 64, 127] {
            let shifted: Vec<usize> = expected.iter().map(|at| at + shift).collect();
            assert_eq!(
                places(&format!("{}{text}", " ".repeat(shift))),
                shifted,
                "{text} behind {shift} blanks"
            );
        }
    }

    #[test]
    fn words_are_passed_over() {
        check("", &[]);
        check("plain words, and-more; it's \"quoted\".", &[]);
        check("End. Next: word", &[]);
        check("a.b d", &[1]);
        check("x[.]y", &[1, 2]);
        check("is 1", &[3]);
        check("a@b", &[1]);
        check("é", &[0, 1]);
        check("x<at>y", &[1]);
    }

    #[test]
    fn announcing_words_count_at_their_beginning() {
        check("Mutex and summum", &[0]);
        check("CVE AS user", &[0, 4, 7]);
    }

    #[test]
    fn delimiters_are_those_of_the_chunks() {
        for byte in 0..=255 {
            let bit = classify(&[byte; BLOCK]).delimiter;
            assert_eq!(bit == u64::MAX, is_delimiter(byte), "{byte:#x}");
            assert!(bit == 0 || bit == u64::MAX);
        }
    }
}
