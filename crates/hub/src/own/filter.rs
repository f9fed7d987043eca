//! Which objects an organisation posted before, as filters in memory: asking costs nanoseconds and no page of the disk.
//!
//! Two kinds of Bloom filters over the same objects. [`Layers`] are wide and few, and say whether an object was posted at all: a new
//! object costs one line of memory a layer. [`Run`]s are narrow, 65,536 objects in order of arrival, and say where it lies; they are
//! asked only about what a layer knows, and the tags of the run that perhaps holds it are read and compared in full. "No" is certain.
//! Filters grow with what the store holds and are never written: after a start they are read anew from the tags, once an owner.

use super::layer::Layers;
use store::OwnTags;

/// Bytes of a keyed hash in `tags`: among a thousand million objects of one owner two agree with a chance of 1 in 10^11.
pub(crate) const TAG_BYTES: usize = 12;

/// Bytes of one object in `tags`: the hash, and its version (i64, little-endian).
pub(crate) const ENTRY_BYTES: usize = TAG_BYTES + 8;

/// Bits an object in a run. With eleven of them set, one strange object in 2,000 that a layer let pass is taken for one of the run.
const BITS: usize = 16;

/// Bits set an object in a run.
const PROBES: u64 = 11;

/// Objects of the first run; each further one has room for twice as many, up to the largest.
const RUN_MIN: usize = 1 << 10;
const RUN_MAX: usize = 1 << 16;

/// The keyed hash of an object's id.
pub(crate) type Tag = [u8; TAG_BYTES];

/// The filters of one owner.
#[derive(Default)]
pub(crate) struct OwnFilters {
    layers: Layers,
    runs: Vec<Run>,
    /// `date_added` up to which they are complete.
    pub(crate) seen_to: Option<i64>,
}

/// Objects that arrived one after the other.
struct Run {
    bits: Vec<u64>,
    room: usize,
    held: usize,
    /// `date_added` of its first and last object.
    span: (i64, i64),
}

impl OwnFilters {
    /// Takes in a block.
    pub(crate) fn add(&mut self, block: &OwnTags) {
        for (added, entry) in (block.first_added..).zip(block.tags.chunks_exact(ENTRY_BYTES)) {
            let Some(tag) = entry.first_chunk::<TAG_BYTES>() else { continue };
            self.layers.add(tag);
            if self.runs.last().is_none_or(|run| run.held >= run.room) {
                let room = (RUN_MIN << self.runs.len().min(16)).min(RUN_MAX);
                self.runs.push(Run { bits: vec![0; room * BITS / 64], room, held: 0, span: (added, added) });
            }
            if let Some(run) = self.runs.last_mut() {
                run.set(tag);
                run.span.1 = added;
            }
        }
        self.seen_to = Some(block.last_added);
    }

    /// The spans of `date_added` in which this object perhaps lies. Cost: a line of memory a layer for a new object; for others also
    /// two a run.
    pub(crate) fn perhaps(&self, tag: &Tag) -> impl Iterator<Item = (i64, i64)> {
        let runs = if self.layers.have(tag) { self.runs.as_slice() } else { &[] };
        runs.iter().filter(|run| run.has(tag)).map(|run| run.span)
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.layers.bytes() + self.runs.iter().map(|run| run.bits.len() * 8).sum::<usize>()
    }
}

impl Run {
    fn set(&mut self, tag: &Tag) {
        for bit in probes(tag, self.bits.len() * 64) {
            if let Some(word) = self.bits.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        self.held += 1;
    }

    fn has(&self, tag: &Tag) -> bool {
        probes(tag, self.bits.len() * 64)
            .all(|bit| self.bits.get(bit / 64).is_some_and(|w| w & (1 << (bit % 64)) != 0))
    }
}

/// The bits of a tag, by double hashing: the tag is a keyed hash already, so its halves serve as the two.
fn probes(tag: &Tag, bits: usize) -> impl Iterator<Item = usize> + use<> {
    let half =
        |from: usize, to: usize| tag[from..to].iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let (first, step) = (half(0, 8), half(4, 12) | 1);
    let bits = bits as u64;
    (0..PROBES)
        .map(move |n| usize::try_from(first.wrapping_add(n.wrapping_mul(step)) % bits.max(1)).unwrap_or(0))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A tag that looks like a keyed hash.
    pub(in crate::own) fn tag(n: u64) -> Tag {
        let mut out = [0; TAG_BYTES];
        let mix = |n: u64| {
            n.wrapping_add(1)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .rotate_left(29)
                .wrapping_mul(0xBF58_476D_1CE4_E5B9)
        };
        out[..8].copy_from_slice(&mix(n).to_le_bytes());
        out[8..].copy_from_slice(&mix(mix(n)).to_le_bytes()[..4]);
        out
    }

    fn block(from: u64, count: u64) -> OwnTags {
        let tags =
            (from..from + count).flat_map(|n| [tag(n).as_slice(), &0_i64.to_le_bytes()].concat()).collect();
        let date = |n: u64| i64::try_from(n).unwrap();
        OwnTags { first_added: date(from), last_added: date(from + count - 1), tags }
    }

    #[test]
    fn what_was_added_is_found_in_its_span_and_little_else() {
        let mut filters = OwnFilters::default();
        for n in 0..200 {
            filters.add(&block(n * 1_000, 1_000));
        }
        assert_eq!(filters.seen_to, Some(199_999));
        for n in (0..200_000).step_by(97) {
            let date = i64::try_from(n).unwrap();
            assert!(filters.perhaps(&tag(n)).any(|(first, last)| (first..=last).contains(&date)), "{n}");
        }
        let strange = (1_000_000..1_100_000).filter(|n| filters.perhaps(&tag(*n)).next().is_some()).count();
        assert!(strange < 50, "{strange} of 100,000 strangers");
        assert!(filters.bytes() < 200_000 * 5, "{}", filters.bytes());
    }
}
