//! The people of an organisation: given roles, handed over to, gone. What an organisation's administrator may do; how somebody comes
//! in is [`crate::ops::invitation`], who stands in for whom [`crate::ops::deputy`].

use crate::ledger::{leaf_with_id, note_right, right_ends};
use crate::ops::admin::{AsRegistrar, by_whom};
pub use crate::ops::deputy::{
    end_deputy, end_deputy_for, name_deputy, name_deputy_for, set_on_call, set_on_call_for,
};
pub use crate::ops::invitation::{
    Invitation, InvitationRow, NewAccount, NewInvitation, end_invitation, invitation, invite,
    invite_by_machine, join, join_as, reset_link, reset_link_by_machine,
};
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::id::{LeafId, OrgId, PersonId};
use model::role::{OrgRole, PersonRole};
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;
use store::{Happened, Tx};

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
    /// Its passkeys.
    pub passkeys: u64,
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

/// Everybody of the administrator's organisation. Cost: its people.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, admin: AsOrgAdmin) -> Result<People, HubError> {
    of(hub, admin.org).await
}

/// Everybody of an organisation, for whoever keeps the roster. Cost: its people.
///
/// # Errors
/// `Unavailable`.
pub async fn list_for(hub: &Hub, _by: AsRegistrar, org: OrgId) -> Result<People, HubError> {
    of(hub, org).await
}

async fn of(hub: &Hub, org: OrgId) -> Result<People, HubError> {
    let mut tx = hub.store.read().await?;
    let on_call = tx.on_call(org).await?;
    let signed_in = tx.signed_in(org).await?;
    let mut people = Vec::new();
    for row in tx.people_of(org).await? {
        let id = row.id()?;
        people.push(PersonView {
            id,
            roles: own_roles(&mut tx, id, org).await?,
            on_call: on_call.iter().position(|p| *p == id).map(|n| n + 1),
            unreachable: row.unreachable_at.is_some(),
            totp: row.totp.is_some(),
            passkeys: tx.count_passkeys(id).await?,
            signed_in_at: signed_in.get(&id).copied(),
            login: row.login,
            name: row.name,
            address: row.address,
            phone: row.phone,
        });
    }
    let name = |id: PersonId| people.iter().find(|p| p.id == id).map_or_else(String::new, |p| p.name.clone());
    let deputies = tx.deputies(org, hub.now()).await?;
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
        invitations: tx.open_invitations(org, hub.now()).await?,
        roles: givable(&mut tx, org).await?,
        people,
    })
}

/// The roles that an administrator of this organisation can give, lend or take over with a link: those of the hub are given by two
/// people of the hub ([`crate::ops::admission`]) and lent to nobody.
pub(super) async fn givable(tx: &mut Tx, org: OrgId) -> Result<Vec<PersonRole>, HubError> {
    let of_hub = tx.organisation_roles(org).await?.is_some_and(|roles| roles.contains(&OrgRole::Hub));
    let may = |role: &&PersonRole| !role.of_hub() && (!of_hub || **role == PersonRole::OrgAdmin);
    Ok(PersonRole::ALL.iter().filter(may).copied().collect())
}

pub(super) async fn own_roles(
    tx: &mut Tx,
    person: PersonId,
    org: OrgId,
) -> Result<BTreeSet<PersonRole>, HubError> {
    let all = tx.roles(person).await?;
    Ok(all.into_iter().find(|(own, _)| *own == org).map(|(_, roles)| roles).unwrap_or_default())
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
    change_roles(hub, admin.person.to_string(), admin.org, person, roles).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`set_roles`].
pub async fn set_roles_for(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    person: PersonId,
    roles: BTreeSet<PersonRole>,
) -> Result<(), HubError> {
    change_roles(hub, by_whom(by), org, person, roles).await
}

async fn change_roles(
    hub: &Hub,
    by: String,
    org: OrgId,
    person: PersonId,
    roles: BTreeSet<PersonRole>,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let had = own_roles(&mut tx, person, org).await?;
    if had.is_empty() {
        return Err(HubError::NotFound);
    }
    if roles.is_empty() {
        return Err(HubError::Invalid("role", Problem::ChooseOneOrRemove));
    }
    let may = givable(&mut tx, org).await?;
    if let Some(role) = roles.symmetric_difference(&had).find(|role| !may.contains(role)) {
        return Err(HubError::Invalid("role", Problem::GivenByTwo { value: *role }));
    }
    replace_roles(hub, &mut tx, org, person, &roles).await?;
    keep_an_admin(&mut tx, org).await?;
    let act = leaf_with_id(hub, &mut tx, "roles", &[("person", person.to_string()), ("by", by)]).await?;
    note_roles(hub, &mut tx, org, person, act).await?;
    Ok(tx.commit().await?)
}

/// Gives a person these roles at an organisation and no others. The links that it made end with its right to make them.
pub(crate) async fn replace_roles(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    person: PersonId,
    roles: &BTreeSet<PersonRole>,
) -> Result<(), HubError> {
    let had = own_roles(tx, person, org).await?;
    tx.set_roles(person, org, roles).await?;
    if had.iter().any(|role| role.invites() && !roles.contains(role)) {
        end_invitations_of(hub, tx, org, person).await?;
    }
    Ok(())
}

