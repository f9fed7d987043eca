//! The feed of STIX objects: written in commit order, with the knowledge of which version is the last one for whom.
//!
//! What a reader gets of it stands in [`crate::feed_page`].

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{AudienceId, CollectionId, ItemId};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// An object to add.
#[derive(Clone, Debug)]
pub struct NewFeedObject {
    /// Where.
    pub collection: CollectionId,
    /// STIX id.
    pub id: String,
    /// Type.
    pub object_type: String,
    /// Its version as text and in microseconds; `None` for an object that has none: the time it is added then (TAXII 2.1 section 3.4.1).
    pub version: Option<(String, i64)>,
    /// JSON.
    pub bytes: String,
    /// Whether it is the hub's own and stands in many items (its identity, a marking definition): added once an audience, and it stays when
    /// an item goes.
    pub common: bool,
}

/// Where the feed of one audience in one collection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedHead {
    /// The collection.
    pub collection: CollectionId,
    /// The audience.
    pub audience: AudienceId,
    /// Rows ever added: how dense it is among the others.
    pub objects: i64,
    /// The newest `date_added`, microseconds.
    pub last_added: i64,
}

/// Another version of an object in the same collection.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Known {
    seq: i64,
    object_id: String,
    audience: i64,
    version_at: i64,
    newer: i64,
    older: i64,
}

/// How a version stands to one on one side of it: nothing there, one for the same readers, one for others.
const NONE: i64 = 0;
const SAME: i64 = 1;
const OTHER: i64 = 2;

/// What is told of a row when a neighbour of another audience, or of the same, appears: once `SAME`, always `SAME`.
fn beside(before: i64, same: bool) -> i64 {
    match (before, same) {
        (SAME, _) | (_, true) => SAME,
        _ => OTHER,
    }
}

/// `newer` and `older` of all versions of an object, which are in order. Cost: linear.
fn counted(rows: &[Known]) -> Vec<(i64, i64)> {
    let one_side = |all: &mut dyn Iterator<Item = &Known>| -> Vec<i64> {
        let mut passed: BTreeSet<i64> = BTreeSet::new();
        all.map(|row| {
            let side = match (passed.is_empty(), passed.contains(&row.audience)) {
                (true, _) => NONE,
                (false, same) => beside(NONE, same),
            };
            passed.insert(row.audience);
            side
        })
        .collect()
    };
    let older = one_side(&mut rows.iter());
    let newer = one_side(&mut rows.iter().rev());
    newer.into_iter().rev().zip(older).collect()
}

/// The version of a common object; the hub's own all have one.
fn common_version(object: &NewFeedObject) -> i64 {
    object.version.as_ref().map_or(0, |(_, at)| *at)
}

/// The version of an object that is added at `added`.
fn version(object: &NewFeedObject, added: i64) -> (Cow<'_, str>, i64) {
    match &object.version {
        Some((text, at)) => (Cow::Borrowed(text), *at),
        None => {
            let at = Timestamp::from_microsecond(added).unwrap_or_default();
            (Cow::Owned(format!("{at:.6}")), added)
        }
    }
}

impl Tx {
    /// Adds objects for an audience. Their `date_added` are consecutive, larger than all before, in commit order. Cost: the objects
    /// and the other versions of them.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_feed(
        &mut self,
        audience: AudienceId,
        item: ItemId,
        objects: &[NewFeedObject],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let held = self.held(audience, objects).await?;
        let objects: Vec<&NewFeedObject> = objects
            .iter()
            .filter(|o| !o.common || !held.contains(&(o.collection, o.id.clone(), common_version(o))))
            .collect();
        let objects = objects.as_slice();
        let count = i64::try_from(objects.len()).unwrap_or(0);
        if count == 0 {
            return Ok(());
        }
        let last = self.count_up("date_added", now.as_microsecond(), count).await?;
        let seq = self.count_up("feed_seq", 1, count).await? - count + 1;
        let dated = (last - count + 1..).zip(objects.iter().copied());
        let versions: Vec<(Cow<'_, str>, i64)> =
            dated.map(|(added, object)| version(object, added)).collect();
        let sides = self.sides(audience, objects, &versions, seq).await?;
        let rows: Vec<_> = (0..count).zip(objects).zip(sides).zip(&versions).collect();
        insert_rows!(
            self,
            "INSERT INTO feed (seq, date_added, collection, audience, item, object_id, object_type, spec_version, version, version_at, newer, older, bytes) ",
            rows,
            13,
            |b, row| {
                let (((n, object), sides), version) = row;
                b.push_bind(seq + n);
                b.push_bind(last - count + 1 + n);
                b.push_bind(bytes(object.collection.0));
                b.push_bind(audience.0);
                b.push_bind((!object.common).then(|| bytes(item.0)));
                b.push_bind(object.id.as_str());
                b.push_bind(object.object_type.as_str());
                b.push_bind("2.1");
                b.push_bind(version.0.as_ref());
                b.push_bind(version.1);
                b.push_bind(sides.0);
                b.push_bind(sides.1);
                b.push_bind(object.bytes.as_str());
            }
        )?;
        self.move_heads(audience, objects, last - count + 1).await
    }

