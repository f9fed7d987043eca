//! The compiled set: what to look for, in one run of bytes that is used as it lies.

mod build;
pub(crate) mod filter;
mod items;
pub(crate) mod key;
mod layout;
pub(crate) mod names;
mod slots;
mod terms;

use bytes::Bytes;
use indicator::{Indicator, Kind};

pub use build::{Note, SetBuilder, V4_WIDEST, V6_WIDEST};
pub use items::{Items, Misfit};
pub(crate) use layout::fit_checksum;
pub use layout::{FORMAT, SetFault};
pub use terms::ONLY_HOST_LABEL;

use crate::pattern::Patterns;
use layout::{Layout, Section};

/// Bit of the kinds' bitmap that says "some URL has an IPv4 address for its host"; no kind has such a tag.
const V4_URL_HOST_BIT: u32 = 62;

/// One indicator to look for, with what its giver says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What to look for.
    pub indicator: Indicator,
    /// Words about it (warning lists, TLP, campaign); kept and shown with each hit.
    pub labels: Vec<String>,
    /// The item that it came with.
    pub item: Option<String>,
}

/// One entry read back from a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The indicator's kind.
    pub kind: Kind,
    /// The indicator's canonical value.
    pub value: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// The item that it came with.
    pub item: Option<String>,
}

/// A compiled set of indicators.
#[derive(Debug, Clone)]
pub struct Set {
    bytes: Bytes,
    layout: Layout,
}

impl Set {
    /// Takes the bytes that [`Set::as_bytes`] gave, in this run of the program or another. They are used where they lie, be it in a
    /// mapped file.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Result<Self, SetFault> {
        let bytes = bytes.into();
        let layout = layout::read(&bytes)?;
        Ok(Self { bytes, layout })
    }

    /// For the builder, whose own bytes cannot be at fault.
    fn own(bytes: Vec<u8>, layout: Layout) -> Self {
        Self { bytes: bytes.into(), layout }
    }

    /// The set as bytes, to be written to a file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The set as bytes of their own.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.section(Section::TermsOf).len() / 4
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of this number; `None` past the end.
    pub fn entry(&self, entry: u32) -> Option<Listed> {
        let place = self.terms_of(entry)?;
        let (kind, value) = key::render(self.key_of(entry))?;
        let (labels, item) = terms::decode(self.section(Section::Terms), place);
        Some(Listed { kind, value, labels, item })
    }

    /// The patterns that ask for more than their anchors.
    pub(crate) fn patterns(&self) -> Patterns {
        Patterns::read(self.section(Section::Patterns))
    }

    /// Which items it stands for; `None` of a set that is of no hub.
    pub fn items_of_hub(&self) -> Option<Items> {
        items::read(self.section(Section::Items))
    }

    /// The items that entries came with, each once.
    pub fn items(&self) -> Vec<String> {
        terms::items(self.section(Section::Terms)).into_iter().collect()
    }

    /// Whether some entry is of this kind.
    pub fn has_kind(&self, kind: Kind) -> bool {
        self.layout.facts.kinds >> (key::tag(kind) & 63) & 1 == 1
    }

    /// The entries that are this indicator: for what is compared whole, as a file's digest or name.
    pub fn look_up(&self, indicator: &Indicator) -> Vec<u32> {
        let mut bytes = Vec::new();
        match key::encode(indicator, &mut bytes) {
            Ok(()) => self.find(&bytes).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Whether some listed URL has an IPv4 address for its host.
    pub(crate) fn has_v4_url_host(&self) -> bool {
        self.layout.facts.kinds >> V4_URL_HOST_BIT & 1 == 1
    }

    /// Facts of the header.
    pub(crate) fn facts(&self) -> layout::Facts {
        self.layout.facts
    }

    /// The filters, for the sieve.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters {
            names: self.section(Section::Names),
            deep: self.section(Section::Deep),
            short: self.section(Section::Short),
            v4: self.section(Section::V4),
            v4_shift: self.layout.facts.v4_shift,
            digests: self.section(Section::Digests),
        }
    }

    /// Whether some IPv4 range touches this address's block.
    pub(crate) fn may_range_v4(&self, address: u32) -> bool {
        filter::bit(self.section(Section::V4Ranges), (address >> filter::V4_RANGES_SHIFT) as usize)
    }

    /// Whether some IPv6 address or range begins with the same 32 bits.
    pub(crate) fn may_hold_v6(&self, address: u128) -> bool {
        filter::may_hold(self.section(Section::V6), names::v6_hash(address))
    }

    /// Whether some listed URL may have this host; wrongly for one host in a hundred. `room` is overwritten.
    pub(crate) fn may_be_url_host(&self, host: &[u8], room: &mut Vec<u8>) -> bool {
        key::encode_url_host(host, room);
        filter::may_hold(self.section(Section::Keys), build::slot_hash(room))
    }

    /// Every entry that has this key, in the order in which they were added.
    pub(crate) fn find(&self, key: &[u8]) -> impl Iterator<Item = u32> {
        let first = slots::first(self.section(Section::Slots), self.section(Section::Keys), key, |entry| {
            self.key_of(entry)
        });
        std::iter::successors(first, |entry| slots::next(self.section(Section::Again), *entry))
    }

    /// Whether an entry stands for its host alone.
    pub(crate) fn only_host(&self, entry: u32) -> bool {
        self.terms_of(entry).is_some_and(|place| place & terms::ONLY_HOST != 0)
    }

    fn terms_of(&self, entry: u32) -> Option<u32> {
        let bytes = self.section(Section::TermsOf).get(4 * entry as usize..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*bytes))
    }

    fn key_of(&self, entry: u32) -> &[u8] {
        let starts = self.section(Section::Starts);
        let at = 4 * entry as usize;
        let (start, end) = (crate::mix::u32_at(starts, at), crate::mix::u32_at(starts, at + 4));
        self.section(Section::Arena).get(start as usize..end as usize).unwrap_or_default()
    }

    fn section(&self, section: Section) -> &[u8] {
        self.bytes.get(self.layout.range(section)).unwrap_or_default()
    }
}

/// The filters of a set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filters<'s> {
    pub(crate) names: &'s [u8],
    pub(crate) deep: &'s [u8],
    pub(crate) short: &'s [u8],
    pub(crate) v4: &'s [u8],
    pub(crate) v4_shift: u32,
    pub(crate) digests: &'s [u8],
}
