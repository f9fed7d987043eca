//! The roster: organisations, sectors, people, tokens, profiles.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{OrgId, PersonId, SectorId, TokenId};
use model::lang::{Bilingual, Lang};
use model::org::Roster;
use model::profile::Profile;
use model::role::{OrgRole, PersonRole, Scope};
use sharing::Caller;
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;

/// The right to change the roster: the operator through the web, or whoever holds the machine (`noroshi admin`).
#[derive(Clone, Copy, Debug)]
pub enum AsRegistrar {
    /// A person.
    Operator(sharing::caller::AsOperator),
    /// The command line on the machine itself.
    Machine,
}

/// A new organisation.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Short name in Latin letters.
    pub slug: String,
    /// Its name.
    pub name: Bilingual,
    /// Group parent's slug.
    pub parent: Option<OrgId>,
    /// Its roles.
    pub roles: BTreeSet<OrgRole>,
    /// Its sectors.
    pub sectors: BTreeSet<SectorId>,
    /// Its own names.
    pub profile: Profile,
}

/// A new person.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Language.
    pub lang: Lang,
    /// Zone.
    pub zone: String,
    /// Password, at least 12 characters.
    pub password: String,
    /// Roles by organisation.
    pub roles: Vec<(OrgId, PersonRole)>,
}

/// A token as listed: never its secret.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// Its scopes.
    pub scopes: BTreeSet<Scope>,
    /// When made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The roster, known to all members. Profiles are not in it.
pub async fn roster(hub: &Hub, caller: &Caller) -> Result<Roster, HubError> { todo!() }

/// Adds a sector.
pub async fn add_sector(hub: &Hub, by: AsRegistrar, slug: &str, name: Bilingual) -> Result<SectorId, HubError> { todo!() }

/// Adds an organisation with its own collection.
pub async fn add_organisation(hub: &Hub, by: AsRegistrar, new: NewOrganisation) -> Result<OrgId, HubError> { todo!() }

/// Replaces an organisation's sectors; audiences are recounted in the same transaction.
pub async fn set_sectors(hub: &Hub, by: AsRegistrar, org: OrgId, sectors: BTreeSet<SectorId>) -> Result<(), HubError> { todo!() }

/// Adds a person.
pub async fn add_person(hub: &Hub, by: AsRegistrar, new: NewPerson) -> Result<PersonId, HubError> { todo!() }

/// Makes a token; its secret is returned once.
pub async fn add_token(hub: &Hub, by: AsRegistrar, org: OrgId, name: &str, scopes: BTreeSet<Scope>, expires_at: Option<Timestamp>) -> Result<String, HubError> { todo!() }

/// The tokens of one's own organisation.
pub async fn tokens(hub: &Hub, admin: AsOrgAdmin) -> Result<Vec<TokenRow>, HubError> { todo!() }

/// Makes a token of one's own organisation.
pub async fn add_own_token(hub: &Hub, admin: AsOrgAdmin, name: &str, scopes: BTreeSet<Scope>, expires_at: Option<Timestamp>) -> Result<String, HubError> { todo!() }

/// Revokes one.
pub async fn revoke_token(hub: &Hub, admin: AsOrgAdmin, id: TokenId) -> Result<(), HubError> { todo!() }

/// One's own profile.
pub async fn profile(hub: &Hub, admin: AsOrgAdmin) -> Result<Profile, HubError> { todo!() }

/// Replaces one's own profile.
pub async fn set_profile(hub: &Hub, admin: AsOrgAdmin, profile: Profile) -> Result<(), HubError> { todo!() }
