//! People and what they do for which organisation.

use crate::db::{Tx, bytes, micros, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, PersonId};
use model::lang::Lang;
use model::role::PersonRole;
use std::collections::BTreeSet;

/// A person as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PersonRow {
    /// Identifier.
    pub id: Vec<u8>,
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Language.
    pub lang: String,
    /// Time zone.
    pub zone: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// When it left.
    pub disabled_at: Option<i64>,
}

impl PersonRow {
    /// The identifier.
    ///
    /// # Errors
    /// A row that does not read.
    pub fn id(&self) -> Result<PersonId, StoreError> {
        uuid(&self.id).map(PersonId)
    }
}

impl Tx {
    /// Adds a person.
    ///
    /// # Errors
    /// A login that stands already, or the driver's.
    #[expect(clippy::too_many_arguments, reason = "each is one column")]
    pub async fn insert_person(
        &mut self,
        id: PersonId,
        login: &str,
        name: &str,
        lang: Lang,
        zone: &str,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO person (id, login, name, lang, zone, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            bytes(id.0),
            login,
            name,
            lang.as_str(),
            zone,
            password_hash,
            micros(now)
        )?;
        Ok(())
    }

    /// Gives a person a role for an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn grant(&mut self, person: PersonId, org: OrgId, role: PersonRole) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO person_role (person, organisation, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bytes(person.0),
            bytes(org.0),
            role.as_str()
        )?;
        Ok(())
    }

    /// A person by its sign-in name.
    ///
    /// # Errors
    /// The driver's.
    pub async fn person_by_login(&mut self, login: &str) -> Result<Option<PersonRow>, StoreError> {
        fetch_optional!(
            self,
            "SELECT id, login, name, lang, zone, password_hash, disabled_at FROM person WHERE login = $1",
            login
        )
    }

    /// A person.
    ///
    /// # Errors
    /// The driver's.
    pub async fn person(&mut self, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
        fetch_optional!(
            self,
            "SELECT id, login, name, lang, zone, password_hash, disabled_at FROM person WHERE id = $1",
            bytes(id.0)
        )
    }

    /// The roles of a person, by organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn roles(&mut self, id: PersonId) -> Result<Vec<(OrgId, BTreeSet<PersonRole>)>, StoreError> {
        let rows: Vec<(Vec<u8>, String)> = fetch_all!(
            self,
            "SELECT organisation, role FROM person_role WHERE person = $1 ORDER BY organisation, role",
            bytes(id.0)
        )?;
        let mut out: Vec<(OrgId, BTreeSet<PersonRole>)> = Vec::new();
        for (org, role) in rows {
            let (org, role) = (OrgId(uuid(&org)?), role.parse()?);
            match out.last_mut().filter(|(last, _)| *last == org) {
                Some((_, roles)) => {
                    roles.insert(role);
                }
                None => out.push((org, BTreeSet::from([role]))),
            }
        }
        Ok(out)
    }

    /// Changes how pages speak to a person.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_preferences(&mut self, id: PersonId, lang: Lang, zone: &str) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE person SET lang = $2, zone = $3 WHERE id = $1",
            bytes(id.0),
            lang.as_str(),
            zone
        )?;
        Ok(())
    }
}
