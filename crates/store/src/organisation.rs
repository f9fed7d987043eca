//! Organisations, sectors and memberships.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{OrgId, SectorId};
use model::lang::Bilingual;
use model::org::{Organisation, Roster, Sector};
use model::profile::Profile;
use model::role::OrgRole;
use std::collections::{BTreeMap, BTreeSet};

/// An organisation as stored.
#[derive(Debug, sqlx::FromRow)]
pub struct OrganisationRow {
    /// Identifier.
    pub id: Vec<u8>,
    /// Short name.
    pub slug: String,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
    /// Group parent.
    pub parent: Option<Vec<u8>>,
    /// Roles, space separated.
    pub roles: String,
}

/// A sector as stored.
#[derive(Debug, sqlx::FromRow)]
pub struct SectorRow {
    /// Identifier.
    pub id: Vec<u8>,
    /// Short name.
    pub slug: String,
    /// Japanese name.
    pub name_ja: String,
    /// English name.
    pub name_en: String,
}

/// How many people an organisation has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headcount {
    /// Who act for it.
    pub people: u64,
    /// Who are on its on-call list.
    pub on_call: u64,
}

impl Tx {
    /// Adds an organisation.
    ///
    /// # Errors
    /// A slug that stands already, or the driver's.
    pub async fn insert_organisation(
        &mut self,
        org: &Organisation,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO organisation (id, slug, name_ja, name_en, parent, roles, profile, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            bytes(org.id.0),
            &org.slug,
            &org.name.ja,
            &org.name.en,
            org.parent.map(|p| bytes(p.0)),
            join(&org.roles),
            serde_json::to_string(profile)?,
            micros(now)
        )?;
        self.set_organisation_sectors(org.id, &org.sectors).await
    }

