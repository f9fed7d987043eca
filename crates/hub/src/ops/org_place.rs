//! Where an organisation stands: through which other it reports, and to which sectors it belongs. Warnings for a sector reach it from then on,
//! and how many independent organisations a sector has follows from both: audiences are recounted in the same transaction.
//!
//! The last word stands in the journal: what was released to a sector after a restore goes to whoever belongs to it, not to whoever did when
//! the backup was made.

use crate::ledger::{leaf_with_id, note_right};
use crate::ops::admin::{AsRegistrar, by_whom, recount};
use crate::ops::sector::check_sectors;
use crate::{Hub, HubError, Problem};
use model::id::{OrgId, SectorId};
use model::org::Roster;
use std::collections::BTreeSet;
use store::{Happened, Tx};

/// What changes of an organisation's place; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Move {
    /// Through which organisation it reports; the inner `None` through no other.
    pub parent: Option<Option<OrgId>>,
    /// All its sectors.
    pub sectors: Option<BTreeSet<SectorId>>,
}

/// Changes it, all that is asked for or nothing.
///
/// # Errors
/// `NotFound`; `Invalid` for a sector that is none and for a parent that has one itself: a group is one level deep.
pub async fn set(hub: &Hub, by: AsRegistrar, org: OrgId, wanted: Move) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let had = roster.organisation(org).ok_or(HubError::NotFound)?;
    let parent = wanted.parent.unwrap_or(had.parent);
    let sectors = wanted.sectors.unwrap_or_else(|| had.sectors.clone());
    check_parent(&roster, org, parent)?;
    check_sectors(&roster, &sectors)?;
    put(&mut tx, org, parent, &sectors).await?;
    let entry = [("organisation", org.to_string()), ("by", by_whom(by))];
    let act = leaf_with_id(hub, &mut tx, "membership", &entry).await?;
    note_right(hub, (Happened::Place, org.0, org), act, &written(parent, &sectors))?;
    Ok(tx.commit().await?)
}

async fn put(
    tx: &mut Tx,
    org: OrgId,
    parent: Option<OrgId>,
    sectors: &BTreeSet<SectorId>,
) -> Result<(), HubError> {
    tx.set_parent(org, parent).await?;
    tx.set_organisation_sectors(org, sectors).await?;
    recount(tx).await
}

/// As the journal has it: `PARENT SECTOR,SECTOR`, a dash for none.
fn written(parent: Option<OrgId>, sectors: &BTreeSet<SectorId>) -> String {
    let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let sectors: Vec<String> = sectors.iter().map(ToString::to_string).collect();
    format!("{} {}", dash(parent), dash(sectors.join(",")))
}

/// Does again what a line of the journal says, after a restore. `None` when the backup does not know the organisation. A parent and a sector
/// that are newer than the backup are gone with what it does not know.
pub(super) async fn again(tx: &mut Tx, org: OrgId, place: &str) -> Result<Option<bool>, HubError> {
    let roster = tx.roster().await?;
    let (Some(had), Some((parent, sectors))) = (roster.organisation(org), place.split_once(' ')) else {
        return Ok(None);
    };
    let parent = parent.parse().ok().filter(|id| check_parent(&roster, org, Some(*id)).is_ok());
    let known = |id: &SectorId| roster.sectors.iter().any(|sector| sector.id == *id);
    let sectors = sectors.split(',').filter_map(|id| id.parse().ok()).filter(known).collect();
    if had.parent == parent && had.sectors == sectors {
        return Ok(Some(false));
    }
    put(tx, org, parent, &sectors).await?;
    Ok(Some(true))
}

/// Whether `org`, which may be new, may report through `parent`.
pub(crate) fn check_parent(roster: &Roster, org: OrgId, parent: Option<OrgId>) -> Result<(), HubError> {
    match parent {
        Some(parent) if roster.organisation(parent).is_none() => {
            Err(HubError::Invalid("parent", Problem::NoOrganisation { value: parent.to_string() }))
        }
        Some(parent) if !roster.may_report_through(org, parent) => {
            Err(HubError::Invalid("parent", Problem::OneLevel))
        }
        _ => Ok(()),
    }
}
