//! People and what they do for which organisation.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, PersonId};
use model::lang::Lang;
use model::role::{Notify, PersonRole};
use std::collections::{BTreeSet, HashMap};

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
    /// Where notices go.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// When it is told by mail.
    pub notify: String,
    /// Since when its address refuses mail.
    pub unreachable_at: Option<i64>,
    /// The sealed secret of its one-time codes, in force.
    pub totp: Option<Vec<u8>>,
    /// The sealed secret that waits for its first code.
    pub totp_pending: Option<Vec<u8>>,
    /// The last step whose code was used.
    pub totp_step: i64,
}

/// The columns of a [`PersonRow`], for both statements that read one.
macro_rules! select_person {
    ($rest:literal) => {
        concat!(
            "SELECT id, login, name, lang, zone, password_hash, disabled_at, address, phone, notify, unreachable_at, \
             totp, totp_pending, totp_step FROM person ",
            $rest
        )
    };
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
        fetch_optional!(self, select_person!("WHERE login = $1"), login)
    }

    /// A person.
    ///
    /// # Errors
    /// The driver's.
    pub async fn person(&mut self, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
        fetch_optional!(self, select_person!("WHERE id = $1"), bytes(id.0))
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

    /// Changes what a person is called.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_person_name(&mut self, id: PersonId, name: &str) -> Result<(), StoreError> {
        execute!(self, "UPDATE person SET name = $2 WHERE id = $1", bytes(id.0), name)?;
        Ok(())
    }

    /// The people who have a role for an organisation, by name.
    ///
    /// # Errors
    /// The driver's.
    pub async fn people_of(&mut self, org: OrgId) -> Result<Vec<PersonRow>, StoreError> {
        fetch_all!(
            self,
            select_person!(
                "WHERE id IN (SELECT person FROM person_role WHERE organisation = $1) AND disabled_at IS NULL ORDER BY name, id"
            ),
            bytes(org.0)
        )
    }

    /// Everybody who is here, by sign-in name. Cost: all people.
    ///
    /// # Errors
    /// The driver's.
    pub async fn people(&mut self) -> Result<Vec<PersonRow>, StoreError> {
        fetch_all!(self, select_person!("WHERE disabled_at IS NULL ORDER BY login"))
    }

    /// The mail addresses of everybody who is here: for whom, which, and whether one of its administrators has it. Cost: all people.
    ///
    /// # Errors
    /// The driver's.
    pub async fn contacts(&mut self) -> Result<Vec<(OrgId, String, bool)>, StoreError> {
        let rows: Vec<(Vec<u8>, String, i64)> = fetch_all!(
            self,
            "SELECT r.organisation, p.address, CAST(max(CASE WHEN r.role = $1 THEN 1 ELSE 0 END) AS BIGINT)
             FROM person p JOIN person_role r ON r.person = p.id
             WHERE p.address IS NOT NULL AND p.disabled_at IS NULL
             GROUP BY r.organisation, p.address ORDER BY r.organisation, p.address",
            PersonRole::OrgAdmin.as_str()
        )?;
        rows.into_iter().map(|(org, address, admin)| Ok((OrgId(uuid(&org)?), address, admin > 0))).collect()
    }

    /// Replaces the roles of a person for an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_roles(
        &mut self,
        person: PersonId,
        org: OrgId,
        roles: &BTreeSet<PersonRole>,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "DELETE FROM person_role WHERE person = $1 AND organisation = $2",
            bytes(person.0),
            bytes(org.0)
        )?;
        for role in roles {
            self.grant(person, org, *role).await?;
        }
        Ok(())
    }

    /// Takes a person out of an organisation: roles, sessions there, deputies either way, its place on the on-call list,
    /// and what was TLP:RED for it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_from(&mut self, person: PersonId, org: OrgId) -> Result<(), StoreError> {
        let (who, whose) = (bytes(person.0), bytes(org.0));
        execute!(self, "DELETE FROM person_role WHERE person = $1 AND organisation = $2", &who, &whose)?;
        execute!(self, "DELETE FROM session WHERE person = $1 AND organisation = $2", &who, &whose)?;
        execute!(
            self,
            "DELETE FROM deputy WHERE organisation = $2 AND (person = $1 OR deputy = $1)",
            &who,
            &whose
        )?;
        execute!(self, "DELETE FROM on_call WHERE person = $1 AND organisation = $2", &who, &whose)?;
        execute!(self, "DELETE FROM item_person WHERE person = $1 AND organisation = $2", &who, &whose)?;
        execute!(self, "DELETE FROM signed_in WHERE person = $1 AND organisation = $2", &who, &whose)?;
        Ok(())
    }

    /// Lets nobody sign in as this person any more, ends every session and passkey, and forgets where it was reached: its name alone stays,
    /// for what it decided.
    ///
    /// # Errors
    /// The driver's.
    pub async fn disable_person(&mut self, person: PersonId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE person SET disabled_at = $2, address = NULL, phone = NULL WHERE id = $1",
            bytes(person.0),
            micros(now)
        )?;
        execute!(self, "DELETE FROM session WHERE person = $1", bytes(person.0))?;
        self.remove_passkeys(person).await
    }

    /// Lets a person sign in again who came back.
    ///
    /// # Errors
    /// The driver's.
    pub async fn enable_person(&mut self, person: PersonId) -> Result<(), StoreError> {
        execute!(self, "UPDATE person SET disabled_at = NULL WHERE id = $1", bytes(person.0))?;
        Ok(())
    }

    /// Changes how a person is reached. A new address is believed reachable.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_contact(
        &mut self,
        person: PersonId,
        address: Option<&str>,
        phone: Option<&str>,
        notify: Notify,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE person SET unreachable_at = CASE WHEN address = $2 THEN unreachable_at ELSE NULL END,
                 address = $2, phone = $3, notify = $4 WHERE id = $1",
            bytes(person.0),
            address,
            phone,
            notify.as_str()
        )?;
        Ok(())
    }

    /// Notes since when a person's address refuses mail. Whether that is news.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_unreachable(&mut self, person: PersonId, now: Timestamp) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE person SET unreachable_at = $2 WHERE id = $1 AND unreachable_at IS NULL",
            bytes(person.0),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// People who are here and whose mail comes back.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_unreachable(&mut self) -> Result<u64, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT count(*) FROM person WHERE unreachable_at IS NOT NULL AND disabled_at IS NULL"
        )?;
        Ok(row.map_or(0, |(n,)| n.unsigned_abs()))
    }

    /// Notes when the last digest went out.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_digest_at(&mut self, person: PersonId, at: Timestamp) -> Result<(), StoreError> {
        execute!(self, "UPDATE person SET digest_at = $2 WHERE id = $1", bytes(person.0), micros(at))?;
        Ok(())
    }

    /// The people who want a digest: (person, its zone, when the last one went out).
    ///
    /// # Errors
    /// The driver's.
    pub async fn digest_readers(&mut self) -> Result<Vec<(PersonId, String, Option<i64>)>, StoreError> {
        let rows: Vec<(Vec<u8>, String, Option<i64>)> = fetch_all!(
            self,
            "SELECT id, zone, digest_at FROM person WHERE notify = 'digest' AND address IS NOT NULL
             AND unreachable_at IS NULL AND disabled_at IS NULL ORDER BY id"
        )?;
        rows.into_iter().map(|(id, zone, at)| Ok((PersonId(uuid(&id)?), zone, at))).collect()
    }

    /// Replaces the password's hash.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_password(&mut self, person: PersonId, hash: &str) -> Result<(), StoreError> {
        execute!(self, "UPDATE person SET password_hash = $2 WHERE id = $1", bytes(person.0), hash)?;
        Ok(())
    }

    /// Notes that somebody began to act for an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_signed_in(
        &mut self,
        person: PersonId,
        org: OrgId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO signed_in (person, organisation, at) VALUES ($1, $2, $3)
             ON CONFLICT (person, organisation) DO UPDATE SET at = excluded.at",
            bytes(person.0),
            bytes(org.0),
            micros(now)
        )?;
        Ok(())
    }

    /// When the people of an organisation last began to act for it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn signed_in(&mut self, org: OrgId) -> Result<HashMap<PersonId, Timestamp>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> =
            fetch_all!(self, "SELECT person, at FROM signed_in WHERE organisation = $1", bytes(org.0))?;
        rows.into_iter().map(|(person, at)| Ok((PersonId(uuid(&person)?), time(at)?))).collect()
    }
}
