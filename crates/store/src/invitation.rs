//! One-time links that bring people in, and the admissions that two people of the hub decide.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use crate::organisation::{join, split};
use jiff::Timestamp;
use model::id::{AdmissionId, InvitationId, OrgId, PersonId};
use model::role::PersonRole;
use std::collections::BTreeSet;

/// A link.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// Identifier.
    pub id: InvitationId,
    /// Into which organisation.
    pub organisation: OrgId,
    /// With which roles.
    pub roles: BTreeSet<PersonRole>,
    /// Whom the inviter expects.
    pub name: String,
    /// Its address.
    pub address: Option<String>,
    /// Somebody who is here and needs a new password.
    pub person: Option<PersonId>,
    /// Who made it; nobody when it was made on the machine.
    pub made_by: Option<PersonId>,
    /// From whom whoever comes in takes the role of administrator.
    pub relieves: BTreeSet<PersonId>,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub ended_at: Option<Timestamp>,
}

/// What two people of the hub decide.
#[derive(Clone, Debug)]
pub struct AdmissionRow {
    /// Identifier.
    pub id: AdmissionId,
    /// Into which organisation.
    pub organisation: OrgId,
    /// With which roles.
    pub roles: BTreeSet<PersonRole>,
    /// Who comes in.
    pub name: String,
    /// Its address.
    pub address: Option<String>,
    /// Why.
    pub reason: String,
    /// From whom whoever comes in takes the role of administrator.
    pub relieves: BTreeSet<PersonId>,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// How.
    pub agreed: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct Invitation {
    id: Vec<u8>,
    organisation: Vec<u8>,
    roles: String,
    name: String,
    address: Option<String>,
    person: Option<Vec<u8>>,
    made_by: Option<Vec<u8>>,
    relieves: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
    ended_at: Option<i64>,
}

impl Invitation {
    fn read(self) -> Result<InvitationRow, StoreError> {
        Ok(InvitationRow {
            id: InvitationId(uuid(&self.id)?),
            organisation: OrgId(uuid(&self.organisation)?),
            roles: split(&self.roles)?,
            name: self.name,
            address: self.address,
            person: self.person.map(|p| uuid(&p).map(PersonId)).transpose()?,
            made_by: self.made_by.map(|p| uuid(&p).map(PersonId)).transpose()?,
            relieves: split(&self.relieves)?,
            created_at: time(self.created_at)?,
            expires_at: time(self.expires_at)?,
            used_at: self.used_at.map(time).transpose()?,
            ended_at: self.ended_at.map(time).transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Admission {
    id: Vec<u8>,
    organisation: Vec<u8>,
    roles: String,
    name: String,
    address: Option<String>,
    reason: String,
    relieves: String,
    asked_by: Vec<u8>,
    asked_at: i64,
    decided_by: Option<Vec<u8>>,
    decided_at: Option<i64>,
    agreed: Option<bool>,
}

impl Admission {
    fn read(self) -> Result<AdmissionRow, StoreError> {
        Ok(AdmissionRow {
            id: AdmissionId(uuid(&self.id)?),
            organisation: OrgId(uuid(&self.organisation)?),
            roles: split(&self.roles)?,
            name: self.name,
            address: self.address,
            reason: self.reason,
            relieves: split(&self.relieves)?,
            asked_by: PersonId(uuid(&self.asked_by)?),
            asked_at: time(self.asked_at)?,
            decided_by: self.decided_by.map(|p| uuid(&p).map(PersonId)).transpose()?,
            decided_at: self.decided_at.map(time).transpose()?,
            agreed: self.agreed,
        })
    }
}

impl Tx {
    /// Adds a link; `hash` is that of its secret.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_invitation(&mut self, new: &InvitationRow, hash: &[u8]) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO invitation (id, token_hash, organisation, roles, name, address, person, made_by, created_at, expires_at, relieves)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            bytes(new.id.0),
            hash,
            bytes(new.organisation.0),
            join(&new.roles),
            &new.name,
            &new.address,
            new.person.map(|p| bytes(p.0)),
            new.made_by.map(|p| bytes(p.0)),
            micros(new.created_at),
            micros(new.expires_at),
            join(&new.relieves)
        )?;
        Ok(())
    }

    /// The link of this secret, when it can still be used.
    ///
    /// # Errors
    /// The driver's.
    pub async fn invitation(
        &mut self,
        hash: &[u8],
        now: Timestamp,
    ) -> Result<Option<InvitationRow>, StoreError> {
        let row: Option<Invitation> = fetch_optional!(
            self,
            "SELECT id, organisation, roles, name, address, person, made_by, relieves, created_at, expires_at, used_at, ended_at
             FROM invitation WHERE token_hash = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2",
            hash,
            micros(now)
        )?;
        row.map(Invitation::read).transpose()
    }

    /// Uses a link up. `false` when somebody else was quicker.
    ///
    /// # Errors
    /// The driver's.
    pub async fn use_invitation(&mut self, id: InvitationId, now: Timestamp) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE invitation SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL",
            bytes(id.0),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// The links of an organisation that were not used yet, newest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_invitations(
        &mut self,
        org: OrgId,
        now: Timestamp,
    ) -> Result<Vec<InvitationRow>, StoreError> {
        let rows: Vec<Invitation> = fetch_all!(
            self,
            "SELECT id, organisation, roles, name, address, person, made_by, relieves, created_at, expires_at, used_at, ended_at
             FROM invitation WHERE organisation = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id",
            bytes(org.0),
            micros(now)
        )?;
        rows.into_iter().map(Invitation::read).collect()
    }

    /// Takes a link of this organisation back. Whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_invitation(
        &mut self,
        org: OrgId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE invitation SET ended_at = $3 WHERE id = $1 AND organisation = $2 AND used_at IS NULL AND ended_at IS NULL",
            bytes(id.0),
            bytes(org.0),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Takes back every link of an organisation, or those that one person made.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_invitations(
        &mut self,
        org: OrgId,
        made_by: Option<PersonId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE invitation SET ended_at = $3 WHERE organisation = $1 AND used_at IS NULL AND ended_at IS NULL
             AND ($2 IS NULL OR made_by = $2)",
            bytes(org.0),
            made_by.map(|p| bytes(p.0)),
            micros(now)
        )?;
        Ok(())
    }

