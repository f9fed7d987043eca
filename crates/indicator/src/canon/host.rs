//! The host of a URL as browsers read it.

use std::fmt::Write;
use std::net::Ipv4Addr;

use super::domain::{push_domain, push_lower};
use crate::{Fault, Kind};

/// Appends a name (one label will do: intranets have them), an IPv4 address or an IPv6 address in brackets. `special` says that
/// the scheme is one whose hosts browsers read as names and addresses (WHATWG URL, "special scheme").
pub(super) fn push_host(out: &mut String, host: &str, special: bool) -> Result<(), Fault> {
    if host.starts_with('[') {
        match super::address::ipv6_or_mapped(host)? {
            (Kind::Ipv6, v6) => out.extend(["[", v6.as_str(), "]"]),
            (_, v4) => out.push_str(&v4),
        }
        return Ok(());
    }
    if special && ends_like_number(host) {
        // nearly every one is written as its canonical form
        if super::address::parse_v4(host).is_ok() {
            out.push_str(host);
            return Ok(());
        }
        if let Some(address) = numeric(host) {
            return write!(out, "{address}").map_err(|_| Fault::NotAUrl);
        }
    }
    // an address is written as its canonical form, and no name ends with a number
    if push_domain(out, host).is_ok() {
        return Ok(());
    }
    let plain = !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && !host.starts_with('.')
        && !host.contains("..");
    if !plain {
        return Err(Fault::NotAUrl);
    }
    push_lower(out, host.trim_end_matches('.'));
    Ok(())
}

/// Whether the last label begins with a digit and ends like a number: nearly every name is done with its last letter.
fn ends_like_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).as_bytes();
    let number = host.last().is_some_and(|b| b.is_ascii_hexdigit() || matches!(b, b'x' | b'X'));
    number && host[memchr::memrchr(b'.', host).map_or(0, |dot| dot + 1)].is_ascii_digit()
}

/// The address that browsers make of one to four numbers, each decimal, octal (`0…`) or hexadecimal (`0x…`); the last fills what is left:
/// the IPv4 parser of the WHATWG URL standard (<https://url.spec.whatwg.org/#concept-ipv4-parser>).
fn numeric(host: &str) -> Option<Ipv4Addr> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let (mut address, mut parts) = (0_u32, 0_u32);
    let mut labels = host.split('.').peekable();
    while let Some(label) = labels.next() {
        let value = number(label)?;
        let last = labels.peek().is_none();
        // four numbers of one byte each; the last one has the bytes of those that are not written
        let bits = if last { 32_u32.checked_sub(8 * parts)? } else { 8 };
        if parts == 4 || bits == 0 || u64::from(value) >= 1 << bits {
            return None;
        }
        address = if bits == 32 { value } else { address << bits | value };
        parts += 1;
    }
    Some(Ipv4Addr::from(address))
}

/// A number in one of the three notations. `0x` alone is zero.
fn number(label: &str) -> Option<u32> {
    let (digits, radix) = match label.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&label[2..], 16),
        [b'0', _, ..] => (&label[1..], 8),
        _ => (label, 10),
    };
    if digits.is_empty() && radix == 16 {
        return Some(0);
    }
    // the standard parser would take a sign
    let plain = digits.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { u32::from_str_radix(digits, radix).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_addresses() {
        let check = |host: &str, expected: Option<&str>| {
            assert_eq!(numeric(host).map(|address| address.to_string()).as_deref(), expected, "{host}");
        };
        check("192.0.2.1", Some("192.0.2.1"));
        check("192.0.2.1.", Some("192.0.2.1"));
        check("1249767214", Some("74.125.239.46"));
        check("0x4a.0x7d.0x2b.0x63", Some("74.125.43.99"));
        check("0X4A7D2B63", Some("74.125.43.99"));
        check("0112.0175.053.0143", Some("74.125.43.99"));
        check("127.1", Some("127.0.0.1"));
        check("192.0.513", Some("192.0.2.1"));
        check("0x", Some("0.0.0.0"));
        check("4294967295", Some("255.255.255.255"));
        check("4294967296", None);
        check("192.0.2.256", None);
        check("192.0.65536", None);
        check("256.0.2.1", None);
        check("1.2.3.4.5", None);
        check("09", None);
        check("0x4g", None);
        check("+1", None);
        check("", None);
        check("1..2", None);
    }
}
