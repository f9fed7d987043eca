//! Organisations, their groups and sectors.

use crate::id::{OrgId, SectorId};
use crate::lang::Bilingual;
use crate::role::OrgRole;
use std::collections::BTreeSet;

/// An organisation of the community. The roster is known to all members; what one of them does is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrgId,
    /// Its short name in Latin letters: part of addresses, unique in the hub.
    pub slug: String,
    /// Its name as people read it.
    pub name: Bilingual,
    /// The organisation through which it reports; the whole group counts as one.
    pub parent: Option<OrgId>,
    /// What it is.
    pub roles: BTreeSet<OrgRole>,
    /// The sectors it belongs to.
    pub sectors: BTreeSet<SectorId>,
}

impl Organisation {
    /// The organisation that counts: the parent of a group company, else itself.
    #[must_use]
    pub fn group(&self) -> OrgId {
        self.parent.unwrap_or(self.id)
    }
}

/// A sector: the organisations that one kind of attack is likely to visit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// Its identifier.
    pub id: SectorId,
    /// Its short name in Latin letters.
    pub slug: String,
    /// Its name as people read it.
    pub name: Bilingual,
}

/// Every organisation and sector of the hub at one instant: what audiences are computed from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// All organisations.
    pub organisations: Vec<Organisation>,
    /// All sectors.
    pub sectors: Vec<Sector>,
}

impl Roster {
    /// One organisation.
    #[must_use]
    pub fn organisation(&self, id: OrgId) -> Option<&Organisation> {
        self.organisations.iter().find(|o| o.id == id)
    }

    /// Whether `org` may report through `parent`. A group is one level deep: a company below a company below a third would count as another
    /// organisation than the third, and what asks for independent ones would count one group twice.
    #[must_use]
    pub fn may_report_through(&self, org: OrgId, parent: OrgId) -> bool {
        let is_top = self.organisation(parent).is_some_and(|above| above.parent.is_none());
        let has_none_below = self.organisations.iter().all(|other| other.parent != Some(org));
        parent != org && is_top && has_none_below
    }

    /// How many independent organisations (a group counts once) receive warnings in `sector`. Cost: the roster, once.
    #[must_use]
    pub fn independent_in(&self, sector: SectorId) -> usize {
        let groups: BTreeSet<OrgId> = self
            .organisations
            .iter()
            .filter(|o| o.sectors.contains(&sector))
            .map(Organisation::group)
            .collect();
        groups.len()
    }
}
