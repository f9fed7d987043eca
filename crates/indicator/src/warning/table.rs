//! Tables of values, names and ranges that answer with the numbers of lists.

use std::collections::HashMap;
use std::hash::Hasher;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::fast_hash::{FastHash, FastHasher};

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

type Table<K> = HashMap<K, Vec<(u16, Reach)>, FastHash>;

/// Values and names.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    table: Table<Box<str>>,
    /// A bit for each hash of the table, eight bits an entry: most values are on no list, and are done with this small piece of memory.
    perhaps: Vec<u64>,
}

impl Hosts {
    pub(super) fn insert(&mut self, value: &str, reach: Reach, list: u16) {
        self.table.entry(value.into()).or_default().push((list, reach));
        self.perhaps.clear();
    }

    /// Builds what answers quickly; without it every question goes to the table.
    pub(super) fn ready(&mut self) {
        let words = (self.table.len() / 8).next_power_of_two();
        self.perhaps = vec![0; words];
        for value in self.table.keys() {
            let (word, bit) = place(value, words);
            self.perhaps[word] |= bit;
        }
    }

    fn get(&self, value: &str) -> Option<&Vec<(u16, Reach)>> {
        if !self.perhaps.is_empty() {
            let (word, bit) = place(value, self.perhaps.len());
            if self.perhaps[word] & bit == 0 {
                return None;
            }
        }
        self.table.get(value)
    }

    /// The lists that hold the value itself.
    pub(super) fn exact(&self, value: &str, hits: &mut Vec<u16>) {
        hits.extend(self.get(value).into_iter().flatten().map(|(list, _)| *list));
    }

    /// The lists that hold the name, or a name above it that reaches down.
    pub(super) fn host(&self, name: &str, hits: &mut Vec<u16>) {
        self.exact(name, hits);
        for dot in memchr::memchr_iter(b'.', name.as_bytes()) {
            let held = self.get(&name[dot + 1..]).into_iter().flatten();
            hits.extend(held.filter(|(_, reach)| *reach == Reach::Below).map(|(list, _)| *list));
        }
    }
}

/// The word of `words` (a power of two) and the bit in it for a value.
fn place(value: &str, words: usize) -> (usize, u64) {
    let mut hasher = FastHasher::default();
    hasher.write(value.as_bytes());
    let hash = hasher.finish();
    ((hash >> 32) as usize & (words - 1), 1 << (hash & 63))
}

/// Ranges of both families, as 128 bits: an IPv4 address is its mapped IPv6 one.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    nets: HashMap<(u8, u128), Vec<u16>, FastHash>,
    /// The prefix lengths that occur, ascending.
    lengths: Vec<u8>,
    /// For each /16 of IPv4 whether a range touches it; most addresses are done with this.
    touched: Vec<bool>,
}

/// The number of /16 networks of IPv4.
const V4_SIXTEENS: usize = 1 << 16;

impl Ranges {
    pub(super) fn insert(&mut self, written: &str, list: u16) -> bool {
        let net = written.parse::<IpNet>().ok().or_else(|| written.parse::<IpAddr>().ok().map(IpNet::from));
        let Some(net) = net else { return false };
        let length = bits_of(net.network(), net.prefix_len());
        if let IpNet::V4(v4) = net {
            self.touched.resize(V4_SIXTEENS, false);
            let first = (v4.network().to_bits() >> 16) as usize;
            let last = (v4.broadcast().to_bits() >> 16) as usize;
            self.touched[first..=last].fill(true);
        }
        if let Err(at) = self.lengths.binary_search(&length) {
            self.lengths.insert(at, length);
        }
        self.nets.entry((length, masked(number(net.network()), length))).or_default().push(list);
        true
    }

    /// The lists with a range that holds `address`, and all of its range when it has one.
    pub(super) fn holding(&self, address: IpAddr, within: Option<u8>, hits: &mut Vec<u16>) {
        let most = within.map_or(128, |length| bits_of(address, length));
        let bits = number(address);
        if let IpAddr::V4(v4) = address
            && self.touched.get((v4.to_bits() >> 16) as usize) != Some(&true)
        {
            return;
        }
        for length in self.lengths.iter().take_while(|length| **length <= most) {
            if let Some(lists) = self.nets.get(&(*length, masked(bits, *length))) {
                hits.extend_from_slice(lists);
            }
        }
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// A prefix length of the mapped form.
fn bits_of(address: IpAddr, length: u8) -> u8 {
    if address.is_ipv4() { length + 96 } else { length }
}

fn masked(bits: u128, length: u8) -> u128 {
    match length {
        0 => 0,
        _ => bits & (u128::MAX << (128 - u32::from(length))),
    }
}
