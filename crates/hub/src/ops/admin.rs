//! The roster: organisations, sectors, people, tokens, profiles.

use crate::ledger::{leaf, leaf_with_id, right_ends};
use crate::ops::org_place::check_parent;
use crate::ops::sector::check_sectors;
use crate::ops::{auth, password};
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use model::consent::MachineRule;
use model::id::{CollectionId, OrgId, PersonId, SectorId, TokenId};
use model::lang::{Bilingual, Lang};
use model::naming;
use model::org::{Organisation, Roster};
use model::profile::Profile;
use model::role::{OrgRole, PersonRole, Scope};
use model::time::plus_days;
use sharing::Caller;
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;
use store::{CollectionRow, Happened, Tx};

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

/// The roster, known to all members. Profiles are not in it. Cost: the roster.
///
/// # Errors
/// `Unavailable`.
pub async fn roster(hub: &Hub, _caller: &Caller) -> Result<Roster, HubError> {
    let mut tx = hub.store.read().await?;
    Ok(tx.roster().await?)
}

/// The roster for whoever holds the machine.
///
/// # Errors
/// `Unavailable`.
pub async fn roster_for(hub: &Hub, _by: AsRegistrar) -> Result<Roster, HubError> {
    let mut tx = hub.store.read().await?;
    Ok(tx.roster().await?)
}

