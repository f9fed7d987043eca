//! Whom an audience reaches, and which audiences may be named at all.

use model::audience::Audience;
use model::id::{OrgId, SectorId};
use model::org::{Organisation, Roster};
use model::role::OrgRole;
use std::collections::BTreeSet;

/// The fewest independent organisations of a sector that may be named or addressed alone (design, rule of trust 5). Ten:
/// a guess among fewer is too good. The members may decide on another number; it is then logged.
pub const SECTOR_MIN: usize = 10;

/// Whether an organisation receives warnings at all.
#[must_use]
pub fn receives(org: &Organisation) -> bool {
    [OrgRole::Member, OrgRole::Authority, OrgRole::PeerHub].iter().any(|r| org.roles.contains(r))
}

/// The organisations that `audience` reaches now. "All" and sectors mean members: offices, police and hubs abroad are reached by name
/// only, so that one that joins later gets nothing that was agreed to before. The source is among them like everybody else, so
/// that its absence tells nothing; only what the audience excludes falls out. Cost: the roster, once.
#[must_use]
pub fn reach(audience: &Audience, roster: &Roster) -> BTreeSet<OrgId> {
    roster
        .organisations
        .iter()
        .filter(|org| receives(org) && !audience.excluded.contains(&org.id))
        .filter(|org| {
            let kind = audience.all || org.sectors.iter().any(|s| audience.sectors.contains(s));
            audience.organisations.contains(&org.id) || kind && org.roles.contains(&OrgRole::Member)
        })
        .map(|org| org.id)
        .collect()
}

/// The audience that a submission's draft begins with: the source's sectors, or all, and every office, police and hub abroad by
/// name. Consent only ever narrows it.
#[must_use]
pub fn proposed(source: OrgId, roster: &Roster) -> Audience {
    let sectors = roster.organisation(source).map(|o| o.sectors.clone()).unwrap_or_default();
    Audience { all: sectors.is_empty(), sectors, organisations: bodies(roster), ..Audience::default() }
}

/// Everybody who receives warnings and is no member, as of today.
#[must_use]
pub fn bodies(roster: &Roster) -> BTreeSet<OrgId> {
    let body = |o: &&Organisation| receives(o) && !o.roles.contains(&OrgRole::Member);
    roster.organisations.iter().filter(body).map(|o| o.id).collect()
}

/// Whether `sector` is large enough to be named.
#[must_use]
pub fn sector_may_be_named(sector: SectorId, roster: &Roster, least: usize) -> bool {
    roster.independent_in(sector) >= least
}

/// The audience as it may be used: when any of its sectors is too small to be named, it becomes "all".
#[must_use]
pub fn widened(audience: &Audience, roster: &Roster, least: usize) -> Audience {
    let small = audience.sectors.iter().any(|s| !sector_may_be_named(*s, roster, least));
    if small && !audience.all {
        return Audience { all: true, sectors: BTreeSet::new(), ..audience.clone() };
    }
    audience.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(n: u8, roles: &[OrgRole], sectors: &[SectorId], parent: Option<u8>) -> Organisation {
        Organisation {
            id: OrgId::from_random([n; 16]),
            slug: format!("o{n}"),
            name: model::lang::Bilingual::default(),
            parent: parent.map(|p| OrgId::from_random([p; 16])),
            roles: roles.iter().copied().collect(),
            sectors: sectors.iter().copied().collect(),
        }
    }

    fn roster(members: u8, grouped: bool) -> (Roster, SectorId) {
        let sector = SectorId::from_random([200; 16]);
        let mut organisations: Vec<_> = (1..=members)
            .map(|n| org(n, &[OrgRole::Member], &[sector], (grouped && n == 2).then_some(1)))
            .collect();
        organisations.push(org(100, &[OrgRole::Supplier], &[], None));
        organisations.push(org(101, &[OrgRole::Authority], &[], None));
        (Roster { organisations, sectors: Vec::new() }, sector)
    }

    #[test]
    fn a_sector_reaches_its_members_and_nobody_else() {
        let (roster, sector) = roster(3, false);
        let reached = reach(&Audience::sector(sector), &roster);
        assert_eq!(reached, (1..=3).map(|n| OrgId::from_random([n; 16])).collect());
    }

    #[test]
    fn all_leaves_out_suppliers_and_the_excluded() {
        let (roster, _) = roster(3, false);
        let out = OrgId::from_random([2; 16]);
        let reached = reach(&Audience { excluded: BTreeSet::from([out]), ..Audience::everybody() }, &roster);
        assert_eq!(reached, [1, 3].map(|n| OrgId::from_random([n; 16])).into());
    }

    #[test]
    fn an_office_is_reached_by_name_only() {
        let (mut roster, sector) = roster(3, false);
        for one in &mut roster.organisations {
            one.sectors.insert(sector);
        }
        let office = OrgId::from_random([101; 16]);
        for audience in [Audience::everybody(), Audience::sector(sector)] {
            assert!(!reach(&audience, &roster).contains(&office), "{audience:?}");
            let named = Audience { organisations: BTreeSet::from([office]), ..audience };
            assert!(reach(&named, &roster).contains(&office));
        }
    }

    #[test]
    fn a_small_sector_is_served_by_all() {
        let (nine, sector) = roster(9, false);
        assert_eq!(widened(&Audience::sector(sector), &nine, SECTOR_MIN), Audience::everybody());
        let (ten, _) = roster(10, false);
        assert_eq!(widened(&Audience::sector(sector), &ten, SECTOR_MIN), Audience::sector(sector));
    }

    #[test]
    fn a_group_counts_once() {
        let (ten_companies_nine_groups, sector) = roster(10, true);
        assert!(!sector_may_be_named(sector, &ten_companies_nine_groups, SECTOR_MIN));
    }
}
