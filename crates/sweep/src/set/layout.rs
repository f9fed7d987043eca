//! The compiled set as one run of bytes: a header, then sections at stated places.
//!
//! Every number is little-endian and read in place, so that a set is used as it lies in memory or in a file.
//! Reading checks the version, that the sections lie inside, and a checksum; every later access is bounded, so a damaged
//! set can answer wrongly but never crash.

use std::fmt;
use std::ops::Range;

use crate::mix;

/// Version of the bytes. Raised whenever a hash, a key, a section or a rule changes.
pub const FORMAT: u32 = 4;

const MAGIC: [u8; 8] = *b"NOROSWP\0";

/// Sections, in their order in the header.
#[derive(Debug, Clone, Copy)]
#[repr(usize)]
pub(crate) enum Section {
    /// Keys of all entries, one after the other.
    Arena,
    /// Where each key starts: a `u32` an entry, and one for the end.
    Starts,
    /// Each entry's place in `Terms`, a `u32`; the highest bit says "only this host".
    TermsOf,
    /// Labels and item of entries; shared by entries that have the same.
    Terms,
    /// The exact table: a `u32` a slot, an entry + 1; 0 is free.
    Slots,
    /// Pairs of `u32`, sorted: an entry, and the next entry with the same key.
    Again,
    /// Filter of the ends of names: small, so that it stays in a core's own cache.
    Names,
    /// Filter of names at the depth at which they are listed, asked for the few names whose ends passed.
    Deep,
    /// Bitmap of registry-like names that are indicators themselves.
    Short,
    /// Bitmap of IPv4 address blocks.
    V4,
    /// Bitmap of the IPv4 blocks that ranges touch.
    V4Ranges,
    /// Filter of the first 32 bits of IPv6 addresses and ranges.
    V6,
    /// Filter of digests.
    Digests,
    /// Filter of all keys, and of the hosts of URLs; asked before the exact table, which is too large for a cache.
    Keys,
    /// Patterns, as JSON.
    Patterns,
    /// The items that the set stands for, as JSON; empty of a set that is of no hub.
    Items,
}

/// Number of sections.
pub(crate) const SECTIONS: usize = Section::Items as usize + 1;

const SECTIONS_AT: usize = 64;
/// Bytes of the header.
pub(crate) const HEADER: usize = SECTIONS_AT + 16 * SECTIONS;

/// What the header tells besides the sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    /// Bit `t`: there is an entry whose kind has tag `t`.
    pub(crate) kinds: u64,
    /// Address bits that the IPv4 bitmap leaves out.
    pub(crate) v4_shift: u32,
    /// Bit `n`: there is an IPv4 range of prefix length `n`.
    pub(crate) v4_lengths: u64,
    /// Bit `n`: there is an IPv6 range of prefix length `n`; a /128 is an address, not a range.
    pub(crate) v6_lengths: u128,
}

/// Where everything lies.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// What the header tells besides the sections.
    pub(crate) facts: Facts,
    sections: [Range<usize>; SECTIONS],
}

impl Layout {
    /// The place of a section.
    pub(crate) fn range(&self, section: Section) -> Range<usize> {
        self.sections[section as usize].clone()
    }
}

/// Why bytes are not a compiled set that this program can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetFault {
    /// The bytes do not start as a set does.
    NotASet,
    /// The set was made by a program of another version.
    Version {
        /// The version found.
        found: u32,
    },
    /// A section lies outside, or the checksum does not fit.
    Damaged,
}

impl fmt::Display for SetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASet => write!(f, "not a compiled set of indicators"),
            Self::Version { found } => {
                write!(f, "compiled set of format {found}, this program reads {FORMAT}: compile it again")
            }
            Self::Damaged => write!(f, "compiled set is damaged"),
        }
    }
}

impl std::error::Error for SetFault {}

/// Joins header and sections.
pub(crate) fn write(facts: Facts, sections: [&[u8]; SECTIONS]) -> (Vec<u8>, Layout) {
    let total = sections.iter().fold(HEADER, |sum, s| sum + s.len().next_multiple_of(8));
    let mut bytes = Vec::with_capacity(total);
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(facts.v4_shift.to_le_bytes());
    bytes.extend(0u64.to_le_bytes());
    bytes.extend(facts.v4_lengths.to_le_bytes());
    bytes.extend(facts.v6_lengths.to_le_bytes());
    bytes.extend(facts.kinds.to_le_bytes());
    bytes.resize(SECTIONS_AT, 0);
    let mut at = HEADER;
    let mut ranges: [Range<usize>; SECTIONS] = std::array::from_fn(|_| 0..0);
    for (section, range) in sections.iter().zip(&mut ranges) {
        *range = at..at + section.len();
        bytes.extend((at as u64).to_le_bytes());
        bytes.extend((section.len() as u64).to_le_bytes());
        at += section.len().next_multiple_of(8);
    }
    for section in sections {
        bytes.extend_from_slice(section);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    fit_checksum(&mut bytes);
    (bytes, Layout { facts, sections: ranges })
}

const CHECKSUM: Range<usize> = 16..24;

/// Writes the checksum that fits the bytes.
pub(crate) fn fit_checksum(bytes: &mut [u8]) {
    let sum = checksum(bytes);
    if let Some(place) = bytes.get_mut(CHECKSUM) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}

fn checksum(bytes: &[u8]) -> u64 {
    let (head, rest) = bytes.split_at(CHECKSUM.end.min(bytes.len()));
    mix::bytes(&head[..CHECKSUM.start.min(head.len())]) ^ mix::bulk(rest)
}

/// Reads header and places; `Err` where the bytes are no usable set.
pub(crate) fn read(bytes: &[u8]) -> Result<Layout, SetFault> {
    if bytes.get(..8) != Some(&MAGIC) || bytes.len() < HEADER {
        return Err(SetFault::NotASet);
    }
    let found = mix::u32_at(bytes, 8);
    if found != FORMAT {
        return Err(SetFault::Version { found });
    }
    if checksum(bytes) != mix::u64_at(bytes, CHECKSUM.start) {
        return Err(SetFault::Damaged);
    }
    let mut sections: [Range<usize>; SECTIONS] = std::array::from_fn(|_| 0..0);
    for (i, section) in sections.iter_mut().enumerate() {
        let place = |at| usize::try_from(mix::u64_at(bytes, at)).map_err(|_| SetFault::Damaged);
        let start = place(SECTIONS_AT + 16 * i)?;
        let end = start.checked_add(place(SECTIONS_AT + 16 * i + 8)?).ok_or(SetFault::Damaged)?;
        if end > bytes.len() {
            return Err(SetFault::Damaged);
        }
        *section = start..end;
    }
    let facts = Facts {
        v4_shift: mix::u32_at(bytes, 12).min(31),
        v4_lengths: mix::u64_at(bytes, 24),
        kinds: mix::u64_at(bytes, 48),
        v6_lengths: u128::from(mix::u64_at(bytes, 32)) | u128::from(mix::u64_at(bytes, 40)) << 64,
    };
    Ok(Layout { facts, sections })
}
