//! The feed of STIX objects: written in commit order, read by (collection, audience, date added).
//!
//! A page is merged from one index range an audience, so that a reader who may see 1 % of a collection pays for 1 %.

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{AudienceId, CollectionId, ItemId};
use sharing::{ReaderAudiences, Stored};
use std::collections::BTreeMap;

/// Which versions of an object (TAXII 2.1 section 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionPick {
    /// The newest version.
    Last,
    /// The oldest version.
    First,
    /// Every version.
    All,
    /// The version of this time, in microseconds.
    At(i64),
}

/// Filters of a read; empty lists let everything pass.
#[derive(Clone, Debug, Default)]
pub struct FeedFilter {
    /// Object ids.
    pub ids: Vec<String>,
    /// Object types.
    pub types: Vec<String>,
    /// Versions wanted, any of them.
    pub versions: Vec<VersionPick>,
    /// `spec_version`s.
    pub spec_versions: Vec<String>,
}

/// An object of the feed.
#[derive(Clone, Debug)]
pub struct FeedRow {
    /// When it was added, unique.
    pub date_added: i64,
    /// STIX id.
    pub id: String,
    /// Type.
    pub object_type: String,
    /// Its `spec_version`.
    pub spec_version: String,
    /// Version as text.
    pub version: String,
    /// JSON.
    pub bytes: Vec<u8>,
}

/// An object to add.
#[derive(Clone, Debug)]
pub struct NewFeedObject {
    /// Where.
    pub collection: CollectionId,
    /// STIX id.
    pub id: String,
    /// Type.
    pub object_type: String,
    /// Version as text.
    pub version: String,
    /// Version in microseconds.
    pub version_at: i64,
    /// JSON.
    pub bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    date_added: i64,
    audience: i64,
    object_id: String,
    object_type: String,
    spec_version: String,
    version: String,
    version_at: i64,
    bytes: Vec<u8>,
}

impl Raw {
    fn stored(self) -> Stored<FeedRow> {
        let row = FeedRow {
            date_added: self.date_added,
            id: self.object_id,
            object_type: self.object_type,
            spec_version: self.spec_version,
            version: self.version,
            bytes: self.bytes,
        };
        Stored::new(AudienceId(self.audience), row)
    }
}

/// How many rows one look into an index range fetches when a filter may refuse some of them.
const LOOK: i64 = 2_000;

