//! Consents: what exactly a source agreed to, for whom, how soon; and the standing ones.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::consent::{Decision, Delay, Destinations, StandingConsent};
use model::id::{ConsentId, ItemId, OrgId, StandingId, SubmissionId};
use std::collections::BTreeSet;

/// A consent to keep.
#[derive(Clone, Debug)]
pub struct NewConsent {
    /// Identifier.
    pub id: ConsentId,
    /// Item.
    pub item: ItemId,
    /// Whose part.
    pub submission: SubmissionId,
    /// Version of the item.
    pub version: i64,
    /// Yes, less, or no.
    pub decision: Decision,
    /// To whom.
    pub destinations: Destinations,
    /// How soon.
    pub delay: Delay,
    /// Keys of what was cut.
    pub cuts: BTreeSet<String>,
    /// Hash of exactly what was approved.
    pub content_hash: Vec<u8>,
    /// Who decided, sealed under the submission's key; `None` for standing consent.
    pub person: Option<Vec<u8>>,
    /// The standing consent that decided, sealed under the submission's key: whose it is names the source.
    pub standing: Option<Vec<u8>>,
}

/// A consent as stored.
#[derive(Clone, Debug)]
pub struct ConsentRow {
    /// Whose part.
    pub submission: SubmissionId,
    /// Yes, less, or no.
    pub decision: Decision,
    /// To whom.
    pub destinations: Destinations,
    /// How soon.
    pub delay: Delay,
    /// Keys of what was cut.
    pub cuts: BTreeSet<String>,
    /// Hash of exactly what was approved.
    pub content_hash: Vec<u8>,
}

/// A standing consent as stored.
#[derive(Clone, Debug)]
pub struct StandingRow {
    /// Identifier.
    pub id: StandingId,
    /// Terms.
    pub terms: StandingConsent,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    submission: Vec<u8>,
    decision: String,
    destinations: String,
    delay: String,
    cuts: String,
    content_hash: Vec<u8>,
}

impl Tx {
    /// Keeps a consent; older ones of the same source for the same item end.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_consent(&mut self, new: &NewConsent, now: Timestamp) -> Result<(), StoreError> {
        self.revoke_consents(new.item, Some(new.submission), now).await?;
        execute!(
            self,
            "INSERT INTO consent (id, item, submission, version, decision, destinations, delay, cuts, content_hash, person, standing, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            bytes(new.id.0),
            bytes(new.item.0),
            bytes(new.submission.0),
            new.version,
            new.decision.as_str(),
            serde_json::to_string(&new.destinations)?,
            new.delay.as_str(),
            serde_json::to_string(&new.cuts)?,
            &new.content_hash,
            new.person.as_deref(),
            new.standing.clone(),
            micros(now)
        )?;
        Ok(())
    }

    /// Ends the consents to an item, of one source or of all.
    ///
    /// # Errors
    /// The driver's.
    pub async fn revoke_consents(
        &mut self,
        item: ItemId,
        submission: Option<SubmissionId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match submission {
            Some(one) => execute!(
                self,
                "UPDATE consent SET revoked_at = $3 WHERE item = $1 AND submission = $2 AND revoked_at IS NULL",
                bytes(item.0),
                bytes(one.0),
                micros(now)
            )?,
            None => execute!(
                self,
                "UPDATE consent SET revoked_at = $2 WHERE item = $1 AND revoked_at IS NULL",
                bytes(item.0),
                micros(now)
            )?,
        };
        Ok(())
    }

    /// The consents to an item that stand.
    ///
    /// # Errors
    /// The driver's.
    pub async fn consents(&mut self, item: ItemId) -> Result<Vec<ConsentRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT submission, decision, destinations, delay, cuts, content_hash FROM consent
             WHERE item = $1 AND revoked_at IS NULL ORDER BY submission",
            bytes(item.0)
        )?;
        rows.into_iter()
            .map(|r| {
                Ok(ConsentRow {
                    submission: SubmissionId(uuid(&r.submission)?),
                    decision: r.decision.parse()?,
                    destinations: serde_json::from_str(&r.destinations)?,
                    delay: r.delay.parse()?,
                    cuts: serde_json::from_str(&r.cuts)?,
                    content_hash: r.content_hash,
                })
            })
            .collect()
    }

    /// Gives a standing consent; an older one ends.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_standing(
        &mut self,
        id: StandingId,
        org: OrgId,
        terms: &StandingConsent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.revoke_standing(org, now).await?;
        execute!(
            self,
            "INSERT INTO standing_consent (id, organisation, terms, created_at) VALUES ($1, $2, $3, $4)",
            bytes(id.0),
            bytes(org.0),
            serde_json::to_string(terms)?,
            micros(now)
        )?;
        Ok(())
    }

    /// Ends an organisation's standing consent.
    ///
    /// # Errors
    /// The driver's.
    pub async fn revoke_standing(&mut self, org: OrgId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE standing_consent SET revoked_at = $2 WHERE organisation = $1 AND revoked_at IS NULL",
            bytes(org.0),
            micros(now)
        )?;
        Ok(())
    }

    /// An organisation's standing consents, newest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn standing(&mut self, org: OrgId) -> Result<Vec<StandingRow>, StoreError> {
        let rows: Vec<(Vec<u8>, String, i64, Option<i64>)> = fetch_all!(
            self,
            "SELECT id, terms, created_at, revoked_at FROM standing_consent WHERE organisation = $1 ORDER BY created_at DESC, id",
            bytes(org.0)
        )?;
        rows.into_iter()
            .map(|(id, terms, created, revoked)| {
                Ok(StandingRow {
                    id: StandingId(uuid(&id)?),
                    terms: serde_json::from_str(&terms)?,
                    created_at: time(created)?,
                    revoked_at: revoked.map(time).transpose()?,
                })
            })
            .collect()
    }
}