/// Makes the collections that every hub has. Called once, when a hub is set up; a second call changes nothing.
///
/// # Errors
/// `Unavailable`.
pub async fn set_up(hub: &Hub, _by: AsRegistrar) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let there: BTreeSet<String> = tx.collections().await?.into_iter().map(|c| c.slug).collect();
    for purpose in ["all", "exercise"] {
        if !there.contains(purpose) {
            let id = CollectionId::from_random(hub.random("collection"));
            let row =
                CollectionRow { id, purpose: purpose.to_owned(), sector: None, slug: purpose.to_owned() };
            tx.insert_collection(&row).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Adds an organisation; audiences are recounted in the same transaction.
///
/// # Errors
/// `Invalid` for a slug that is taken or no slug, for a name that nobody can read, without a role, for a second hub, for a parent that has
/// one itself, and for what is not in the roster.
pub async fn add_organisation(hub: &Hub, by: AsRegistrar, new: NewOrganisation) -> Result<OrgId, HubError> {
    check_slug(&new.slug)?;
    check_profile(&new.profile)?;
    if new.roles.is_empty() {
        return Err(HubError::Invalid("role", Problem::ChooseOne));
    }
    let org = Organisation {
        id: OrgId::from_random(hub.random("organisation")),
        slug: new.slug,
        name: checked_name(new.name)?,
        parent: new.parent,
        roles: new.roles,
        sectors: new.sectors,
    };
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    check_sectors(&roster, &org.sectors)?;
    check_parent(&roster, org.id, org.parent)?;
    if org.roles.contains(&OrgRole::Hub)
        && roster.organisations.iter().any(|o| o.roles.contains(&OrgRole::Hub))
    {
        return Err(HubError::Invalid("role", Problem::OneHub));
    }
    tx.insert_organisation(&org, &new.profile, hub.now())
        .await
        .map_err(|why| taken(why, "slug", &org.slug))?;
    recount(&mut tx).await?;
    leaf(hub, &mut tx, "organisation", &[("organisation", org.id.to_string()), ("by", by_whom(by))]).await?;
    tx.commit().await?;
    Ok(org.id)
}

/// Computes anew whom each audience reaches. Cost: audiences times roster.
pub(crate) async fn recount(tx: &mut Tx) -> Result<(), HubError> {
    let roster = tx.roster().await?;
    for (id, audience) in tx.audiences().await? {
        tx.set_reach(id, &sharing::audience::reach(&audience, &roster)).await?;
    }
    Ok(())
}

/// Adds a person.
///
/// # Errors
/// `Invalid` for a login that is taken or none, a name that nobody can read, a short password, or hub roles outside the hub.
pub async fn add_person(hub: &Hub, by: AsRegistrar, new: NewPerson) -> Result<PersonId, HubError> {
    let (login, name) = (sign_in_name(&new.login)?, shown_name("name", &new.name)?);
    let hash = password::hash(&new.password, &hub.random("salt"))?;
    let mut tx = hub.store.write().await?;
    let id = PersonId::from_random(hub.random("person"));
    tx.insert_person(id, &login, name, new.lang, &new.zone, &hash, hub.now())
        .await
        .map_err(|why| taken(why, "login", &login))?;
    for (org, role) in new.roles {
        let roles = tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?;
        if role.of_hub() && !roles.contains(&OrgRole::Hub) {
            return Err(HubError::Invalid("role", Problem::OnlyAtTheHub { value: role }));
        }
        tx.grant(id, org, role).await?;
    }
    leaf(hub, &mut tx, "person", &[("person", id.to_string()), ("by", by_whom(by))]).await?;
    tx.commit().await?;
    Ok(id)
}

/// The longest life of a token, in days: ten years, beyond which nobody remembers what it was for.
pub const TOKEN_DAYS_MAX: i64 = 3650;

/// Makes a token; its secret is returned once and stored only as a hash.
///
/// # Errors
/// `Invalid` for a name that nobody can read, and for an end that is over or beyond [`TOKEN_DAYS_MAX`].
pub async fn add_token(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    name: &str,
    scopes: BTreeSet<Scope>,
    expires_at: Option<Timestamp>,
) -> Result<String, HubError> {
    let made_by = match by {
        AsRegistrar::Operator(who) => Some(who.person),
        AsRegistrar::Machine => None,
    };
    make_token(hub, made_by, org, name, scopes, expires_at).await
}

async fn make_token(
    hub: &Hub,
    made_by: Option<PersonId>,
    org: OrgId,
    name: &str,
    scopes: BTreeSet<Scope>,
    expires_at: Option<Timestamp>,
) -> Result<String, HubError> {
    let name = shown_name("name", name)?;
    let last = plus_days(hub.now(), TOKEN_DAYS_MAX);
    if expires_at.is_some_and(|at| at <= hub.now() || at > last) {
        return Err(HubError::Invalid("expires_at", Problem::TokenLife { most: TOKEN_DAYS_MAX }));
    }
    let secret = format!("nrs_{}", BASE64URL_NOPAD.encode(&hub.random::<32>(&format!("token/{org}"))));
    let row = store::TokenRow {
        id: TokenId::from_random(hub.random(&format!("token-id/{org}"))),
        organisation: org,
        name: name.to_owned(),
        scopes,
        created_at: hub.now(),
        expires_at,
        revoked_at: None,
    };
    let mut tx = hub.store.write().await?;
    tx.insert_token(&row, &auth::hash(&secret), made_by).await?;
    let by = made_by.map_or_else(|| "machine".to_owned(), |person| person.to_string());
    leaf(hub, &mut tx, "token", &[("token", row.id.to_string()), ("by", by)]).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The tokens of one's own organisation, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn tokens(hub: &Hub, admin: AsOrgAdmin) -> Result<Vec<TokenRow>, HubError> {
    tokens_of(hub, admin.org).await
}

/// The same of any organisation.
///
/// # Errors
/// `Unavailable`.
pub async fn tokens_for(hub: &Hub, _by: AsRegistrar, org: OrgId) -> Result<Vec<TokenRow>, HubError> {
    tokens_of(hub, org).await
}

async fn tokens_of(hub: &Hub, org: OrgId) -> Result<Vec<TokenRow>, HubError> {
    let mut tx = hub.store.read().await?;
    let row = |t: store::TokenRow| TokenRow {
        id: t.id,
        name: t.name,
        scopes: t.scopes,
        created_at: t.created_at,
        expires_at: t.expires_at,
        revoked_at: t.revoked_at,
    };
    Ok(tx.tokens(org).await?.into_iter().map(row).collect())
}

/// Makes a token of one's own organisation.
///
/// # Errors
/// `Invalid` without a name or a scope; as [`add_token`].
pub async fn add_own_token(
    hub: &Hub,
    admin: AsOrgAdmin,
    name: &str,
    scopes: BTreeSet<Scope>,
    expires_at: Option<Timestamp>,
) -> Result<String, HubError> {
    if name.trim().is_empty() {
        return Err(HubError::Invalid("name", Problem::NameTheProgram));
    }
    if scopes.is_empty() {
        return Err(HubError::Invalid("scopes", Problem::ChooseOne));
    }
    make_token(hub, Some(admin.person), admin.org, name, scopes, expires_at).await
}

/// Revokes one; it is refused from the next request on.
///
/// # Errors
/// `NotFound` for another's, for none and for one that was revoked.
pub async fn revoke_token(hub: &Hub, admin: AsOrgAdmin, id: TokenId) -> Result<(), HubError> {
    revoke(hub, admin.org, id, admin.person.to_string()).await
}

/// The same of any organisation: a token that leaked cannot wait for its administrator.
///
/// # Errors
/// As [`revoke_token`].
pub async fn revoke_token_for(hub: &Hub, by: AsRegistrar, org: OrgId, id: TokenId) -> Result<(), HubError> {
    revoke(hub, org, id, by_whom(by)).await
}

async fn revoke(hub: &Hub, org: OrgId, id: TokenId, by: String) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.revoke_token(org, id, hub.now()).await? {
        return Err(HubError::NotFound);
    }
    let entry = [("token", id.to_string()), ("by", by)];
    right_ends(hub, &mut tx, (Happened::Token, id.0, org), "token-revoked", &entry).await?;
    Ok(tx.commit().await?)
}

/// One's own profile.
///
/// # Errors
/// `Unavailable`.
pub async fn profile(hub: &Hub, admin: AsOrgAdmin) -> Result<Profile, HubError> {
    let mut tx = hub.store.read().await?;
    let all = tx.profiles().await?;
    Ok(all.into_iter().find(|(org, _)| *org == admin.org).map(|(_, p)| p).unwrap_or_default())
}

/// The most entries of one list of a profile. More would make the gate slow for everybody.
const PROFILE_ENTRIES_MAX: usize = 1_000;

/// Replaces one's own profile.
///
/// # Errors
/// `Invalid` for a list that is too long, and for a domain or network that is none.
pub async fn set_profile(hub: &Hub, admin: AsOrgAdmin, profile: Profile) -> Result<(), HubError> {
    check_profile(&profile)?;
    let mut tx = hub.store.write().await?;
    tx.set_profile(admin.org, &profile).await?;
    leaf(
        hub,
        &mut tx,
        "profile",
        &[("organisation", admin.org.to_string()), ("by", admin.person.to_string())],
    )
    .await?;
    Ok(tx.commit().await?)
}

fn check_profile(profile: &Profile) -> Result<(), HubError> {
    let lists = [
        &profile.names,
        &profile.domains,
        &profile.networks,
        &profile.hosts,
        &profile.people,
        &profile.tenants,
        &profile.words,
    ];
    if lists.iter().any(|l| l.len() > PROFILE_ENTRIES_MAX) {
        return Err(HubError::Invalid("profile", Problem::Entries { most: PROFILE_ENTRIES_MAX }));
    }
    match deid::misread(profile).into_iter().next() {
        Some(bad) if bad.list == "networks" => {
            Err(HubError::Invalid("networks", Problem::NotANetwork { value: quoted(&bad.entry) }))
        }
        Some(bad) => Err(HubError::Invalid("domains", Problem::NotADomain { value: quoted(&bad.entry) })),
        None => Ok(()),
    }
}

/// Sets the machine-release rule from the machine itself, when a hub is set up.
///
/// # Errors
/// `Unavailable`.
pub async fn set_machine_rule(hub: &Hub, by: AsRegistrar, rule: MachineRule) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.set_rule(crate::ops::release::RULE, &rule, hub.now()).await?;
    let entry = [("enabled", rule.enabled.to_string()), ("by", by_whom(by))];
    let act = leaf_with_id(hub, &mut tx, "machine-rule", &entry).await?;
    crate::ops::release::note_stop(hub, &rule, act)?;
    Ok(tx.commit().await?)
}

