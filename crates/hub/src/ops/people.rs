//! The people of an organisation: invited, given roles, handed over to, gone. What an organisation's administrator may do, and
//! what whoever holds an invitation may do.

use crate::ledger::leaf;
use crate::ops::admin::taken;
use crate::ops::{account, auth, password, words};
use crate::{Hub, HubError};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use model::id::{InvitationId, OrgId, PersonId};
use model::lang::{Bilingual, Lang};
use model::role::{OrgRole, PersonRole};
use model::time::plus_days;
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;
pub use store::InvitationRow;
use store::{DeputyRow, Tx};

/// Days for which an invitation can be used: a week and the weekends around it.
const INVITATION_DAYS: i64 = 10;

/// The longest time that a deputy can be named for, in days; a longer absence is a hand-over.
pub const DEPUTY_DAYS_MAX: i64 = 92;

/// The most people of one organisation on its on-call list: a longer one is never reached.
pub const ON_CALL_MAX: usize = 8;

/// Somebody of the organisation.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Identifier.
    pub id: PersonId,
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Its own roles here.
    pub roles: BTreeSet<PersonRole>,
    /// Where notices go.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Whether its address refuses mail.
    pub unreachable: bool,
    /// Whether one-time codes are asked for.
    pub totp: bool,
    /// When it last began to act for this organisation.
    pub signed_in_at: Option<Timestamp>,
    /// Its place on the on-call list, from 1.
    pub on_call: Option<usize>,
}

/// Somebody stands in for somebody else.
#[derive(Clone, Debug)]
pub struct DeputyView {
    /// Whose roles.
    pub person: PersonId,
    /// Its name.
    pub name: String,
    /// Who has them.
    pub deputy: PersonId,
    /// Its name.
    pub deputy_name: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// The page of an organisation's people.
#[derive(Clone, Debug)]
pub struct People {
    /// Everybody, by name.
    pub people: Vec<PersonView>,
    /// Deputies that are not over.
    pub deputies: Vec<DeputyView>,
    /// Invitations that were not used yet.
    pub invitations: Vec<InvitationRow>,
    /// The roles that can be given here.
    pub roles: Vec<PersonRole>,
}

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

/// Everybody of the administrator's organisation. Cost: its people.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, admin: AsOrgAdmin) -> Result<People, HubError> {
    let mut tx = hub.store.read().await?;
    let on_call = tx.on_call(admin.org).await?;
    let signed_in = tx.signed_in(admin.org).await?;
    let mut people = Vec::new();
    for row in tx.people_of(admin.org).await? {
        let id = row.id()?;
        people.push(PersonView {
            id,
            roles: own_roles(&mut tx, id, admin.org).await?,
            on_call: on_call.iter().position(|p| *p == id).map(|n| n + 1),
            unreachable: row.unreachable_at.is_some(),
            totp: row.totp.is_some(),
            signed_in_at: signed_in.get(&id).copied(),
            login: row.login,
            name: row.name,
            address: row.address,
            phone: row.phone,
        });
    }
    let name = |id: PersonId| people.iter().find(|p| p.id == id).map_or_else(String::new, |p| p.name.clone());
    let deputies = tx.deputies(admin.org, hub.now()).await?;
    let deputies = deputies.into_iter().map(|d| DeputyView {
        name: name(d.person),
        deputy_name: name(d.deputy),
        person: d.person,
        deputy: d.deputy,
        from: d.from_at,
        until: d.until_at,
    });
    Ok(People {
        deputies: deputies.collect(),
        invitations: tx.open_invitations(admin.org, hub.now()).await?,
        roles: givable(&mut tx, admin.org).await?,
        people,
    })
}

/// The roles that an administrator of this organisation can give, lend or take over with a link: those of the hub are given by two
/// people of the hub ([`crate::ops::admission`]) and lent to nobody.
async fn givable(tx: &mut Tx, org: OrgId) -> Result<Vec<PersonRole>, HubError> {
    let of_hub = tx.organisation_roles(org).await?.is_some_and(|roles| roles.contains(&OrgRole::Hub));
    let may = |role: &&PersonRole| !role.of_hub() && (!of_hub || **role == PersonRole::OrgAdmin);
    Ok(PersonRole::ALL.iter().filter(may).copied().collect())
}

/// Refuses whoever has a role that an administrator here cannot give: what it does to that person's account would give it.
async fn within_givable(tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
    let may = givable(tx, org).await?;
    match own_roles(tx, person, org).await?.iter().find(|role| !may.contains(role)) {
        Some(role) => Err(HubError::Invalid("role", format!("`{role}` is given by two people of the hub"))),
        None => Ok(()),
    }
}

async fn own_roles(tx: &mut Tx, person: PersonId, org: OrgId) -> Result<BTreeSet<PersonRole>, HubError> {
    let all = tx.roles(person).await?;
    Ok(all.into_iter().find(|(own, _)| *own == org).map(|(_, roles)| roles).unwrap_or_default())
}

