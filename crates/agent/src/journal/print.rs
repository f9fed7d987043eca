//! A name, mail address, URL or digest as 48 bits.
//!
//! Not cryptographic, and not meant to hide: the journal lies beside the logs. With two million observables a day one question
//! is answered wrongly with "perhaps" once in a hundred million days, and then only costs a look into the log. The constants are part of the
//! format: changing one changes [`crate::journal::block::FORMAT`].

/// Bits of a print.
pub(crate) const BITS: u32 = 48;

/// What is printed. A name of a file and a name of a host share a tag: text does not tell them apart.
pub(crate) const NAME: u8 = 1;
pub(crate) const EMAIL: u8 = 2;
pub(crate) const URL: u8 = 3;
pub(crate) const DIGEST: u8 = 4;

const K: [u64; 3] = [0x2d35_8dcc_aa6c_78a5, 0x8bb8_4b93_962e_acc9, 0x4b33_a62e_d433_d4a3];

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hash of any bytes, 64 bits.
#[inline]
pub(crate) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = seed ^ K[0] ^ bytes.len() as u64;
    let mut rest = bytes.chunks_exact(16);
    for chunk in &mut rest {
        state = fold(word(chunk, 0) ^ K[1], word(chunk, 8) ^ state);
    }
    let tail = rest.remainder();
    let (a, b) = match tail.len() {
        8.. => (word(tail, 0), word(tail, tail.len() - 8)),
        4..8 => (half(tail, 0), half(tail, tail.len() - 4)),
        1..4 => (
            u64::from(tail[0]) | u64::from(tail[tail.len() / 2]) << 8 | u64::from(tail[tail.len() - 1]) << 16,
            0,
        ),
        0 => (0, 0),
    };
    fold(fold(a ^ K[1], b ^ state) ^ K[2], K[0])
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk::<8>()).map_or(0, |w| u64::from_le_bytes(*w))
}

#[inline(always)]
fn half(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk::<4>()).map_or(0, |w| u64::from(u32::from_le_bytes(*w)))
}

/// The print of a canonical value.
#[inline]
pub(crate) fn print(tag: u8, canonical: &[u8]) -> u64 {
    of_hash(hash(u64::from(tag), canonical))
}

/// The print of what has this hash.
#[inline]
pub(crate) fn of_hash(hash: u64) -> u64 {
    hash >> (64 - BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_tag_count() {
        for len in 1..40 {
            let base: Vec<u8> = (0..len).map(|n| b'a' + n % 26).collect();
            for at in 0..base.len() {
                let mut changed = base.clone();
                changed[at] ^= 1;
                assert_ne!(print(NAME, &changed), print(NAME, &base), "{len} {at}");
            }
            assert_ne!(print(NAME, &base), print(URL, &base));
            assert!(print(NAME, &base) < 1 << BITS);
        }
    }
}
