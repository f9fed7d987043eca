//! What a person is called: people marry, and names are typed wrongly by whoever invited. The sign-in name stays: it is what the log of a
//! person's acts, its devices and its password manager know it by. What was written down under the earlier name stays as it was written.

use crate::ledger::leaf;
use crate::ops::admin::{AsRegistrar, by_whom, shown_name};
use crate::ops::invitation::only_here;
use crate::{Hub, HubError};
use model::id::{OrgId, PersonId};
use sharing::caller::AsOrgAdmin;
use store::Tx;

/// Changes one's own name.
///
/// # Errors
/// `Invalid` for a name that nobody can read.
pub async fn set_own(hub: &Hub, person: PersonId, name: &str) -> Result<(), HubError> {
    let name = shown_name("name", name)?;
    let tx = hub.store.write().await?;
    write(hub, tx, person, name, person.to_string()).await
}

/// Changes that of somebody of one's organisation.
///
/// # Errors
/// `NotFound` for somebody of elsewhere, and for somebody who acts for another organisation too: its people would find a name that they
/// do not know. `Invalid` as above.
pub async fn set(hub: &Hub, admin: AsOrgAdmin, person: PersonId, name: &str) -> Result<(), HubError> {
    of(hub, admin.person.to_string(), admin.org, person, name).await
}

/// The same for whoever keeps the roster.
///
/// # Errors
/// As [`set`].
pub async fn set_for(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    person: PersonId,
    name: &str,
) -> Result<(), HubError> {
    of(hub, by_whom(by), org, person, name).await
}

async fn of(hub: &Hub, by: String, org: OrgId, person: PersonId, name: &str) -> Result<(), HubError> {
    let name = shown_name("name", name)?;
    let mut tx = hub.store.write().await?;
    only_here(&mut tx, org, person).await?;
    write(hub, tx, person, name, by).await
}

/// The name and its leaf, which says who changed whose and never what it is.
async fn write(hub: &Hub, mut tx: Tx, person: PersonId, name: &str, by: String) -> Result<(), HubError> {
    tx.set_person_name(person, name).await?;
    leaf(hub, &mut tx, "person-renamed", &[("person", person.to_string()), ("by", by)]).await?;
    Ok(tx.commit().await?)
}