/// Writes into the journal which roles somebody who was here before has from now on: a restore revives no role that was taken, and takes none
/// from whoever came back.
pub(crate) async fn note_roles(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    person: PersonId,
    act: LeafId,
) -> Result<(), HubError> {
    let roles: Vec<&str> = own_roles(tx, person, org).await?.into_iter().map(PersonRole::as_str).collect();
    note_right(hub, (Happened::Roles, person.0, org), act, &roles.join(","))
}

/// An organisation always has an administrator; the check runs after the change and before its commit.
async fn keep_an_admin(tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    if !admins(tx, org).await?.is_empty() {
        return Ok(());
    }
    Err(HubError::Invalid("role", Problem::LastAdministrator))
}

/// The administrators of an organisation, by sign-in name.
pub(crate) async fn admins(tx: &mut Tx, org: OrgId) -> Result<Vec<(PersonId, String)>, HubError> {
    let mut out = Vec::new();
    for row in tx.people_of(org).await? {
        let id = row.id()?;
        if own_roles(tx, id, org).await?.contains(&PersonRole::OrgAdmin) {
            out.push((id, row.login));
        }
    }
    Ok(out)
}

/// Takes somebody out: roles, sessions, deputies, and the tokens it made end at once.
///
/// # Errors
/// `NotFound`, `Invalid` for the last administrator.
pub async fn remove(hub: &Hub, admin: AsOrgAdmin, person: PersonId) -> Result<(), HubError> {
    take_out(hub, admin.person.to_string(), admin.org, person).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`remove`].
pub async fn remove_for(hub: &Hub, by: AsRegistrar, org: OrgId, person: PersonId) -> Result<(), HubError> {
    take_out(hub, by_whom(by), org, person).await
}

async fn take_out(hub: &Hub, by: String, org: OrgId, person: PersonId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if own_roles(&mut tx, person, org).await?.is_empty() {
        return Err(HubError::NotFound);
    }
    leave(hub, &mut tx, org, person).await?;
    keep_an_admin(&mut tx, org).await?;
    let entry = [("person", person.to_string()), ("by", by)];
    right_ends(hub, &mut tx, (Happened::Leaver, person.0, org), "leaver", &entry).await?;
    Ok(tx.commit().await?)
}

/// Gives somebody's roles and on-call place to another, and takes the first out with its deputies, in one step.
///
/// # Errors
/// `NotFound` when either is of elsewhere, `Invalid` for the same person twice.
pub async fn hand_over(hub: &Hub, admin: AsOrgAdmin, from: PersonId, to: PersonId) -> Result<(), HubError> {
    pass_on(hub, admin.person.to_string(), admin.org, from, to).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`hand_over`].
pub async fn hand_over_for(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    from: PersonId,
    to: PersonId,
) -> Result<(), HubError> {
    pass_on(hub, by_whom(by), org, from, to).await
}

async fn pass_on(hub: &Hub, by: String, org: OrgId, from: PersonId, to: PersonId) -> Result<(), HubError> {
    if from == to {
        return Err(HubError::Invalid("to", Problem::AnotherPerson));
    }
    let mut tx = hub.store.write().await?;
    let mut roles = own_roles(&mut tx, from, org).await?;
    let has = own_roles(&mut tx, to, org).await?;
    if roles.is_empty() || has.is_empty() {
        return Err(HubError::NotFound);
    }
    let may = givable(&mut tx, org).await?;
    roles.retain(|role| may.contains(role));
    roles.extend(has);
    let mut calls = tx.on_call(org).await?;
    let there = calls.contains(&to);
    calls.iter_mut().filter(|p| **p == from && !there).for_each(|p| *p = to);
    calls.retain(|p| *p != from);
    leave(hub, &mut tx, org, from).await?;
    tx.set_roles(to, org, &roles).await?;
    tx.set_on_call(org, &calls).await?;
    let entry = [("from", from.to_string()), ("to", to.to_string()), ("by", by)];
    let act = leaf_with_id(hub, &mut tx, "hand-over", &entry).await?;
    note_right(hub, (Happened::Leaver, from.0, org), act, "")?;
    note_roles(hub, &mut tx, org, to, act).await?;
    Ok(tx.commit().await?)
}

/// The links that a person made end with its right to make them; those of the hub's people stand in other organisations' names.
async fn end_invitations_of(hub: &Hub, tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
    let of_hub = tx.organisation_roles(org).await?.is_some_and(|roles| roles.contains(&OrgRole::Hub));
    if of_hub {
        return Ok(tx.end_invitations_by(person, hub.now()).await?);
    }
    Ok(tx.end_invitations(org, Some(person), hub.now()).await?)
}

/// Everything of a person at an organisation ends; whoever has no organisation left cannot sign in any more.
pub(crate) async fn leave(hub: &Hub, tx: &mut Tx, org: OrgId, person: PersonId) -> Result<(), HubError> {
    tx.remove_from(person, org).await?;
    tx.revoke_tokens(org, Some(person), hub.now()).await?;
    end_invitations_of(hub, tx, org, person).await?;
    tx.end_links_for(person, hub.now()).await?;
    if tx.roles(person).await?.is_empty() {
        tx.disable_person(person, hub.now()).await?;
    }
    Ok(())
}
