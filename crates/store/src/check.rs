//! Checks: asks, what was put to whom, and each asker's share in it. Answers are in `check_answer.rs`, links in `check_link.rs`.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::check::{CheckState, Counts, Course, Share};
use model::id::{CheckId, ItemId, OrgId, PutId};

/// An asker's check as stored.
#[derive(Clone, Debug)]
pub struct AskRow {
    /// Identifier.
    pub id: CheckId,
    /// Keyed hash of the asker.
    pub asker_tag: Vec<u8>,
    /// The asker, sealed.
    pub asker_sealed: Vec<u8>,
    /// About which item.
    pub item: ItemId,
    /// The asker wishes to be named.
    pub named: bool,
    /// Asked by the hub itself.
    pub by_hub: bool,
    /// The put that it hands on.
    pub parent: Option<PutId>,
    /// What has to be searched.
    pub counts: Counts,
    /// The asker's own due time.
    pub due_at: Timestamp,
    /// When.
    pub asked_at: Timestamp,
    /// Ended by the asker.
    pub closed_at: Option<Timestamp>,
}

/// What one organisation was put, as stored.
#[derive(Clone, Debug)]
pub struct PutRow {
    /// Identifier.
    pub id: PutId,
    /// Who is asked.
    pub organisation: OrgId,
    /// About which item.
    pub item: ItemId,
    /// The named ask; `None` when it goes out in the hub's name.
    pub ask: Option<CheckId>,
    /// What has to be searched.
    pub counts: Counts,
    /// State.
    pub state: CheckState,
    /// Due.
    pub due_at: Timestamp,
    /// First asked.
    pub asked_at: Timestamp,
    /// First opened.
    pub opened_at: Option<Timestamp>,
    /// First answered.
    pub answered_at: Option<Timestamp>,
    /// Ended.
    pub closed_at: Option<Timestamp>,
}

impl PutRow {
    /// What happened to it.
    #[must_use]
    pub fn course(&self) -> Course {
        Course { opened_at: self.opened_at, answered_at: self.answered_at }
    }
}

#[derive(sqlx::FromRow)]
struct RawAsk {
    id: Vec<u8>,
    asker_tag: Vec<u8>,
    asker_sealed: Vec<u8>,
    item: Vec<u8>,
    named: bool,
    by_hub: bool,
    parent: Option<Vec<u8>>,
    counts: String,
    due_at: i64,
    asked_at: i64,
    closed_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct RawPut {
    id: Vec<u8>,
    organisation: Vec<u8>,
    item: Vec<u8>,
    ask: Option<Vec<u8>>,
    counts: String,
    state: String,
    due_at: i64,
    asked_at: i64,
    opened_at: Option<i64>,
    answered_at: Option<i64>,
    closed_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct RawShared {
    #[sqlx(flatten)]
    put: RawPut,
    joined_at: i64,
    tell_at: i64,
}

impl Tx {
    /// Keeps an ask.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_ask(&mut self, new: &AskRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO check_ask (id, asker_tag, asker_sealed, item, named, by_hub, parent, counts, due_at, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            bytes(new.id.0),
            &new.asker_tag,
            &new.asker_sealed,
            bytes(new.item.0),
            new.named,
            new.by_hub,
            new.parent.map(|p| bytes(p.0)),
            new.counts.as_str(),
            micros(new.due_at),
            micros(new.asked_at)
        )?;
        Ok(())
    }

    /// An asker's own ask.
    ///
    /// # Errors
    /// The driver's.
    pub async fn ask_of(&mut self, asker: &[u8], id: CheckId) -> Result<Option<AskRow>, StoreError> {
        let row: Option<RawAsk> = fetch_optional!(
            self,
            "SELECT * FROM check_ask WHERE id = $1 AND asker_tag = $2",
            bytes(id.0),
            asker
        )?;
        row.map(RawAsk::read).transpose()
    }

    /// An ask, for naming its asker to whom it names itself.
    ///
    /// # Errors
    /// The driver's.
    pub async fn named_ask(&mut self, id: CheckId) -> Result<Option<AskRow>, StoreError> {
        let row: Option<RawAsk> =
            fetch_optional!(self, "SELECT * FROM check_ask WHERE id = $1 AND named = $2", bytes(id.0), true)?;
        row.map(RawAsk::read).transpose()
    }

