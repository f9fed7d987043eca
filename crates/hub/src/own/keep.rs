//! Taking posted objects in: what was posted before is a success and no news; everything else is appended.

use super::block::{BLOCK_BYTES_MAX, BLOCK_OBJECTS_MAX, Entry, NO_VERSION, SEALED_AS};
use super::filter::{ENTRY_BYTES, Tag};
use super::{HIDDEN, Version, block, marks, tag, versions};
use crate::{Hub, HubError};
use model::id::SubmissionId;
use std::collections::{BTreeMap, HashMap};
use store::{NewOwnBlock, Tx};

/// Keeps the objects of a submission that its owner has not posted yet, in this transaction.
pub(crate) async fn keep(
    hub: &Hub,
    tx: &mut Tx,
    owner: &[u8],
    id: SubmissionId,
    objects: &[stix::Object],
) -> Result<(), HubError> {
    // locks the owner: from here on nobody else posts for it, so what is read stays true and dates follow the commits
    tx.own_dates(owner, 0, hub.now()).await?;
    let tags: Vec<Tag> = objects.iter().map(|o| tag(hub, o.id().as_str())).collect();
    let mut known = versions(hub, tx, owner, &tags).await?;
    let news = news(objects, &tags, &mut known);
    let count = i64::try_from(news.len()).map_err(|_| HubError::TooLarge(i32::MAX as usize))?;
    let mut date = tx.own_dates(owner, count, hub.now()).await? - count + 1;
    let key = hub.store.seals().key(id)?;
    let mut rest = news.as_slice();
    let mut dates: HashMap<usize, i64> = HashMap::new();
    while !rest.is_empty() {
        let (mine, later) = rest.split_at(block_length(objects, rest));
        rest = later;
        let entries: Vec<Entry<'_>> = mine.iter().filter_map(|n| objects.get(*n)).map(entry).collect();
        let sealed = key.seal(hub.random("seal"), SEALED_AS, &block::write(&entries)?)?;
        let mut packed = Vec::with_capacity(mine.len() * ENTRY_BYTES);
        for (at, (n, entry)) in (date..).zip(mine.iter().zip(&entries)) {
            packed.extend_from_slice(&tags[*n]);
            packed.extend_from_slice(&entry.version_at.to_le_bytes());
            dates.insert(*n, at);
        }
        let length = i64::try_from(mine.len()).unwrap_or(0);
        let block = NewOwnBlock {
            submission: id,
            first_added: date,
            last_added: date + length - 1,
            tags: packed,
            sealed,
        };
        tx.insert_own_block(owner, &block).await?;
        date += length;
    }
    mark(tx, owner, objects, &tags, known, &dates).await
}

/// The places of objects that are new, in order. Those that were hidden and come again are shown again.
fn news(objects: &[stix::Object], tags: &[Tag], known: &mut HashMap<Tag, Vec<Version>>) -> Vec<usize> {
    let mut out = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (n, (object, tag)) in objects.iter().zip(tags).enumerate() {
        let version_at = version_at(object);
        let before = known.get_mut(tag).and_then(|all| all.iter_mut().find(|v| v.version_at == version_at));
        match before {
            Some(version) => version.marks &= !HIDDEN,
            None if seen.insert((*tag, version_at)) => out.push(n),
            None => {}
        }
    }
    out
}

/// How many of the next objects one block takes.
fn block_length(objects: &[stix::Object], next: &[usize]) -> usize {
    let mut bytes = 0;
    let fits = next.iter().take(BLOCK_OBJECTS_MAX).take_while(|n| {
        bytes += objects.get(**n).map_or(0, |o| o.raw().len());
        bytes <= BLOCK_BYTES_MAX
    });
    fits.count().max(1)
}

fn entry(object: &stix::Object) -> Entry<'_> {
    Entry {
        id: object.id().as_str(),
        version: object.version().map_or("", |at| at.as_str()),
        version_at: version_at(object),
        spec_version: object.edition(),
        text: object.raw(),
    }
}

fn version_at(object: &stix::Object) -> i64 {
    object.version().map_or(NO_VERSION, stix::Timestamp::micros)
}

/// Marks what the new versions change about others and about themselves. Objects with one version have no mark and cost nothing.
async fn mark(
    tx: &mut Tx,
    owner: &[u8],
    objects: &[stix::Object],
    tags: &[Tag],
    mut known: HashMap<Tag, Vec<Version>>,
    dates: &HashMap<usize, i64>,
) -> Result<(), HubError> {
    let mut times: HashMap<Tag, usize> = HashMap::new();
    for n in dates.keys() {
        *times.entry(tags[*n]).or_default() += 1;
    }
    for (n, date_added) in dates {
        let tag = tags[*n];
        if known.contains_key(&tag) || times.get(&tag).is_some_and(|times| *times > 1) {
            let version_at = objects.get(*n).map_or(NO_VERSION, version_at);
            known.entry(tag).or_default().push(Version { date_added: *date_added, version_at, marks: 0 });
        }
    }
    let mut changed = BTreeMap::new();
    for all in known.values_mut() {
        // what was shown again has lost its mark already: say so whatever the order says
        let before: Vec<(i64, i64)> = all.iter().map(|v| (v.date_added, v.marks)).collect();
        changed.extend(before);
        changed.extend(marks::order(all));
    }
    tx.put_own_marks(owner, &changed.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}
