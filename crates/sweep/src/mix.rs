//! The one hash function of the compiled set: 64 bits from bytes, by folded 128-bit products.
//!
//! Not cryptographic. A collision costs a comparison, never a wrong answer: every probe compares the stored value.
//! The constants are part of the set's format; changing one changes [`crate::set::FORMAT`].

const K: [u64; 4] =
    [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3];

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hash of 32 bytes given as four little-endian words.
#[inline(always)]
pub(crate) fn words(w: [u64; 4]) -> u64 {
    fold(w[0] ^ K[0], w[1] ^ K[1]) ^ fold(w[2] ^ K[2], w[3] ^ K[3])
}

/// Hash of any bytes.
pub(crate) fn bytes(b: &[u8]) -> u64 {
    let mut state = K[3] ^ b.len() as u64;
    let mut rest = b.chunks_exact(16);
    for chunk in &mut rest {
        state = fold(u64_at(chunk, 0) ^ K[0], u64_at(chunk, 8) ^ state);
    }
    let mut last = [0u8; 16];
    last[..rest.remainder().len()].copy_from_slice(rest.remainder());
    state = fold(u64_at(&last, 0) ^ K[1], u64_at(&last, 8) ^ state);
    fold(state ^ K[2], K[0])
}

/// Checksum of much data: four independent lanes, so that it runs near the speed of memory.
pub(crate) fn bulk(b: &[u8]) -> u64 {
    let mut lanes = K;
    let mut rest = b.chunks_exact(64);
    for chunk in &mut rest {
        for (i, lane) in lanes.iter_mut().enumerate() {
            *lane = fold(u64_at(chunk, 16 * i) ^ K[i], u64_at(chunk, 16 * i + 8) ^ *lane);
        }
    }
    words(lanes) ^ bytes(rest.remainder()) ^ b.len() as u64
}

/// The little-endian word at `at`; 0 where the bytes end before it.
#[inline(always)]
pub(crate) fn u64_at(b: &[u8], at: usize) -> u64 {
    match b.get(at..).and_then(|b| b.first_chunk::<8>()) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => 0,
    }
}

/// The little-endian half word at `at`; 0 where the bytes end before it.
#[inline(always)]
pub(crate) fn u32_at(b: &[u8], at: usize) -> u32 {
    match b.get(at..).and_then(|b| b.first_chunk::<4>()) {
        Some(four) => u32::from_le_bytes(*four),
        None => 0,
    }
}

/// Numbers as little-endian bytes.
pub(crate) fn le(numbers: impl Iterator<Item = u32> + Clone) -> Vec<u8> {
    let mut bytes = vec![0; 4 * numbers.clone().count()];
    for (four, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
        *four = number.to_le_bytes();
    }
    bytes
}

/// Maps a hash evenly onto `0..n`.
#[inline(always)]
pub(crate) fn onto(hash: u64, n: usize) -> usize {
    (((hash >> 32) * n as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_every_byte_count() {
        let base = bytes(b"abcdefghijklmnopqrstuvwxyz");
        for i in 0..26 {
            let mut changed = *b"abcdefghijklmnopqrstuvwxyz";
            changed[i] ^= 1;
            assert_ne!(bytes(&changed), base, "byte {i}");
        }
        assert_ne!(bytes(b""), bytes(b"\0"));
        assert_ne!(bytes(b"a"), bytes(b"a\0"));
    }

    #[test]
    fn onto_stays_inside() {
        for hash in [0, 1, u64::MAX, u64::MAX / 2] {
            assert!(onto(hash, 7) < 7);
        }
    }
}