    /// An asker's own asks, newest first, after a place.
    ///
    /// # Errors
    /// The driver's.
    pub async fn asks_of(
        &mut self,
        asker: &[u8],
        before: Option<(i64, CheckId)>,
        limit: u32,
    ) -> Result<Vec<AskRow>, StoreError> {
        let (at, id) = before.map_or((i64::MAX, Vec::new()), |(at, id)| (at, bytes(id.0)));
        let rows: Vec<RawAsk> = fetch_all!(
            self,
            "SELECT * FROM check_ask WHERE asker_tag = $1 AND (asked_at < $2 OR (asked_at = $2 AND id > $3))
             ORDER BY asked_at DESC, id LIMIT $4",
            asker,
            at,
            id,
            i64::from(limit)
        )?;
        rows.into_iter().map(RawAsk::read).collect()
    }

    /// An asker's asks that it has not ended.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_asks_of(&mut self, asker: &[u8]) -> Result<Vec<AskRow>, StoreError> {
        let rows: Vec<RawAsk> = fetch_all!(
            self,
            "SELECT * FROM check_ask WHERE asker_tag = $1 AND closed_at IS NULL ORDER BY asked_at, id",
            asker
        )?;
        rows.into_iter().map(RawAsk::read).collect()
    }

    /// The asks that hand on a put.
    ///
    /// # Errors
    /// The driver's.
    pub async fn asks_handing_on(&mut self, put: PutId) -> Result<Vec<AskRow>, StoreError> {
        let rows: Vec<RawAsk> = fetch_all!(
            self,
            "SELECT * FROM check_ask WHERE parent = $1 ORDER BY asked_at, id",
            bytes(put.0)
        )?;
        rows.into_iter().map(RawAsk::read).collect()
    }

    /// Ends an ask for its asker. Whether it was open.
    ///
    /// # Errors
    /// The driver's.
    pub async fn close_ask(&mut self, id: CheckId, now: Timestamp) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE check_ask SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL",
            bytes(id.0),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Puts a check to an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_put(&mut self, new: &PutRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO check_put (id, organisation, item, ask, counts, state, due_at, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            bytes(new.id.0),
            bytes(new.organisation.0),
            bytes(new.item.0),
            new.ask.map(|a| bytes(a.0)),
            new.counts.as_str(),
            new.state.as_str(),
            micros(new.due_at),
            micros(new.asked_at)
        )?;
        Ok(())
    }

    /// The open put in the hub's name about an item to an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn unnamed_put(&mut self, item: ItemId, org: OrgId) -> Result<Option<PutRow>, StoreError> {
        let row: Option<RawPut> = fetch_optional!(
            self,
            "SELECT * FROM check_put WHERE item = $1 AND organisation = $2 AND ask IS NULL AND closed_at IS NULL",
            bytes(item.0),
            bytes(org.0)
        )?;
        row.map(RawPut::read).transpose()
    }

    /// A put, for the hub's own work.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put(&mut self, id: PutId) -> Result<Option<PutRow>, StoreError> {
        let row: Option<RawPut> =
            fetch_optional!(self, "SELECT * FROM check_put WHERE id = $1", bytes(id.0))?;
        row.map(RawPut::read).transpose()
    }

    /// What was put to an organisation, newest first, at most 200: open ones and those of late.
    ///
    /// # Errors
    /// The driver's.
    pub async fn puts_to(&mut self, org: OrgId, limit: u32) -> Result<Vec<PutRow>, StoreError> {
        let rows: Vec<RawPut> = fetch_all!(
            self,
            "SELECT * FROM check_put WHERE organisation = $1 ORDER BY asked_at DESC, id LIMIT $2",
            bytes(org.0),
            i64::from(limit)
        )?;
        rows.into_iter().map(RawPut::read).collect()
    }

    /// Everything that was put to an organisation and is not closed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_puts_to(&mut self, org: OrgId) -> Result<Vec<PutRow>, StoreError> {
        let rows: Vec<RawPut> = fetch_all!(
            self,
            "SELECT * FROM check_put WHERE organisation = $1 AND closed_at IS NULL ORDER BY id",
            bytes(org.0)
        )?;
        rows.into_iter().map(RawPut::read).collect()
    }

    /// How many puts await an answer of an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_awaited(&mut self, org: OrgId) -> Result<u64, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM check_put WHERE organisation = $1 AND answered_at IS NULL AND closed_at IS NULL",
            bytes(org.0)
        )?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// Puts without an answer, the most urgent first, at most 200: what hub staff writes slips for.
    ///
    /// # Errors
    /// The driver's.
    pub async fn awaited_puts(&mut self) -> Result<Vec<PutRow>, StoreError> {
        let rows: Vec<RawPut> = fetch_all!(
            self,
            "SELECT * FROM check_put WHERE answered_at IS NULL AND closed_at IS NULL ORDER BY due_at, id LIMIT 200"
        )?;
        rows.into_iter().map(RawPut::read).collect()
    }

    /// Moves a put; the first opening and answering are kept. Whether it was still in the state that the decision was taken in.
    ///
    /// # Errors
    /// The driver's.
    pub async fn move_put(
        &mut self,
        id: PutId,
        from: CheckState,
        to: CheckState,
        opened: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let at = micros(now);
        let answered = (to == CheckState::Answered).then_some(at);
        let closed = (to == CheckState::Closed).then_some(at);
        let done = execute!(
            self,
            "UPDATE check_put SET state = $3, opened_at = coalesce(opened_at, $4),
                 answered_at = coalesce(answered_at, $5), closed_at = coalesce(closed_at, $6) WHERE id = $1 AND state = $2",
            bytes(id.0),
            from.as_str(),
            to.as_str(),
            opened.then_some(at),
            answered,
            closed
        )?;
        Ok(done == 1)
    }

    /// Gives an asker its share in a put.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_share(
        &mut self,
        ask: CheckId,
        put: PutId,
        joined: Timestamp,
        tell: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO check_share (ask, put, joined_at, tell_at) VALUES ($1, $2, $3, $4)",
            bytes(ask.0),
            bytes(put.0),
            micros(joined),
            micros(tell)
        )?;
        Ok(())
    }

    /// The asks that share a put.
    ///
    /// # Errors
    /// The driver's.
    pub async fn askers_of(&mut self, put: PutId) -> Result<Vec<CheckId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> =
            fetch_all!(self, "SELECT ask FROM check_share WHERE put = $1 ORDER BY ask", bytes(put.0))?;
        rows.into_iter().map(|(id,)| Ok(CheckId(uuid(&id)?))).collect()
    }

    /// The puts of an ask, each with the share that the asker has in it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn shares(&mut self, ask: &AskRow) -> Result<Vec<(PutRow, Share)>, StoreError> {
        let rows: Vec<RawShared> = fetch_all!(
            self,
            "SELECT p.*, s.joined_at, s.tell_at FROM check_share s JOIN check_put p ON p.id = s.put
             WHERE s.ask = $1 ORDER BY p.organisation",
            bytes(ask.id.0)
        )?;
        rows.into_iter()
            .map(|row| {
                let share = Share {
                    joined_at: time(row.joined_at)?,
                    tell_at: time(row.tell_at)?,
                    named: ask.named,
                    due_at: ask.due_at,
                    closed: ask.closed_at.is_some(),
                };
                Ok((row.put.read()?, share))
            })
            .collect()
    }

    /// Whether an organisation has a released item already.
    ///
    /// # Errors
    /// The driver's.
    pub async fn item_reaches(&mut self, item: ItemId, org: OrgId) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT b.version FROM inbox b JOIN audience_member m ON m.audience = b.audience AND m.organisation = $2
             WHERE b.item = $1",
            bytes(item.0),
            bytes(org.0)
        )?;
        Ok(row.is_some())
    }
}