    /// Forgets whom an organisation and the hub invited into it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget_invited(&mut self, org: OrgId) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE invitation SET name = '', address = NULL WHERE organisation = $1",
            bytes(org.0)
        )?;
        execute!(
            self,
            "UPDATE admission SET name = '', address = NULL WHERE organisation = $1",
            bytes(org.0)
        )?;
        Ok(())
    }

    /// Takes back every link of everybody.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_open_links(&mut self, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE invitation SET ended_at = $1 WHERE used_at IS NULL AND ended_at IS NULL",
            micros(now)
        )?;
        Ok(())
    }

    /// Takes back every link that sets a new password for this person, whoever made it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_links_for(&mut self, person: PersonId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE invitation SET ended_at = $2 WHERE person = $1 AND used_at IS NULL AND ended_at IS NULL",
            bytes(person.0),
            micros(now)
        )?;
        Ok(())
    }

    /// Ends the open links that a person made, in whatever organisation's name.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_invitations_by(&mut self, made_by: PersonId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE invitation SET ended_at = $2 WHERE made_by = $1 AND used_at IS NULL AND ended_at IS NULL",
            bytes(made_by.0),
            micros(now)
        )?;
        Ok(())
    }

    /// Asks for an admission.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_admission(&mut self, new: &AdmissionRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO admission (id, organisation, roles, name, address, reason, asked_by, asked_at, relieves)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            bytes(new.id.0),
            bytes(new.organisation.0),
            join(&new.roles),
            &new.name,
            &new.address,
            &new.reason,
            bytes(new.asked_by.0),
            micros(new.asked_at),
            join(&new.relieves)
        )?;
        Ok(())
    }

    /// The newest admissions, open ones first. Cost: `limit`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn admissions(&mut self, limit: u32) -> Result<Vec<AdmissionRow>, StoreError> {
        let rows: Vec<Admission> = fetch_all!(
            self,
            "SELECT id, organisation, roles, name, address, reason, relieves, asked_by, asked_at, decided_by, decided_at, agreed
             FROM admission ORDER BY CASE WHEN decided_at IS NULL THEN 0 ELSE 1 END, asked_at DESC, id LIMIT $1",
            i64::from(limit)
        )?;
        rows.into_iter().map(Admission::read).collect()
    }

    /// The open admissions into an organisation, newest first. Cost: they.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_admissions(&mut self, org: OrgId) -> Result<Vec<AdmissionRow>, StoreError> {
        let rows: Vec<Admission> = fetch_all!(
            self,
            "SELECT id, organisation, roles, name, address, reason, relieves, asked_by, asked_at, decided_by, decided_at, agreed
             FROM admission WHERE organisation = $1 AND decided_at IS NULL ORDER BY asked_at DESC, id",
            bytes(org.0)
        )?;
        rows.into_iter().map(Admission::read).collect()
    }

    /// One admission.
    ///
    /// # Errors
    /// The driver's.
    pub async fn admission(&mut self, id: AdmissionId) -> Result<Option<AdmissionRow>, StoreError> {
        let row: Option<Admission> = fetch_optional!(
            self,
            "SELECT id, organisation, roles, name, address, reason, relieves, asked_by, asked_at, decided_by, decided_at, agreed
             FROM admission WHERE id = $1",
            bytes(id.0)
        )?;
        row.map(Admission::read).transpose()
    }

    /// Decides an open one. Whether it was open.
    ///
    /// # Errors
    /// The driver's.
    pub async fn decide_admission(
        &mut self,
        id: AdmissionId,
        by: PersonId,
        agreed: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE admission SET decided_by = $2, decided_at = $3, agreed = $4 WHERE id = $1 AND decided_at IS NULL",
            bytes(id.0),
            bytes(by.0),
            micros(now),
            agreed
        )?;
        Ok(done == 1)
    }
}
