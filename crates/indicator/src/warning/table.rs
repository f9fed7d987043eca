//! Tables of values, names and ranges that answer with the numbers of lists.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::net::IpAddr;

use ipnet::IpNet;

/// How far one value of a list reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The value itself.
    Value,
    /// The name and the names below it.
    Below,
    /// The part of a mail address before the at sign.
    Mailbox,
    /// Addresses within a range.
    Range,
}

/// FNV-1a. The keys are ours or those of a list that the operator chose, so no guard against chosen keys is needed, and
/// every indicator found asks several times.
#[derive(Debug)]
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Table<K> = HashMap<K, Vec<(u16, Reach)>, BuildHasherDefault<Fnv>>;

/// Values and names.
#[derive(Debug, Default)]
pub(super) struct Hosts(Table<Box<str>>);

impl Hosts {
    pub(super) fn insert(&mut self, value: &str, reach: Reach, list: u16) {
        self.0.entry(value.into()).or_default().push((list, reach));
    }

    /// The lists that hold the value itself.
    pub(super) fn exact(&self, value: &str, hits: &mut Vec<u16>) {
        hits.extend(self.0.get(value).into_iter().flatten().map(|(list, _)| *list));
    }

    /// The lists that hold the name, or a name above it that reaches down.
    pub(super) fn host(&self, name: &str, hits: &mut Vec<u16>) {
        self.exact(name, hits);
        let mut rest = name;
        while let Some((_, above)) = rest.split_once('.') {
            let held = self.0.get(above).into_iter().flatten();
            hits.extend(held.filter(|(_, reach)| *reach == Reach::Below).map(|(list, _)| *list));
            rest = above;
        }
    }
}

/// Ranges of both families.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    nets: HashMap<IpNet, Vec<u16>>,
    /// The prefix lengths that occur, one bit each: IPv4, IPv6.
    lengths: (u64, u128, bool),
}

impl Ranges {
    pub(super) fn insert(&mut self, written: &str, list: u16) -> bool {
        let net = written.parse::<IpNet>().ok().or_else(|| written.parse::<IpAddr>().ok().map(IpNet::from));
        let Some(net) = net else { return false };
        let length = net.prefix_len();
        match net {
            IpNet::V4(_) => self.lengths.0 |= 1 << length,
            IpNet::V6(_) if length == 128 => self.lengths.2 = true,
            IpNet::V6(_) => self.lengths.1 |= 1 << length,
        }
        self.nets.entry(net.trunc()).or_default().push(list);
        true
    }

    /// The lists with a range that holds `address`, and all of its range when it has one.
    pub(super) fn holding(&self, address: IpAddr, within: Option<u8>, hits: &mut Vec<u16>) {
        let most = within.unwrap_or(if address.is_ipv4() { 32 } else { 128 });
        for length in 0..=most {
            let occurs = match address {
                IpAddr::V4(_) => self.lengths.0 >> length & 1 == 1,
                IpAddr::V6(_) if length == 128 => self.lengths.2,
                IpAddr::V6(_) => self.lengths.1 >> length & 1 == 1,
            };
            if occurs
                && let Ok(net) = IpNet::new(address, length)
                && let Some(lists) = self.nets.get(&net.trunc())
            {
                hits.extend_from_slice(lists);
            }
        }
    }
}
