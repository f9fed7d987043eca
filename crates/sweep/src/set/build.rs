//! Entries in, compiled set out.
//!
//! An entry is written into its final bytes as it comes and then let go, so that a million of them never stand in
//! memory twice. What cannot or must not be matched is left out with a [`Note`], never silently.

use std::collections::{BTreeSet, HashMap};
use std::net::{Ipv4Addr, Ipv6Addr};

use indicator::{Indicator, Kind};

use super::filter;
use super::items::{self, Items, Misfit};
use super::key;
use super::layout::{self, Facts, Section};
use super::terms::{self, ONLY_HOST, ONLY_HOST_LABEL};
use super::{Entry, Set, V4_URL_HOST_BIT, names, slots};
use crate::{mix, pattern};

/// IPv4 ranges wider than this are left out: one wrong line would light up a sixteenth of the internet.
pub const V4_WIDEST: u8 = 8;
/// IPv6 ranges wider than this are left out: a /19 is the largest block that registries hand to one operator.
pub const V6_WIDEST: u8 = 19;

/// Something about an entry that its giver should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The indicator, in its canonical form.
    pub indicator: String,
    /// What was done with it and why.
    pub text: String,
}

/// Collects entries and compiles them.
#[derive(Debug, Default)]
pub struct SetBuilder {
    arena: Vec<u8>,
    starts: Vec<u32>,
    terms_of: Vec<u32>,
    terms: Vec<u8>,
    known_terms: HashMap<Vec<u8>, u32>,
    bare_terms: Option<u32>,
    notes: Vec<Note>,
    key: Vec<u8>,
    patterns: Vec<(String, Vec<u32>)>,
    items: Option<Items>,
}

