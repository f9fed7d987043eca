//! What need not be read again: callers, their audiences, their collections, the roster, where each feed ends.
//!
//! All of it stands as long as the store's [`Epoch`] does. The epoch is asked for when this process committed something since, or a quarter
//! of a second has gone by: what this process changes counts at once, what another one changes within that time. So a poll that
//! finds nothing new costs no statement, and a withdrawn token is refused by the next request.

use crate::ops::taxii::Collection;
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::id::{AudienceId, CollectionId, OrgId, PersonId};
use model::org::Roster;
use sharing::{Caller, ReaderAudiences};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use store::Epoch;

/// How long this process believes that no other one changed anything, in milliseconds.
const BELIEVED_MILLIS: i64 = 250;

/// How long a caller is believed without reading its token again, in seconds: tokens expire without anything being written.
const CALLER_SECONDS: i64 = 5;

/// The most entries of one table; beyond it the table is emptied, which only costs reads.
const ENTRIES_MAX: usize = 10_000;

/// Where the feeds end: by collection, then audience, (rows, newest `date_added`).
pub(crate) type Heads = HashMap<CollectionId, HashMap<AudienceId, (i64, i64)>>;

/// What is known.
#[derive(Default)]
pub(crate) struct Fresh {
    known: Mutex<Known>,
    /// Held while the epoch is asked for, so that a thousand requests ask once.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    epoch: Epoch,
    commits: Option<u64>,
    asked_at: Option<Timestamp>,
    callers: HashMap<[u8; 32], (Caller, Timestamp)>,
    readers: HashMap<(OrgId, Option<PersonId>), Arc<ReaderAudiences>>,
    collections: HashMap<(OrgId, bool, bool), Arc<Vec<Collection>>>,
    roster: Option<Arc<Roster>>,
    heads: Option<Arc<Heads>>,
}

impl Known {
    fn is_believed(&self, now: Timestamp) -> bool {
        let age = self.asked_at.map(|at| now.duration_since(at).as_millis());
        self.commits.is_some_and(|known| store::commits() == Some(known))
            && age.is_some_and(|age| (0..i128::from(BELIEVED_MILLIS)).contains(&age))
    }

    fn learn(&mut self, epoch: Epoch, commits: Option<u64>, now: Timestamp) {
        if epoch.rights != self.epoch.rights {
            self.callers.clear();
            self.readers.clear();
            self.collections.clear();
            self.roster = None;
        }
        if epoch.feed != self.epoch.feed {
            self.heads = None;
        }
        (self.epoch, self.commits, self.asked_at) = (epoch, commits, Some(now));
    }
}

/// The epoch as of now.
pub(crate) async fn epoch(hub: &Hub) -> Result<Epoch, HubError> {
    let believed = || {
        let known = hub.fresh.known.lock().ok()?;
        known.is_believed(hub.now()).then_some(known.epoch)
    };
    if let Some(epoch) = believed() {
        return Ok(epoch);
    }
    let _one = hub.fresh.asking.lock().await;
    if let Some(epoch) = believed() {
        return Ok(epoch);
    }
    let (commits, now) = (store::commits(), hub.now());
    let mut tx = hub.store.read().await?;
    let epoch = tx.epoch().await?;
    drop(tx);
    if let Ok(mut known) = hub.fresh.known.lock() {
        known.learn(epoch, commits, now);
    }
    Ok(epoch)
}

/// Takes a value out of a table, if it still stands.
fn get<K: Eq + Hash, V: Clone>(
    hub: &Hub,
    epoch: Epoch,
    table: fn(&mut Known) -> &mut HashMap<K, V>,
    key: &K,
) -> Option<V> {
    let mut known = hub.fresh.known.lock().ok()?;
    let stands = known.epoch.rights == epoch.rights;
    table(&mut known).get(key).filter(|_| stands).cloned()
}

/// Keeps a value that was read after `epoch` was.
fn put<K: Eq + Hash, V>(
    hub: &Hub,
    epoch: Epoch,
    table: fn(&mut Known) -> &mut HashMap<K, V>,
    key: K,
    value: V,
) {
    if let Ok(mut known) = hub.fresh.known.lock()
        && known.epoch.rights == epoch.rights
    {
        let table = table(&mut known);
        if table.len() >= ENTRIES_MAX {
            table.clear();
        }
        table.insert(key, value);
    }
}

