//! One-time links: whoever holds one comes in with its roles, or sets a new password. Who may make one for whom, and what is looked at
//! again when it is used.

use crate::ledger::{leaf, leaf_with_id};
use crate::ops::admin::{self, taken};
use crate::ops::people::{givable, note_roles, own_roles};
use crate::ops::{account, auth, passkey, password, relief, words};
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use model::id::{InvitationId, LeafId, OrgId, PersonId};
use model::lang::{Bilingual, Lang};
use model::role::{OrgRole, PersonRole};
use model::time::plus_days;
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;
pub use store::InvitationRow;
use store::Tx;

/// Days for which an invitation can be used: a week and the weekends around it.
const INVITATION_DAYS: i64 = 10;

/// An invitation to make.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    /// Whom one expects.
    pub name: String,
    /// Its address, for whoever sends the link.
    pub address: String,
    /// With which roles.
    pub roles: BTreeSet<PersonRole>,
}

/// What an invitation says to whoever opens it.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The organisation.
    pub organisation: Bilingual,
    /// The expected name.
    pub name: String,
    /// The roles.
    pub roles: BTreeSet<PersonRole>,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// Whether it only sets a new password for somebody who is here.
    pub reset: bool,
}

/// The account that an invitation makes.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Language.
    pub lang: Lang,
    /// Zone.
    pub zone: String,
    /// Password.
    pub password: String,
}

/// Makes a one-time link; it is returned once and stored only as a hash.
///
/// # Errors
/// `Invalid` without a name or a role, or with a role that cannot be given here.
pub async fn invite(hub: &Hub, admin: AsOrgAdmin, new: NewInvitation) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    let may = givable(&mut tx, admin.org).await?;
    if let Some(role) = new.roles.iter().find(|role| !may.contains(role)) {
        return Err(HubError::Invalid("role", Problem::GivenByTwo { value: *role }));
    }
    let link = make_invitation(hub, &mut tx, admin.org, new, Purpose::Entry, Some(admin.person)).await?;
    tx.commit().await?;
    Ok(link)
}

/// Makes a one-time link from the machine itself, with any role that exists at the organisation: how a hub begins.
///
/// # Errors
/// `NotFound`, `Invalid` for roles of the hub elsewhere.
pub async fn invite_by_machine(
    hub: &Hub,
    _by: crate::ops::admin::AsRegistrar,
    org: OrgId,
    new: NewInvitation,
) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    let of_hub = tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?.contains(&OrgRole::Hub);
    if let Some(role) = new.roles.iter().find(|role| !of_hub && role.of_hub()) {
        return Err(HubError::Invalid("role", Problem::OnlyAtTheHub { value: *role }));
    }
    let link = make_invitation(hub, &mut tx, org, new, Purpose::Entry, None).await?;
    tx.commit().await?;
    Ok(link)
}

/// What a link is for.
pub(crate) enum Purpose {
    /// Somebody comes in.
    Entry,
    /// An administrator comes in and takes the role from these: what two people of the hub decided.
    Relief(BTreeSet<PersonId>),
    /// Somebody who is here sets a new password.
    Reset(PersonId),
}

/// The link of a new invitation, inside the caller's transaction.
pub(crate) async fn make_invitation(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    new: NewInvitation,
    purpose: Purpose,
    made_by: Option<PersonId>,
) -> Result<String, HubError> {
    let (person, relieves) = match purpose {
        Purpose::Entry => (None, BTreeSet::new()),
        Purpose::Relief(whom) => (None, whom),
        Purpose::Reset(person) => (Some(person), BTreeSet::new()),
    };
    let name = admin::shown_name("name", &new.name)?;
    if new.roles.is_empty() && person.is_none() {
        return Err(HubError::Invalid("role", Problem::ChooseOne));
    }
    let secret = BASE64URL_NOPAD.encode(&hub.random::<32>(&format!("invitation/{org}")));
    let row = InvitationRow {
        id: InvitationId::from_random(hub.random(&format!("invitation-id/{org}"))),
        organisation: org,
        roles: new.roles,
        name: name.to_owned(),
        address: account::checked_address(&new.address)?.map(str::to_owned),
        person,
        made_by,
        relieves,
        created_at: hub.now(),
        expires_at: plus_days(hub.now(), INVITATION_DAYS),
        used_at: None,
        ended_at: None,
    };
    tx.insert_invitation(&row, &auth::hash(&secret)).await?;
    let by = made_by.map_or_else(|| "machine".to_owned(), |p| p.to_string());
    leaf(hub, tx, "invitation", &[("invitation", row.id.to_string()), ("by", by)]).await?;
    Ok(format!("{}/join?t={secret}", hub.settings.url))
}