impl SetBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one entry. What the rules leave out becomes a note of [`SetBuilder::compile`].
    pub fn add(&mut self, entry: Entry) {
        let mut key = std::mem::take(&mut self.key);
        match key::encode(&entry.indicator, &mut key) {
            Err(why) => self.note(&entry.indicator, why),
            Ok(()) => self.add_key(&entry, &key),
        }
        self.key = key;
    }

    fn add_key(&mut self, entry: &Entry, key: &[u8]) {
        let mut bits = 0;
        match stop(&entry.indicator, key.get(1..).unwrap_or_default()) {
            Some(Stop::LeftOut(why)) => return self.note(&entry.indicator, why),
            Some(Stop::OnlyHost(why)) => {
                self.note(&entry.indicator, why);
                bits = ONLY_HOST;
            }
            None => {}
        }
        if entry.labels.iter().any(|l| l == ONLY_HOST_LABEL) {
            bits = ONLY_HOST;
        }
        let terms = self.intern(&entry.labels, entry.item.as_deref()) | bits;
        self.push(key, terms);
    }

    /// Adds a STIX pattern that asks for more than one value, with the entries one of which its match has to hold.
    pub fn add_pattern(&mut self, pattern: &str, anchors: Vec<Entry>) {
        let number = |builder: &Self| u32::try_from(builder.len()).unwrap_or(u32::MAX);
        let first = number(self);
        anchors.into_iter().for_each(|entry| self.add(entry));
        self.patterns.push((pattern.to_owned(), (first..number(self)).collect()));
    }

    /// Says for which items of a hub the set is to stand.
    pub fn of_hub(&mut self, items: Items) {
        self.items = Some(items);
    }

    /// Adds what remains of sets that lie over each other in this order, as it stands there: what their makers left out stays out.
    pub fn add_sets(&mut self, sets: &[Set]) -> Result<(), Misfit> {
        let pile = items::pile(sets)?;
        for (set, gone) in sets.iter().zip(&pile.gone) {
            self.add_set(set, gone);
        }
        if sets.iter().any(|set| set.items_of_hub().is_some()) {
            self.of_hub(Items { brings: pile.brings, ..Items::default() });
        }
        Ok(())
    }

    /// Adds what a set holds, but for what came with the items that are gone.
    fn add_set(&mut self, set: &Set, gone: &BTreeSet<String>) {
        let mut places: HashMap<u32, Option<u32>> = HashMap::new();
        let mut number_of: HashMap<u32, u32> = HashMap::new();
        let patterns = pattern::texts(set.section(Section::Patterns));
        let anchors: BTreeSet<u32> = patterns.iter().flat_map(|(_, entries)| entries).copied().collect();
        for entry in 0..u32::try_from(set.len()).unwrap_or(u32::MAX) {
            let place = set.terms_of(entry).unwrap_or_default();
            let terms = *places.entry(place & !ONLY_HOST).or_insert_with(|| {
                let (labels, item) = terms::decode(set.section(Section::Terms), place);
                let stays = item.as_ref().is_none_or(|item| !gone.contains(item));
                stays.then(|| self.intern(&labels, item.as_deref()))
            });
            let Some(terms) = terms else { continue };
            if anchors.contains(&entry) {
                number_of.insert(entry, u32::try_from(self.len()).unwrap_or(u32::MAX));
            }
            self.push(set.key_of(entry), if terms == u32::MAX { terms } else { terms | place & ONLY_HOST });
        }
        for (text, entries) in patterns {
            let entries: Vec<u32> =
                entries.iter().filter_map(|entry| number_of.get(entry)).copied().collect();
            if !entries.is_empty() {
                self.patterns.push((text, entries));
            }
        }
    }

    /// Number of entries taken so far.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether no entry was taken yet.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    fn note(&mut self, indicator: &Indicator, text: &str) {
        self.notes.push(Note { indicator: indicator.value().to_owned(), text: text.to_owned() });
    }

    fn push(&mut self, key: &[u8], terms: u32) {
        let (Ok(start), true) = (u32::try_from(self.arena.len()), terms != u32::MAX) else {
            if self.notes.last().is_none_or(|n| n.text != FULL) {
                self.notes.push(Note { indicator: String::new(), text: FULL.to_owned() });
            }
            return;
        };
        self.starts.push(start);
        self.arena.extend_from_slice(key);
        self.terms_of.push(terms);
    }

    fn intern(&mut self, labels: &[String], item: Option<&str>) -> u32 {
        // Most lists say nothing but values: no hashing for them.
        if let (true, None, Some(bare)) = (labels.is_empty(), item, self.bare_terms) {
            return bare;
        }
        let bytes = terms::encode(labels, item);
        if let Some(at) = self.known_terms.get(&bytes) {
            return *at;
        }
        let at = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        if at >= ONLY_HOST {
            return u32::MAX;
        }
        self.terms.extend_from_slice(&bytes);
        self.known_terms.insert(bytes, at);
        if labels.is_empty() && item.is_none() {
            self.bare_terms = Some(at);
        }
        at
    }

    /// Makes the set, and tells what was left out or changed.
    pub fn compile(mut self) -> (Set, Vec<Note>) {
        let entries = self.starts.len();
        let plan = Plan::of(&self, entries);
        self.starts.push(u32::try_from(self.arena.len()).unwrap_or(u32::MAX));
        let tables = slots::build(&self.arena, &self.starts, &plan.url_hosts);
        let filters = Filters::fill(&self, entries, &plan);
        let patterns = pattern::write(&self.patterns);
        let items = items::write(self.items.as_ref());
        let starts = mix::le(self.starts.iter().copied());
        let terms_of = mix::le(self.terms_of.iter().copied());
        let mut sections: [&[u8]; layout::SECTIONS] = [&[]; layout::SECTIONS];
        sections[Section::Arena as usize] = &self.arena;
        sections[Section::Starts as usize] = &starts;
        sections[Section::TermsOf as usize] = &terms_of;
        sections[Section::Terms as usize] = &self.terms;
        sections[Section::Slots as usize] = &tables.slots;
        sections[Section::Again as usize] = &tables.again;
        sections[Section::Keys as usize] = &tables.keys;
        sections[Section::Names as usize] = &filters.names;
        sections[Section::Deep as usize] = &filters.deep;
        sections[Section::Short as usize] = &filters.short;
        sections[Section::V4 as usize] = &filters.v4;
        sections[Section::V4Ranges as usize] = &filters.v4_ranges;
        sections[Section::V6 as usize] = &filters.v6;
        sections[Section::Digests as usize] = &filters.digests;
        sections[Section::Patterns as usize] = &patterns;
        sections[Section::Items as usize] = &items;
        let (bytes, layout) = layout::write(filters.facts, sections);
        (Set::own(bytes, layout), self.notes)
    }

    fn key_at(&self, entry: usize) -> &[u8] {
        let start = self.starts[entry] as usize;
        let end = self.starts.get(entry + 1).map_or(self.arena.len(), |e| *e as usize);
        &self.arena[start..end]
    }
}

const FULL: &str = "the set is full at 4 GiB of values; this and what follows is left out";

