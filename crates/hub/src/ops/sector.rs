//! The sectors of the community: what they are called, and how many independent organisations each has. A warning for one sector is named by
//! it, and goes to its members alone; which organisations those are is the roster's ([`super::org_place`]).

use crate::ledger::leaf;
use crate::ops::admin::{AsRegistrar, by_whom, check_slug, checked_name, taken};
use crate::ops::register::AsOverseer;
use crate::{Hub, HubError, Problem};
use model::id::{CollectionId, SectorId};
use model::lang::Bilingual;
use model::org::{Roster, Sector};
use std::collections::BTreeSet;
use store::CollectionRow;

/// A sector and how many independent organisations it has: a group counts once.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The sector.
    pub sector: Sector,
    /// Independent organisations. Below the hub's least number nothing is released to it alone.
    pub independent: usize,
}

/// All of them, by short name. Cost: the roster.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, _by: AsOverseer) -> Result<Vec<Counted>, HubError> {
    let mut tx = hub.store.read().await?;
    let roster = tx.roster().await?;
    let counted =
        |sector: &Sector| Counted { independent: roster.independent_in(sector.id), sector: sector.clone() };
    Ok(roster.sectors.iter().map(counted).collect())
}

/// Adds a sector with its collection.
///
/// # Errors
/// `Invalid` for a slug that is taken or no slug, and for a name that nobody can read.
pub async fn add(hub: &Hub, by: AsRegistrar, slug: &str, name: Bilingual) -> Result<SectorId, HubError> {
    check_slug(slug)?;
    let name = checked_name(name)?;
    let mut tx = hub.store.write().await?;
    let sector = Sector { id: SectorId::from_random(hub.random("sector")), slug: slug.to_owned(), name };
    tx.insert_sector(&sector).await.map_err(|why| taken(why, "slug", slug))?;
    let id = CollectionId::from_random(hub.random("collection"));
    let row =
        CollectionRow { id, purpose: "sector".to_owned(), sector: Some(sector.id), slug: slug.to_owned() };
    tx.insert_collection(&row).await?;
    leaf(hub, &mut tx, "sector", &[("sector", sector.id.to_string()), ("by", by_whom(by))]).await?;
    tx.commit().await?;
    Ok(sector.id)
}

/// Changes what a sector is called. Its short name stays: programs and collections know it by that.
///
/// # Errors
/// `NotFound`; `Invalid` for a name that nobody can read.
pub async fn rename(hub: &Hub, by: AsRegistrar, id: SectorId, name: Bilingual) -> Result<(), HubError> {
    let name = checked_name(name)?;
    let mut tx = hub.store.write().await?;
    if !tx.set_sector_name(id, &name).await? {
        return Err(HubError::NotFound);
    }
    leaf(hub, &mut tx, "sector-renamed", &[("sector", id.to_string()), ("by", by_whom(by))]).await?;
    Ok(tx.commit().await?)
}

/// Whether each is one.
pub(crate) fn check_sectors(roster: &Roster, sectors: &BTreeSet<SectorId>) -> Result<(), HubError> {
    match sectors.iter().find(|id| roster.sectors.iter().all(|sector| sector.id != **id)) {
        Some(id) => Err(HubError::Invalid("sector", Problem::NoSector { value: id.to_string() })),
        None => Ok(()),
    }
}
