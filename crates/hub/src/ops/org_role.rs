//! What an organisation is: its roles, changed after it came in. A supplier becomes a member, a member stops being one.
//!
//! What may not be possible is refused here. What follows from a change follows from the roles alone, with nothing else to keep in step:
//!
//! - Audiences are recounted in the same transaction. A new member reads what was released to all and to its sectors, as everybody who
//!   joins does, an authority too that becomes one; whoever receives warnings no longer reads none from the next request on. What it was
//!   served stays in the disclosure log: the board of a recall names it, and it is phoned.
//! - What an organisation sent stays its own, whatever it is by then: its people see it, approve it and take it back (sharing: `source`,
//!   `approver`). It can send nothing new, so that its standing consent has nothing to release.
//! - What was put to it, it can still answer. What it asked goes on to its day.
//! - Reports that are addressed to it wait for its office: while it has a seat it stays an authority or a customer, for nobody else could
//!   read them.

use crate::ledger::{leaf_with_id, note_right};
use crate::ops::admin::{AsRegistrar, by_whom, recount};
use crate::{Hub, HubError, Problem};
use model::id::OrgId;
use model::role::OrgRole;
use std::collections::BTreeSet;
use store::{Happened, Tx};

/// Replaces an organisation's roles. The last word stands in the journal: a restore revives no role that was taken.
///
/// # Errors
/// `NotFound`; `Invalid` for none at all, for the hub's role given or taken, and for taking what its seats need.
pub async fn set(hub: &Hub, by: AsRegistrar, org: OrgId, roles: BTreeSet<OrgRole>) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let had = tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?;
    may_be(&mut tx, org, &had, &roles).await?;
    tx.set_organisation_roles(org, &roles).await?;
    recount(&mut tx).await?;
    let entry = [("organisation", org.to_string()), ("by", by_whom(by))];
    let act = leaf_with_id(hub, &mut tx, "organisation-roles", &entry).await?;
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    note_right(hub, (Happened::OrgRoles, org.0, org), act, &names.join(","))?;
    Ok(tx.commit().await?)
}

/// Whether an organisation that was `had` may be `wanted`.
async fn may_be(
    tx: &mut Tx,
    org: OrgId,
    had: &BTreeSet<OrgRole>,
    wanted: &BTreeSet<OrgRole>,
) -> Result<(), HubError> {
    let wrong = |problem| Err(HubError::Invalid("role", problem));
    if wanted.is_empty() {
        return wrong(Problem::ChooseOne);
    }
    // Without it nobody could release, and nobody could give it back; with it an administrator elsewhere could be lent everything
    if had.contains(&OrgRole::Hub) != wanted.contains(&OrgRole::Hub) {
        return wrong(Problem::HubRole);
    }
    if receives_reports(had)
        && !receives_reports(wanted)
        && tx.seats().await?.iter().any(|seat| seat.organisation == org)
    {
        return wrong(Problem::SeatStays);
    }
    Ok(())
}

/// Whether such an organisation can have a seat.
#[must_use]
pub fn receives_reports(roles: &BTreeSet<OrgRole>) -> bool {
    roles.iter().any(|role| matches!(role, OrgRole::Authority | OrgRole::Customer))
}

/// Does again what a line of the journal says, after a restore. `None` when the backup does not know the organisation.
pub(super) async fn again(tx: &mut Tx, org: OrgId, names: &str) -> Result<Option<bool>, HubError> {
    let roles: BTreeSet<OrgRole> = names.split(',').filter_map(|name| name.parse().ok()).collect();
    let Some(had) = tx.organisation_roles(org).await?.filter(|_| !roles.is_empty()) else { return Ok(None) };
    if had == roles {
        return Ok(Some(false));
    }
    tx.set_organisation_roles(org, &roles).await?;
    recount(tx).await?;
    Ok(Some(true))
}