/// The caller that `key` (a hash of its credentials) stands for, by `read` where it is not known.
pub(crate) async fn caller(
    hub: &Hub,
    key: [u8; 32],
    read: impl Future<Output = Result<Option<Caller>, HubError>>,
) -> Result<Option<Caller>, HubError> {
    let epoch = epoch(hub).await?;
    let now = hub.now();
    if let Some((caller, until)) = get(hub, epoch, |known| &mut known.callers, &key)
        && now < until
        && until.duration_since(now) <= SignedDuration::from_secs(CALLER_SECONDS)
    {
        return Ok(Some(caller));
    }
    let found = read.await?;
    if let Some(caller) = &found {
        let until = now.checked_add(SignedDuration::from_secs(CALLER_SECONDS)).unwrap_or(now);
        put(hub, epoch, |known| &mut known.callers, key, (caller.clone(), until));
    }
    Ok(found)
}

/// The audiences of a caller.
pub(crate) async fn reader(hub: &Hub, caller: &Caller) -> Result<Arc<ReaderAudiences>, HubError> {
    caller.reader()?;
    let epoch = epoch(hub).await?;
    let key = (caller.org(), caller.person());
    if let Some(reader) = get(hub, epoch, |known| &mut known.readers, &key) {
        return Ok(reader);
    }
    let mut tx = hub.store.read().await?;
    let reader = Arc::new(ReaderAudiences::mint(caller, tx.audiences_of(caller.org()).await?));
    put(hub, epoch, |known| &mut known.readers, key, Arc::clone(&reader));
    Ok(reader)
}

/// The collections of a caller, by `read` where they are not known.
pub(crate) async fn collections(
    hub: &Hub,
    key: (OrgId, bool, bool),
    read: impl Future<Output = Result<Vec<Collection>, HubError>>,
) -> Result<Arc<Vec<Collection>>, HubError> {
    let epoch = epoch(hub).await?;
    if let Some(all) = get(hub, epoch, |known| &mut known.collections, &key) {
        return Ok(all);
    }
    let all = Arc::new(read.await?);
    put(hub, epoch, |known| &mut known.collections, key, Arc::clone(&all));
    Ok(all)
}

/// The roster, read once for all who ask since rights changed: a community that begins to poll does not read itself once a member.
pub(crate) async fn roster(hub: &Hub) -> Result<Arc<Roster>, HubError> {
    let epoch = epoch(hub).await?;
    let same = |known: &Known| known.epoch.rights == epoch.rights;
    let found =
        hub.fresh.known.lock().ok().filter(|known| same(known)).and_then(|known| known.roster.clone());
    if let Some(roster) = found {
        return Ok(roster);
    }
    let roster = Arc::new(hub.store.read().await?.roster().await?);
    if let Ok(mut known) = hub.fresh.known.lock()
        && same(&known)
    {
        known.roster = Some(Arc::clone(&roster));
    }
    Ok(roster)
}

/// Where the feeds end, and how many rows all of them have.
pub(crate) async fn heads(hub: &Hub) -> Result<(Arc<Heads>, i64), HubError> {
    let epoch = epoch(hub).await?;
    let found =
        hub.fresh.known.lock().ok().filter(|k| k.epoch.feed == epoch.feed).and_then(|k| k.heads.clone());
    if let Some(heads) = found {
        return Ok((heads, epoch.feed));
    }
    let mut tx = hub.store.read().await?;
    let mut heads = Heads::new();
    for head in tx.feed_heads().await? {
        heads.entry(head.collection).or_default().insert(head.audience, (head.objects, head.last_added));
    }
    let heads = Arc::new(heads);
    if let Ok(mut known) = hub.fresh.known.lock()
        && known.epoch.feed == epoch.feed
    {
        known.heads = Some(Arc::clone(&heads));
    }
    Ok((heads, epoch.feed))
}
