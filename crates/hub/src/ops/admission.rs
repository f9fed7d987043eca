//! What two people of the hub decide together: hub roles, and a new administrator for an organisation that has none left, none yet, or
//! none who can act. One asks and says why, another agrees; only then is there a link, and whoever agreed hands it over. Everybody of the
//! organisation is told of both steps. Where an administrator is there, it has [`OBJECTION_HOURS`] to refuse; those whom the request
//! names lose the role when the newcomer joins, since an account that nobody uses any more is somebody else's way in.

use crate::ledger::leaf;
use crate::notices::tell_everybody;
use crate::ops::invitation::{self, NewInvitation, Purpose};
use crate::ops::relief;
pub use crate::ops::relief::OBJECTION_HOURS;
use crate::ops::words;
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{AdmissionId, OrgId, PersonId};
use model::lang::Bilingual;
use model::role::{OrgRole, PersonRole};
use sharing::caller::{AsOrgAdmin, AsRescuer};
use std::collections::BTreeSet;
use store::{AdmissionRow, Tx};

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
    /// The administrators who lose that role when the newcomer joins.
    pub relieves: Vec<String>,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// From when it can be agreed to; none where no administrator has to be waited for.
    pub waits_until: Option<Timestamp>,
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
    /// Why: read by whoever agrees, by the auditor and by the administrators of the organisation.
    pub reason: String,
    /// The sign-in names of its administrators who lose that role when the newcomer joins.
    pub relieves: BTreeSet<String>,
}

/// The newest admissions, open ones first.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, who: AsRescuer) -> Result<Vec<Admission>, HubError> {
    let mut tx = hub.store.read().await?;
    let rows = tx.admissions(ROWS_MAX).await?;
    shown(&mut tx, rows, who.person).await
}

/// The open admissions into the administrator's organisation, newest first. Cost: they.
///
/// # Errors
/// `Unavailable`.
pub async fn into_own(hub: &Hub, admin: AsOrgAdmin) -> Result<Vec<Admission>, HubError> {
    let mut tx = hub.store.read().await?;
    let rows = tx.open_admissions(admin.org).await?;
    shown(&mut tx, rows, admin.person).await
}

async fn shown(tx: &mut Tx, rows: Vec<AdmissionRow>, reader: PersonId) -> Result<Vec<Admission>, HubError> {
    let roster = tx.roster().await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let decided_by = match row.decided_by {
            Some(person) => Some(name(tx, person).await?),
            None => None,
        };
        let mut relieves = Vec::with_capacity(row.relieves.len());
        for person in &row.relieves {
            relieves.push(name(tx, *person).await?);
        }
        out.push(Admission {
            id: row.id,
            organisation: words::name(&roster, row.organisation),
            may_decide: row.decided_at.is_none() && row.asked_by != reader,
            waits_until: relief::waits_until(&row),
            name: row.name,
            roles: row.roles,
            reason: row.reason,
            relieves,
            asked_by: name(tx, row.asked_by).await?,
            asked_at: row.asked_at,
            decided_by,
            agreed: row.agreed,
        });
    }
    Ok(out)
}

async fn name(tx: &mut Tx, person: PersonId) -> Result<String, HubError> {
    Ok(tx.person(person).await?.map_or_else(|| person.to_string(), |row| row.name))
}

/// Asks.
///
/// # Errors
/// `Invalid` without a name or a reason, with roles that do not exist there, or where an administrator is there and none is named.
pub async fn ask(hub: &Hub, who: AsRescuer, new: NewAdmission) -> Result<AdmissionId, HubError> {
    let (person, reason) = (new.name.trim(), new.reason.trim());
    if person.is_empty() || reason.is_empty() || person.chars().count() + reason.chars().count() > 1_000 {
        return Err(HubError::Invalid("reason", "say who comes in, and why".to_owned()));
    }
    let mut tx = hub.store.write().await?;
    let org = tx.organisation_roles(new.organisation).await?.ok_or(HubError::NotFound)?;
    let hub_itself = org.contains(&OrgRole::Hub);
    let fits = |role: &PersonRole| *role == PersonRole::OrgAdmin || (hub_itself && role.of_hub());
    if new.roles.is_empty() || !new.roles.iter().all(fits) {
        let what = "an organisation gets an administrator this way; roles of the hub exist at the hub only";
        return Err(HubError::Invalid("role", what.to_owned()));
    }
    let relieves = match (hub_itself, new.relieves.is_empty()) {
        (true, true) => BTreeSet::new(),
        // there the newcomer itself, or any other administrator, takes the role away
        (true, false) => {
            return Err(HubError::Invalid(
                "relieves",
                "at the hub nobody is relieved by an admission".to_owned(),
            ));
        }
        (false, _) => relief::named(&mut tx, new.organisation, &new.relieves).await?,
    };
    let row = AdmissionRow {
        id: AdmissionId::from_random(hub.random("admission")),
        organisation: new.organisation,
        roles: new.roles,
        name: person.to_owned(),
        address: crate::ops::account::checked_address(&new.address)?.map(str::to_owned),
        reason: reason.to_owned(),
        relieves,
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

/// Agrees: the one-time link, shown once. The second person is never the first.
///
/// # Errors
/// `NotFound`, `SamePerson`, `Invalid` when it was decided, while an administrator can refuse, or when one came in meanwhile.
pub async fn agree(hub: &Hub, who: AsRescuer, id: AdmissionId) -> Result<String, HubError> {
    let mut tx = hub.store.write().await?;
    let row = open(&mut tx, who, id, true, hub.now()).await?;
    let to = tx.organisation_roles(row.organisation).await?.ok_or(HubError::NotFound)?;
    if !to.contains(&OrgRole::Hub) {
        relief::in_time(&mut tx, &row, hub.now()).await?;
    }
    let new = NewInvitation { name: row.name, address: row.address.unwrap_or_default(), roles: row.roles };
    let whom = Purpose::Relief(row.relieves);
    let link =
        invitation::make_invitation(hub, &mut tx, row.organisation, new, whom, Some(who.person)).await?;
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

/// An administrator refuses what was asked for its own organisation: as long as nobody has agreed, which is three days at least. Later the
/// link can be taken back like every other.
///
/// # Errors
/// `NotFound` for another's and for none, `Invalid` when it was decided.
pub async fn refuse_own(hub: &Hub, admin: AsOrgAdmin, id: AdmissionId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.admission(id).await?.filter(|row| row.organisation == admin.org).ok_or(HubError::NotFound)?;
    decide(&mut tx, id, admin.person, false, hub.now()).await?;
    let entry = [("admission", id.to_string()), ("by", admin.person.to_string())];
    leaf(hub, &mut tx, "admission-refused", &entry).await?;
    Ok(tx.commit().await?)
}

async fn open(
    tx: &mut Tx,
    who: AsRescuer,
    id: AdmissionId,
    agreed: bool,
    now: Timestamp,
) -> Result<AdmissionRow, HubError> {
    let row = tx.admission(id).await?.ok_or(HubError::NotFound)?;
    if agreed && row.asked_by == who.person {
        return Err(HubError::SamePerson);
    }
    decide(tx, id, who.person, agreed, now).await?;
    Ok(row)
}

async fn decide(
    tx: &mut Tx,
    id: AdmissionId,
    by: PersonId,
    agreed: bool,
    now: Timestamp,
) -> Result<(), HubError> {
    if tx.decide_admission(id, by, agreed, now).await? {
        return Ok(());
    }
    Err(HubError::Invalid("admission", "it was decided already".to_owned()))
}
