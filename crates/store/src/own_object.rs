//! What an organisation posted by TAXII, as it reads it back. Sealed; the owner is a keyed hash.

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use crate::feed::VersionPick;
use jiff::Timestamp;
use model::id::{StatusId, SubmissionId};
use std::collections::BTreeSet;

/// A posted object to keep.
#[derive(Clone, Debug)]
pub struct NewOwnObject {
    /// Keyed hash of its STIX id.
    pub object_tag: Vec<u8>,
    /// Type.
    pub object_type: String,
    /// Its `spec_version`.
    pub spec_version: String,
    /// Version as text.
    pub version: String,
    /// Version in microseconds.
    pub version_at: i64,
    /// Id and bytes, sealed under the submission's key.
    pub sealed: Vec<u8>,
}

/// A posted object as stored.
#[derive(Clone, Debug)]
pub struct OwnObjectRow {
    /// When it was added, unique.
    pub date_added: i64,
    /// Its submission, whose key opens it.
    pub submission: SubmissionId,
    /// Type.
    pub object_type: String,
    /// Its `spec_version`.
    pub spec_version: String,
    /// Version as text.
    pub version: String,
    /// Id and bytes, sealed.
    pub sealed: Vec<u8>,
}

/// Filters, as for the feed, with ids as keyed hashes.
#[derive(Clone, Debug, Default)]
pub struct OwnFilter {
    /// Keyed hashes of object ids.
    pub tags: Vec<Vec<u8>>,
    /// Types.
    pub types: Vec<String>,
    /// Versions.
    pub versions: Vec<VersionPick>,
    /// `spec_version`s.
    pub spec_versions: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    date_added: i64,
    object_tag: Vec<u8>,
    submission: Vec<u8>,
    object_type: String,
    spec_version: String,
    version: String,
    version_at: i64,
    newest: i64,
    oldest: i64,
    sealed: Vec<u8>,
}

impl OwnFilter {
    fn admits(&self, raw: &Raw) -> bool {
        let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
        let tag = self.tags.is_empty() || self.tags.contains(&raw.object_tag);
        let picks: &[VersionPick] =
            if self.versions.is_empty() { &[VersionPick::Last] } else { &self.versions };
        let version = picks.iter().any(|pick| match pick {
            VersionPick::All => true,
            VersionPick::Last => raw.version_at == raw.newest,
            VersionPick::First => raw.version_at == raw.oldest,
            VersionPick::At(at) => raw.version_at == *at,
        });
        tag && version && any(&self.types, &raw.object_type) && any(&self.spec_versions, &raw.spec_version)
    }
}

