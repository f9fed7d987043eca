//! An indicator as the bytes under which the set stores it: one tag, then the shortest exact form.
//!
//! Addresses and digests are stored as binary, names and the rest as canonical text. The canonical text itself comes
//! from `indicator`; nothing is folded here.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use indicator::{Indicator, Kind};

/// The kinds whose value is a run of hexadecimal digits, with the digits' number.
pub(crate) const DIGESTS: [(Kind, usize); 6] = [
    (Kind::Md5, 32),
    (Kind::Imphash, 32),
    (Kind::Ja3, 32),
    (Kind::Sha1, 40),
    (Kind::Sha256, 64),
    (Kind::Sha512, 128),
];

/// The tag of a kind. Numbers are part of the format: they are never reused.
pub(crate) const fn tag(kind: Kind) -> u8 {
    match kind {
        Kind::Ipv4 => 1,
        Kind::Ipv6 => 2,
        Kind::Cidr4 => 3,
        Kind::Cidr6 => 4,
        Kind::Domain => 5,
        Kind::Url => 6,
        Kind::Email => 7,
        Kind::Md5 => 8,
        Kind::Sha1 => 9,
        Kind::Sha256 => 10,
        Kind::Sha512 => 11,
        Kind::Cve => 12,
        Kind::AttackId => 13,
        Kind::FileName => 14,
        Kind::FilePath => 15,
        Kind::RegistryKey => 16,
        Kind::Mutex => 17,
        Kind::UserAgent => 18,
        Kind::Asn => 19,
        Kind::CryptoAddress => 20,
        Kind::Tlsh => 21,
        Kind::Ssdeep => 22,
        Kind::Imphash => 23,
        Kind::Ja3 => 24,
        Kind::Ja4 => 25,
    }
}

fn kind(tag: u8) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| self::tag(*kind) == tag)
}

/// The key under which the filter of keys holds a URL's host, written into `out`.
pub(crate) fn encode_url_host(host: &[u8], out: &mut Vec<u8>) {
    /// No indicator, so outside the kinds' tags.
    const URL_HOST: u8 = 0xf0;
    out.clear();
    out.push(URL_HOST);
    out.extend_from_slice(host);
}

/// Why a canonical value could not be stored; only a value that broke its own canonical form can bring it.
pub(crate) const NOT_CANONICAL: &str = "value is not in its canonical form";

/// Writes the key of `indicator` into `out`, which is emptied first.
pub(crate) fn encode(indicator: &Indicator, out: &mut Vec<u8>) -> Result<(), &'static str> {
    out.clear();
    out.push(tag(indicator.kind()));
    let value = indicator.value();
    match indicator.kind() {
        Kind::Ipv4 => out.extend(value.parse::<Ipv4Addr>().map_err(|_| NOT_CANONICAL)?.octets()),
        Kind::Ipv6 => out.extend(value.parse::<Ipv6Addr>().map_err(|_| NOT_CANONICAL)?.octets()),
        Kind::Cidr4 => {
            let (address, len) = range::<Ipv4Addr>(value)?;
            out.push(len);
            out.extend(address.octets());
        }
        Kind::Cidr6 => {
            let (address, len) = range::<Ipv6Addr>(value)?;
            out.push(len);
            out.extend(address.octets());
        }
        kind if DIGESTS.iter().any(|(k, _)| *k == kind) => {
            if !hex_into(value.as_bytes(), out) {
                return Err(NOT_CANONICAL);
            }
        }
        _ => out.extend(value.as_bytes()),
    }
    Ok(())
}

fn range<A: std::str::FromStr>(value: &str) -> Result<(A, u8), &'static str> {
    let (address, len) = value.split_once('/').ok_or(NOT_CANONICAL)?;
    Ok((address.parse().map_err(|_| NOT_CANONICAL)?, len.parse().map_err(|_| NOT_CANONICAL)?))
}

/// Appends the bytes that hexadecimal digits stand for; false, with `out` half written, where one is no such digit.
pub(crate) fn hex_into(digits: &[u8], out: &mut Vec<u8>) -> bool {
    for pair in digits.chunks(2) {
        let [high, low] = *pair else { return false };
        match (nibble(high), nibble(low)) {
            (Some(high), Some(low)) => out.push(high << 4 | low),
            _ => return false,
        }
    }
    true
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

/// The kind and canonical text of a stored key; `None` where a damaged set holds no key.
pub(crate) fn render(key: &[u8]) -> Option<(Kind, String)> {
    let (tag, value) = key.split_first()?;
    let kind = kind(*tag)?;
    let text = match kind {
        Kind::Ipv4 => Ipv4Addr::from(*value.first_chunk::<4>()?).to_string(),
        Kind::Ipv6 => Ipv6Addr::from(*value.first_chunk::<16>()?).to_string(),
        Kind::Cidr4 => format!("{}/{}", Ipv4Addr::from(*value.get(1..)?.first_chunk::<4>()?), value.first()?),
        Kind::Cidr6 => {
            format!("{}/{}", Ipv6Addr::from(*value.get(1..)?.first_chunk::<16>()?), value.first()?)
        }
        kind if DIGESTS.iter().any(|(k, _)| *k == kind) => {
            value.iter().fold(String::with_capacity(2 * value.len()), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        }
        _ => String::from_utf8_lossy(value).into_owned(),
    };
    Some((kind, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, value: &str, expected_len: usize) {
        let indicator = Indicator::new(kind, value).unwrap();
        let mut key = Vec::new();
        encode(&indicator, &mut key).unwrap();
        assert_eq!(key.len(), expected_len, "{value}");
        assert_eq!(render(&key), Some((kind, indicator.value().to_owned())));
    }

    #[test]
    fn keys_read_back() {
        check(Kind::Ipv4, "192.0.2.7", 5);
        check(Kind::Ipv6, "2001:db8::7", 17);
        check(Kind::Cidr4, "198.51.100.0/24", 6);
        check(Kind::Cidr6, "2001:db8::/32", 18);
        check(Kind::Domain, "evil.example", 13);
        check(Kind::Url, "http://evil.example/a?b=C", 26);
        check(Kind::Md5, "00112233445566778899aabbccddeeff", 17);
    }

    #[test]
    fn every_kind_has_a_tag_of_its_own() {
        let mut tags: Vec<u8> = Kind::ALL.iter().map(|k| tag(*k)).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), Kind::ALL.len());
        assert!(!tags.contains(&0));
    }

    #[test]
    fn damaged_keys_render_as_nothing() {
        for key in [&b""[..], &[0], &[99, 1], &[1, 1, 2], &[3, 24]] {
            assert_eq!(render(key), None);
        }
    }
}
