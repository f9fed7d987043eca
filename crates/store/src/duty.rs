//! Who stands in for whom, and whom to call first.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, PersonId};
use model::role::PersonRole;
use std::collections::BTreeSet;

/// One person stands in for another.
#[derive(Clone, Debug)]
pub struct DeputyRow {
    /// Whose roles.
    pub person: PersonId,
    /// Who has them meanwhile.
    pub deputy: PersonId,
    /// From when.
    pub from_at: Timestamp,
    /// Until when.
    pub until_at: Timestamp,
}

impl Tx {
    /// Names a deputy, or changes the days.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_deputy(&mut self, org: OrgId, row: &DeputyRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO deputy (person, organisation, deputy, from_at, until_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person, organisation, deputy) DO UPDATE SET from_at = $4, until_at = $5",
            bytes(row.person.0),
            bytes(org.0),
            bytes(row.deputy.0),
            micros(row.from_at),
            micros(row.until_at)
        )?;
        Ok(())
    }

    /// Ends it. Whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_deputy(
        &mut self,
        org: OrgId,
        person: PersonId,
        deputy: PersonId,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "DELETE FROM deputy WHERE organisation = $1 AND person = $2 AND deputy = $3",
            bytes(org.0),
            bytes(person.0),
            bytes(deputy.0)
        )?;
        Ok(done == 1)
    }

    /// The deputies of an organisation that are not over.
    ///
    /// # Errors
    /// The driver's.
    pub async fn deputies(&mut self, org: OrgId, now: Timestamp) -> Result<Vec<DeputyRow>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>, i64, i64)> = fetch_all!(
            self,
            "SELECT person, deputy, from_at, until_at FROM deputy WHERE organisation = $1 AND until_at > $2
             ORDER BY from_at, person, deputy",
            bytes(org.0),
            micros(now)
        )?;
        rows.into_iter()
            .map(|(person, deputy, from, until)| {
                Ok(DeputyRow {
                    person: PersonId(uuid(&person)?),
                    deputy: PersonId(uuid(&deputy)?),
                    from_at: time(from)?,
                    until_at: time(until)?,
                })
            })
            .collect()
    }

    /// The roles that a person has for others at this moment.
    ///
    /// # Errors
    /// The driver's.
    pub async fn deputed_roles(
        &mut self,
        deputy: PersonId,
        org: OrgId,
        now: Timestamp,
    ) -> Result<BTreeSet<PersonRole>, StoreError> {
        let rows: Vec<(String,)> = fetch_all!(
            self,
            "SELECT r.role FROM deputy d JOIN person_role r ON r.person = d.person AND r.organisation = d.organisation
             WHERE d.deputy = $1 AND d.organisation = $2 AND d.from_at <= $3 AND d.until_at > $3",
            bytes(deputy.0),
            bytes(org.0),
            micros(now)
        )?;
        rows.into_iter().map(|(role,)| role.parse().map_err(StoreError::from)).collect()
    }

    /// Replaces the on-call list.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_on_call(&mut self, org: OrgId, people: &[PersonId]) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM on_call WHERE organisation = $1", bytes(org.0))?;
        for (place, person) in (1i64..).zip(people) {
            execute!(
                self,
                "INSERT INTO on_call (organisation, place, person) VALUES ($1, $2, $3)",
                bytes(org.0),
                place,
                bytes(person.0)
            )?;
        }
        Ok(())
    }

    /// The on-call list, first to call first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn on_call(&mut self, org: OrgId) -> Result<Vec<PersonId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT person FROM on_call WHERE organisation = $1 ORDER BY place",
            bytes(org.0)
        )?;
        rows.into_iter().map(|(p,)| uuid(&p).map(PersonId)).collect()
    }
}
