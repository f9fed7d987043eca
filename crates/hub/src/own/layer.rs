//! Whether an object was posted at all: Bloom filters of one line of memory an object, so that a new object is known as new at the
//! cost of one line a layer, among five million as among five thousand.
//!
//! The bits of an object stand in one block of 512 ("blocked" filters: Putze, Sanders, Singler, *Cache-, Hash- and Space-Efficient
//! Bloom Filters*, 2007). Layers double in room, so that few objects cost few bytes, up to the largest.

use super::filter::Tag;

/// Bits of one block: a line of memory.
const BLOCK_BITS: usize = 512;

/// Bits an object. With seven of them set in its block, one strange object in 200 is taken for one of the layer.
const BITS: usize = 12;

/// Objects of the first layer, and of the largest.
const ROOM_MIN: usize = 1 << 12;
const ROOM_MAX: usize = 1 << 20;

type Block = [u64; BLOCK_BITS / 64];

/// All objects of one owner.
#[derive(Default)]
pub(crate) struct Layers(Vec<Layer>);

struct Layer {
    blocks: Vec<Block>,
    room: usize,
    held: usize,
}

impl Layers {
    pub(crate) fn add(&mut self, tag: &Tag) {
        if self.0.last().is_none_or(|layer| layer.held >= layer.room) {
            let room = (ROOM_MIN << self.0.len().min(16)).min(ROOM_MAX);
            let blocks = vec![[0; BLOCK_BITS / 64]; room * BITS / BLOCK_BITS];
            self.0.push(Layer { blocks, room, held: 0 });
        }
        let Some(layer) = self.0.last_mut() else { return };
        let (place, mask) = (layer.place(tag), mask(tag));
        if let Some(block) = layer.blocks.get_mut(place) {
            block.iter_mut().zip(mask).for_each(|(word, bits)| *word |= bits);
        }
        layer.held += 1;
    }

    /// Whether a layer perhaps holds it.
    pub(crate) fn have(&self, tag: &Tag) -> bool {
        let mask = mask(tag);
        self.0.iter().any(|layer| {
            let block = layer.blocks.get(layer.place(tag));
            block.is_some_and(|block| block.iter().zip(mask).all(|(word, bits)| word & bits == bits))
        })
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(|layer| layer.blocks.len() * size_of::<Block>()).sum()
    }
}

impl Layer {
    /// The block of a tag, by the first four of its bytes: it is a keyed hash already.
    fn place(&self, tag: &Tag) -> usize {
        let [a, b, c, d, ..] = *tag;
        let drawn = u64::from(u32::from_le_bytes([a, b, c, d]));
        usize::try_from((drawn * self.blocks.len() as u64) >> 32).unwrap_or(0)
    }
}

/// The bits of a tag in its block: seven numbers of nine bits, from the other eight of its bytes.
fn mask(tag: &Tag) -> Block {
    let [_, _, _, _, rest @ ..] = *tag;
    let mut drawn = u64::from_le_bytes(rest);
    let mut out = [0; BLOCK_BITS / 64];
    for _ in 0..7 {
        let bit = usize::try_from(drawn % BLOCK_BITS as u64).unwrap_or(0);
        if let Some(word) = out.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
        drawn >>= 9;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::filter::tests::tag;
    use super::*;

    #[test]
    fn what_is_there_is_known_and_few_strangers_are() {
        let mut layers = Layers::default();
        (0..100_000).for_each(|n| layers.add(&tag(n)));
        assert!((0..100_000).all(|n| layers.have(&tag(n))));
        // five layers, one in 200 each at most
        let strange = (1_000_000..1_100_000).filter(|n| layers.have(&tag(*n))).count();
        assert!(strange < 3_000, "{strange} of 100,000 strangers");
        assert!(layers.bytes() < 100_000 * 2, "{}", layers.bytes());
    }
}
