//! Interned audiences, whom they reach, and the collections that show them.

use crate::db::{Tx, bytes, uuid};
use crate::error::StoreError;
use model::audience::Audience;
use model::id::{AudienceId, CollectionId, OrgId, SectorId};
use std::collections::BTreeSet;

/// A collection as stored. An organisation's own collection is computed, not stored.
#[derive(Clone, Debug)]
pub struct CollectionRow {
    /// Identifier.
    pub id: CollectionId,
    /// `all`, `sector` or `exercise`.
    pub purpose: String,
    /// Which sector.
    pub sector: Option<SectorId>,
    /// Alias.
    pub slug: String,
}

/// Id, purpose, sector, slug.
type RawCollection = (Vec<u8>, String, Option<Vec<u8>>, String);

impl Tx {
    /// The number of an audience, interning it when it is new. `reach` is whom it reaches now.
    ///
    /// # Errors
    /// The driver's.
    pub async fn intern_audience(
        &mut self,
        audience: &Audience,
        reach: &BTreeSet<OrgId>,
    ) -> Result<AudienceId, StoreError> {
        let key = audience.key();
        let row: Option<(i64,)> = fetch_optional!(self, "SELECT id FROM audience WHERE key = $1", &key)?;
        if let Some((id,)) = row {
            return Ok(AudienceId(id));
        }
        let id = self.count_up("audience", 1, 1).await?;
        let definition = serde_json::to_string(audience)?;
        execute!(
            self,
            "INSERT INTO audience (id, key, definition) VALUES ($1, $2, $3)",
            id,
            &key,
            definition
        )?;
        self.set_reach(AudienceId(id), reach).await?;
        Ok(AudienceId(id))
    }

    /// Replaces whom an audience reaches.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_reach(&mut self, id: AudienceId, reach: &BTreeSet<OrgId>) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM audience_member WHERE audience = $1", id.0)?;
        let rows: Vec<OrgId> = reach.iter().copied().collect();
        insert_rows!(self, "INSERT INTO audience_member (organisation, audience) ", rows, 2, |b, org| {
            b.push_bind(bytes(org.0));
            b.push_bind(id.0);
        })
    }

    /// Every audience, to be recounted.
    ///
    /// # Errors
    /// The driver's.
    pub async fn audiences(&mut self) -> Result<Vec<(AudienceId, Audience)>, StoreError> {
        let rows: Vec<(i64, String)> = fetch_all!(self, "SELECT id, definition FROM audience ORDER BY id")?;
        rows.into_iter().map(|(id, text)| Ok((AudienceId(id), serde_json::from_str(&text)?))).collect()
    }

    /// The audiences that reach an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn audiences_of(&mut self, org: OrgId) -> Result<Vec<AudienceId>, StoreError> {
        let rows: Vec<(i64,)> = fetch_all!(
            self,
            "SELECT audience FROM audience_member WHERE organisation = $1 ORDER BY audience",
            bytes(org.0)
        )?;
        Ok(rows.into_iter().map(|(id,)| AudienceId(id)).collect())
    }

    /// Whom an audience reaches.
    ///
    /// # Errors
    /// The driver's.
    pub async fn reach_of(&mut self, id: AudienceId) -> Result<Vec<OrgId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT organisation FROM audience_member WHERE audience = $1 ORDER BY organisation",
            id.0
        )?;
        rows.into_iter().map(|(org,)| uuid(&org).map(OrgId)).collect()
    }

    /// Adds a collection.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_collection(&mut self, new: &CollectionRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO collection (id, purpose, sector, slug) VALUES ($1, $2, $3, $4)",
            bytes(new.id.0),
            &new.purpose,
            new.sector.map(|s| bytes(s.0)),
            &new.slug
        )?;
        Ok(())
    }

    /// Every stored collection: one a sector, `all` and `exercise`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn collections(&mut self) -> Result<Vec<CollectionRow>, StoreError> {
        let rows: Vec<RawCollection> =
            fetch_all!(self, "SELECT id, purpose, sector, slug FROM collection ORDER BY slug")?;
        rows.into_iter()
            .map(|(id, purpose, sector, slug)| {
                let sector = sector.map(|s| uuid(&s).map(SectorId)).transpose()?;
                Ok(CollectionRow { id: CollectionId(uuid(&id)?), purpose, sector, slug })
            })
            .collect()
    }
}
