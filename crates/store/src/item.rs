//! Items: the head version being worked on, its sources, and the versions that left.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::audience::Audience;
use model::consent::Delay;
use model::id::{AudienceId, ItemId, PersonId, SubmissionId};
use model::item::{ItemContent, ItemIds, RecallReason};
use model::lang::Bilingual;
use model::state::ItemState;
use model::tlp::Tlp;
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    state: String,
    exercise: bool,
    version: i64,
    live_version: Option<i64>,
    tlp: String,
    delay: String,
    audience: String,
    content: String,
    ids: String,
    analyst: Option<Vec<u8>>,
    gate: String,
    by_machine: bool,
    release_at: Option<i64>,
    first_slot: Option<i64>,
    released_at: Option<i64>,
    recall_reason: Option<String>,
    recall_slot: Option<i64>,
    created_at: i64,
    changed_at: i64,
}

/// An item as stored.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// Identifier.
    pub id: ItemId,
    /// State of the head version.
    pub state: ItemState,
    /// Part of an exercise.
    pub exercise: bool,
    /// Head version.
    pub version: i64,
    /// The version that readers have.
    pub live_version: Option<i64>,
    /// Marking.
    pub tlp: Tlp,
    /// Delay class.
    pub delay: Delay,
    /// Intended audience.
    pub audience: Audience,
    /// Content of the head version.
    pub content: ItemContent,
    /// Identifiers of its objects.
    pub ids: ItemIds,
    /// Who edited last.
    pub analyst: Option<PersonId>,
    /// What holds it: (path, whether a source's own profile).
    pub gate: Vec<GateRow>,
    /// The machine rule decided.
    pub by_machine: bool,
    /// When it is to leave.
    pub release_at: Option<Timestamp>,
    /// The slot of its first version that left: `created` of its objects.
    pub first_slot: Option<Timestamp>,
    /// The slot of its newest version that left: their `modified`.
    pub released_at: Option<Timestamp>,
    /// Why it was recalled.
    pub recall_reason: Option<RecallReason>,
    /// The slot of the recall.
    pub recall_slot: Option<Timestamp>,
    /// Made.
    pub created_at: Timestamp,
    /// Last change.
    pub changed_at: Timestamp,
}

/// What the release gate found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct GateRow {
    /// Where: a JSON pointer or `text.ja`.
    pub path: String,
    /// Whether it is on the profile of one of the item's own sources.
    pub own: bool,
    /// Whose name and which value, as a keyed hash: a person who clears a hold lets these values pass and no other that stands in
    /// the same place later.
    pub what: String,
}

/// One source's part of an item.
#[derive(Clone, Debug)]
pub struct ItemSourceRow {
    /// The submission.
    pub submission: SubmissionId,
    /// What it alone supplied.
    pub part: ItemContent,
}

/// What is served of an item.
#[derive(Clone, Debug)]
pub struct LiveContent {
    /// Its content, with the analysis.
    pub content: ItemContent,
    /// Its marking.
    pub tlp: Tlp,
    /// To whom it went.
    pub audience: Audience,
}

/// A version that leaves.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// Item.
    pub item: ItemId,
    /// Number.
    pub version: i64,
    /// To whom.
    pub audience: AudienceId,
    /// Marking.
    pub tlp: Tlp,
    /// Typed.
    pub content: ItemContent,
    /// As STIX.
    pub bundle: String,
    /// As text.
    pub text: Bilingual,
    /// As a line.
    pub title: Bilingual,
    /// Its slot.
    pub released_at: Timestamp,
    /// A recall.
    pub revoked: bool,
}

