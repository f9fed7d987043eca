//! Addresses and ranges of both families.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::{Fault, Kind};

/// Four decimal octets without leading zeros.
pub fn ipv4(written: &str) -> Result<String, Fault> {
    // the standard parser takes no other spelling of an address than the one it prints
    parse_v4(written).map(|_| written.to_owned())
}

/// The compressed lower-case form of RFC 5952; brackets and a zone are dropped. IPv4-mapped addresses are refused.
pub fn ipv6(written: &str) -> Result<String, Fault> {
    match ipv6_or_mapped(written)? {
        (Kind::Ipv6, value) => Ok(value),
        _ => Err(Fault::MappedIpv4),
    }
}

/// An address of either family, a slash and a prefix length; bits behind the prefix are cleared.
pub fn cidr(written: &str) -> Result<String, Fault> {
    let kind = if written.contains(':') { Kind::Cidr6 } else { Kind::Cidr4 };
    match range_or_single(kind, written)? {
        (Kind::Cidr4 | Kind::Cidr6, value) => Ok(value),
        _ => Err(Fault::NotARange),
    }
}

pub(super) fn ipv6_or_mapped(written: &str) -> Result<(Kind, String), Fault> {
    let address = parse_v6(written)?;
    Ok(match address.to_ipv4_mapped() {
        Some(v4) => (Kind::Ipv4, v4.to_string()),
        None => (Kind::Ipv6, address.to_string()),
    })
}

pub(super) fn range_or_single(kind: Kind, written: &str) -> Result<(Kind, String), Fault> {
    let (address, length) = written.split_once('/').ok_or(Fault::NotARange)?;
    if length.is_empty() || length.len() > 3 || !length.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::NotARange);
    }
    let length: u8 = length.parse().map_err(|_| Fault::NotARange)?;
    if kind == Kind::Cidr4 {
        let address = parse_v4(address)?;
        let net = Ipv4Net::new(address, length).map_err(|_| Fault::NotARange)?;
        return Ok(if length == 32 {
            (Kind::Ipv4, address.to_string())
        } else {
            (Kind::Cidr4, net.trunc().to_string())
        });
    }
    let address = parse_v6(address)?;
    let net = Ipv6Net::new(address, length).map_err(|_| Fault::NotARange)?;
    Ok(match length {
        128 => (Kind::Ipv6, address.to_string()),
        _ => (Kind::Cidr6, net.trunc().to_string()),
    })
}

pub(crate) fn parse_v4(written: &str) -> Result<Ipv4Addr, Fault> {
    written.parse().map_err(|_| {
        // The standard parser refuses leading zeros too, but cannot say so.
        let octets =
            written.split('.').filter(|octet| octet.bytes().all(|b| b.is_ascii_digit()) && !octet.is_empty());
        let zeros = octets.clone().any(|octet| octet.len() > 1 && octet.starts_with('0'));
        if octets.count() == 4 && zeros { Fault::LeadingZero } else { Fault::NotAnAddress }
    })
}

fn parse_v6(written: &str) -> Result<Ipv6Addr, Fault> {
    let bare = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(written);
    let bare = bare.split_once('%').map_or(bare, |(address, _zone)| address);
    bare.parse().map_err(|_| Fault::NotAnAddress)
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn ipv4_forms() {
        check(ipv4, "192.0.2.1", Ok("192.0.2.1"));
        check(ipv4, "192.0.02.1", Err(Fault::LeadingZero));
        check(ipv4, "192.0.2.256", Err(Fault::NotAnAddress));
        check(ipv4, "192.0.2", Err(Fault::NotAnAddress));
    }

    #[test]
    fn ipv6_forms() {
        check(ipv6, "2001:DB8:0:0:0:0:0:1", Ok("2001:db8::1"));
        check(ipv6, "[2001:db8::1]", Ok("2001:db8::1"));
        check(ipv6, "fe80::1%eth0", Ok("fe80::1"));
        check(ipv6, "::ffff:192.0.2.1", Err(Fault::MappedIpv4));
        check(ipv6, "12:34:56", Err(Fault::NotAnAddress));
    }

    #[test]
    fn ranges() {
        check(cidr, "192.0.2.77/24", Ok("192.0.2.0/24"));
        check(cidr, "2001:DB8::/32", Ok("2001:db8::/32"));
        check(cidr, "192.0.2.0/33", Err(Fault::NotARange));
        check(cidr, "192.0.2.0/+8", Err(Fault::NotARange));
        check(cidr, "192.0.2.1/32", Err(Fault::NotARange));
    }
}