pub(crate) fn by_whom(by: AsRegistrar) -> String {
    match by {
        AsRegistrar::Operator(who) => who.person.to_string(),
        AsRegistrar::Machine => "machine".to_owned(),
    }
}

pub(crate) fn check_slug(slug: &str) -> Result<(), HubError> {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let right = (1..=40).contains(&slug.len())
        && slug.bytes().all(letters)
        && !["own", "all", "exercise"].contains(&slug);
    if right { Ok(()) } else { Err(HubError::Invalid("slug", Problem::NotASlug { value: quoted(slug) })) }
}

/// A name of both languages that people can read.
pub(crate) fn checked_name(name: Bilingual) -> Result<Bilingual, HubError> {
    Ok(Bilingual { ja: shown_name("ja", &name.ja)?.to_owned(), en: shown_name("en", &name.en)?.to_owned() })
}

/// A name that people can read.
pub(crate) fn shown_name<'a>(field: &'static str, text: &'a str) -> Result<&'a str, HubError> {
    naming::shown(text).ok_or(HubError::Invalid(field, Problem::NotAName { most: naming::NAME_CHARS_MAX }))
}

/// A sign-in name as it is kept.
pub(crate) fn sign_in_name(text: &str) -> Result<String, HubError> {
    let most = naming::NAME_CHARS_MAX;
    naming::sign_in(text).ok_or(HubError::Invalid("login", Problem::NotASignInName { most }))
}

/// What a refused row means when `name`, the value of `field`, must be unique.
pub(crate) fn taken(why: store::StoreError, field: &'static str, name: &str) -> HubError {
    if why.is_unique_violation() {
        HubError::Invalid(field, Problem::Taken { value: quoted(name) })
    } else {
        why.into()
    }
}