    /// Replaces the sectors of an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_organisation_sectors(
        &mut self,
        org: OrgId,
        sectors: &BTreeSet<SectorId>,
    ) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM organisation_sector WHERE organisation = $1", bytes(org.0))?;
        for sector in sectors {
            execute!(
                self,
                "INSERT INTO organisation_sector (organisation, sector) VALUES ($1, $2)",
                bytes(org.0),
                bytes(sector.0)
            )?;
        }
        Ok(())
    }

    /// Adds a sector.
    ///
    /// # Errors
    /// A slug that stands already, or the driver's.
    pub async fn insert_sector(&mut self, sector: &Sector) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO sector (id, slug, name_ja, name_en) VALUES ($1, $2, $3, $4)",
            bytes(sector.id.0),
            &sector.slug,
            &sector.name.ja,
            &sector.name.en
        )?;
        Ok(())
    }

    /// Changes what a sector is called; whether there is one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_sector_name(&mut self, id: SectorId, name: &Bilingual) -> Result<bool, StoreError> {
        let changed = execute!(
            self,
            "UPDATE sector SET name_ja = $2, name_en = $3 WHERE id = $1",
            bytes(id.0),
            &name.ja,
            &name.en
        )?;
        Ok(changed == 1)
    }

    /// Everybody. Cost: the roster, a few hundred rows.
    ///
    /// # Errors
    /// The driver's.
    pub async fn roster(&mut self) -> Result<Roster, StoreError> {
        let rows: Vec<OrganisationRow> = fetch_all!(
            self,
            "SELECT id, slug, name_ja, name_en, parent, roles FROM organisation WHERE left_at IS NULL ORDER BY slug"
        )?;
        let links: Vec<(Vec<u8>, Vec<u8>)> =
            fetch_all!(self, "SELECT organisation, sector FROM organisation_sector")?;
        let sectors: Vec<SectorRow> =
            fetch_all!(self, "SELECT id, slug, name_ja, name_en FROM sector ORDER BY slug")?;
        let mut of: BTreeMap<Vec<u8>, BTreeSet<SectorId>> = BTreeMap::new();
        for (org, sector) in links {
            of.entry(org).or_default().insert(SectorId(uuid(&sector)?));
        }
        Ok(Roster {
            organisations: rows.into_iter().map(|r| organisation(r, &mut of)).collect::<Result<_, _>>()?,
            sectors: sectors.into_iter().map(sector).collect::<Result<_, _>>()?,
        })
    }

    /// The roles of one organisation; `None` when it is not here (any more).
    ///
    /// # Errors
    /// The driver's.
    pub async fn organisation_roles(&mut self, id: OrgId) -> Result<Option<BTreeSet<OrgRole>>, StoreError> {
        let row: Option<(String,)> = fetch_optional!(
            self,
            "SELECT roles FROM organisation WHERE id = $1 AND left_at IS NULL",
            bytes(id.0)
        )?;
        row.map(|(roles,)| split(&roles)).transpose()
    }

    /// Replaces its roles.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_organisation_roles(
        &mut self,
        org: OrgId,
        roles: &BTreeSet<OrgRole>,
    ) -> Result<(), StoreError> {
        execute!(self, "UPDATE organisation SET roles = $2 WHERE id = $1", bytes(org.0), join(roles))?;
        Ok(())
    }

    /// Changes the group parent.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_parent(&mut self, org: OrgId, parent: Option<OrgId>) -> Result<(), StoreError> {
        let parent = parent.map(|p| bytes(p.0));
        execute!(self, "UPDATE organisation SET parent = $2 WHERE id = $1", bytes(org.0), parent)?;
        Ok(())
    }

    /// Changes its name.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_organisation_name(&mut self, org: OrgId, name: &Bilingual) -> Result<(), StoreError> {
        let (ja, en) = (name.ja.as_str(), name.en.as_str());
        execute!(
            self,
            "UPDATE organisation SET name_ja = $2, name_en = $3 WHERE id = $1",
            bytes(org.0),
            ja,
            en
        )?;
        Ok(())
    }

    /// Notes which version of the members' agreement it signed, and when.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_agreement(
        &mut self,
        org: OrgId,
        version: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE organisation SET agreement = $2, agreed_at = $3 WHERE id = $1",
            bytes(org.0),
            version,
            micros(at)
        )?;
        Ok(())
    }

    /// Which version of the members' agreement each organisation signed, and when. Cost: the roster.
    ///
    /// # Errors
    /// The driver's.
    pub async fn agreements(&mut self) -> Result<BTreeMap<OrgId, (String, Timestamp)>, StoreError> {
        let rows: Vec<(Vec<u8>, String, i64)> = fetch_all!(
            self,
            "SELECT id, agreement, agreed_at FROM organisation WHERE agreement IS NOT NULL AND agreed_at IS NOT NULL AND left_at IS NULL"
        )?;
        rows.into_iter().map(|(id, version, at)| Ok((OrgId(uuid(&id)?), (version, time(at)?)))).collect()
    }

    /// How many people act for each organisation, and how many of them are on call. Cost: all people.
    ///
    /// # Errors
    /// The driver's.
    pub async fn headcounts(&mut self) -> Result<BTreeMap<OrgId, Headcount>, StoreError> {
        let acting: Vec<(Vec<u8>, i64)> = fetch_all!(
            self,
            "SELECT r.organisation, count(DISTINCT r.person) FROM person_role r JOIN person p ON p.id = r.person
             WHERE p.disabled_at IS NULL GROUP BY r.organisation"
        )?;
        let on_call: Vec<(Vec<u8>, i64)> =
            fetch_all!(self, "SELECT organisation, count(*) FROM on_call GROUP BY organisation")?;
        let mut out: BTreeMap<OrgId, Headcount> = BTreeMap::new();
        for (org, n) in acting {
            out.entry(OrgId(uuid(&org)?)).or_default().people = u64::try_from(n).unwrap_or_default();
        }
        for (org, n) in on_call {
            out.entry(OrgId(uuid(&org)?)).or_default().on_call = u64::try_from(n).unwrap_or_default();
        }
        Ok(out)
    }

    /// The generation of each intake address. Cost: the roster.
    ///
    /// # Errors
    /// The driver's.
    pub async fn intakes(&mut self) -> Result<Vec<(OrgId, i64)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> =
            fetch_all!(self, "SELECT id, intake FROM organisation WHERE left_at IS NULL ORDER BY id")?;
        rows.into_iter().map(|(id, generation)| Ok((OrgId(uuid(&id)?), generation))).collect()
    }

    /// Gives an organisation another intake address; mail to the old one is refused.
    ///
    /// # Errors
    /// The driver's.
    pub async fn renew_intake(&mut self, org: OrgId) -> Result<(), StoreError> {
        execute!(self, "UPDATE organisation SET intake = intake + 1 WHERE id = $1", bytes(org.0))?;
        Ok(())
    }

    /// The organisation is gone from now on: from the roster, from audiences that are recounted, from sign-in.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_left(&mut self, org: OrgId, now: Timestamp) -> Result<(), StoreError> {
        execute!(self, "UPDATE organisation SET left_at = $2 WHERE id = $1", bytes(org.0), micros(now))?;
        Ok(())
    }

    /// Every organisation that left, and when.
    ///
    /// # Errors
    /// The driver's.
    pub async fn departed(&mut self) -> Result<Vec<(OrgId, Timestamp)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> =
            fetch_all!(self, "SELECT id, left_at FROM organisation WHERE left_at IS NOT NULL ORDER BY id")?;
        rows.into_iter().map(|(id, at)| Ok((OrgId(uuid(&id)?), time(at)?))).collect()
    }

    /// Every organisation's own names, for the gate. Cost: the roster.
    ///
    /// # Errors
    /// The driver's.
    pub async fn profiles(&mut self) -> Result<Vec<(OrgId, Profile)>, StoreError> {
        let rows: Vec<(Vec<u8>, String)> =
            fetch_all!(self, "SELECT id, profile FROM organisation WHERE left_at IS NULL ORDER BY id")?;
        rows.into_iter().map(|(id, text)| Ok((OrgId(uuid(&id)?), serde_json::from_str(&text)?))).collect()
    }

    /// Replaces an organisation's own names.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_profile(&mut self, org: OrgId, profile: &Profile) -> Result<(), StoreError> {
        let text = serde_json::to_string(profile)?;
        execute!(self, "UPDATE organisation SET profile = $2 WHERE id = $1", bytes(org.0), text)?;
        Ok(())
    }
}

fn organisation(
    row: OrganisationRow,
    of: &mut BTreeMap<Vec<u8>, BTreeSet<SectorId>>,
) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: OrgId(uuid(&row.id)?),
        slug: row.slug,
        name: Bilingual { ja: row.name_ja, en: row.name_en },
        parent: row.parent.map(|p| uuid(&p).map(OrgId)).transpose()?,
        roles: split::<OrgRole>(&row.roles)?,
        sectors: of.remove(&row.id).unwrap_or_default(),
    })
}

fn sector(row: SectorRow) -> Result<Sector, StoreError> {
    Ok(Sector {
        id: SectorId(uuid(&row.id)?),
        slug: row.slug,
        name: Bilingual { ja: row.name_ja, en: row.name_en },
    })
}

/// Names of an enumeration as one column.
pub(crate) fn join<T: ToString>(names: &BTreeSet<T>) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The reverse of [`join`].
pub(crate) fn split<T: std::str::FromStr<Err = model::id::UnknownName> + Ord>(
    column: &str,
) -> Result<BTreeSet<T>, StoreError> {
    column.split_whitespace().map(|name| name.parse().map_err(StoreError::from)).collect()
}
