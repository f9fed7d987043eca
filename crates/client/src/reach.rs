//! Which addresses a request may go to that somebody else asked us to make: none inside this machine or its networks, unless the
//! operator named the network.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

/// What is not the open Internet: the special-purpose registries of RFC 6890 as they stand, multicast, and the forms of IPv6 that carry
/// any IPv4 address inside (6to4, Teredo, local NAT64).
const NOT_PUBLIC: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];

static CLOSED: LazyLock<Vec<IpNet>> =
    LazyLock::new(|| NOT_PUBLIC.iter().filter_map(|text| text.parse().ok()).collect());

/// The part of IPv6 from which public addresses are given.
const GLOBAL_UNICAST: u16 = 0x2000;

/// Well-known NAT64 (RFC 6052): the last four bytes are an IPv4 address.
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// Whether an address is one of the open Internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    let address = match address {
        IpAddr::V6(six) => match inner(six) {
            Some(four) => four,
            None if six.segments()[0] & 0xe000 != GLOBAL_UNICAST => return false,
            None => address,
        },
        IpAddr::V4(_) => address,
    };
    !CLOSED.iter().any(|net| net.contains(&address))
}

/// The IPv4 address that this one stands for.
fn inner(six: Ipv6Addr) -> Option<IpAddr> {
    let mapped = six.to_ipv4_mapped();
    let [.., high, low] = six.segments();
    let nat64 = (six.segments()[..6] == NAT64).then(|| (u32::from(high) << 16 | u32::from(low)).into());
    mapped.or(nat64).map(IpAddr::V4)
}

/// Where requests may go.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Networks that the operator allows beside the open Internet.
    pub networks: Arc<[IpNet]>,
    /// Whether the open Internet is allowed.
    pub public: bool,
}

impl Reach {
    /// Whether a request may go to this address.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        let plain = match address {
            IpAddr::V6(six) => inner(six).unwrap_or(address),
            IpAddr::V4(_) => address,
        };
        self.networks.iter().any(|net| net.contains(&plain)) || (self.public && is_public(address))
    }
}

/// No address of the name is one that a request may go to.
#[derive(Clone, Copy, Debug)]
pub struct OutOfReach;

impl std::fmt::Display for OutOfReach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it lies in a private network")
    }
}

impl std::error::Error for OutOfReach {}

/// Looks a name up and hands over only what is in reach: the connection goes to the very address that was looked at.
impl reqwest::dns::Resolve for Reach {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let reach = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let within: Vec<SocketAddr> = found.into_iter().filter(|at| reach.admits(at.ip())).collect();
            if within.is_empty() {
                return Err(OutOfReach.into());
            }
            Ok(Box::new(within.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], expected: bool) {
        for text in addresses {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn every_network_of_the_list_is_one() {
        assert_eq!(CLOSED.len(), NOT_PUBLIC.len());
    }

    #[test]
    fn only_the_open_internet_is_public() {
        check(&["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"], true);
        check(&["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254"], false);
        check(&["172.16.0.1", "172.31.255.255", "192.168.0.1", "198.18.0.1", "224.0.0.1"], false);
        check(&["255.255.255.255", "240.0.0.1", "192.0.2.1", "203.0.113.9"], false);
        check(&["::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "100::1"], false);
    }

    #[test]
    fn an_ipv4_address_inside_another_is_looked_at() {
        check(&["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1"], false);
        check(&["2002:7f00:1::", "2001:0:1::", "64:ff9b:1::a00:1"], false);
        check(&["::ffff:8.8.8.8", "64:ff9b::808:808"], true);
    }

    #[test]
    fn named_networks_are_in_reach() {
        let reach = |public| Reach { networks: Arc::from(["10.0.0.0/8".parse().unwrap()]), public };
        let admits = |public, text: &str| reach(public).admits(text.parse().unwrap());
        assert!(admits(true, "10.1.1.1") && admits(false, "10.1.1.1") && admits(false, "::ffff:10.1.1.1"));
        assert!(!admits(true, "127.0.0.1") && admits(true, "8.8.8.8") && !admits(false, "8.8.8.8"));
    }
}
