//! Addresses that are nobody's on the Internet, with the name of what they are for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The special use of an address (IANA's registries), or `None` for one that can be a stranger's.
pub fn is_special_ip(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => special_v4(v4),
            None => special_v6(v6),
        },
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let name = match address.octets() {
        [0, ..] => "this-network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "carrier-shared",
        [127, ..] => "loopback",
        [169, 254, ..] => "link-local",
        [192, 0, 0, _] => "protocol-assignments",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [192, 88, 99, _] => "6to4-relay",
        [198, 18..=19, ..] => "benchmarking",
        [224..=239, ..] => "multicast",
        [255, 255, 255, 255] => "broadcast",
        [240..=255, ..] => "reserved",
        _ => return None,
    };
    Some(name)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let name = match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        [0x64, 0xff9b, ..] => "nat64",
        [0x100, 0, 0, 0, ..] => "discard",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "documentation",
        [0x2001, 0..=0x1ff, ..] => "protocol-assignments",
        [0xfc00..=0xfdff, ..] => "private",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xff00..=0xffff, ..] => "multicast",
        _ => return None,
    };
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_uses() {
        let check = |written: &str, expected: Option<&str>| {
            assert_eq!(is_special_ip(written.parse().unwrap()), expected, "{written}");
        };
        check("10.1.2.3", Some("private"));
        check("172.32.0.1", None);
        check("127.0.0.1", Some("loopback"));
        check("203.0.113.9", Some("documentation"));
        check("224.0.0.1", Some("multicast"));
        check("9.9.9.9", None);
        check("::1", Some("loopback"));
        check("2001:db8::1", Some("documentation"));
        check("::ffff:10.0.0.1", Some("private"));
        check("2a00:1450::1", None);
    }
}