    /// Which of the common objects this audience has already: collection, id, version.
    async fn held(
        &mut self,
        audience: AudienceId,
        objects: &[NewFeedObject],
    ) -> Result<BTreeSet<(CollectionId, String, i64)>, StoreError> {
        let mut ids: BTreeMap<CollectionId, Vec<&str>> = BTreeMap::new();
        for object in objects.iter().filter(|object| object.common) {
            ids.entry(object.collection).or_default().push(&object.id);
        }
        let mut held = BTreeSet::new();
        for (collection, ids) in ids {
            let known = self.known_versions(collection, &ids).await?;
            let mine = known.into_iter().filter(|one| one.audience == audience.0);
            held.extend(mine.map(|one| (collection, one.object_id, one.version_at)));
        }
        Ok(held)
    }

    async fn move_heads(
        &mut self,
        audience: AudienceId,
        objects: &[&NewFeedObject],
        first_added: i64,
    ) -> Result<(), StoreError> {
        let mut heads: BTreeMap<CollectionId, (i64, i64)> = BTreeMap::new();
        for (added, object) in (first_added..).zip(objects) {
            let head = heads.entry(object.collection).or_insert((0, added));
            *head = (head.0 + 1, added);
        }
        for (collection, (count, last)) in heads {
            execute!(
                self,
                "INSERT INTO feed_head (collection, audience, objects, last_added) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (collection, audience) DO UPDATE
                     SET objects = feed_head.objects + excluded.objects, last_added = excluded.last_added",
                bytes(collection.0),
                audience.0,
                count,
                last
            )?;
        }
        Ok(())
    }