enum Stop {
    LeftOut(&'static str),
    OnlyHost(&'static str),
}

/// What the rules say of an indicator; `stored` is what its key holds.
fn stop(indicator: &Indicator, stored: &[u8]) -> Option<Stop> {
    let value = indicator.value();
    match indicator.kind() {
        Kind::Domain if indicator::is_public_suffix(value) => {
            Some(Stop::OnlyHost("a public suffix: matches itself, never the names below it"))
        }
        Kind::Ipv4 | Kind::Ipv6 if is_inside(stored) => {
            Some(Stop::LeftOut("left out: an address that is not on the public internet"))
        }
        kind @ (Kind::Cidr4 | Kind::Cidr6) => {
            let (len, address) = stored.split_first()?;
            let widest = if kind == Kind::Cidr4 { V4_WIDEST } else { V6_WIDEST };
            if *len < widest {
                Some(Stop::LeftOut("left out: range too wide to be meant"))
            } else if is_inside(address) {
                Some(Stop::LeftOut("left out: a range that is not on the public internet"))
            } else {
                None
            }
        }
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 if EMPTY.contains(&value) => {
            Some(Stop::LeftOut("left out: the digest of an empty file"))
        }
        _ => None,
    }
}

/// Whether these four or sixteen bytes are an address that every network has inside.
fn is_inside(address: &[u8]) -> bool {
    let address = match address.first_chunk::<16>() {
        Some(v6) => Some(Ipv6Addr::from(*v6).into()),
        None => address.first_chunk::<4>().map(|v4| Ipv4Addr::from(*v4).into()),
    };
    address.and_then(indicator::is_special_ip).is_some_and(|use_| NOT_PUBLIC.contains(&use_))
}

/// Special uses of addresses that every network has inside, so that a hit would say nothing.
/// Documentation ranges stay: examples and exercises use them, and no traffic does.
const NOT_PUBLIC: [&str; 9] = [
    "this-network",
    "private",
    "carrier-shared",
    "loopback",
    "link-local",
    "multicast",
    "broadcast",
    "reserved",
    "unspecified",
];

/// Digests of nothing.
const EMPTY: [&str; 4] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
];

/// What has to be known of all entries before the filters get their sizes.
struct Plan {
    names: usize,
    v4: usize,
    v6: usize,
    digests: usize,
    addresses: bool,
    ranges: bool,
    /// Hashes under which the filter of keys holds the hosts of URLs.
    url_hosts: Vec<u64>,
}

impl Plan {
    fn of(builder: &SetBuilder, entries: usize) -> Self {
        let mut plan = Self {
            names: 2,
            v4: 0,
            v6: 0,
            digests: 0,
            addresses: false,
            ranges: false,
            url_hosts: Vec::new(),
        };
        let mut room = Vec::new();
        for entry in 0..entries {
            let (tag, value) = builder.key_at(entry).split_first().unwrap_or((&0, &[]));
            plan.addresses |= [V4, V6, CIDR4, CIDR6].contains(tag);
            plan.ranges |= *tag == CIDR4;
            plan.v4 += usize::from(*tag == V4);
            plan.v6 += usize::from(*tag == V6 || *tag == CIDR6);
            plan.digests += usize::from(names::is_digest(*tag));
            if *tag == URL {
                let host = names::url_host(value);
                let address = usize::from(names::v4(host).is_some());
                plan.v4 += address;
                plan.names += 1 - address;
                key::encode_url_host(host, &mut room);
                plan.url_hosts.push(slot_hash(&room));
            } else if names::of(*tag, value).is_some() {
                plan.names += 1;
            }
        }
        plan
    }
}

const V4: u8 = key::tag(Kind::Ipv4);
const V6: u8 = key::tag(Kind::Ipv6);
const CIDR4: u8 = key::tag(Kind::Cidr4);
const CIDR6: u8 = key::tag(Kind::Cidr6);
const URL: u8 = key::tag(Kind::Url);

struct Filters {
    names: Vec<u8>,
    deep: Vec<u8>,
    short: Vec<u8>,
    v4: Vec<u8>,
    v4_ranges: Vec<u8>,
    v6: Vec<u8>,
    digests: Vec<u8>,
    facts: Facts,
}

/// Names that share the bits which one key has in other filters: half of the bits let one name in thirty pass wrongly,
/// and the filter of depths stops it.
const NAMES_A_KEY: usize = 2;

/// Bits of the IPv4 bitmap for one listed address, at least: so few addresses pass that their judging costs nothing.
const V4_BITS_AN_ADDRESS: usize = 64;

impl Filters {
    fn fill(builder: &SetBuilder, entries: usize, plan: &Plan) -> Self {
        let v4_bits = (plan.v4 * V4_BITS_AN_ADDRESS).next_power_of_two().clamp(1 << 20, 1 << 28);
        let mut filters = Self {
            names: vec![0; 8 * filter::words_for(plan.names.div_ceil(NAMES_A_KEY))],
            deep: vec![0; 8 * filter::words_for(plan.names)],
            short: vec![0; filter::SHORT_BITS / 8],
            v4: vec![0; v4_bits / 8],
            v4_ranges: vec![0; if plan.ranges { (1 << (32 - filter::V4_RANGES_SHIFT)) / 8 } else { 0 }],
            v6: vec![0; 8 * filter::words_for(plan.v6)],
            digests: vec![0; 8 * filter::words_for(plan.digests)],
            facts: Facts { v4_shift: 32 - v4_bits.ilog2(), ..Facts::default() },
        };
        for entry in 0..entries {
            let (tag, value) = builder.key_at(entry).split_first().unwrap_or((&0, &[]));
            filters.entry(*tag, value);
        }
        if plan.addresses {
            filters.name(b"in-addr.arpa");
            filters.name(b"ip6.arpa");
        }
        filters
    }