impl Tx {
    /// Which of these objects (by tag and version) the owner posted before: they are a success and no news.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_known(
        &mut self,
        owner: &[u8],
        objects: &[NewOwnObject],
    ) -> Result<BTreeSet<(Vec<u8>, i64)>, StoreError> {
        let mut known = BTreeSet::new();
        for piece in objects.chunks(500) {
            let result: Result<Vec<(Vec<u8>, i64)>, sqlx::Error> = match self {
                Tx::Lite(t) => {
                    let mut q = sqlx::QueryBuilder::<sqlx::Sqlite>::new(
                        "SELECT object_tag, version_at FROM own_object WHERE owner = ",
                    );
                    q.push_bind(owner.to_vec()).push(" AND object_tag IN (");
                    let mut list = q.separated(", ");
                    piece.iter().for_each(|o| {
                        list.push_bind(o.object_tag.clone());
                    });
                    q.push(")");
                    q.build_query_as().fetch_all(&mut **t).await
                }
                Tx::Pg(t) => {
                    let mut q = sqlx::QueryBuilder::<sqlx::Postgres>::new(
                        "SELECT object_tag, version_at FROM own_object WHERE owner = ",
                    );
                    q.push_bind(owner.to_vec()).push(" AND object_tag IN (");
                    let mut list = q.separated(", ");
                    piece.iter().for_each(|o| {
                        list.push_bind(o.object_tag.clone());
                    });
                    q.push(")");
                    q.build_query_as().fetch_all(&mut **t).await
                }
            };
            known.extend(result?);
        }
        Ok(known)
    }

    /// Keeps posted objects, `date_added` as in the feed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_own(
        &mut self,
        owner: &[u8],
        submission: SubmissionId,
        objects: &[NewOwnObject],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let count = i64::try_from(objects.len()).unwrap_or(0);
        if count == 0 {
            return Ok(());
        }
        // A counter an owner: what one organisation posts does not shift another's dates.
        let counter = owner.iter().fold(String::from("own-"), |name, byte| name + &format!("{byte:02x}"));
        let last = self.count_up(&counter, now.as_microsecond(), count).await?;
        let rows: Vec<(i64, &NewOwnObject)> = (last - count + 1..).zip(objects).collect();
        insert_rows!(
            self,
            "INSERT INTO own_object (date_added, owner, object_tag, submission, object_type, spec_version, version, version_at, sealed) ",
            rows,
            9,
            |b, row| {
                b.push_bind(row.0);
                b.push_bind(owner.to_vec());
                b.push_bind(row.1.object_tag.clone());
                b.push_bind(bytes(submission.0));
                b.push_bind(row.1.object_type.clone());
                b.push_bind(row.1.spec_version.clone());
                b.push_bind(row.1.version.clone());
                b.push_bind(row.1.version_at);
                b.push_bind(row.1.sealed.clone());
            }
        )
    }

    /// A page of own objects beyond `position`, and whether more follow.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_objects(
        &mut self,
        owner: &[u8],
        filter: &OwnFilter,
        position: i64,
        limit: u32,
    ) -> Result<(Vec<OwnObjectRow>, bool), StoreError> {
        let wanted = limit as usize + 1;
        let mut out: Vec<OwnObjectRow> = Vec::new();
        let mut from = position;
        loop {
            let look = i64::from(limit) + 1;
            let rows: Vec<Raw> = fetch_all!(
                self,
                "SELECT o.date_added, o.object_tag, o.submission, o.object_type, o.spec_version, o.version, o.version_at, o.sealed,
                        (SELECT max(n.version_at) FROM own_object n WHERE n.owner = o.owner AND n.object_tag = o.object_tag) AS newest,
                        (SELECT min(n.version_at) FROM own_object n WHERE n.owner = o.owner AND n.object_tag = o.object_tag) AS oldest
                 FROM own_object o WHERE o.owner = $1 AND o.date_added > $2 ORDER BY o.date_added LIMIT $3",
                owner,
                from,
                look
            )?;
            let last = i64::try_from(rows.len()).unwrap_or(0) < look;
            from = rows.last().map_or(from, |r| r.date_added);
            for raw in rows.into_iter().filter(|r| filter.admits(r)) {
                let submission = SubmissionId(uuid(&raw.submission)?);
                let Raw { date_added, object_type, spec_version, version, sealed, .. } = raw;
                out.push(OwnObjectRow { date_added, submission, object_type, spec_version, version, sealed });
            }
            if last || out.len() >= wanted {
                let more = out.len() > limit as usize;
                out.truncate(limit as usize);
                return Ok((out, more));
            }
        }
    }

    /// Keeps the outcome of a POST, sealed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_status(
        &mut self,
        id: StatusId,
        source_tag: &[u8],
        submission: SubmissionId,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO status (id, source_tag, submission, sealed, created_at) VALUES ($1, $2, $3, $4, $5)",
            bytes(id.0),
            source_tag,
            bytes(submission.0),
            sealed,
            now.as_microsecond()
        )?;
        Ok(())
    }

    /// The outcome of a POST of this source.
    ///
    /// # Errors
    /// The driver's.
    pub async fn status(
        &mut self,
        id: StatusId,
        source_tag: &[u8],
    ) -> Result<Option<(SubmissionId, Vec<u8>)>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = fetch_optional!(
            self,
            "SELECT submission, sealed FROM status WHERE id = $1 AND source_tag = $2",
            bytes(id.0),
            source_tag
        )?;
        row.map(|(s, sealed)| Ok((SubmissionId(uuid(&s)?), sealed))).transpose()
    }
}
