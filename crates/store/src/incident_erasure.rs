//! Erasures of incidents. What is sealed goes with the row that asks; the key goes when the job has destroyed it.

use crate::db::{Tx, bytes, micros, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::IncidentId;

impl Tx {
    /// Asks for an erasure and removes every version and event, which nothing but the incident's key opens, and the notices that
    /// stand under these hashes, which would lead nowhere. What lists need stays, and opens to nothing. `false` when it was asked
    /// before.
    ///
    /// # Errors
    /// The driver's.
    pub async fn ask_incident_erasure(
        &mut self,
        id: IncidentId,
        notices: &[Vec<u8>],
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let new = execute!(
            self,
            "INSERT INTO incident_erasure (incident, reason, asked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bytes(id.0),
            reason,
            micros(now)
        )?;
        execute!(
            self,
            "DELETE FROM report_event WHERE report IN (SELECT id FROM report WHERE incident = $1)",
            bytes(id.0)
        )?;
        for about in notices {
            execute!(self, "DELETE FROM notice WHERE about = $1", about.clone())?;
        }
        execute!(self, "DELETE FROM incident_version WHERE incident = $1", bytes(id.0))?;
        Ok(new == 1)
    }

    /// Erasures of incidents that were asked and are not done.
    ///
    /// # Errors
    /// The driver's.
    pub async fn incident_erasures_asked(&mut self) -> Result<Vec<IncidentId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT incident FROM incident_erasure WHERE done_at IS NULL ORDER BY asked_at, incident"
        )?;
        rows.into_iter().map(|(id,)| uuid(&id).map(IncidentId)).collect()
    }

    /// Notes that the key is destroyed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn incident_erased(&mut self, id: IncidentId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE incident_erasure SET done_at = $2 WHERE incident = $1 AND done_at IS NULL",
            bytes(id.0),
            micros(now)
        )?;
        Ok(())
    }
}
