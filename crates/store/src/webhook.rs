//! Where organisations want to be told of news, and how far each was told.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, WebhookId};

/// An address as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub organisation: OrgId,
    /// Where to.
    pub url: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// `date_added` of the newest object that it was told of, microseconds.
    pub told_to: i64,
    /// Tries without success, in a row.
    pub tries: i64,
    /// It is not told again before.
    pub next_at: Timestamp,
    /// The last try and its class.
    pub last: Option<(Timestamp, String)>,
    /// When it was given up.
    pub ended_at: Option<Timestamp>,
}

/// What came of telling one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookTold {
    /// Which.
    pub id: WebhookId,
    /// How far it is told now, microseconds; `None` for as far as before.
    pub told_to: Option<i64>,
    /// Tries without success, in a row.
    pub tries: i64,
    /// Not again before.
    pub next_at: Timestamp,
    /// The class of the outcome.
    pub outcome: String,
    /// Whether it is given up.
    pub ended: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    organisation: Vec<u8>,
    url: String,
    created_at: i64,
    told_to: i64,
    tries: i64,
    next_at: i64,
    last_at: Option<i64>,
    last_outcome: Option<String>,
    ended_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<WebhookRow, StoreError> {
        Ok(WebhookRow {
            id: WebhookId(uuid(&self.id)?),
            organisation: OrgId(uuid(&self.organisation)?),
            url: self.url,
            created_at: time(self.created_at)?,
            told_to: self.told_to,
            tries: self.tries,
            next_at: time(self.next_at)?,
            last: self.last_at.map(time).transpose()?.zip(self.last_outcome),
            ended_at: self.ended_at.map(time).transpose()?,
        })
    }
}

/// The columns of a row.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, organisation, url, created_at, told_to, tries, next_at, last_at, last_outcome, ended_at FROM webhook ",
            $rest
        )
    };
}

impl Tx {
    /// Adds an address.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_webhook(&mut self, new: &WebhookRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO webhook (id, organisation, url, created_at, told_to, tries, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            bytes(new.id.0),
            bytes(new.organisation.0),
            &new.url,
            micros(new.created_at),
            new.told_to,
            new.tries,
            micros(new.next_at)
        )?;
        Ok(())
    }

    /// The addresses of an organisation, those that were given up too, newest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn webhooks_of(&mut self, org: OrgId) -> Result<Vec<WebhookRow>, StoreError> {
        let rows: Vec<Row> =
            fetch_all!(self, select!("WHERE organisation = $1 ORDER BY created_at DESC, id"), bytes(org.0))?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Every address that is told of news. Cost: all of them.
    ///
    /// # Errors
    /// The driver's.
    pub async fn webhooks(&mut self) -> Result<Vec<WebhookRow>, StoreError> {
        let rows: Vec<Row> = fetch_all!(self, select!("WHERE ended_at IS NULL ORDER BY id"))?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Forgets an address of this organisation. Whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_webhook(&mut self, org: OrgId, id: WebhookId) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "DELETE FROM webhook WHERE id = $1 AND organisation = $2",
            bytes(id.0),
            bytes(org.0)
        )?;
        Ok(done == 1)
    }

    /// Forgets every address of an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_webhooks_of(&mut self, org: OrgId) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM webhook WHERE organisation = $1", bytes(org.0))?;
        Ok(())
    }

    /// Takes those of `rows` that nobody else is telling or has told since they were read, until `until`. Returns which: a node that dies
    /// loses its claim then. Rows come in the order of ids, so that two nodes do not wait for each other.
    ///
    /// # Errors
    /// The driver's.
    pub async fn claim_webhooks(
        &mut self,
        rows: &[&WebhookRow],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<WebhookId>, StoreError> {
        let mut claimed = Vec::new();
        for row in rows {
            let done = execute!(
                self,
                "UPDATE webhook SET next_at = $3
                 WHERE id = $1 AND ended_at IS NULL AND next_at <= $2 AND told_to = $4 AND tries = $5",
                bytes(row.id.0),
                micros(now),
                micros(until),
                row.told_to,
                row.tries
            )?;
            claimed.extend((done == 1).then_some(row.id));
        }
        Ok(claimed)
    }

    /// Keeps what came of telling some.
    ///
    /// # Errors
    /// The driver's.
    pub async fn webhooks_told(&mut self, told: &[WebhookTold], now: Timestamp) -> Result<(), StoreError> {
        for one in told {
            execute!(
                self,
                "UPDATE webhook SET told_to = coalesce($2, told_to), tries = $3, next_at = $4, last_at = $5, last_outcome = $6, ended_at = $7 WHERE id = $1",
                bytes(one.id.0),
                one.told_to,
                one.tries,
                micros(one.next_at),
                micros(now),
                &one.outcome,
                one.ended.then_some(micros(now))
            )?;
        }
        Ok(())
    }
}
