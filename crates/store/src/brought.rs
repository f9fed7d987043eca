//! What a reader's compiled set is made of: every item in its inbox at once, with the bundles of those that are new to it.

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use model::id::{AudienceId, ItemId};
use model::tlp::Tlp;
use sharing::{ReaderAudiences, StoredPage};
use std::collections::BTreeSet;

/// An item of a reader, as far as its indicators go.
#[derive(Clone, Debug)]
pub struct BroughtRow {
    /// When this version came into the inbox, microseconds.
    pub at: i64,
    /// The item.
    pub item: ItemId,
    /// Version.
    pub version: i64,
    /// Whether it was recalled.
    pub recalled: bool,
    /// Part of an exercise.
    pub exercise: bool,
    /// STIX; empty where it was not asked for.
    pub bundle: String,
}

#[derive(sqlx::FromRow)]
struct Raw {
    at: i64,
    item: Vec<u8>,
    version: i64,
    recalled: bool,
    exercise: bool,
    bundle: String,
}

impl Tx {
    /// All items of the reader in the order of their identifiers, with the bundles of the versions that came after `after`
    /// (microseconds) and were not recalled. TLP:RED as in the inbox. Cost: one index range an audience; the reader's own rows.
    ///
    /// # Errors
    /// The driver's.
    pub async fn brought(
        &mut self,
        reader: &ReaderAudiences,
        after: i64,
    ) -> Result<StoredPage<Vec<BroughtRow>>, StoreError> {
        let mut rows = Vec::new();
        let mut audiences = BTreeSet::new();
        for audience in reader.ids() {
            let some: Vec<Raw> = fetch_all!(
                self,
                "SELECT b.at, b.item, b.version, i.recall_reason IS NOT NULL AS recalled, i.exercise,
                        CASE WHEN b.at > $5 AND i.recall_reason IS NULL THEN v.bundle ELSE '' END AS bundle
                 FROM inbox b JOIN item_version v ON v.item = b.item AND v.version = b.version JOIN item i ON i.id = b.item
                 WHERE b.audience = $1 AND (v.tlp <> $2 OR EXISTS (SELECT 1 FROM item_person p WHERE p.item = b.item AND p.person = $3 AND p.organisation = $4))",
                audience.0,
                Tlp::Red.as_str(),
                reader.person().map(|p| bytes(p.0)),
                bytes(reader.org().0),
                after
            )?;
            if !some.is_empty() {
                audiences.insert(AudienceId(audience.0));
            }
            for raw in some {
                rows.push(raw.read()?);
            }
        }
        rows.sort_by_key(|row| row.item);
        Ok(StoredPage::new(audiences, rows))
    }
}

impl Raw {
    fn read(self) -> Result<BroughtRow, StoreError> {
        Ok(BroughtRow {
            at: self.at,
            item: ItemId(uuid(&self.item)?),
            version: self.version,
            recalled: self.recalled,
            exercise: self.exercise,
            bundle: self.bundle,
        })
    }
}
