//! How many conversations each peer holds at once: an IPv4 address, or a /64 of IPv6, which is the least that one line is given.
//!
//! This machine itself is not counted: a mail server in front of the door passes on what comes to it, and knows its own bounds.

use super::CONVERSATIONS_OF_ONE_MAX;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// The peers that talk now.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers(Counts);

/// A place that one conversation holds; given back when it goes.
#[derive(Debug)]
pub(super) struct Place {
    counts: Counts,
    peer: Option<IpAddr>,
}

/// By what an address is counted; `None` for one that is not.
fn counted(address: IpAddr) -> Option<IpAddr> {
    /// The first 64 bits.
    const NETWORK: u128 = !0 << 64;
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V6(six) => Some(Ipv6Addr::from_bits(six.to_bits() & NETWORK).into()),
        four => Some(four),
    }
}

impl Peers {
    /// A place for this address; `None` when its peer holds as many as one may.
    pub(super) fn place(&self, address: IpAddr) -> Option<Place> {
        let Some(peer) = counted(address) else {
            return Some(Place { counts: self.0.clone(), peer: None });
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_default();
        if *count >= CONVERSATIONS_OF_ONE_MAX {
            return None;
        }
        *count += 1;
        Some(Place { counts: self.0.clone(), peer: Some(peer) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the second address has a place while the first holds as many as one may; none is counted when all are given back.
    fn check(one: &str, other: &str, expected: bool) {
        let (peers, one, other): (_, IpAddr, IpAddr) =
            (Peers::default(), one.parse().unwrap(), other.parse().unwrap());
        let mut held: Vec<_> = (0..CONVERSATIONS_OF_ONE_MAX).map(|_| peers.place(one).unwrap()).collect();
        assert_eq!(peers.place(other).is_some(), expected, "{one} {other}");
        held.pop();
        assert!(peers.place(other).is_some(), "{one} {other}");
        held.clear();
        assert!(peers.0.lock().unwrap().is_empty());
    }

    #[test]
    fn one_peer_cannot_take_every_place() {
        check("192.0.2.1", "192.0.2.1", false);
        check("192.0.2.1", "192.0.2.2", true);
        check("192.0.2.1", "::ffff:192.0.2.1", false);
        check("::ffff:192.0.2.1", "::ffff:192.0.2.2", true);
    }

    #[test]
    fn a_line_with_ipv6_is_one_peer_whatever_address_it_takes() {
        check("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", false);
        check("2001:db8:0:1::1", "2001:db8:0:2::1", true);
    }

    #[test]
    fn this_machine_is_not_counted() {
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            check(own, own, true);
        }
    }
}
