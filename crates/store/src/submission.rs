//! Submissions and their sealed parts. Who sent one is a keyed hash and a sealed name here, nothing else.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::consent::Delay;
use model::id::{ItemId, SubmissionId};
use model::state::SubmissionState;
use model::submission::{Door, Kind, TriageFields};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    receipt: String,
    source_sealed: Vec<u8>,
    kind: String,
    door: String,
    state: String,
    exercise: bool,
    delay: String,
    received_at: i64,
    asked_at: Option<i64>,
    bytes: i64,
    item: Option<Vec<u8>>,
    cluster: Option<Vec<u8>>,
    verdict: Option<String>,
    mail_kind: Option<String>,
    attachment_kind: Option<String>,
    sender_region: Option<String>,
    destination_region: Option<String>,
    campaign: Option<String>,
}

/// A submission as stored.
#[derive(Clone, Debug)]
pub struct SubmissionRow {
    /// Identifier.
    pub id: SubmissionId,
    /// Receipt code.
    pub receipt: String,
    /// The source's identifier, sealed under the submission's key.
    pub source_sealed: Vec<u8>,
    /// What.
    pub kind: Kind,
    /// How it came.
    pub door: Door,
    /// How far it is.
    pub state: SubmissionState,
    /// Part of an exercise.
    pub exercise: bool,
    /// Delay class wanted.
    pub delay: Delay,
    /// When.
    pub received_at: Timestamp,
    /// When the source was last asked.
    pub asked_at: Option<Timestamp>,
    /// Size of the raw bytes.
    pub bytes: i64,
    /// The item its part went into.
    pub item: Option<ItemId>,
    /// Keyed hash of what near-duplicates share.
    pub cluster: Option<Vec<u8>>,
    /// What the quarterly report counts.
    pub fields: TriageFields,
}

/// A new submission.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// Identifier.
    pub id: SubmissionId,
    /// Receipt code.
    pub receipt: String,
    /// Keyed hash of the source.
    pub source_tag: Vec<u8>,
    /// Its sealed identifier.
    pub source_sealed: Vec<u8>,
    /// What.
    pub kind: Kind,
    /// How.
    pub door: Door,
    /// Part of an exercise.
    pub exercise: bool,
    /// Delay class.
    pub delay: Delay,
    /// When.
    pub received_at: Timestamp,
    /// Size.
    pub bytes: i64,
}

/// What the queue says of a submission beside its row.
#[derive(Clone, Copy, Debug)]
pub struct QueueMark {
    /// Submissions of its cluster.
    pub copies: u64,
    /// Organisations that sent one of them.
    pub organisations: u64,
    /// The submission that joined the cluster last.
    pub newest: Option<SubmissionId>,
    /// Whether it is sealed for a protective marking.
    pub sealed: bool,
}

#[derive(sqlx::FromRow)]
struct RawMark {
    id: Vec<u8>,
    copies: i64,
    organisations: i64,
    newest: Option<Vec<u8>>,
    marked: bool,
}

