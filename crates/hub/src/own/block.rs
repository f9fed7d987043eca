//! A block of posted objects: as many as a page holds, in one compressed text, with what is needed to choose among them.
//!
//! Layout before packing: the number of objects (u32); of each the length of its text (u32) and its version (i64, microseconds, the
//! least value for none); then of each its id, version and `spec_version`, ended by a zero byte; then the objects' texts with a comma
//! between. All numbers are little-endian.

use crate::HubError;
use std::ops::Range;
use store::StoreError;

/// Objects of one block: the largest page.
pub(crate) const BLOCK_OBJECTS_MAX: usize = 1_000;

/// Bytes of objects after which a block ends: a page of larger objects is put together from several, and memory stays small.
pub(crate) const BLOCK_BYTES_MAX: usize = 1024 * 1024;

/// The version of an object that has none.
pub(crate) const NO_VERSION: i64 = i64::MIN;

/// The context under which blocks are sealed.
pub(crate) const SEALED_AS: &str = "own-block";

/// One object on its way into a block.
pub(crate) struct Entry<'a> {
    pub(crate) id: &'a str,
    /// As written; empty for none.
    pub(crate) version: &'a str,
    pub(crate) version_at: i64,
    pub(crate) spec_version: &'a str,
    pub(crate) text: &'a str,
}

/// A block that was opened.
pub(crate) struct Block {
    plain: Vec<u8>,
    places: Vec<Place>,
}

/// Where an object's parts stand.
struct Place {
    version_at: i64,
    id: Range<usize>,
    version: Range<usize>,
    spec_version: Range<usize>,
    text: Range<usize>,
}

/// Writes a block.
pub(crate) fn write(entries: &[Entry<'_>]) -> Result<Vec<u8>, HubError> {
    let bytes: usize = entries.iter().map(|e| e.text.len() + 128).sum();
    let mut plain = Vec::with_capacity(bytes);
    plain.extend_from_slice(&u32::try_from(entries.len()).map_err(|_| broken())?.to_le_bytes());
    for entry in entries {
        plain.extend_from_slice(&u32::try_from(entry.text.len()).map_err(|_| broken())?.to_le_bytes());
        plain.extend_from_slice(&entry.version_at.to_le_bytes());
    }
    for entry in entries {
        for name in [entry.id, entry.version, entry.spec_version] {
            plain.extend_from_slice(name.as_bytes());
            plain.push(0);
        }
    }
    for (n, entry) in entries.iter().enumerate() {
        if n > 0 {
            plain.push(b',');
        }
        plain.extend_from_slice(entry.text.as_bytes());
    }
    crate::packed::pack(&plain).ok_or_else(broken)
}

/// What is sealed reads as it was written, or the store is damaged.
fn broken() -> HubError {
    StoreError::Row("a block of posted objects".to_owned()).into()
}

impl Block {
    /// Reads what [`write()`] made.
    pub(crate) fn read(packed: &[u8]) -> Result<Self, HubError> {
        let plain = crate::packed::unpack(packed).ok_or_else(broken)?;
        let places = places(&plain).ok_or_else(broken)?;
        Ok(Self { plain, places })
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn id(&self, n: usize) -> &str {
        self.text_of(self.places.get(n).map(|p| p.id.clone()))
    }

    pub(crate) fn version(&self, n: usize) -> &str {
        self.text_of(self.places.get(n).map(|p| p.version.clone()))
    }

    pub(crate) fn version_at(&self, n: usize) -> i64 {
        self.places.get(n).map_or(NO_VERSION, |p| p.version_at)
    }

    pub(crate) fn spec_version(&self, n: usize) -> &str {
        self.text_of(self.places.get(n).map(|p| p.spec_version.clone()))
    }

    /// The texts of consecutive objects, with commas between: one copy, however many they are.
    pub(crate) fn texts(&self, range: Range<usize>) -> &str {
        let first = self.places.get(range.start).map(|p| p.text.start);
        let last = range.end.checked_sub(1).and_then(|n| self.places.get(n)).map(|p| p.text.end);
        self.text_of(first.zip(last).map(|(start, end)| start..end))
    }

    fn text_of(&self, range: Option<Range<usize>>) -> &str {
        let bytes = range.and_then(|range| self.plain.get(range)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

fn places(plain: &[u8]) -> Option<Vec<Place>> {
    let (count, rest) = plain.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let heads = rest.get(..count.checked_mul(12)?)?;
    let mut at = 4 + heads.len();
    let mut out = Vec::with_capacity(count);
    for head in heads.chunks_exact(12) {
        let (length, version_at) = head.split_first_chunk::<4>()?;
        let mut name = || {
            let start = at;
            let length = plain.get(start..)?.iter().position(|b| *b == 0)?;
            at = start + length + 1;
            Some(start..start + length)
        };
        let (id, version, spec_version) = (name()?, name()?, name()?);
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let version_at = i64::from_le_bytes(version_at.try_into().ok()?);
        out.push(Place { version_at, id, version, spec_version, text: 0..length });
    }
    for place in &mut out {
        place.text = at..at.checked_add(place.text.end)?;
        at = place.text.end + 1;
    }
    (at == plain.len() + 1 || count == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_reads_as_it_was_written() {
        let entry =
            |id, version, version_at, text| Entry { id, version, version_at, spec_version: "2.1", text };
        let all = [
            entry("indicator--1", "2026-01-01T00:00:00Z", 17, r#"{"a":1}"#),
            entry("ipv4-addr--2", "", NO_VERSION, r#"{"b":"狼煙"}"#),
            entry("indicator--3", "2026", -5, "{}"),
        ];
        let block = Block::read(&write(&all).unwrap()).unwrap();
        assert_eq!(block.len(), 3);
        assert_eq!(block.texts(0..3), r#"{"a":1},{"b":"狼煙"},{}"#);
        assert_eq!(block.texts(1..2), r#"{"b":"狼煙"}"#);
        assert_eq!((block.id(1), block.version(1), block.version_at(1)), ("ipv4-addr--2", "", NO_VERSION));
        assert_eq!((block.spec_version(2), block.version_at(2)), ("2.1", -5));
        assert_eq!(Block::read(&write(&[]).unwrap()).unwrap().len(), 0);
    }

    #[test]
    fn damage_is_an_error() {
        let all = [Entry { id: "a--1", version: "", version_at: 0, spec_version: "2.1", text: "{}" }];
        let good = write(&all).unwrap();
        for cut in 0..good.len() {
            assert!(Block::read(&good[..cut]).is_err(), "{cut}");
        }
    }
}
