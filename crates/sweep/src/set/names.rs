//! Which part of a stored value the filters see: the end of a name, the ends of a digest.

use std::net::Ipv4Addr;

use indicator::Kind;

use super::filter::{self, NAME_TAIL};
use super::key;
use crate::mix;

/// What the name filter holds of one name.
pub(crate) struct NameKey {
    /// Hash for the Bloom filter.
    pub(crate) hash: u64,
    /// Hash for the filter of depths.
    pub(crate) deep: u64,
    /// Place in the bitmap of short names, for a name of just two labels that look like a registry's.
    pub(crate) short: Option<usize>,
}

/// The key of a canonical name: the same arithmetic as the sieve's, on one name.
pub(crate) fn key_of(name: &[u8]) -> NameKey {
    let mut lens = [name.len(); 3];
    let dots = name.iter().rev().enumerate().filter(|(_, b)| **b == b'.').map(|(i, _)| i);
    for (len, dot) in lens.iter_mut().zip(dots) {
        *len = dot;
    }
    let [one, two, three] = lens;
    let (len, short) = filter::name_key_len(one, two, three);
    let mut tail = [0; NAME_TAIL];
    let n = name.len().min(NAME_TAIL);
    tail[NAME_TAIL - n..].copy_from_slice(&name[name.len() - n..]);
    let hash = filter::name_hash(&tail, len);
    NameKey {
        hash,
        deep: if name.len() == len { filter::ends_here(hash) } else { filter::name_hash(&tail, three) },
        short: (short && two == name.len()).then(|| filter::short_index(&tail, two)),
    }
}

/// The name inside a value that the name filter must hold, for the kinds that have one. URLs have a table of hosts.
pub(crate) fn of(tag: u8, value: &[u8]) -> Option<&[u8]> {
    if tag == key::tag(Kind::Domain) {
        return Some(value);
    }
    if tag == key::tag(Kind::Email) {
        return value.rsplit(|b| *b == b'@').next();
    }
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    if tag == key::tag(Kind::FileName) && value.contains(&b'.') && value.iter().all(is_word) {
        return Some(value);
    }
    None
}

/// Whether a tag is that of a kind of digest.
pub(crate) fn is_digest(tag: u8) -> bool {
    key::DIGESTS.iter().any(|(kind, _)| key::tag(*kind) == tag)
}

/// The host of a canonical URL, without port and with the brackets of IPv6.
pub(crate) fn url_host(url: &[u8]) -> &[u8] {
    let after = memchr::memmem::find(url, b"://").map_or(url, |at| &url[at + 3..]);
    let end = after.iter().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(after.len());
    let authority = after[..end].rsplit(|b| *b == b'@').next().unwrap_or_default();
    if authority.first() == Some(&b'[') {
        return authority.split_inclusive(|b| *b == b']').next().unwrap_or(authority);
    }
    authority.split(|b| *b == b':').next().unwrap_or(authority)
}

/// The address that a host is, if it is one.
pub(crate) fn v4(host: &[u8]) -> Option<u32> {
    std::str::from_utf8(host).ok()?.parse::<Ipv4Addr>().ok().map(u32::from)
}

/// Hash of the first 32 bits of an IPv6 address.
pub(crate) fn v6_hash(address: u128) -> u64 {
    mix::words([(address >> 96) as u64, 0, 0, 0])
}

/// Hash of a digest's first and last 16 digits, for the filter; 32 digits or more.
#[inline(always)]
pub(crate) fn digest_hash(digits: &[u8]) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let end = digits.len().saturating_sub(16);
    mix::words([
        mix::u64_at(digits, 0) | LOWER,
        mix::u64_at(digits, 8) | LOWER,
        mix::u64_at(digits, end) | LOWER,
        mix::u64_at(digits, end + 8) | LOWER,
    ])
}