impl Tx {
    /// Adds objects for an audience. Their `date_added` are consecutive, larger than all before, in commit order.
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
        let count = i64::try_from(objects.len()).unwrap_or(0);
        if count == 0 {
            return Ok(());
        }
        let last = self.count_up("date_added", now.as_microsecond(), count).await?;
        let rows: Vec<(i64, &NewFeedObject)> = (last - count + 1..).zip(objects).collect();
        insert_rows!(
            self,
            "INSERT INTO feed (date_added, collection, audience, item, object_id, object_type, spec_version, version, version_at, bytes) ",
            rows,
            10,
            |b, row| {
                b.push_bind(row.0);
                b.push_bind(bytes(row.1.collection.0));
                b.push_bind(audience.0);
                b.push_bind(bytes(item.0));
                b.push_bind(row.1.id.clone());
                b.push_bind(row.1.object_type.clone());
                b.push_bind("2.1");
                b.push_bind(row.1.version.clone());
                b.push_bind(row.1.version_at);
                b.push_bind(row.1.bytes.clone());
            }
        )
    }

    /// Takes every object of an item out of the feeds: after a leak, before its tombstones are added.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_feed(&mut self, item: ItemId) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM feed WHERE item = $1", bytes(item.0))?;
        Ok(())
    }

    /// A page beyond `position`: at most `limit` objects by `date_added`, and whether more follow.
    ///
    /// # Errors
    /// The driver's.
    pub async fn feed(
        &mut self,
        reader: &ReaderAudiences,
        collection: CollectionId,
        filter: &FeedFilter,
        position: i64,
        limit: u32,
    ) -> Result<(Vec<Stored<FeedRow>>, bool), StoreError> {
        let wanted = limit as usize + 1;
        let mut found: BTreeMap<i64, Raw> = BTreeMap::new();
        for audience in reader.ids() {
            for raw in self.feed_range(audience, reader, collection, filter, position, wanted).await? {
                found.insert(raw.date_added, raw);
            }
            while found.len() > wanted {
                found.pop_last();
            }
        }
        let more = found.len() > limit as usize;
        Ok((found.into_values().take(limit as usize).map(Raw::stored).collect(), more))
    }

    async fn feed_range(
        &mut self,
        audience: AudienceId,
        reader: &ReaderAudiences,
        collection: CollectionId,
        filter: &FeedFilter,
        position: i64,
        wanted: usize,
    ) -> Result<Vec<Raw>, StoreError> {
        let mut out: Vec<Raw> = Vec::new();
        let mut from = position;
        loop {
            let look = if filter.is_plain() { i64::try_from(wanted).unwrap_or(LOOK) } else { LOOK };
            let rows: Vec<Raw> = fetch_all!(
                self,
                "SELECT date_added, audience, object_id, object_type, spec_version, version, version_at, bytes FROM feed
                 WHERE collection = $1 AND audience = $2 AND date_added > $3 ORDER BY date_added LIMIT $4",
                bytes(collection.0),
                audience.0,
                from,
                look
            )?;
            let last = i64::try_from(rows.len()).unwrap_or(0) < look;
            from = rows.last().map_or(from, |r| r.date_added);
            for raw in rows {
                if filter.admits(&raw.object_id, &raw.object_type, &raw.spec_version)
                    && self.feed_version(reader, collection, filter, &raw).await?
                {
                    out.push(raw);
                }
            }
            if last || out.len() >= wanted {
                return Ok(out);
            }
        }
    }

    /// Whether this version of an object is one that the filter wants, among the versions that the reader may see.
    async fn feed_version(
        &mut self,
        reader: &ReaderAudiences,
        collection: CollectionId,
        filter: &FeedFilter,
        raw: &Raw,
    ) -> Result<bool, StoreError> {
        let picks: &[VersionPick] =
            if filter.versions.is_empty() { &[VersionPick::Last] } else { &filter.versions };
        for pick in picks {
            let fits = match pick {
                VersionPick::All => true,
                VersionPick::At(at) => raw.version_at == *at,
                VersionPick::Last | VersionPick::First => {
                    let edge = self.edge(reader, collection, raw, *pick == VersionPick::Last).await?;
                    edge == Some(raw.version_at)
                }
            };
            if fits {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn edge(
        &mut self,
        reader: &ReaderAudiences,
        collection: CollectionId,
        raw: &Raw,
        last: bool,
    ) -> Result<Option<i64>, StoreError> {
        let row: Option<(Option<i64>, Option<i64>)> = fetch_optional!(
            self,
            "SELECT max(f.version_at), min(f.version_at) FROM feed f
             JOIN audience_member m ON m.audience = f.audience AND m.organisation = $3
             WHERE f.collection = $1 AND f.object_id = $2",
            bytes(collection.0),
            &raw.object_id,
            bytes(reader.org().0)
        )?;
        Ok(row.and_then(|(newest, oldest)| if last { newest } else { oldest }))
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

impl FeedFilter {
    /// Whether nothing but versions is filtered.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.ids.is_empty()
            && self.types.is_empty()
            && self.spec_versions.is_empty()
            && self.versions == [VersionPick::All]
    }

    /// Whether an object of this id, type and `spec_version` passes.
    #[must_use]
    pub fn admits(&self, id: &str, object_type: &str, spec_version: &str) -> bool {
        let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
        any(&self.ids, id) && any(&self.types, object_type) && any(&self.spec_versions, spec_version)
    }
}
