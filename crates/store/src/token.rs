//! API tokens. Only the SHA-256 of a token is stored: it has 256 random bits, so a slow hash would add nothing.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use crate::organisation::{join, split};
use jiff::Timestamp;
use model::id::{OrgId, PersonId, TokenId};
use model::role::Scope;
use std::collections::BTreeSet;

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    organisation: Vec<u8>,
    name: String,
    scopes: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

/// A token as stored.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Identifier.
    pub id: TokenId,
    /// Whose.
    pub organisation: OrgId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// When made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Row {
    fn read(self) -> Result<TokenRow, StoreError> {
        Ok(TokenRow {
            id: TokenId(uuid(&self.id)?),
            organisation: OrgId(uuid(&self.organisation)?),
            name: self.name,
            scopes: split(&self.scopes)?,
            created_at: time(self.created_at)?,
            expires_at: self.expires_at.map(time).transpose()?,
            revoked_at: self.revoked_at.map(time).transpose()?,
        })
    }
}

impl Tx {
    /// Adds a token.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_token(
        &mut self,
        token: &TokenRow,
        hash: &[u8],
        made_by: Option<PersonId>,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO token (id, organisation, token_hash, name, scopes, created_at, expires_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            bytes(token.id.0),
            bytes(token.organisation.0),
            hash,
            &token.name,
            join(&token.scopes),
            micros(token.created_at),
            token.expires_at.map(micros),
            made_by.map(|p| bytes(p.0))
        )?;
        Ok(())
    }

    /// A token that is valid now.
    ///
    /// # Errors
    /// The driver's.
    pub async fn token(&mut self, hash: &[u8], now: Timestamp) -> Result<Option<TokenRow>, StoreError> {
        let row: Option<Row> = fetch_optional!(
            self,
            "SELECT id, organisation, name, scopes, created_at, expires_at, revoked_at FROM token
             WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
            hash,
            micros(now)
        )?;
        row.map(Row::read).transpose()
    }

    /// The tokens of an organisation, newest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn tokens(&mut self, org: OrgId) -> Result<Vec<TokenRow>, StoreError> {
        let rows: Vec<Row> = fetch_all!(
            self,
            "SELECT id, organisation, name, scopes, created_at, expires_at, revoked_at FROM token
             WHERE organisation = $1 ORDER BY created_at DESC, id",
            bytes(org.0)
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Revokes a token of this organisation. Whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn revoke_token(
        &mut self,
        org: OrgId,
        id: TokenId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE token SET revoked_at = $3 WHERE id = $1 AND organisation = $2 AND revoked_at IS NULL",
            bytes(id.0),
            bytes(org.0),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Revokes the tokens of an organisation: those that this person made, or all. How many.
    ///
    /// # Errors
    /// The driver's.
    pub async fn revoke_tokens(
        &mut self,
        org: OrgId,
        made_by: Option<PersonId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        match made_by {
            Some(person) => execute!(
                self,
                "UPDATE token SET revoked_at = $3 WHERE organisation = $1 AND made_by = $2 AND revoked_at IS NULL",
                bytes(org.0),
                bytes(person.0),
                micros(now)
            ),
            None => execute!(
                self,
                "UPDATE token SET revoked_at = $2 WHERE organisation = $1 AND revoked_at IS NULL",
                bytes(org.0),
                micros(now)
            ),
        }
    }
}