/// Takes an invitation back.
///
/// # Errors
/// `NotFound` for another's, for none, for one that was used.
pub async fn end_invitation(hub: &Hub, admin: AsOrgAdmin, id: InvitationId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.end_invitation(admin.org, id, hub.now()).await? {
        return Err(HubError::NotFound);
    }
    leaf(hub, &mut tx, "invitation-ends", &[("invitation", id.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// What an invitation says.
///
/// # Errors
/// `NotFound` for one that is not, was used, was taken back or is over: they look alike.
pub async fn invitation(hub: &Hub, secret: &str) -> Result<Invitation, HubError> {
    let mut tx = hub.store.read().await?;
    let row = tx.invitation(&auth::hash(secret), hub.now()).await?.ok_or(HubError::NotFound)?;
    let roster = tx.roster().await?;
    Ok(Invitation {
        organisation: words::name(&roster, row.organisation),
        name: row.name,
        roles: row.roles,
        expires_at: row.expires_at,
        reset: row.person.is_some(),
    })
}

/// Makes an account of an invitation, or sets the new password of whoever it is for.
///
/// # Errors
/// `NotFound`, `Invalid` for a login that is taken, a short password, a zone that is none; `SlowDown` after several names that were
/// taken: sign-in names are unique across organisations, and nobody shall read out with them who works for a rival.
pub async fn join(hub: &Hub, secret: &str, new: NewAccount) -> Result<PersonId, HubError> {
    jiff::tz::TimeZone::get(&new.zone)
        .map_err(|_| HubError::Invalid("zone", Problem::NotAZone { value: quoted(&new.zone) }))?;
    // whoever has no link costs no hashing
    hub.store.read().await?.invitation(&auth::hash(secret), hub.now()).await?.ok_or(HubError::NotFound)?;
    let (password, salt) = (new.password.clone(), hub.random("salt"));
    let hash = tokio::task::spawn_blocking(move || password::hash(&password, &salt)).await;
    let hash = hash.map_err(|_| HubError::Unavailable("hashing-panicked".to_owned()))??;
    let mut tx = hub.store.write().await?;
    let row = tx.invitation(&auth::hash(secret), hub.now()).await?.ok_or(HubError::NotFound)?;
    if !tx.use_invitation(row.id, hub.now()).await? {
        return Err(HubError::NotFound);
    }
    if let Some(person) = row.person {
        reset(hub, &mut tx, &row, person, &hash).await?;
        tx.commit().await?;
        return Ok(person);
    }
    let (login, name) = (admin::sign_in_name(&new.login)?, admin::shown_name("name", &new.name)?);
    let id = PersonId::from_random(hub.random(&format!("person/{}", row.organisation)));
    auth::may_name(hub, row.organisation)?;
    let added = tx.insert_person(id, &login, name, new.lang, &new.zone, &hash, hub.now()).await;
    if added.as_ref().is_err_and(store::StoreError::is_unique_violation) {
        auth::name_taken(hub, row.organisation);
    }
    added.map_err(|why| taken(why, "login", &login))?;
    if let Some(address) = &row.address {
        tx.set_contact(id, Some(address), None, model::role::Notify::AtOnce).await?;
    }
    enter(hub, &mut tx, &row, id).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sets the password of whoever a link is for. What held when the link was made has to hold still: the person may act for another
/// organisation by now, or have a role of the hub. The leaf says whose link it was: the person itself may not have held it.
async fn reset(
    hub: &Hub,
    tx: &mut Tx,
    row: &InvitationRow,
    person: PersonId,
    hash: &str,
) -> Result<(), HubError> {
    only_here(tx, row.organisation, person).await?;
    if row.made_by.is_some() {
        within_givable(tx, row.organisation, person).await.map_err(|_| HubError::NotFound)?;
    }
    tx.set_password(person, hash).await?;
    tx.delete_other_sessions(person, b"").await?;
    tx.end_links_for(person, hub.now()).await?;
    let by = row.made_by.map_or_else(|| "machine".to_owned(), |p| p.to_string());
    // they open what the new password is to close
    passkey::remove_all(hub, tx, person, &by).await?;
    let entry = [("person", person.to_string()), ("invitation", row.id.to_string()), ("by", by)];
    leaf(hub, tx, "password-reset", &entry).await
}

/// Whoever acts for another organisation too is nobody's to reset or to rename.
pub(super) async fn only_here(tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
    match tx.roles(person).await?.as_slice() {
        [(own, _)] if *own == org => Ok(()),
        _ => Err(HubError::NotFound),
    }
}

/// Adds an invitation's roles to somebody who is here: one person can act for several organisations.
///
/// # Errors
/// `NotFound`.
pub async fn join_as(hub: &Hub, secret: &str, person: PersonId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let row = tx.invitation(&auth::hash(secret), hub.now()).await?.filter(|r| r.person.is_none());
    let row = row.ok_or(HubError::NotFound)?;
    if !tx.use_invitation(row.id, hub.now()).await? {
        return Err(HubError::NotFound);
    }
    let act = enter(hub, &mut tx, &row, person).await?;
    note_roles(hub, &mut tx, row.organisation, person, act).await?;
    Ok(tx.commit().await?)
}

async fn enter(hub: &Hub, tx: &mut Tx, row: &InvitationRow, person: PersonId) -> Result<LeafId, HubError> {
    for role in &row.roles {
        tx.grant(person, row.organisation, *role).await?;
    }
    relief::relieve(hub, tx, row, person).await?;
    tx.end_links_for(person, hub.now()).await?;
    let entry = [("person", person.to_string()), ("invitation", row.id.to_string())];
    leaf_with_id(hub, tx, "person", &entry).await
}

/// Refuses whoever has a role that an administrator here cannot give: what it does to that person's account would give it.
pub(super) async fn within_givable(tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
    let may = givable(tx, org).await?;
    match own_roles(tx, person, org).await?.iter().find(|role| !may.contains(role)) {
        Some(role) => Err(HubError::Invalid("role", Problem::GivenByTwo { value: *role })),
        None => Ok(()),
    }
}

/// A link by which somebody sets a new password: for whoever forgot it. One-time codes stay asked for.
///
/// # Errors
/// `NotFound` for somebody of elsewhere, and for somebody who acts for another organisation too; `Invalid` for somebody with a role
/// of the hub: whoever may set its password has its roles, and those take two people or the machine.
pub async fn reset_link(hub: &Hub, admin: AsOrgAdmin, person: PersonId) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    only_here(&mut tx, admin.org, person).await?;
    within_givable(&mut tx, admin.org, person).await?;
    let link = reset_invitation(hub, &mut tx, admin.org, person, Some(admin.person)).await?;
    tx.commit().await?;
    Ok(link)
}

/// The same from the machine itself, also for the hub's own people.
///
/// # Errors
/// `NotFound` as above.
pub async fn reset_link_by_machine(
    hub: &Hub,
    _by: crate::ops::admin::AsRegistrar,
    org: OrgId,
    person: PersonId,
) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    only_here(&mut tx, org, person).await?;
    let link = reset_invitation(hub, &mut tx, org, person, None).await?;
    tx.commit().await?;
    Ok(link)
}

async fn reset_invitation(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    person: PersonId,
    made_by: Option<PersonId>,
) -> Result<String, HubError> {
    let row = tx.person(person).await?.ok_or(HubError::NotFound)?;
    let new = NewInvitation { name: row.name, ..NewInvitation::default() };
    make_invitation(hub, tx, org, new, Purpose::Reset(person), made_by).await
}
