//! A page of an organisation's own collection: whole stretches of blocks, copied as they lie.

use super::block::{Block, NO_VERSION, SEALED_AS};
use super::marks::takes;
use super::{tag, versions};
use crate::ops::taxii::{Content, Filter, Record};
use crate::{Hub, HubError};
use model::id::SubmissionId;
use std::collections::{BTreeSet, HashMap};
use store::seal::SealKey;
use store::{OwnBlockRow, Shape, Tx};

/// Bytes of objects after which a page ends, whatever its limit says: posted objects may be large.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What was gathered of a page.
struct Gathered {
    content: Content,
    left: usize,
    bytes: usize,
}

/// A page beyond `after`, and whether more follow. Cost: the page; with filters, the blocks that hold it.
pub(crate) async fn page(
    hub: &Hub,
    tx: &mut Tx,
    owner: &[u8],
    filter: &Filter,
    (after, limit): (i64, u32),
    shape: Shape,
) -> Result<(Content, bool), HubError> {
    let mut dates = named(hub, tx, owner, filter).await?;
    let mut keys: HashMap<SubmissionId, Option<SealKey>> = HashMap::new();
    let mut out = Gathered { content: Content::empty(shape), left: limit as usize, bytes: 0 };
    let mut from = after;
    loop {
        if let Some(dates) = &mut dates {
            // the next block that can hold an object that was asked for
            dates.retain(|date| *date > from);
            let Some(next) = dates.first() else { return Ok((out.content, false)) };
            from = next - 1;
        }
        let Some(row) = tx.own_block(owner, from).await? else { return Ok((out.content, false)) };
        let key = match keys.get(&row.submission) {
            Some(key) => key.clone(),
            None => key(hub, &row)?,
        };
        keys.insert(row.submission, key.clone());
        // an erased submission's objects are gone; its block waits for the retention job
        if let Some(key) = key {
            let block = Block::read(&key.open(SEALED_AS, &row.sealed)?)?;
            let marks = tx.own_marks(owner, row.first_added, row.last_added).await?.into_iter().collect();
            if gather(&mut out, &block, &row, &marks, filter, from.max(after)) {
                return Ok((out.content, true));
            }
        }
        from = row.last_added;
    }
}

fn key(hub: &Hub, row: &OwnBlockRow) -> Result<Option<SealKey>, HubError> {
    match hub.store.seals().key(row.submission) {
        Ok(key) => Ok(Some(key)),
        Err(store::StoreError::Erased) => Ok(None),
        Err(why) => Err(why.into()),
    }
}

/// Where the objects lie that a filter names by id; `None` when it names none.
async fn named(
    hub: &Hub,
    tx: &mut Tx,
    owner: &[u8],
    filter: &Filter,
) -> Result<Option<BTreeSet<i64>>, HubError> {
    if filter.ids.is_empty() {
        return Ok(None);
    }
    let tags: Vec<_> = filter.ids.iter().map(|id| tag(hub, id)).collect();
    let found = versions(hub, tx, owner, &tags).await?;
    Ok(Some(found.into_values().flatten().map(|v| v.date_added).collect()))
}

/// Takes what fits of a block. `true` when the page is full and more follows.
fn gather(
    out: &mut Gathered,
    block: &Block,
    row: &OwnBlockRow,
    marks: &HashMap<i64, i64>,
    filter: &Filter,
    after: i64,
) -> bool {
    let skip = after.saturating_sub(row.first_added).saturating_add(1).max(0);
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let mut run: Option<std::ops::Range<usize>> = None;
    let mut full = false;
    for n in skip.min(block.len())..block.len() {
        let date = row.first_added + i64::try_from(n).unwrap_or(0);
        let marks = marks.get(&date).copied().unwrap_or(0);
        if !takes(&filter.versions, block.version_at(n), marks)
            || !filter.admits(block.id(n), block.spec_version(n))
        {
            continue;
        }
        let bytes = block.texts(n..n + 1).len();
        let heavy = out.bytes > 0 && out.bytes + bytes > PAGE_BYTES_MAX;
        if out.left == 0 || heavy {
            full = true;
            break;
        }
        (out.left, out.bytes) = (out.left - 1, out.bytes + bytes);
        out.content.count(date);
        match &mut out.content.records {
            Some(records) => records.push(record(block, n, date)),
            None => match &mut run {
                Some(run) if run.end == n => run.end = n + 1,
                _ => {
                    out.content.put(run.take().map_or("", |run| block.texts(run)));
                    run = Some(n..n + 1);
                }
            },
        }
    }
    out.content.put(run.map_or("", |run| block.texts(run)));
    full
}

fn record(block: &Block, n: usize, date_added: i64) -> Record {
    let version = match block.version_at(n) {
        NO_VERSION => stix::Timestamp::from_micros(date_added).as_str().to_owned(),
        _ => block.version(n).to_owned(),
    };
    Record { id: block.id(n).to_owned(), date_added, version, spec_version: block.spec_version(n).to_owned() }
}