impl RawAsk {
    fn read(self) -> Result<AskRow, StoreError> {
        Ok(AskRow {
            id: CheckId(uuid(&self.id)?),
            asker_tag: self.asker_tag,
            asker_sealed: self.asker_sealed,
            item: ItemId(uuid(&self.item)?),
            named: self.named,
            by_hub: self.by_hub,
            parent: self.parent.map(|p| uuid(&p).map(PutId)).transpose()?,
            counts: self.counts.parse()?,
            due_at: time(self.due_at)?,
            asked_at: time(self.asked_at)?,
            closed_at: self.closed_at.map(time).transpose()?,
        })
    }
}

impl RawPut {
    fn read(self) -> Result<PutRow, StoreError> {
        Ok(PutRow {
            id: PutId(uuid(&self.id)?),
            organisation: OrgId(uuid(&self.organisation)?),
            item: ItemId(uuid(&self.item)?),
            ask: self.ask.map(|a| uuid(&a).map(CheckId)).transpose()?,
            counts: self.counts.parse()?,
            state: self.state.parse()?,
            due_at: time(self.due_at)?,
            asked_at: time(self.asked_at)?,
            opened_at: self.opened_at.map(time).transpose()?,
            answered_at: self.answered_at.map(time).transpose()?,
            closed_at: self.closed_at.map(time).transpose()?,
        })
    }
}