impl Row {
    fn read(self) -> Result<ItemRow, StoreError> {
        Ok(ItemRow {
            id: ItemId(uuid(&self.id)?),
            state: self.state.parse()?,
            exercise: self.exercise,
            version: self.version,
            live_version: self.live_version,
            tlp: self.tlp.parse()?,
            delay: self.delay.parse()?,
            audience: serde_json::from_str(&self.audience)?,
            content: serde_json::from_str(&self.content)?,
            ids: serde_json::from_str(&self.ids)?,
            analyst: self.analyst.map(|a| uuid(&a).map(PersonId)).transpose()?,
            gate: serde_json::from_str(&self.gate)?,
            by_machine: self.by_machine,
            release_at: self.release_at.map(time).transpose()?,
            first_slot: self.first_slot.map(time).transpose()?,
            released_at: self.released_at.map(time).transpose()?,
            recall_reason: self.recall_reason.map(|r| r.parse()).transpose()?,
            recall_slot: self.recall_slot.map(time).transpose()?,
            created_at: time(self.created_at)?,
            changed_at: time(self.changed_at)?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, state, exercise, version, live_version, tlp, delay, audience, content, ids, analyst, gate, by_machine,
             release_at, first_slot, released_at, recall_reason, recall_slot, created_at, changed_at FROM item ",
            $rest
        )
    };
}

impl Tx {
    /// Adds an item.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_item(&mut self, item: &ItemRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO item (id, state, exercise, version, tlp, delay, audience, content, ids, gate, by_machine, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            bytes(item.id.0),
            item.state.as_str(),
            item.exercise,
            item.version,
            item.tlp.as_str(),
            item.delay.as_str(),
            serde_json::to_string(&item.audience)?,
            serde_json::to_string(&item.content)?,
            serde_json::to_string(&item.ids)?,
            serde_json::to_string(&item.gate)?,
            item.by_machine,
            micros(item.created_at)
        )?;
        Ok(())
    }

    /// An item, for the machine and for hub staff. Readers' queries take their audiences instead.
    ///
    /// # Errors
    /// The driver's.
    pub async fn item_for_hub(&mut self, id: ItemId) -> Result<Option<ItemRow>, StoreError> {
        let row: Option<Row> = fetch_optional!(self, select!("WHERE id = $1"), bytes(id.0))?;
        row.map(Row::read).transpose()
    }

    /// Items for hub staff, last changed first, after a key. Cost: the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn items_for_hub(
        &mut self,
        state: Option<ItemState>,
        after: Option<(i64, ItemId)>,
        limit: u32,
    ) -> Result<Vec<ItemRow>, StoreError> {
        let (at, id) = after.map_or((i64::MAX, vec![0xff; 16]), |(at, id)| (at, bytes(id.0)));
        let rows: Vec<Row> = match state {
            Some(state) => fetch_all!(
                self,
                select!(
                    "WHERE state = $1 AND changed_at <= $2 AND (changed_at < $2 OR (changed_at = $2 AND id > $3)) ORDER BY changed_at DESC, id LIMIT $4"
                ),
                state.as_str(),
                at,
                id,
                i64::from(limit)
            )?,
            None => fetch_all!(
                self,
                select!(
                    "WHERE changed_at <= $1 AND (changed_at < $1 OR (changed_at = $1 AND id > $2)) ORDER BY changed_at DESC, id LIMIT $3"
                ),
                at,
                id,
                i64::from(limit)
            )?,
        };
        rows.into_iter().map(Row::read).collect()
    }

    /// How many sources each of these items has.
    ///
    /// # Errors
    /// The driver's.
    pub async fn source_counts(&mut self, ids: &[ItemId]) -> Result<BTreeMap<ItemId, u32>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> = fetch_of!(
            self,
            ["SELECT item, count(*) FROM item_source WHERE item IN ", " GROUP BY item"],
            ids.iter().map(|id| id.0)
        )?;
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        rows.into_iter().map(|(id, n)| Ok((ItemId(uuid(&id)?), count(n)))).collect()
    }

    /// How many items are in a state.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_items(&mut self, state: ItemState) -> Result<u64, StoreError> {
        let row: Option<(i64,)> =
            fetch_optional!(self, "SELECT count(*) FROM item WHERE state = $1", state.as_str())?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// How many items the machine rule released since `at`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn released_by_machine_since(&mut self, at: Timestamp) -> Result<u32, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM item WHERE by_machine = $1 AND exercise = $2 AND release_at >= $3",
            true,
            false,
            micros(at)
        )?;
        Ok(row.map_or(0, |(n,)| u32::try_from(n).unwrap_or(u32::MAX)))
    }

    /// Saves everything that changes in an item, when it is still in `from`. `false` when it is not.
    ///
    /// # Errors
    /// The driver's.
    pub async fn save_item(
        &mut self,
        from: ItemState,
        item: &ItemRow,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE item SET state = $3, version = $4, live_version = $5, tlp = $6, delay = $7, audience = $8, content = $9,
                 ids = $10, analyst = $11, gate = $12, by_machine = $13, release_at = $14, released_at = $15,
                 recall_reason = $16, recall_slot = $17, changed_at = $18, first_slot = $19
             WHERE id = $1 AND state = $2",
            bytes(item.id.0),
            from.as_str(),
            item.state.as_str(),
            item.version,
            item.live_version,
            item.tlp.as_str(),
            item.delay.as_str(),
            serde_json::to_string(&item.audience)?,
            serde_json::to_string(&item.content)?,
            serde_json::to_string(&item.ids)?,
            item.analyst.map(|p| bytes(p.0)),
            serde_json::to_string(&item.gate)?,
            item.by_machine,
            item.release_at.map(micros),
            item.released_at.map(micros),
            item.recall_reason.map(|r| r.as_str()),
            item.recall_slot.map(micros),
            micros(now),
            item.first_slot.map(micros)
        )?;
        Ok(done == 1)
    }

    /// Puts a source's part into an item, in place of an older one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_source(
        &mut self,
        item: ItemId,
        submission: SubmissionId,
        part: &ItemContent,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO item_source (item, submission, part) VALUES ($1, $2, $3)
             ON CONFLICT (item, submission) DO UPDATE SET part = excluded.part",
            bytes(item.0),
            bytes(submission.0),
            serde_json::to_string(part)?
        )?;
        Ok(())
    }

    /// Takes a source's part out of an item.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_source(&mut self, item: ItemId, submission: SubmissionId) -> Result<(), StoreError> {
        execute!(
            self,
            "DELETE FROM item_source WHERE item = $1 AND submission = $2",
            bytes(item.0),
            bytes(submission.0)
        )?;
        Ok(())
    }

    /// The sources of an item, in the random order of their identifiers.
    ///
    /// # Errors
    /// The driver's.
    pub async fn sources(&mut self, item: ItemId) -> Result<Vec<ItemSourceRow>, StoreError> {
        let rows: Vec<(Vec<u8>, String)> = fetch_all!(
            self,
            "SELECT submission, part FROM item_source WHERE item = $1 ORDER BY submission",
            bytes(item.0)
        )?;
        rows.into_iter()
            .map(|(id, part)| {
                Ok(ItemSourceRow { submission: SubmissionId(uuid(&id)?), part: serde_json::from_str(&part)? })
            })
            .collect()
    }

    /// Adds a version that leaves.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_version(&mut self, new: &NewVersion) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO item_version (item, version, audience, tlp, content, bundle, text_ja, text_en, title_ja, title_en, released_at, revoked)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            bytes(new.item.0),
            new.version,
            new.audience.0,
            new.tlp.as_str(),
            serde_json::to_string(&new.content)?,
            &new.bundle,
            &new.text.ja,
            &new.text.en,
            &new.title.ja,
            &new.title.en,
            micros(new.released_at),
            new.revoked
        )?;
        Ok(())
    }

    /// Empties every version of an item: after a leak nothing of it is served any more.
    ///
    /// # Errors
    /// The driver's.
    pub async fn empty_versions(&mut self, item: ItemId) -> Result<(), StoreError> {
        let nothing = serde_json::to_string(&ItemContent::default())?;
        execute!(
            self,
            "UPDATE item_version SET content = $2, bundle = '', text_ja = '', text_en = '', title_ja = '', title_en = '' WHERE item = $1",
            bytes(item.0),
            nothing
        )?;
        Ok(())
    }

    /// What is served of an item now; `None` when nothing is, or only a tombstone.
    ///
    /// # Errors
    /// The driver's.
    pub async fn live_content(&mut self, item: ItemId) -> Result<Option<LiveContent>, StoreError> {
        let row: Option<(String, String, String, bool)> = fetch_optional!(
            self,
            "SELECT v.tlp, v.content, a.definition, v.revoked FROM item_version v JOIN audience a ON a.id = v.audience
             WHERE v.item = $1 ORDER BY v.version DESC LIMIT 1",
            bytes(item.0)
        )?;
        let Some((tlp, content, audience, false)) = row else { return Ok(None) };
        Ok(Some(LiveContent {
            tlp: tlp.parse()?,
            content: serde_json::from_str(&content)?,
            audience: serde_json::from_str(&audience)?,
        }))
    }

    /// The audience of the newest version that left.
    ///
    /// # Errors
    /// The driver's.
    pub async fn live_audience(&mut self, item: ItemId) -> Result<Option<AudienceId>, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT audience FROM item_version WHERE item = $1 ORDER BY version DESC LIMIT 1",
            bytes(item.0)
        )?;
        Ok(row.map(|(id,)| AudienceId(id)))
    }
}
