//! A reader's released indicators as one compiled set, signed with the key of the hub's log: what a member's programs sweep with, also
//! on a network without connection.
//!
//! A set says nothing but what its reader may see: its bytes depend on the reader's own items and on nothing else, its time is that of
//! the newest of them. A whole set costs work linear in the reader's indicators and is kept until one of its items changes; a part costs
//! what is new since, and names the rest.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{ItemId, OrgId, PersonId};
use sha2::{Digest, Sha256};
use sharing::{ReaderAudiences, Released, admit_page};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use store::{BroughtRow, NewDisclosure};
use sweep::{Items, SetBuilder, bundle, signed};

/// The most bytes of kept sets: a set of 100,000 indicators has 12 MB. Beyond it some are let go, which only costs work.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// The most notes of "was served this version" that are remembered; beyond it they are written once more.
const NOTED_MAX: usize = 1_000_000;

/// Label of what belongs to an exercise.
const EXERCISE: &str = "exercise";

/// A set as it is served.
#[derive(Clone, Debug)]
pub struct CompiledSet {
    /// Tells one set from another: the digest of the set, in hexadecimal digits.
    pub tag: String,
    /// The signed bytes.
    pub bytes: Arc<Vec<u8>>,
    /// The items that it brings, with their versions: what its reader is served.
    brings: Arc<Vec<(ItemId, i64)>>,
}

/// Who reads.
type Key = (OrgId, Option<PersonId>);

/// A whole set, and the state of the items that it was made of.
type Kept = ([u8; 32], Released<CompiledSet>);

/// What need not be made or noted again.
#[derive(Default)]
pub(crate) struct Sets {
    kept: Mutex<HashMap<Key, Kept>>,
    noted: Mutex<HashSet<(Key, ItemId, i64)>>,
    /// Held while a set is made, so that a thousand polls after a release do not make a thousand at once.
    making: tokio::sync::Mutex<()>,
}

/// The set of a reader: the whole of it, or with `since` what came later, as an overlay on what the reader has. `known` says whether
/// the reader has the set of a tag already; then nothing is noted as served.
///
/// # Errors
/// `Alarm`, `Unavailable`.
pub async fn compiled(
    hub: &Hub,
    reader: &ReaderAudiences,
    since: Option<Timestamp>,
    known: impl Fn(&str) -> bool,
) -> Result<Released<CompiledSet>, HubError> {
    let set = match since {
        Some(since) => part(hub, reader, since).await?,
        None => whole(hub, reader).await?,
    };
    if !known(&set.get().tag) {
        note(hub, reader, &set.get().brings);
    }
    Ok(set)
}

async fn part(
    hub: &Hub,
    reader: &ReaderAudiences,
    since: Timestamp,
) -> Result<Released<CompiledSet>, HubError> {
    let _one = hub.sets.making.lock().await;
    let rows = rows(hub, reader, since.as_microsecond()).await?;
    make(hub, rows, Some(since)).await
}

async fn whole(hub: &Hub, reader: &ReaderAudiences) -> Result<Released<CompiledSet>, HubError> {
    let key = (reader.org(), reader.person());
    let kept = |state: &[u8; 32]| {
        let kept = hub.sets.kept.lock().ok()?;
        kept.get(&key).filter(|(of, _)| of == state).map(|(_, set)| set.clone())
    };
    if let Some(set) = kept(&state(rows(hub, reader, i64::MAX).await?.get())) {
        return Ok(set);
    }
    let _one = hub.sets.making.lock().await;
    let rows = rows(hub, reader, i64::MIN).await?;
    let state = state(rows.get());
    if let Some(set) = kept(&state) {
        return Ok(set);
    }
    let set = make(hub, rows, None).await?;
    if let Ok(mut kept) = hub.sets.kept.lock() {
        kept.remove(&key);
        let bytes = |set: &Released<CompiledSet>| set.get().bytes.len();
        let mut room = KEPT_BYTES_MAX.saturating_sub(bytes(&set));
        kept.retain(|_, (_, other)| {
            let fits = bytes(other) <= room;
            room -= if fits { bytes(other) } else { 0 };
            fits
        });
        kept.insert(key, (state, set.clone()));
    }
    Ok(set)
}

async fn rows(
    hub: &Hub,
    reader: &ReaderAudiences,
    after: i64,
) -> Result<Released<Vec<BroughtRow>>, HubError> {
    Ok(admit_page(hub.store.read().await?.brought(reader, after).await?, reader)?)
}

/// What a whole set is made of, as one hash.
fn state(rows: &[BroughtRow]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for row in rows {
        hash.update(row.item.0.as_bytes());
        hash.update(row.version.to_le_bytes());
        hash.update([u8::from(row.recalled)]);
    }
    hash.finalize().into()
}

