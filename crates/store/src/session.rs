//! Sessions. The cookie itself is not stored, its SHA-256 is.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, PersonId};

#[derive(sqlx::FromRow)]
struct Row {
    person: Vec<u8>,
    organisation: Vec<u8>,
    csrf: String,
    expires_at: i64,
}

/// A session as stored.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Whose.
    pub person: PersonId,
    /// For which organisation it acts now.
    pub organisation: OrgId,
    /// The value in its forms.
    pub csrf: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Tx {
    /// Adds a session, and drops those that ended.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_session(
        &mut self,
        hash: &[u8],
        session: &SessionRow,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM session WHERE expires_at <= $1", micros(now))?;
        execute!(
            self,
            "INSERT INTO session (token_hash, person, organisation, csrf, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            hash,
            bytes(session.person.0),
            bytes(session.organisation.0),
            &session.csrf,
            micros(now),
            micros(session.expires_at)
        )?;
        Ok(())
    }

    /// A session that has not ended.
    ///
    /// # Errors
    /// The driver's.
    pub async fn session(&mut self, hash: &[u8], now: Timestamp) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<Row> = fetch_optional!(
            self,
            "SELECT person, organisation, csrf, expires_at FROM session WHERE token_hash = $1 AND expires_at > $2",
            hash,
            micros(now)
        )?;
        row.map(|r| {
            Ok(SessionRow {
                person: PersonId(uuid(&r.person)?),
                organisation: OrgId(uuid(&r.organisation)?),
                csrf: r.csrf,
                expires_at: time(r.expires_at)?,
            })
        })
        .transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The driver's.
    pub async fn delete_session(&mut self, hash: &[u8]) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM session WHERE token_hash = $1", hash)?;
        Ok(())
    }

    /// Lets a session act for another organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_session_organisation(&mut self, hash: &[u8], org: OrgId) -> Result<(), StoreError> {
        execute!(self, "UPDATE session SET organisation = $2 WHERE token_hash = $1", hash, bytes(org.0))?;
        Ok(())
    }

    /// How many sessions of a person are open.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_sessions(&mut self, person: PersonId, now: Timestamp) -> Result<u64, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM session WHERE person = $1 AND expires_at > $2",
            bytes(person.0),
            micros(now)
        )?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// Ends every session of a person but this one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn delete_other_sessions(&mut self, person: PersonId, keep: &[u8]) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM session WHERE person = $1 AND token_hash <> $2", bytes(person.0), keep)?;
        Ok(())
    }

    /// Ends every session of everybody.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_sessions(&mut self) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM session")?;
        Ok(())
    }
}
