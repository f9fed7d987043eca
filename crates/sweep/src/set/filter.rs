//! The filters that say "certainly not" to almost everything: register-blocked Bloom filters and bitmaps.
//!
//! A filter is a run of bytes inside the compiled set; one probe touches one eight-byte word.
//! What passes a filter is never a hit yet: the judges compare the stored value.

use crate::mix;

/// Bits of a Bloom filter spent on one key. 16 let under one key in a hundred pass wrongly.
pub(crate) const BITS_A_KEY: usize = 16;

/// The words of a Bloom filter for `keys` keys.
pub(crate) fn words_for(keys: usize) -> usize {
    (keys * BITS_A_KEY).div_ceil(64).max(16)
}

#[inline(always)]
fn pattern(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63) | 1 << (hash >> 18 & 63)
}

/// Where the word lies that tells of this hash.
#[inline(always)]
pub(crate) fn word_at(filter: &[u8], hash: u64) -> usize {
    8 * mix::onto(hash, filter.len() / 8)
}

/// Whether the key of this hash may be in the filter.
#[inline(always)]
pub(crate) fn may_hold(filter: &[u8], hash: u64) -> bool {
    let word = mix::u64_at(filter, word_at(filter, hash));
    let pattern = pattern(hash);
    word & pattern == pattern
}

/// Puts the key of this hash into the filter.
pub(crate) fn insert(filter: &mut [u8], hash: u64) {
    let at = word_at(filter, hash);
    if let Some(word) = filter.get_mut(at..).and_then(|b| b.first_chunk_mut::<8>()) {
        *word = (u64::from_le_bytes(*word) | pattern(hash)).to_le_bytes();
    }
}

/// Whether bit `index` is set.
#[inline(always)]
pub(crate) fn bit(bitmap: &[u8], index: usize) -> bool {
    mix::u64_at(bitmap, index / 64 * 8) >> (index % 64) & 1 == 1
}

/// Sets bit `index`.
pub(crate) fn set_bit(bitmap: &mut [u8], index: usize) {
    if let Some(byte) = bitmap.get_mut(index / 8) {
        *byte |= 1 << (index % 8);
    }
}

/// Address bits that the bitmap of IPv4 ranges leaves out: 128 KiB, for the few addresses that passed a larger one.
pub(crate) const V4_RANGES_SHIFT: u32 = 12;

/// Bytes of a name's end that the name filter looks at.
pub(crate) const NAME_TAIL: usize = 32;

/// Entries of the bitmap of short names (see [`short_index`]): 2^16 bits are 8 KiB, which stay in the first cache.
pub(crate) const SHORT_BITS: usize = 1 << 16;

const KEEP: [[u64; 4]; NAME_TAIL + 1] = keep();

/// `KEEP[n]` keeps the last `n` of 32 bytes.
const fn keep() -> [[u64; 4]; NAME_TAIL + 1] {
    let mut table = [[0u64; 4]; NAME_TAIL + 1];
    let mut n = 0;
    while n <= NAME_TAIL {
        let mut byte = NAME_TAIL - n;
        while byte < NAME_TAIL {
            table[n][byte / 8] |= 0xff << (8 * (byte % 8));
            byte += 1;
        }
        n += 1;
    }
    table
}

/// Hash of the last `len` bytes of a tail, letters folded to lower case.
#[inline(always)]
pub(crate) fn name_hash(tail: &[u8; NAME_TAIL], len: usize) -> u64 {
    let keep = &KEEP[len.min(NAME_TAIL)];
    let word = |i: usize| (mix::u64_at(tail, 8 * i) | 0x2020_2020_2020_2020) & keep[i];
    mix::words([word(0), word(1), word(2), word(3)])
}

/// What the filter of depths holds of a name that is no longer than what the name filter looks at. Of longer names it
/// holds the hash of the last three labels.
#[inline(always)]
pub(crate) fn ends_here(hash: u64) -> u64 {
    !hash
}

/// Where the last two labels of a name stand in the bitmap of short names, when they are at most seven bytes.
#[inline(always)]
pub(crate) fn short_index(tail: &[u8; NAME_TAIL], len: usize) -> usize {
    let keep = KEEP[len.min(7)][3];
    let word = (mix::u64_at(tail, NAME_TAIL - 8) | 0x2020_2020_2020_2020) & keep;
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// How the name filter keys a name: by its last two labels, or by three where the two look like a registry's
/// (`co.uk`), which would let every name of a country pass.
///
/// `one`, `two` and `three` are the lengths of the last one, two and three labels with the dots between them.
#[inline(always)]
pub(crate) fn name_key_len(one: usize, two: usize, three: usize) -> (usize, bool) {
    let short = one == 2 && two <= one + 4;
    (if short { three } else { two }, short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_passes() {
        let mut filter = vec![0; 8 * words_for(1000)];
        let hashes: Vec<u64> = (0..1000u64).map(|i| mix::bytes(&i.to_le_bytes())).collect();
        hashes.iter().for_each(|h| insert(&mut filter, *h));
        assert!(hashes.iter().all(|h| may_hold(&filter, *h)));
        let wrong = (1000..101_000u64).filter(|i| may_hold(&filter, mix::bytes(&i.to_le_bytes()))).count();
        assert!(wrong < 1500, "{wrong} of 100000 pass wrongly");
    }

    #[test]
    fn only_the_tail_counts_and_case_does_not() {
        let mut a = [b'x'; NAME_TAIL];
        a[20..].copy_from_slice(b"Evil.Example");
        let mut b = [b'y'; NAME_TAIL];
        b[20..].copy_from_slice(b"evil.example");
        assert_eq!(name_hash(&a, 12), name_hash(&b, 12));
        assert_ne!(name_hash(&a, 13), name_hash(&b, 13));
    }

    #[test]
    fn registry_like_names_take_three_labels() {
        assert_eq!(name_key_len(2, 5, 10), (10, true)); // co.uk
        assert_eq!(name_key_len(2, 6, 10), (10, true)); // com.br
        assert_eq!(name_key_len(2, 7, 10), (7, false)); // evil.de
        assert_eq!(name_key_len(3, 6, 10), (6, false)); // ab.com
    }
}
