//! Who stands in for whom in an organisation: deputies for a time, and the list of those who are called about what is urgent.

use crate::ledger::{leaf, leaf_with_id, note_right};
use crate::ops::admin::{AsRegistrar, by_whom};
use crate::ops::invitation::within_givable;
use crate::ops::people::own_roles;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::id::{OrgId, PersonId};
use model::time::plus_days;
use sharing::caller::AsOrgAdmin;
use store::{DeputyRow, Happened};

/// The longest time that a deputy can be named for, in days; a longer absence is a hand-over.
pub const DEPUTY_DAYS_MAX: i64 = 92;

/// The most people of one organisation on its on-call list: a longer one is never reached.
pub const ON_CALL_MAX: usize = 8;

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
    let row = DeputyRow { person, deputy, from_at: from, until_at: until };
    lend(hub, admin.person.to_string(), admin.org, row).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`name_deputy`].
pub async fn name_deputy_for(hub: &Hub, by: AsRegistrar, org: OrgId, row: DeputyRow) -> Result<(), HubError> {
    lend(hub, by_whom(by), org, row).await
}

async fn lend(hub: &Hub, by: String, org: OrgId, row: DeputyRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    for one in [row.person, row.deputy] {
        if own_roles(&mut tx, one, org).await?.is_empty() {
            return Err(HubError::NotFound);
        }
    }
    if row.person == row.deputy {
        return Err(HubError::Invalid("deputy", Problem::AnotherPerson));
    }
    within_givable(&mut tx, org, row.person).await?;
    let (from, until) = (row.from_at, row.until_at);
    if until <= from || until <= hub.now() || until > plus_days(from, DEPUTY_DAYS_MAX) {
        return Err(HubError::Invalid("until", Problem::DeputyTime { most: DEPUTY_DAYS_MAX }));
    }
    tx.put_deputy(org, &row).await?;
    let entry = [
        ("person", row.person.to_string()),
        ("deputy", row.deputy.to_string()),
        ("until", until.to_string()),
        ("by", by),
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
    take_back(hub, admin.person.to_string(), admin.org, person, deputy).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`end_deputy`].
pub async fn end_deputy_for(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    person: PersonId,
    deputy: PersonId,
) -> Result<(), HubError> {
    take_back(hub, by_whom(by), org, person, deputy).await
}

async fn take_back(
    hub: &Hub,
    by: String,
    org: OrgId,
    person: PersonId,
    deputy: PersonId,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.end_deputy(org, person, deputy).await? {
        return Err(HubError::NotFound);
    }
    let entry = [("person", person.to_string()), ("deputy", deputy.to_string()), ("by", by)];
    let act = leaf_with_id(hub, &mut tx, "deputy-ends", &entry).await?;
    note_right(hub, (Happened::Deputy, person.0, org), act, &deputy.to_string())?;
    Ok(tx.commit().await?)
}

/// Replaces the on-call list, first to call first.
///
/// # Errors
/// `NotFound` for somebody of elsewhere, `Invalid` for a list that is too long.
pub async fn set_on_call(hub: &Hub, admin: AsOrgAdmin, people: Vec<PersonId>) -> Result<(), HubError> {
    call(hub, admin.person.to_string(), admin.org, people).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`set_on_call`].
pub async fn set_on_call_for(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    people: Vec<PersonId>,
) -> Result<(), HubError> {
    call(hub, by_whom(by), org, people).await
}

async fn call(hub: &Hub, by: String, org: OrgId, people: Vec<PersonId>) -> Result<(), HubError> {
    let mut once: Vec<PersonId> = Vec::new();
    for person in people {
        if !once.contains(&person) {
            once.push(person);
        }
    }
    if once.len() > ON_CALL_MAX {
        return Err(HubError::Invalid("on_call", Problem::PeopleAtMost { most: ON_CALL_MAX }));
    }
    let mut tx = hub.store.write().await?;
    for person in &once {
        if own_roles(&mut tx, *person, org).await?.is_empty() {
            return Err(HubError::NotFound);
        }
    }
    tx.set_on_call(org, &once).await?;
    leaf(hub, &mut tx, "on-call", &[("by", by)]).await?;
    Ok(tx.commit().await?)
}