/// Compiles and signs.
async fn make(
    hub: &Hub,
    rows: Released<Vec<BroughtRow>>,
    since: Option<Timestamp>,
) -> Result<Released<CompiledSet>, HubError> {
    let epoch = hub.store.read().await?.log_state().await?.epoch;
    let key = crate::log::key(hub, epoch)?;
    let made = rows.get().iter().map(|row| row.at).max().unwrap_or_default();
    let made = Timestamp::from_microsecond(made).unwrap_or_default().to_string();
    let work = move || {
        rows.map(|rows| {
            let since = since.map(Timestamp::as_microsecond);
            let set = compile(&rows, since);
            let brings = rows.iter().filter(|row| is_brought(row, since)).map(|row| (row.item, row.version));
            let brings = Arc::new(brings.collect());
            let tag = signed::digest(set.as_bytes());
            let bytes = signed::sign(set.to_bytes(), &made, &key)?;
            Some(CompiledSet { tag, bytes: Arc::new(bytes), brings })
        })
    };
    let set = tokio::task::spawn_blocking(work).await;
    let set = set.map_err(|_| HubError::Unavailable("set".to_owned()))?;
    set.transpose().ok_or_else(|| HubError::Unavailable("set-key".to_owned()))
}

/// Whether a set brings this item: one that was recalled is gone, one that came before `since` (microseconds) is there already.
fn is_brought(row: &BroughtRow, since: Option<i64>) -> bool {
    !row.recalled && since.is_none_or(|since| row.at > since)
}

/// The set of these rows; an overlay where there is a time `since`, in microseconds.
fn compile(rows: &[BroughtRow], since: Option<i64>) -> sweep::Set {
    let (mut builder, mut items) =
        (SetBuilder::new(), Items { overlay: since.is_some(), ..Items::default() });
    for row in rows.iter().filter(|row| !row.recalled) {
        let item = row.item.to_string();
        let version = u32::try_from(row.version).unwrap_or(u32::MAX);
        if !is_brought(row, since) {
            items.keeps.insert(item, version);
            continue;
        }
        let labels: Vec<String> = row.exercise.then(|| EXERCISE.to_owned()).into_iter().collect();
        // what no program can look for stays in the bundle, for people
        let _left_out = bundle::add(row.bundle.as_bytes(), Some(&item), &labels, &mut builder);
        items.brings.insert(item, version);
    }
    builder.of_hub(items);
    builder.compile().0
}

/// Notes what a set brought as served, once a version and reader.
fn note(hub: &Hub, reader: &ReaderAudiences, brought: &[(ItemId, i64)]) {
    let key = (reader.org(), reader.person());
    let Ok(mut noted) = hub.sets.noted.lock() else { return };
    if noted.len() > NOTED_MAX {
        noted.clear();
    }
    for (item, _) in brought.iter().filter(|(item, version)| noted.insert((key, *item, *version))) {
        let served = NewDisclosure {
            id: model::id::uuid4(hub.random("disclosure")),
            organisation: reader.org(),
            person: reader.person(),
            channel: "api",
            collection: None,
            item: Some(*item),
            range: None,
            objects: 1,
        };
        hub.disclosures.note(served, hub.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: i64, item: u8, version: i64, value: &str) -> BroughtRow {
        let pattern = format!("[domain-name:value = '{value}']");
        let bundle =
            serde_json::json!({"type": "bundle", "objects": [{"type": "indicator", "pattern": pattern}]});
        let item = ItemId::from_random([item; 16]);
        BroughtRow { at, item, version, recalled: false, exercise: false, bundle: bundle.to_string() }
    }

    fn values(set: &sweep::Set) -> Vec<String> {
        (0..set.len() as u32).filter_map(|entry| Some(set.entry(entry)?.value)).collect()
    }

    #[test]
    fn a_part_laid_over_the_whole_before_is_the_whole_of_now() {
        let before = [row(1, 1, 1, "a.test"), row(2, 2, 1, "b.test"), row(3, 3, 1, "c.test")];
        let now = [
            row(1, 1, 1, "a.test"),
            row(5, 2, 2, "b2.test"),
            BroughtRow { recalled: true, ..row(6, 3, 2, "c.test") },
            BroughtRow { exercise: true, ..row(7, 4, 1, "d.test") },
        ];
        let mut laid = SetBuilder::new();
        laid.add_sets(&[compile(&before, None), compile(&now, Some(3))]).unwrap();
        let (laid, whole) = (laid.compile().0, compile(&now, None));
        assert_eq!(values(&whole), ["a.test", "b2.test", "d.test"]);
        assert_eq!(values(&laid), values(&whole));
        assert_eq!(laid.items_of_hub(), whole.items_of_hub());
        assert!(whole.entry(2).unwrap().labels.contains(&EXERCISE.to_owned()));
        assert_eq!(values(&compile(&now, Some(7))), Vec::<String>::new());
    }
}