impl Row {
    fn read(self) -> Result<SubmissionRow, StoreError> {
        Ok(SubmissionRow {
            id: SubmissionId(uuid(&self.id)?),
            receipt: self.receipt,
            source_sealed: self.source_sealed,
            kind: self.kind.parse()?,
            door: self.door.parse()?,
            state: self.state.parse()?,
            exercise: self.exercise,
            delay: self.delay.parse()?,
            received_at: time(self.received_at)?,
            asked_at: self.asked_at.map(time).transpose()?,
            bytes: self.bytes,
            item: self.item.map(|i| uuid(&i).map(ItemId)).transpose()?,
            cluster: self.cluster,
            fields: TriageFields {
                verdict: self.verdict.map(|v| v.parse()).transpose()?,
                mail_kind: self.mail_kind.map(|v| v.parse()).transpose()?,
                attachment_kind: self.attachment_kind.map(|v| v.parse()).transpose()?,
                sender_region: self.sender_region,
                destination_region: self.destination_region,
                campaign: self.campaign,
            },
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, receipt, source_sealed, kind, door, state, exercise, delay, received_at, asked_at, bytes, item, cluster,
             verdict, mail_kind, attachment_kind, sender_region, destination_region, campaign FROM submission ",
            $rest
        )
    };
}

impl Tx {
    /// Adds a submission.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_submission(&mut self, new: &NewSubmission) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO submission (id, receipt, source_tag, source_sealed, kind, door, state, exercise, delay, received_at, changed_at, bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)",
            bytes(new.id.0),
            &new.receipt,
            &new.source_tag,
            &new.source_sealed,
            new.kind.as_str(),
            new.door.as_str(),
            SubmissionState::Received.as_str(),
            new.exercise,
            new.delay.as_str(),
            micros(new.received_at),
            new.bytes
        )?;
        Ok(())
    }

    /// Keeps a sealed part of a submission, in place of an older one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_sealed(
        &mut self,
        id: SubmissionId,
        part: &str,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO sealed (submission, part, bytes) VALUES ($1, $2, $3)
             ON CONFLICT (submission, part) DO UPDATE SET bytes = excluded.bytes",
            bytes(id.0),
            part,
            sealed
        )?;
        Ok(())
    }

    /// A sealed part.
    ///
    /// # Errors
    /// The driver's.
    pub async fn sealed(&mut self, id: SubmissionId, part: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = fetch_optional!(
            self,
            "SELECT bytes FROM sealed WHERE submission = $1 AND part = $2",
            bytes(id.0),
            part
        )?;
        Ok(row.map(|(b,)| b))
    }

    /// A submission, whoever's: for the machine and for hub staff.
    ///
    /// # Errors
    /// The driver's.
    pub async fn submission(&mut self, id: SubmissionId) -> Result<Option<SubmissionRow>, StoreError> {
        let row: Option<Row> = fetch_optional!(self, select!("WHERE id = $1"), bytes(id.0))?;
        row.map(Row::read).transpose()
    }

    /// A submission of this source. Found by the index that begins with the source (hence the range of one): what is another's costs
    /// as much as what is not there.
    ///
    /// # Errors
    /// The driver's.
    pub async fn submission_of(
        &mut self,
        source_tag: &[u8],
        id: SubmissionId,
    ) -> Result<Option<SubmissionRow>, StoreError> {
        let row: Option<Row> = fetch_optional!(
            self,
            select!("WHERE source_tag = $2 AND id >= $1 AND id <= $1"),
            bytes(id.0),
            source_tag
        )?;
        row.map(Row::read).transpose()
    }

    /// The submissions of this source, newest first, after a key. Cost: the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn submissions_of(
        &mut self,
        source_tag: &[u8],
        after: Option<(i64, SubmissionId)>,
        limit: u32,
    ) -> Result<Vec<SubmissionRow>, StoreError> {
        let (at, id) = after.map_or((i64::MAX, vec![0xff; 16]), |(at, id)| (at, bytes(id.0)));
        let rows: Vec<Row> = fetch_all!(
            self,
            select!(
                "WHERE source_tag = $1 AND received_at <= $2 AND (received_at < $2 OR (received_at = $2 AND id > $3))
                     ORDER BY received_at DESC, id LIMIT $4"
            ),
            source_tag,
            at,
            id,
            i64::from(limit)
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    /// One page of the queue in one state, oldest first. Near-duplicates behind the oldest of their cluster are left out.
    ///
    /// # Errors
    /// The driver's.
    pub async fn queue(
        &mut self,
        state: SubmissionState,
        after: Option<(i64, SubmissionId)>,
        limit: u32,
    ) -> Result<Vec<SubmissionRow>, StoreError> {
        let (at, id) = after.map_or((i64::MIN, Vec::new()), |(at, id)| (at, bytes(id.0)));
        let rows: Vec<Row> = fetch_all!(
            self,
            select!(
                "WHERE state = $1 AND received_at >= $2 AND (received_at > $2 OR (received_at = $2 AND id > $3))
                     AND NOT EXISTS (SELECT 1 FROM submission older WHERE older.cluster = submission.cluster
                         AND older.state = submission.state
                         AND (older.received_at < submission.received_at
                              OR (older.received_at = submission.received_at AND older.id < submission.id)))
                     ORDER BY received_at, id LIMIT $4"
            ),
            state.as_str(),
            at,
            id,
            i64::from(limit)
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How many submissions are in a state.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_submissions(&mut self, state: SubmissionState) -> Result<u64, StoreError> {
        let row: Option<(i64,)> =
            fetch_optional!(self, "SELECT count(*) FROM submission WHERE state = $1", state.as_str())?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// How many submissions of this source are in a state.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_own(&mut self, source_tag: &[u8], state: SubmissionState) -> Result<u64, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM submission WHERE source_tag = $1 AND state = $2",
            source_tag,
            state.as_str()
        )?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// What the queue says of each of these, in one statement. Cost: the page, and the clusters of its rows.
    ///
    /// # Errors
    /// The driver's.
    pub async fn queue_marks(
        &mut self,
        ids: &[SubmissionId],
    ) -> Result<BTreeMap<SubmissionId, QueueMark>, StoreError> {
        let rows: Vec<RawMark> = fetch_of!(
            self,
            [
                "SELECT s.id, (SELECT count(*) FROM submission c WHERE c.cluster = s.cluster) AS copies,
                     (SELECT count(DISTINCT c.source_tag) FROM submission c WHERE c.cluster = s.cluster) AS organisations,
                     (SELECT c.id FROM submission c WHERE c.cluster = s.cluster ORDER BY c.received_at DESC, c.id DESC LIMIT 1) AS newest,
                     EXISTS (SELECT 1 FROM protective_marking p WHERE p.submission = s.id AND p.decided_at IS NULL) AS marked
                 FROM submission s WHERE s.id IN ",
                ""
            ],
            ids.iter().map(|id| id.0)
        )?;
        rows.into_iter()
            .map(|row| {
                let mark = QueueMark {
                    // without a cluster it stands for itself
                    copies: row.copies.unsigned_abs().max(1),
                    organisations: row.organisations.unsigned_abs().max(1),
                    newest: row.newest.map(|id| uuid(&id).map(SubmissionId)).transpose()?,
                    sealed: row.marked,
                };
                Ok((SubmissionId(uuid(&row.id)?), mark))
            })
            .collect()
    }

    /// One sealed part of each of these. What has none, or was erased, is absent.
    ///
    /// # Errors
    /// The driver's.
    pub async fn sealed_of(
        &mut self,
        ids: &[SubmissionId],
        part: &str,
    ) -> Result<Vec<(SubmissionId, Vec<u8>)>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch_of!(
            self,
            ["SELECT submission, bytes FROM sealed WHERE submission IN ", " AND part = $2"],
            ids.iter().map(|id| id.0),
            part
        )?;
        rows.into_iter().map(|(id, sealed)| Ok((SubmissionId(uuid(&id)?), sealed))).collect()
    }

    /// The submissions of a cluster in a state.
    ///
    /// # Errors
    /// The driver's.
    pub async fn cluster(
        &mut self,
        cluster: &[u8],
        state: SubmissionState,
    ) -> Result<Vec<SubmissionRow>, StoreError> {
        let rows: Vec<Row> = fetch_all!(
            self,
            select!("WHERE cluster = $1 AND state = $2 ORDER BY received_at, id"),
            cluster,
            state.as_str()
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The submissions that were asked before `at` and have not answered.
    ///
    /// # Errors
    /// The driver's.
    pub async fn asked_before(&mut self, at: Timestamp) -> Result<Vec<SubmissionRow>, StoreError> {
        let rows: Vec<Row> = fetch_all!(
            self,
            select!("WHERE state = $1 AND asked_at < $2 ORDER BY asked_at, id LIMIT 500"),
            SubmissionState::AwaitingApproval.as_str(),
            micros(at)
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Moves a submission from one state to another; `false` when it is not in the former any more.
    ///
    /// # Errors
    /// The driver's.
    pub async fn move_submission(
        &mut self,
        id: SubmissionId,
        from: SubmissionState,
        to: SubmissionState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let asked = (to == SubmissionState::AwaitingApproval).then(|| micros(now));
        let done = execute!(
            self,
            "UPDATE submission SET state = $3, changed_at = $4, asked_at = coalesce($5, asked_at) WHERE id = $1 AND state = $2",
            bytes(id.0),
            from.as_str(),
            to.as_str(),
            micros(now),
            asked
        )?;
        Ok(done == 1)
    }

    /// Notes what reading found: the item, the cluster.
    ///
    /// # Errors
    /// The driver's.
    pub async fn link_submission(
        &mut self,
        id: SubmissionId,
        item: Option<ItemId>,
        cluster: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE submission SET item = $2, cluster = coalesce($3, cluster) WHERE id = $1",
            bytes(id.0),
            item.map(|i| bytes(i.0)),
            cluster
        )?;
        Ok(())
    }

    /// Sets the triage fields.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_fields(&mut self, id: SubmissionId, fields: &TriageFields) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE submission SET verdict = $2, mail_kind = $3, attachment_kind = $4, sender_region = $5,
                 destination_region = $6, campaign = $7 WHERE id = $1",
            bytes(id.0),
            fields.verdict.map(|v| v.as_str()),
            fields.mail_kind.map(|v| v.as_str()),
            fields.attachment_kind.map(|v| v.as_str()),
            fields.sender_region.as_deref(),
            fields.destination_region.as_deref(),
            fields.campaign.as_deref()
        )?;
        Ok(())
    }

    /// The submission that an idempotency key of this source made, with the hash of its request.
    ///
    /// # Errors
    /// The driver's.
    pub async fn idempotent(
        &mut self,
        source_tag: &[u8],
        key: &str,
    ) -> Result<Option<(SubmissionId, Vec<u8>)>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = fetch_optional!(
            self,
            "SELECT submission, request_hash FROM idempotency WHERE source_tag = $1 AND request_key = $2",
            source_tag,
            key
        )?;
        row.map(|(id, hash)| Ok((SubmissionId(uuid(&id)?), hash))).transpose()
    }

    /// Keeps an idempotency key of this source.
    ///
    /// # Errors
    /// A key that stands already, or the driver's.
    pub async fn put_idempotent(
        &mut self,
        source_tag: &[u8],
        key: &str,
        hash: &[u8],
        id: SubmissionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO idempotency (source_tag, request_key, request_hash, submission, created_at) VALUES ($1, $2, $3, $4, $5)",
            source_tag,
            key,
            hash,
            bytes(id.0),
            micros(now)
        )?;
        Ok(())
    }
}
