//! Administrators who cannot act any more: who takes their role, and how long those who are still there can refuse it.
//!
//! An organisation always keeps an administrator, so when the last one has left the company there is an account that nobody uses, and
//! nobody inside who can name another. Two people of the hub bring somebody in ([`crate::ops::admission`]); what holds them is the
//! time in which everybody of the organisation knows of it and any administrator can say no.

use crate::ledger::{leaf_with_id, right_ends};
use crate::ops::people;
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use jiff::{SignedDuration, Timestamp};
use model::id::{OrgId, PersonId};
use model::role::PersonRole;
use std::collections::BTreeSet;
use store::{AdmissionRow, Happened, InvitationRow, Tx};

/// Hours between asking and agreeing where an administrator is there, in which it can refuse. Three days hold a weekend: whoever
/// is told on a Friday evening is at work again before they are over. More would leave the organisation helpless for longer.
pub const OBJECTION_HOURS: u32 = 72;

/// Until when an administrator is waited for.
pub(super) fn waits_until(row: &AdmissionRow) -> Option<Timestamp> {
    let hours = SignedDuration::from_hours(i64::from(OBJECTION_HOURS));
    (!row.relieves.is_empty()).then(|| row.asked_at.checked_add(hours).unwrap_or(Timestamp::MAX))
}

/// Whom the newcomer relieves. Where an administrator is there, at least one is named: without that an admission would put the hub's
/// choice beside people who can act.
pub(super) async fn named(
    tx: &mut Tx,
    org: OrgId,
    logins: &BTreeSet<String>,
) -> Result<BTreeSet<PersonId>, HubError> {
    let admins = people::admins(tx, org).await?;
    if logins.is_empty() && !admins.is_empty() {
        return Err(HubError::Invalid("relieves", Problem::NameWhoCannotAct));
    }
    let of = |login: &String| admins.iter().find(|(_, own)| own == login).map(|(id, _)| *id);
    let strange =
        |login: &String| HubError::Invalid("relieves", Problem::NoAdministrator { value: quoted(login) });
    logins.iter().map(|login| of(login).ok_or_else(|| strange(login))).collect()
}

/// Whether whoever may refuse has had the time for it. An administrator who came in after the asking invites whom it wants: nothing is
/// decided over its head.
pub(super) async fn in_time(tx: &mut Tx, row: &AdmissionRow, now: Timestamp) -> Result<(), HubError> {
    let admins = people::admins(tx, row.organisation).await?;
    if admins.is_empty() {
        return Ok(());
    }
    if !admins.iter().any(|(person, _)| row.relieves.contains(person)) {
        return Err(HubError::Invalid("organisation", Problem::AdministratorThere));
    }
    match waits_until(row).filter(|until| now < *until) {
        Some(until) => {
            let value = until.strftime("%Y-%m-%d %H:%M UTC").to_string();
            Err(HubError::Invalid("admission", Problem::MayRefuseUntil { value }))
        }
        None => Ok(()),
    }
}

/// Those whom an admission named lose the role of administrator, in the transaction in which the newcomer gets it; whoever has no other
/// role is out. Nobody relieves itself: a link that comes back to one who is here leaves it what it has.
pub(super) async fn relieve(
    hub: &Hub,
    tx: &mut Tx,
    row: &InvitationRow,
    newcomer: PersonId,
) -> Result<(), HubError> {
    let org = row.organisation;
    for person in row.relieves.iter().copied().filter(|person| *person != newcomer) {
        let mut roles = people::own_roles(tx, person, org).await?;
        if !roles.remove(&PersonRole::OrgAdmin) {
            continue;
        }
        let by = row.made_by.map_or_else(|| "machine".to_owned(), |p| p.to_string());
        let entry = [("person", person.to_string()), ("invitation", row.id.to_string()), ("by", by)];
        if roles.is_empty() {
            people::leave(hub, tx, org, person).await?;
            right_ends(hub, tx, (Happened::Leaver, person.0, org), "leaver", &entry).await?;
        } else {
            people::replace_roles(hub, tx, org, person, &roles).await?;
            let act = leaf_with_id(hub, tx, "roles", &entry).await?;
            people::note_roles(hub, tx, org, person, act).await?;
        }
    }
    Ok(())
}