/// Makes a one-time link; it is returned once and stored only as a hash.
///
/// # Errors
/// `Invalid` without a name or a role, or with a role that cannot be given here.
pub async fn invite(hub: &Hub, admin: AsOrgAdmin, new: NewInvitation) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    let may = givable(&mut tx, admin.org).await?;
    if let Some(role) = new.roles.iter().find(|role| !may.contains(role)) {
        return Err(HubError::Invalid("role", format!("`{role}` is given by two people of the hub")));
    }
    let link = make_invitation(hub, &mut tx, admin.org, new, None, Some(admin.person)).await?;
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
    if !of_hub && new.roles.iter().any(|role| role.of_hub()) {
        return Err(HubError::Invalid("role", "roles of the hub exist at the hub only".to_owned()));
    }
    let link = make_invitation(hub, &mut tx, org, new, None, None).await?;
    tx.commit().await?;
    Ok(link)
}

/// The link of a new invitation, inside the caller's transaction.
pub(crate) async fn make_invitation(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    new: NewInvitation,
    person: Option<PersonId>,
    made_by: Option<PersonId>,
) -> Result<String, HubError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(HubError::Invalid("name", "name the person you expect".to_owned()));
    }
    if new.roles.is_empty() && person.is_none() {
        return Err(HubError::Invalid("role", "choose at least one".to_owned()));
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
        .map_err(|_| HubError::Invalid("zone", "an example is Asia/Tokyo".to_owned()))?;
    let hash = password::hash(&new.password, &hub.random("salt"))?;
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
    let (login, name) = (checked("login", &new.login)?, checked("name", &new.name)?);
    let id = PersonId::from_random(hub.random(&format!("person/{}", row.organisation)));
    auth::may_name(hub, row.organisation)?;
    let added = tx.insert_person(id, login, name, new.lang, &new.zone, &hash, hub.now()).await;
    if added.as_ref().is_err_and(store::StoreError::is_unique_violation) {
        auth::name_taken(hub, row.organisation);
    }
    added.map_err(|why| taken(why, login))?;
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
    let entry = [("person", person.to_string()), ("invitation", row.id.to_string()), ("by", by)];
    leaf(hub, tx, "password-reset", &entry).await
}

/// Whoever acts for another organisation too is nobody's to reset.
async fn only_here(tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
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
    enter(hub, &mut tx, &row, person).await?;
    Ok(tx.commit().await?)
}

async fn enter(hub: &Hub, tx: &mut Tx, row: &InvitationRow, person: PersonId) -> Result<(), HubError> {
    for role in &row.roles {
        tx.grant(person, row.organisation, *role).await?;
    }
    tx.end_links_for(person, hub.now()).await?;
    leaf(hub, tx, "person", &[("person", person.to_string()), ("invitation", row.id.to_string())]).await
}

fn checked<'a>(field: &'static str, text: &'a str) -> Result<&'a str, HubError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 100 || text.chars().any(char::is_control) {
        return Err(HubError::Invalid(field, "1 to 100 characters".to_owned()));
    }
    Ok(text)
}

