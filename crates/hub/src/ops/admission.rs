//! What two people of the hub decide together: hub roles, and a new administrator for an organisation that has none left (or none
//! yet). One asks and says why, another agrees; only then is there a link, and whoever agreed hands it over. Everybody of the
//! organisation is told of both steps. Where an administrator is there, its own invitations are the way; where the last one cannot
//! sign in any more, the machine makes the link (`noroshi admin user new-password`).

use crate::ledger::leaf;
use crate::notices::tell_everybody;
use crate::ops::invitation::{self, NewInvitation};
use crate::ops::people;
use crate::ops::words;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::id::{AdmissionId, OrgId, PersonId};
use model::lang::Bilingual;
use model::role::{OrgRole, PersonRole};
use sharing::caller::AsRescuer;
use std::collections::BTreeSet;
use store::AdmissionRow;

/// Rows of the page.
const ROWS_MAX: u32 = 100;

/// An admission as the page shows it.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Identifier.
    pub id: AdmissionId,
    /// Into which organisation.
    pub organisation: Bilingual,
    /// Who.
    pub name: String,
    /// With which roles.
    pub roles: BTreeSet<PersonRole>,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// How.
    pub agreed: Option<bool>,
    /// Whether this reader may decide it: it is open and somebody else asked.
    pub may_decide: bool,
}

/// What to ask for.
#[derive(Clone, Debug)]
pub struct NewAdmission {
    /// Into which organisation.
    pub organisation: OrgId,
    /// Who.
    pub name: String,
    /// Its address.
    pub address: String,
    /// With which roles.
    pub roles: BTreeSet<PersonRole>,
    /// Why: read by whoever agrees, and by the auditor.
    pub reason: String,
}

/// The newest admissions, open ones first.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, who: AsRescuer) -> Result<Vec<Admission>, HubError> {
    let mut tx = hub.store.read().await?;
    let roster = tx.roster().await?;
    let rows = tx.admissions(ROWS_MAX).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let decided_by = match row.decided_by {
            Some(person) => Some(name(&mut tx, person).await?),
            None => None,
        };
        out.push(Admission {
            id: row.id,
            organisation: words::name(&roster, row.organisation),
            may_decide: row.decided_at.is_none() && row.asked_by != who.person,
            name: row.name,
            roles: row.roles,
            reason: row.reason,
            asked_by: name(&mut tx, row.asked_by).await?,
            asked_at: row.asked_at,
            decided_by,
            agreed: row.agreed,
        });
    }
    Ok(out)
}

async fn name(tx: &mut store::Tx, person: PersonId) -> Result<String, HubError> {
    Ok(tx.person(person).await?.map_or_else(|| person.to_string(), |row| row.name))
}

/// Asks.
///
/// # Errors
/// `Invalid` without a name or a reason, with roles that do not exist there, or where an administrator is there to invite.
pub async fn ask(hub: &Hub, who: AsRescuer, new: NewAdmission) -> Result<AdmissionId, HubError> {
    let (person, reason) = (new.name.trim(), new.reason.trim());
    if person.is_empty() || reason.is_empty() || person.chars().count() + reason.chars().count() > 1_000 {
        return Err(HubError::Invalid("reason", Problem::WhoAndWhy));
    }
    let mut tx = hub.store.write().await?;
    let org = tx.organisation_roles(new.organisation).await?.ok_or(HubError::NotFound)?;
    let hub_itself = org.contains(&OrgRole::Hub);
    let fits = |role: &PersonRole| *role == PersonRole::OrgAdmin || (hub_itself && role.of_hub());
    if new.roles.is_empty() || !new.roles.iter().all(fits) {
        return Err(HubError::Invalid("role", Problem::AdministratorsOnly));
    }
    if !hub_itself {
        without_admin(&mut tx, new.organisation).await?;
    }
    let row = AdmissionRow {
        id: AdmissionId::from_random(hub.random("admission")),
        organisation: new.organisation,
        roles: new.roles,
        name: person.to_owned(),
        address: crate::ops::account::checked_address(&new.address)?.map(str::to_owned),
        reason: reason.to_owned(),
        asked_by: who.person,
        asked_at: hub.now(),
        decided_by: None,
        decided_at: None,
        agreed: None,
    };
    tx.insert_admission(&row).await?;
    leaf(
        hub,
        &mut tx,
        "admission-asked",
        &[("admission", row.id.to_string()), ("by", who.person.to_string())],
    )
    .await?;
    tell_everybody(hub, &mut tx, row.organisation, "admission-asked").await?;
    tx.commit().await?;
    Ok(row.id)
}

/// The hub brings nobody into an organisation over the head of its own administrator.
async fn without_admin(tx: &mut store::Tx, org: OrgId) -> Result<(), HubError> {
    if !people::has_admin(tx, org).await? {
        return Ok(());
    }
    Err(HubError::Invalid("organisation", Problem::AdministratorThere))
}

/// Agrees: the one-time link, shown once. The second person is never the first.
///
/// # Errors
/// `NotFound`, `SamePerson`, `Invalid` when it was decided, or when an administrator came in meanwhile.
pub async fn agree(hub: &Hub, who: AsRescuer, id: AdmissionId) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    let row = open(&mut tx, who, id, true, hub.now()).await?;
    let to = tx.organisation_roles(row.organisation).await?.ok_or(HubError::NotFound)?;
    if !to.contains(&OrgRole::Hub) {
        without_admin(&mut tx, row.organisation).await?;
    }
    let new = NewInvitation { name: row.name, address: row.address.unwrap_or_default(), roles: row.roles };
    let link =
        invitation::make_invitation(hub, &mut tx, row.organisation, new, None, Some(who.person)).await?;
    leaf(hub, &mut tx, "admission-agreed", &[("admission", id.to_string()), ("by", who.person.to_string())])
        .await?;
    tell_everybody(hub, &mut tx, row.organisation, "admission-agreed").await?;
    tx.commit().await?;
    Ok(link)
}

/// Refuses; whoever asked may do that too.
///
/// # Errors
/// `NotFound`, `Invalid` when it was decided.
pub async fn refuse(hub: &Hub, who: AsRescuer, id: AdmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    open(&mut tx, who, id, false, hub.now()).await?;
    leaf(hub, &mut tx, "admission-refused", &[("admission", id.to_string()), ("by", who.person.to_string())])
        .await?;
    Ok(tx.commit().await?)
}

async fn open(
    tx: &mut store::Tx,
    who: AsRescuer,
    id: AdmissionId,
    agreed: bool,
    now: Timestamp,
) -> Result<AdmissionRow, HubError> {
    let row = tx.admission(id).await?.ok_or(HubError::NotFound)?;
    if agreed && row.asked_by == who.person {
        return Err(HubError::SamePerson);
    }
    if !tx.decide_admission(id, who.person, agreed, now).await? {
        return Err(HubError::Invalid("admission", Problem::Decided));
    }
    Ok(row)
}
