//! An organisation's own collection: what it posted, as it reads it back.
//!
//! Objects lie in sealed [`block`]s, appended in the order of arrival. What is known of them in memory ([`filter`]) tells a new object
//! from one that was posted before. Everything else of them, such as that a newer version came or that the owner hid one, is a mark
//! beside the block.

mod block;
mod filter;
mod keep;
mod layer;
mod marks;
mod page;

pub(crate) use keep::keep;
pub(crate) use marks::hide;
pub(crate) use page::page;

use crate::{Hub, HubError};
use filter::{ENTRY_BYTES, OwnFilters, TAG_BYTES, Tag};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use store::Tx;

/// A newer version of the object is visible.
const NEWER: i64 = 1;
/// An older version is.
const OLDER: i64 = 2;
/// The owner hid it.
const HIDDEN: i64 = 4;

/// Bytes of filters in memory, of all owners. Nine million objects; beyond it those of the owner that was quiet the longest go, and are
/// read again when it posts.
const FILTER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Blocks whose tags are read at once while filters are built: two megabytes.
const BLOCKS_AT_ONCE: i64 = 100;

/// The filters of those who post.
#[derive(Default)]
pub(crate) struct Owners {
    known: Mutex<HashMap<Vec<u8>, Kept>>,
}

struct Kept {
    filters: Arc<tokio::sync::Mutex<OwnFilters>>,
    bytes: usize,
    used: u64,
}

impl Owners {
    fn of(&self, owner: &[u8]) -> Arc<tokio::sync::Mutex<OwnFilters>> {
        let Ok(mut known) = self.known.lock() else { return Arc::default() };
        let now = known.values().map(|k| k.used).max().unwrap_or(0) + 1;
        let kept = known.entry(owner.to_vec()).or_insert_with(|| Kept {
            filters: Arc::default(),
            bytes: 0,
            used: 0,
        });
        kept.used = now;
        Arc::clone(&kept.filters)
    }

    fn weigh(&self, owner: &[u8], bytes: usize) {
        let Ok(mut known) = self.known.lock() else { return };
        if let Some(kept) = known.get_mut(owner) {
            kept.bytes = bytes;
        }
        while known.values().map(|k| k.bytes).sum::<usize>() > FILTER_BYTES_MAX {
            let oldest = known.iter().filter(|(name, _)| *name != owner).min_by_key(|(_, k)| k.used);
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else { return };
            known.remove(&oldest);
        }
    }
}

/// One version of an object that was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    date_added: i64,
    version_at: i64,
    marks: i64,
}

/// The keyed hash of an object's id. Faces and jobs never see it.
fn tag(hub: &Hub, id: &str) -> Tag {
    let whole = hub.store.seals().tag("object", id.as_bytes());
    whole.first_chunk::<TAG_BYTES>().copied().unwrap_or_default()
}

/// Every version of these objects that the owner posted before. Cost: nothing for new objects; a look at the tags of a run (65,536 objects
/// at most) for each run that perhaps holds one.
async fn versions(
    hub: &Hub,
    tx: &mut Tx,
    owner: &[u8],
    tags: &[Tag],
) -> Result<HashMap<Tag, Vec<Version>>, HubError> {
    let filters = hub.owners.of(owner);
    let mut filters = filters.lock().await;
    loop {
        let after = filters.seen_to.unwrap_or(i64::MIN);
        let blocks = tx.own_tags(owner, after, i64::MAX, BLOCKS_AT_ONCE).await?;
        if blocks.is_empty() {
            break;
        }
        blocks.iter().for_each(|block| filters.add(block));
    }
    hub.owners.weigh(owner, filters.bytes());
    let mut spans: BTreeMap<(i64, i64), Vec<Tag>> = BTreeMap::new();
    for tag in tags {
        for span in filters.perhaps(tag) {
            spans.entry(span).or_default().push(*tag);
        }
    }
    drop(filters);
    let mut found: HashMap<Tag, Vec<Version>> = HashMap::new();
    for ((first, last), wanted) in spans {
        let wanted: std::collections::HashSet<Tag> = wanted.into_iter().collect();
        for block in tx.own_tags(owner, first - 1, last.saturating_add(RUN_TAIL), i64::MAX).await? {
            for (date_added, entry) in (block.first_added..).zip(block.tags.chunks_exact(ENTRY_BYTES)) {
                let Some((tag, version)) = entry.split_first_chunk::<TAG_BYTES>() else { continue };
                if (first..=last).contains(&date_added) && wanted.contains(tag) {
                    let version_at = i64::from_le_bytes(version.try_into().unwrap_or_default());
                    let marks = tx.own_marks(owner, date_added, date_added).await?;
                    let marks = marks.first().map_or(0, |(_, marks)| *marks);
                    found.entry(*tag).or_default().push(Version { date_added, version_at, marks });
                }
            }
        }
    }
    Ok(found)
}

/// A run may end inside a block, whose own end lies beyond it.
const RUN_TAIL: i64 = block::BLOCK_OBJECTS_MAX as i64;
