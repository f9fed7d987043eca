//! What recipients read: always by the reader's audiences, always `Stored`, never filtered after paging.

use crate::db::{Tx, bytes, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{AudienceId, ItemId, PutId};
use model::item::{ItemContent, RecallReason};
use model::lang::Bilingual;
use model::tlp::Tlp;
use sharing::{ReaderAudiences, Stored};

/// A row of the inbox.
#[derive(Clone, Debug)]
pub struct InboxRow {
    /// When it came into the inbox, microseconds.
    pub at: i64,
    /// The item.
    pub item: ItemId,
    /// Version.
    pub version: i64,
    /// Title.
    pub title: Bilingual,
    /// Marking.
    pub tlp: Tlp,
    /// Slot.
    pub released_at: Timestamp,
    /// Recalled, and why.
    pub recalled: Option<RecallReason>,
    /// Part of an exercise.
    pub exercise: bool,
}

/// The version that a reader has.
#[derive(Clone, Debug)]
pub struct VersionRow {
    /// As in the inbox.
    pub row: InboxRow,
    /// Typed.
    pub content: ItemContent,
    /// STIX.
    pub bundle: String,
    /// Text.
    pub text: Bilingual,
}

#[derive(sqlx::FromRow)]
struct Raw {
    at: i64,
    audience: i64,
    item: Vec<u8>,
    version: i64,
    title_ja: String,
    title_en: String,
    tlp: String,
    released_at: i64,
    recall_reason: Option<String>,
    exercise: bool,
    content: String,
    bundle: String,
    text_ja: String,
    text_en: String,
}

impl Raw {
    fn read(self) -> Result<Stored<VersionRow>, StoreError> {
        let audience = AudienceId(self.audience);
        self.version().map(|version| Stored::new(audience, version))
    }

    fn version(self) -> Result<VersionRow, StoreError> {
        let row = InboxRow {
            at: self.at,
            item: ItemId(uuid(&self.item)?),
            version: self.version,
            title: Bilingual { ja: self.title_ja, en: self.title_en },
            tlp: self.tlp.parse()?,
            released_at: time(self.released_at)?,
            recalled: self.recall_reason.map(|r| r.parse()).transpose()?,
            exercise: self.exercise,
        };
        Ok(VersionRow {
            row,
            content: serde_json::from_str(&self.content)?,
            bundle: self.bundle,
            text: Bilingual { ja: self.text_ja, en: self.text_en },
        })
    }
}

impl Tx {
    /// Puts a released version on top of the inbox of its audience, in place of older versions.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_inbox(
        &mut self,
        audience: AudienceId,
        item: ItemId,
        version: i64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO inbox (item, audience, version, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (item) DO UPDATE SET audience = excluded.audience, version = excluded.version, at = excluded.at",
            bytes(item.0),
            audience.0,
            version,
            at.as_microsecond()
        )?;
        Ok(())
    }

    /// The inbox below `before`, newest first. Each audience is read by its own index range of at most `limit` rows and the
    /// ranges are merged: the cost is the page times the reader's audiences, whatever others may see. What is TLP:RED is
    /// for the persons named for it, with a session.
    ///
    /// # Errors
    /// The driver's.
    pub async fn inbox(
        &mut self,
        reader: &ReaderAudiences,
        before: Option<(i64, ItemId)>,
        limit: u32,
    ) -> Result<Vec<Stored<VersionRow>>, StoreError> {
        let (at, id) = before.map_or((i64::MAX, vec![0xff; 16]), |(at, id)| (at, bytes(id.0)));
        let mut raw: Vec<Raw> = Vec::new();
        for audience in reader.ids() {
            let rows: Vec<Raw> = fetch_all!(
                self,
                "SELECT b.at, b.audience, b.item, b.version, v.title_ja, v.title_en, v.tlp, v.released_at, i.recall_reason,
                        i.exercise, '{}' AS content, '' AS bundle, '' AS text_ja, '' AS text_en
                 FROM inbox b JOIN item_version v ON v.item = b.item AND v.version = b.version JOIN item i ON i.id = b.item
                 WHERE b.audience = $1 AND b.at <= $2 AND (b.at < $2 OR (b.at = $2 AND b.item < $6)) AND (v.tlp <> $3 OR EXISTS (SELECT 1 FROM item_person p WHERE p.item = b.item AND p.person = $4 AND p.organisation = $7))
                 ORDER BY b.at DESC, b.item DESC LIMIT $5",
                audience.0,
                at,
                Tlp::Red.as_str(),
                reader.person().map(|p| bytes(p.0)),
                i64::from(limit),
                &id,
                bytes(reader.org().0)
            )?;
            raw.extend(rows);
        }
        raw.sort_by(|a, b| (b.at, &b.item).cmp(&(a.at, &a.item)));
        raw.truncate(limit as usize);
        raw.into_iter().map(Raw::read).collect()
    }

    /// The version of one item that this reader has; `None` when it has none.
    ///
    /// # Errors
    /// The driver's.
    pub async fn item_of(
        &mut self,
        reader: &ReaderAudiences,
        id: ItemId,
    ) -> Result<Option<Stored<VersionRow>>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT b.at, b.audience, b.item, b.version, v.title_ja, v.title_en, v.tlp, v.released_at, i.recall_reason,
                    i.exercise, v.content, v.bundle, v.text_ja, v.text_en
             FROM inbox b JOIN item_version v ON v.item = b.item AND v.version = b.version JOIN item i ON i.id = b.item
             JOIN audience_member m ON m.audience = b.audience AND m.organisation = $2
             WHERE b.item = $1 AND (v.tlp <> $3 OR EXISTS (SELECT 1 FROM item_person p WHERE p.item = b.item AND p.person = $4 AND p.organisation = $2))",
            bytes(id.0),
            bytes(reader.org().0),
            Tlp::Red.as_str(),
            reader.person().map(|p| bytes(p.0))
        )?;
        row.map(Raw::read).transpose()
    }

    /// The live version of an item that `put` is about, for the organisation that it was put to: it leaves through
    /// `sharing::check::put_to` alone.
    ///
    /// # Errors
    /// The driver's.
    pub async fn item_of_put(&mut self, put: PutId) -> Result<Option<VersionRow>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT b.at, b.audience, b.item, b.version, v.title_ja, v.title_en, v.tlp, v.released_at, i.recall_reason,
                    i.exercise, v.content, v.bundle, v.text_ja, v.text_en
             FROM check_put p JOIN inbox b ON b.item = p.item
             JOIN item_version v ON v.item = b.item AND v.version = b.version JOIN item i ON i.id = b.item WHERE p.id = $1",
            bytes(put.0)
        )?;
        row.map(Raw::version).transpose()
    }

    /// Title, marking and reason of recall of a released item: what has to be known before a check is asked about it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn head_of(&mut self, item: ItemId) -> Result<Option<InboxRow>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT b.at, b.audience, b.item, b.version, v.title_ja, v.title_en, v.tlp, v.released_at, i.recall_reason,
                    i.exercise, '{}' AS content, '' AS bundle, '' AS text_ja, '' AS text_en
             FROM inbox b JOIN item_version v ON v.item = b.item AND v.version = b.version JOIN item i ON i.id = b.item
             WHERE b.item = $1",
            bytes(item.0)
        )?;
        Ok(row.map(Raw::version).transpose()?.map(|v| v.row))
    }
}