/// Replaces somebody's roles.
///
/// # Errors
/// `NotFound` for somebody of elsewhere, `Invalid` for a role that cannot be given here and for the last administrator.
pub async fn set_roles(
    hub: &Hub,
    admin: AsOrgAdmin,
    person: PersonId,
    roles: BTreeSet<PersonRole>,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let had = own_roles(&mut tx, person, admin.org).await?;
    if had.is_empty() {
        return Err(HubError::NotFound);
    }
    if roles.is_empty() {
        return Err(HubError::Invalid("role", "choose at least one, or remove the person".to_owned()));
    }
    let may = givable(&mut tx, admin.org).await?;
    if roles.symmetric_difference(&had).any(|role| !may.contains(role)) {
        return Err(HubError::Invalid(
            "role",
            "roles of the hub are given by two people of the hub".to_owned(),
        ));
    }
    tx.set_roles(person, admin.org, &roles).await?;
    keep_an_admin(&mut tx, admin.org).await?;
    leaf(hub, &mut tx, "roles", &[("person", person.to_string()), ("by", admin.person.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// An organisation always has an administrator; the check runs after the change and before its commit.
async fn keep_an_admin(tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    if has_admin(tx, org).await? {
        return Ok(());
    }
    Err(HubError::Invalid(
        "role",
        "the last administrator stays: name another first, or hand over".to_owned(),
    ))
}

/// Whether an administrator of the organisation is there.
pub(crate) async fn has_admin(tx: &mut Tx, org: OrgId) -> Result<bool, HubError> {
    for row in tx.people_of(org).await? {
        if own_roles(tx, row.id()?, org).await?.contains(&PersonRole::OrgAdmin) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes somebody out: roles, sessions, deputies, and the tokens it made end at once.
///
/// # Errors
/// `NotFound`, `Invalid` for the last administrator.
pub async fn remove(hub: &Hub, admin: AsOrgAdmin, person: PersonId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if own_roles(&mut tx, person, admin.org).await?.is_empty() {
        return Err(HubError::NotFound);
    }
    leave(hub, &mut tx, admin.org, person).await?;
    keep_an_admin(&mut tx, admin.org).await?;
    leaf(hub, &mut tx, "leaver", &[("person", person.to_string()), ("by", admin.person.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// Gives somebody's roles, on-call place and deputies to another, and takes the first out, in one step.
///
/// # Errors
/// `NotFound` when either is of elsewhere, `Invalid` for the same person twice.
pub async fn hand_over(hub: &Hub, admin: AsOrgAdmin, from: PersonId, to: PersonId) -> Result<(), HubError> {
    if from == to {
        return Err(HubError::Invalid("to", "choose another person".to_owned()));
    }
    let mut tx = hub.store.write().await?;
    let mut roles = own_roles(&mut tx, from, admin.org).await?;
    let has = own_roles(&mut tx, to, admin.org).await?;
    if roles.is_empty() || has.is_empty() {
        return Err(HubError::NotFound);
    }
    let may = givable(&mut tx, admin.org).await?;
    roles.retain(|role| may.contains(role));
    roles.extend(has);
    let mut calls = tx.on_call(admin.org).await?;
    let there = calls.contains(&to);
    calls.iter_mut().filter(|p| **p == from && !there).for_each(|p| *p = to);
    calls.retain(|p| *p != from);
    leave(hub, &mut tx, admin.org, from).await?;
    tx.set_roles(to, admin.org, &roles).await?;
    tx.set_on_call(admin.org, &calls).await?;
    let entry = [("from", from.to_string()), ("to", to.to_string()), ("by", admin.person.to_string())];
    leaf(hub, &mut tx, "hand-over", &entry).await?;
    Ok(tx.commit().await?)
}

/// Everything of a person at an organisation ends; whoever has no organisation left cannot sign in any more.
pub(crate) async fn leave(hub: &Hub, tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
    tx.remove_from(person, org).await?;
    tx.revoke_tokens(org, Some(person), hub.now()).await?;
    tx.end_invitations(org, Some(person), hub.now()).await?;
    tx.end_links_for(person, hub.now()).await?;
    if tx.roles(person).await?.is_empty() {
        tx.disable_person(person, hub.now()).await?;
    }
    Ok(())
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
    make_invitation(hub, tx, org, new, Some(person), made_by).await
}

/// Names a deputy from now (or a later instant) until another.
///
/// # Errors
/// `NotFound` when either is of elsewhere, `Invalid` for times that make no sense and for somebody with a role of the hub: those
/// are lent to nobody, so that a deputy is never the second of two people.
pub async fn name_deputy(
    hub: &Hub,
    admin: AsOrgAdmin,
    person: PersonId,
    deputy: PersonId,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    for one in [person, deputy] {
        if own_roles(&mut tx, one, admin.org).await?.is_empty() {
            return Err(HubError::NotFound);
        }
    }
    if person == deputy {
        return Err(HubError::Invalid("deputy", "choose another person".to_owned()));
    }
    within_givable(&mut tx, admin.org, person).await?;
    if until <= from || until <= hub.now() || until > plus_days(from, DEPUTY_DAYS_MAX) {
        let what = format!("it ends after it begins, at most {DEPUTY_DAYS_MAX} days later");
        return Err(HubError::Invalid("until", what));
    }
    tx.put_deputy(admin.org, &DeputyRow { person, deputy, from_at: from, until_at: until }).await?;
    let entry = [
        ("person", person.to_string()),
        ("deputy", deputy.to_string()),
        ("until", until.to_string()),
        ("by", admin.person.to_string()),
    ];
    leaf(hub, &mut tx, "deputy", &entry).await?;
    Ok(tx.commit().await?)
}

/// Ends it before its time.
///
/// # Errors
/// `NotFound`.
pub async fn end_deputy(
    hub: &Hub,
    admin: AsOrgAdmin,
    person: PersonId,
    deputy: PersonId,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.end_deputy(admin.org, person, deputy).await? {
        return Err(HubError::NotFound);
    }
    let entry = [("person", person.to_string()), ("deputy", deputy.to_string())];
    leaf(hub, &mut tx, "deputy-ends", &entry).await?;
    Ok(tx.commit().await?)
}

/// Replaces the on-call list, first to call first.
///
/// # Errors
/// `NotFound` for somebody of elsewhere, `Invalid` for a list that is too long.
pub async fn set_on_call(hub: &Hub, admin: AsOrgAdmin, people: Vec<PersonId>) -> Result<(), HubError> {
    let mut once: Vec<PersonId> = Vec::new();
    for person in people {
        if !once.contains(&person) {
            once.push(person);
        }
    }
    if once.len() > ON_CALL_MAX {
        return Err(HubError::Invalid("on_call", format!("at most {ON_CALL_MAX} people")));
    }
    let mut tx = hub.store.write().await?;
    for person in &once {
        if own_roles(&mut tx, *person, admin.org).await?.is_empty() {
            return Err(HubError::NotFound);
        }
    }
    tx.set_on_call(admin.org, &once).await?;
    leaf(hub, &mut tx, "on-call", &[("by", admin.person.to_string())]).await?;
    Ok(tx.commit().await?)
}
