//! Answers and the bands made from them. Damage information: a table of its own, read by the band job and by hub staff.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::answer::{Bands, Progress};
use model::id::{ItemId, OrgId, SubmissionId};
use std::collections::BTreeMap;

/// One recipient's answer.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    /// Who.
    pub organisation: OrgId,
    /// How far.
    pub progress: Progress,
    /// Machines checked.
    pub machines: Option<u64>,
    /// Removal after a recall confirmed.
    pub recall_confirmed_at: Option<Timestamp>,
}

/// The band told to one source.
#[derive(Clone, Copy, Debug)]
pub struct BandRow {
    /// The bands.
    pub bands: Bands,
    /// The day (UTC) on which they were made.
    pub day: Timestamp,
}

/// Organisation, progress, machines, confirmation of a recall.
type Raw = (Vec<u8>, String, Option<i64>, Option<i64>);

/// Item, and an answer to it.
type RawOf = (Vec<u8>, Vec<u8>, String, Option<i64>, Option<i64>);

impl Tx {
    /// Notes how far a recipient is. `Received` and `Read` never take back a farther step; an answer replaces an answer.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_progress(
        &mut self,
        item: ItemId,
        org: OrgId,
        progress: Progress,
        machines: Option<u64>,
        version: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let passive = matches!(progress, Progress::Received | Progress::Read);
        execute!(
            self,
            "INSERT INTO answer (item, organisation, progress, machines, version, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (item, organisation) DO UPDATE SET
                 progress = CASE WHEN $7 AND answer.progress <> $8 THEN answer.progress ELSE excluded.progress END,
                 machines = coalesce(excluded.machines, answer.machines),
                 version = excluded.version, at = excluded.at",
            bytes(item.0),
            bytes(org.0),
            progress.as_str(),
            machines.and_then(|m| i64::try_from(m).ok()),
            version,
            micros(now),
            passive,
            Progress::Received.as_str()
        )?;
        Ok(())
    }

    /// One recipient's own answer.
    ///
    /// # Errors
    /// The driver's.
    pub async fn answer_of(&mut self, item: ItemId, org: OrgId) -> Result<Option<AnswerRow>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT organisation, progress, machines, recall_confirmed_at FROM answer WHERE item = $1 AND organisation = $2",
            bytes(item.0),
            bytes(org.0)
        )?;
        row.map(read).transpose()
    }

    /// How far one recipient is with each of these items.
    ///
    /// # Errors
    /// The driver's.
    pub async fn progress_of(
        &mut self,
        items: &[ItemId],
        org: OrgId,
    ) -> Result<BTreeMap<ItemId, Progress>, StoreError> {
        let rows: Vec<(Vec<u8>, String)> = fetch_of!(
            self,
            ["SELECT item, progress FROM answer WHERE item IN ", " AND organisation = $2"],
            items.iter().map(|id| id.0),
            bytes(org.0)
        )?;
        rows.into_iter().map(|(id, progress)| Ok((ItemId(uuid(&id)?), progress.parse()?))).collect()
    }

    /// Every answer of one recipient, by item.
    ///
    /// # Errors
    /// The driver's.
    pub async fn answers_of(&mut self, org: OrgId) -> Result<Vec<(ItemId, AnswerRow)>, StoreError> {
        let rows: Vec<RawOf> = fetch_all!(
            self,
            "SELECT item, organisation, progress, machines, recall_confirmed_at FROM answer WHERE organisation = $1 ORDER BY item",
            bytes(org.0)
        )?;
        rows.into_iter()
            .map(|(item, org, progress, machines, at)| {
                Ok((ItemId(uuid(&item)?), read((org, progress, machines, at))?))
            })
            .collect()
    }

    /// Every answer to an item.
    ///
    /// # Errors
    /// The driver's.
    pub async fn answers(&mut self, item: ItemId) -> Result<Vec<AnswerRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT organisation, progress, machines, recall_confirmed_at FROM answer WHERE item = $1 ORDER BY organisation",
            bytes(item.0)
        )?;
        rows.into_iter().map(read).collect()
    }

    /// Notes that a recipient removed a recalled item.
    ///
    /// # Errors
    /// The driver's.
    pub async fn confirm_recall(
        &mut self,
        item: ItemId,
        org: OrgId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO answer (item, organisation, progress, version, at, recall_confirmed_at) VALUES ($1, $2, $4, 0, $3, $3)
             ON CONFLICT (item, organisation) DO UPDATE SET
                 recall_confirmed_at = coalesce(answer.recall_confirmed_at, excluded.recall_confirmed_at)",
            bytes(item.0),
            bytes(org.0),
            micros(now),
            Progress::Read.as_str()
        )?;
        Ok(())
    }

    /// Live items whose bands may still change: those released since `since`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn items_with_answers(&mut self, since: Timestamp) -> Result<Vec<ItemId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> =
            fetch_all!(self, "SELECT DISTINCT item FROM answer WHERE at >= $1 ORDER BY item", micros(since))?;
        rows.into_iter().map(|(id,)| uuid(&id).map(ItemId)).collect()
    }

    /// The bands told to one source.
    ///
    /// # Errors
    /// The driver's.
    pub async fn band(
        &mut self,
        item: ItemId,
        submission: SubmissionId,
    ) -> Result<Option<BandRow>, StoreError> {
        let row: Option<(String, String, i64)> = fetch_optional!(
            self,
            "SELECT seen, not_seen, day FROM band WHERE item = $1 AND submission = $2",
            bytes(item.0),
            bytes(submission.0)
        )?;
        row.map(|(seen, not_seen, day)| {
            Ok(BandRow { bands: Bands { seen: seen.parse()?, not_seen: not_seen.parse()? }, day: time(day)? })
        })
        .transpose()
    }

    /// Tells a source its bands.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_band(
        &mut self,
        item: ItemId,
        submission: SubmissionId,
        band: BandRow,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO band (item, submission, seen, not_seen, day) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (item, submission) DO UPDATE SET seen = excluded.seen, not_seen = excluded.not_seen, day = excluded.day",
            bytes(item.0),
            bytes(submission.0),
            band.bands.seen.as_str(),
            band.bands.not_seen.as_str(),
            micros(band.day)
        )?;
        Ok(())
    }
}

fn read(row: Raw) -> Result<AnswerRow, StoreError> {
    Ok(AnswerRow {
        organisation: OrgId(uuid(&row.0)?),
        progress: row.1.parse()?,
        machines: row.2.map(i64::unsigned_abs),
        recall_confirmed_at: row.3.map(time).transpose()?,
    })
}