    fn entry(&mut self, tag: u8, value: &[u8]) {
        self.facts.kinds |= 1 << (tag & 63);
        let number = |b: &[u8]| b.first_chunk::<4>().map_or(0, |b| u32::from_be_bytes(*b));
        if tag == V4 {
            self.v4(number(value), 32);
        } else if let (CIDR4, Some((len, address))) = (tag, value.split_first()) {
            self.facts.v4_lengths |= 1 << (len & 63);
            self.v4(number(address), *len);
            let (first, last) = ends(number(address), *len);
            for block in first >> filter::V4_RANGES_SHIFT..=last >> filter::V4_RANGES_SHIFT {
                filter::set_bit(&mut self.v4_ranges, block as usize);
            }
        } else if let (V6, Some(address)) = (tag, value.first_chunk::<16>()) {
            filter::insert(&mut self.v6, names::v6_hash(u128::from_be_bytes(*address)));
        } else if let (CIDR6, Some((len, address))) = (tag, value.split_first()) {
            self.facts.v6_lengths |= 1 << (len & 127);
            self.v6_range(address, *len);
        } else if names::is_digest(tag) {
            let digits: Vec<u8> = value.iter().flat_map(|b| [b >> 4, b & 15]).map(hex_digit).collect();
            filter::insert(&mut self.digests, names::digest_hash(&digits));
        } else if tag == URL {
            let host = names::url_host(value);
            match names::v4(host) {
                Some(address) => {
                    self.facts.kinds |= 1 << V4_URL_HOST_BIT;
                    self.v4(address, 32);
                }
                None => self.name(host),
            }
        } else if let Some(name) = names::of(tag, value) {
            self.name(name);
        }
    }

    fn v4(&mut self, address: u32, len: u8) {
        let (first, last) = ends(address, len);
        for block in first >> self.facts.v4_shift..=last >> self.facts.v4_shift {
            filter::set_bit(&mut self.v4, block as usize);
        }
    }

    /// A range wider than 32 bits stands for each of its 32-bit beginnings: at most 2^13 of them.
    fn v6_range(&mut self, address: &[u8], len: u8) {
        let Some(address) = address.first_chunk::<16>() else { return };
        let first = (u128::from_be_bytes(*address) >> 96) as u32;
        let last = first | u32::MAX.checked_shr(u32::from(len)).unwrap_or(0);
        for begin in first..=last {
            filter::insert(&mut self.v6, names::v6_hash(u128::from(begin) << 96));
        }
    }

    fn name(&mut self, name: &[u8]) {
        let key = names::key_of(name);
        filter::insert(&mut self.names, key.hash);
        filter::insert(&mut self.deep, key.deep);
        if let Some(index) = key.short {
            filter::set_bit(&mut self.short, index);
        }
    }
}

/// First and last address of an IPv4 range.
fn ends(address: u32, len: u8) -> (u32, u32) {
    (address, address | u32::MAX.checked_shr(u32::from(len)).unwrap_or(0))
}

fn hex_digit(nibble: u8) -> u8 {
    b"0123456789abcdef"[usize::from(nibble & 15)]
}

/// Hash under which the exact table finds a key.
pub(super) fn slot_hash(key: &[u8]) -> u64 {
    mix::bytes(key)
}
