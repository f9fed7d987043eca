//! To whom a thing is addressed: sectors plus named organisations, less excluded ones.

use crate::id::{OrgId, SectorId};
use std::collections::BTreeSet;

/// An address. Two equal audiences are interned as one; whom it reaches is computed by `sharing::audience`.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Audience {
    /// All members.
    #[serde(default)]
    pub all: bool,
    /// The members of these sectors.
    #[serde(default)]
    pub sectors: BTreeSet<SectorId>,
    /// These organisations.
    #[serde(default)]
    pub organisations: BTreeSet<OrgId>,
    /// None of these, whatever else is said.
    #[serde(default)]
    pub excluded: BTreeSet<OrgId>,
    /// The exercise's own readers see it apart from what is real.
    #[serde(default)]
    pub exercise: bool,
}

impl Audience {
    /// Everybody.
    #[must_use]
    pub fn everybody() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// One sector.
    #[must_use]
    pub fn sector(sector: SectorId) -> Self {
        Self { sectors: BTreeSet::from([sector]), ..Self::default() }
    }

    /// The text by which equal audiences are known to be equal. Sectors and organisations are sorted; an audience of all
    /// drops the sectors, which it already contains.
    #[must_use]
    pub fn key(&self) -> String {
        let list = |ids: Vec<String>| ids.join(",");
        let sectors = if self.all {
            String::new()
        } else {
            list(self.sectors.iter().map(ToString::to_string).collect())
        };
        let named = list(self.organisations.iter().map(ToString::to_string).collect());
        format!(
            "all={};sectors={sectors};named={named};not={};exercise={}",
            self.all,
            list(self.excluded.iter().map(ToString::to_string).collect()),
            self.exercise
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_of_all_swallows_its_parts() {
        let sector = SectorId::from_random([1; 16]);
        let both = Audience { all: true, ..Audience::sector(sector) };
        assert_eq!(both.key(), Audience::everybody().key());
        assert_ne!(Audience::sector(sector).key(), Audience::everybody().key());
    }

    #[test]
    fn an_exercise_is_another_audience() {
        let drill = Audience { exercise: true, ..Audience::everybody() };
        assert_ne!(drill.key(), Audience::everybody().key());
    }
}