    /// `newer` and `older` of each new row; the rows beside it are told in turn. Rows between two of the same audience are settled: only
    /// the ends are looked at, a few an audience whatever the number of versions.
    async fn sides(
        &mut self,
        audience: AudienceId,
        objects: &[&NewFeedObject],
        versions: &[(Cow<'_, str>, i64)],
        first_seq: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut known: BTreeMap<(CollectionId, String), Vec<Known>> = BTreeMap::new();
        let collections: BTreeSet<CollectionId> = objects.iter().map(|o| o.collection).collect();
        for collection in collections {
            let ids: Vec<&str> =
                objects.iter().filter(|o| o.collection == collection).map(|o| o.id.as_str()).collect();
            for one in self.ends(collection, &ids).await? {
                known.entry((collection, one.object_id.clone())).or_default().push(one);
            }
        }
        let mut out = Vec::with_capacity(objects.len());
        let mut told: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for (seq, (object, (_, version_at))) in (first_seq..).zip(objects.iter().zip(versions)) {
            let others = known.entry((object.collection, object.id.clone())).or_default();
            let mut mine = (NONE, NONE);
            for other in others.iter_mut() {
                let same = other.audience == audience.0;
                // a version that comes twice is last where it came last
                let before = (other.newer, other.older);
                if other.version_at <= *version_at {
                    other.newer = beside(other.newer, same);
                    mine.1 = beside(mine.1, same);
                } else {
                    other.older = beside(other.older, same);
                    mine.0 = beside(mine.0, same);
                }
                if before != (other.newer, other.older) {
                    told.insert(other.seq, (other.newer, other.older));
                }
            }
            others.push(Known {
                seq,
                object_id: object.id.clone(),
                audience: audience.0,
                version_at: *version_at,
                newer: mine.0,
                older: mine.1,
            });
            told.insert(seq, mine);
            out.push(seq);
        }
        let sides = out.iter().map(|seq| told.remove(seq).unwrap_or((NONE, NONE))).collect();
        for (seq, (newer, older)) in told {
            execute!(self, "UPDATE feed SET newer = $2, older = $3 WHERE seq = $1", seq, newer, older)?;
        }
        Ok(sides)
    }

    /// The ends of these objects' versions; of an object with one version that one.
    async fn ends(&mut self, collection: CollectionId, ids: &[&str]) -> Result<Vec<Known>, StoreError> {
        let mut ends: Vec<Known> = fetch_each!(
            self,
            [
                "SELECT seq, object_id, audience, version_at, newer, older FROM feed
                 WHERE collection = $1 AND (newer <> 0 OR older <> 0) AND (newer <> 1 OR older <> 1) AND object_id IN (SELECT value FROM ",
                "$2",
                ")"
            ],
            bytes(collection.0),
            serde_json::to_string(ids)?
        )?;
        let many: BTreeSet<&str> = ends.iter().map(|one| one.object_id.as_str()).collect();
        let rest: Vec<&str> = ids.iter().copied().filter(|id| !many.contains(id)).collect();
        let alone = self.known_versions(collection, &rest).await?;
        ends.extend(alone);
        Ok(ends)
    }

    async fn known_versions(
        &mut self,
        collection: CollectionId,
        ids: &[&str],
    ) -> Result<Vec<Known>, StoreError> {
        fetch_each!(
            self,
            [
                "SELECT seq, object_id, audience, version_at, newer, older FROM feed WHERE collection = $1 AND object_id IN (SELECT value FROM ",
                "$2",
                ")"
            ],
            bytes(collection.0),
            serde_json::to_string(ids)?
        )
    }

    /// Takes every object of an item out of the feeds: after a leak, before its tombstones are added.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_feed(&mut self, item: ItemId) -> Result<(), StoreError> {
        self.remove_rows(item, "").await
    }

    /// Takes single objects of an item out of the feeds: those that its newest version does not hold any more. Where another item holds
    /// the same cyber-observable, its row stays.
    ///
    /// # Errors
    /// The driver's.
    pub async fn withdraw(&mut self, item: ItemId, ids: &[String]) -> Result<(), StoreError> {
        for id in ids {
            self.remove_rows(item, id).await?;
        }
        Ok(())
    }

    /// Removes rows of an item, all of them or those of one object, and counts the sides of the versions that stay anew.
    async fn remove_rows(&mut self, item: ItemId, only: &str) -> Result<(), StoreError> {
        let touched: Vec<(Vec<u8>, String)> = fetch_all!(
            self,
            "SELECT DISTINCT collection, object_id FROM feed WHERE item = $1 AND ($2 = '' OR object_id = $2)",
            bytes(item.0),
            only
        )?;
        execute!(
            self,
            "DELETE FROM feed WHERE item = $1 AND ($2 = '' OR object_id = $2)",
            bytes(item.0),
            only
        )?;
        for (collection, id) in touched {
            let mut rest = self.known_versions(CollectionId(uuid(&collection)?), &[&id]).await?;
            rest.sort_by_key(|one| (one.version_at, one.seq));
            for (one, (newer, older)) in rest.iter().zip(counted(&rest)) {
                if (newer, older) != (one.newer, one.older) {
                    execute!(
                        self,
                        "UPDATE feed SET newer = $2, older = $3 WHERE seq = $1",
                        one.seq,
                        newer,
                        older
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Where every feed ends: one row a collection and audience.
    ///
    /// # Errors
    /// The driver's.
    pub async fn feed_heads(&mut self) -> Result<Vec<FeedHead>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, i64, i64)> =
            fetch_all!(self, "SELECT collection, audience, objects, last_added FROM feed_head")?;
        rows.into_iter()
            .map(|(collection, audience, objects, last_added)| {
                let collection = CollectionId(uuid(&collection)?);
                Ok(FeedHead { collection, audience: AudienceId(audience), objects, last_added })
            })
            .collect()
    }

    /// The objects of one item that a reader's collections hold, for recall.
    ///
    /// # Errors
    /// The driver's.
    pub async fn feed_of_item(
        &mut self,
        item: ItemId,
    ) -> Result<Vec<(CollectionId, String, String)>, StoreError> {
        let rows: Vec<(Vec<u8>, String, String)> = fetch_all!(
            self,
            "SELECT DISTINCT collection, object_id, object_type FROM feed WHERE item = $1 ORDER BY collection, object_id",
            bytes(item.0)
        )?;
        rows.into_iter().map(|(c, id, kind)| Ok((CollectionId(uuid(&c)?), id, kind))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Versions as (time, audience); the expected sides as (newer, older).
    #[track_caller]
    fn check(rows: &[(i64, i64)], expected: &[(i64, i64)]) {
        let known = |(seq, (version_at, audience)): (i64, &(i64, i64))| Known {
            seq,
            object_id: String::new(),
            audience: *audience,
            version_at: *version_at,
            newer: NONE,
            older: NONE,
        };
        let rows: Vec<Known> = (1..).zip(rows).map(known).collect();
        assert_eq!(counted(&rows), expected);
    }

    #[test]
    fn sides_say_whether_the_same_audience_has_a_neighbour() {
        check(&[], &[]);
        check(&[(1, 7)], &[(NONE, NONE)]);
        check(&[(1, 7), (2, 7)], &[(SAME, NONE), (NONE, SAME)]);
        check(&[(1, 7), (2, 8)], &[(OTHER, NONE), (NONE, OTHER)]);
        check(&[(1, 7), (2, 8), (3, 7)], &[(SAME, NONE), (OTHER, OTHER), (NONE, SAME)]);
        check(&[(1, 7), (1, 7), (1, 8)], &[(SAME, NONE), (OTHER, SAME), (NONE, OTHER)]);
    }
}
