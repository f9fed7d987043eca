//! Whether a source's consent covers an audience. Nothing leaves without the proof made here.

use model::audience::Audience;
use model::consent::{Destinations, StandingConsent};
use model::id::OrgId;
use model::org::{Organisation, Roster};
use model::role::OrgRole;
use model::tlp::Tlp;
use std::collections::BTreeSet;

/// Proof that one source's consent covers an audience. Only [`covers`] makes one.
#[derive(Debug)]
#[must_use]
pub struct Covered(());

/// Checks that every organisation that `audience` reaches is one the source named (design, rule of trust 3).
///
/// # Errors
/// The first organisation that is reached and not covered.
pub fn covers<'r>(
    consent: &Destinations,
    audience: &Audience,
    roster: &'r Roster,
) -> Result<Covered, &'r Organisation> {
    let reached = crate::audience::reach(audience, roster);
    let outside = roster.organisations.iter().find(|org| reached.contains(&org.id) && !allows(consent, org));
    match outside {
        Some(org) => Err(org),
        None => Ok(Covered(())),
    }
}

/// Whether the consent names this organisation in any way. "All" means all members: offices and foreign hubs are asked for
/// by name, because a source may fear them more than its rivals.
fn allows(consent: &Destinations, org: &Organisation) -> bool {
    let member = org.roles.contains(&OrgRole::Member);
    consent.organisations.contains(&org.id)
        || member && (consent.all || org.sectors.iter().any(|s| consent.sectors.contains(s)))
        || consent.government
            && org.roles.contains(&OrgRole::Authority)
            && !org.roles.contains(&OrgRole::Police)
        || consent.police && org.roles.contains(&OrgRole::Police)
        || consent.foreign && org.roles.contains(&OrgRole::PeerHub)
}

/// The audience that a consent allows at the most: what standing consent releases to. Offices, police and hubs abroad are in it
/// by name, as they are today: one that joins later is asked for anew.
#[must_use]
pub fn widest_audience(consent: &Destinations, roster: &Roster) -> Audience {
    let mut audience = if consent.all {
        Audience::everybody()
    } else {
        let by_kind = Destinations { sectors: BTreeSet::new(), ..consent.clone() };
        let bodies = roster.organisations.iter().filter(|o| allows(&by_kind, o)).map(|o| o.id);
        Audience {
            sectors: consent.sectors.clone(),
            organisations: bodies.chain(consent.organisations.iter().copied()).collect(),
            ..Audience::default()
        }
    };
    audience.excluded.extend(uncovered(consent, &audience, roster));
    audience
}

/// Whom an audience reaches although the consent names it in no way.
fn uncovered(consent: &Destinations, audience: &Audience, roster: &Roster) -> Vec<OrgId> {
    let reached = crate::audience::reach(audience, roster);
    let outside = roster.organisations.iter().filter(|o| reached.contains(&o.id) && !allows(consent, o));
    outside.map(|o| o.id).collect()
}

/// The audience that is left of the proposed one when a source agrees to less: it never grows. Where the source named others than
/// were proposed and none of those, the item goes to whom the source named.
#[must_use]
pub fn narrowed(proposed: &Audience, consent: &Destinations, roster: &Roster) -> Audience {
    let widest = Audience { exercise: proposed.exercise, ..widest_audience(consent, roster) };
    let asked = crate::audience::reach(proposed, roster);
    let allowed = crate::audience::reach(&widest, roster);
    if allowed.is_subset(&asked) || allowed.is_disjoint(&asked) {
        return widest;
    }
    let mut left = proposed.clone();
    left.excluded.extend(uncovered(consent, proposed, roster));
    left
}

/// How many organisations a consent reaches today.
#[must_use]
pub fn reaches(consent: &Destinations, roster: &Roster) -> usize {
    crate::audience::reach(&widest_audience(consent, roster), roster).len()
}

/// Whether a standing consent lets this marking go by itself: never wider than the source said, never RED.
#[must_use]
pub fn standing_allows(standing: &StandingConsent, tlp: Tlp) -> bool {
    tlp >= standing.widest_tlp && tlp.machine_readable()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::SectorId;

    fn org(n: u8, role: OrgRole, sector: Option<SectorId>) -> Organisation {
        Organisation {
            id: OrgId::from_random([n; 16]),
            slug: format!("o{n}"),
            name: model::lang::Bilingual::default(),
            parent: None,
            roles: BTreeSet::from([role]),
            sectors: sector.into_iter().collect(),
        }
    }

    fn community() -> (Roster, SectorId) {
        let sector = SectorId::from_random([9; 16]);
        let organisations = vec![
            org(1, OrgRole::Member, Some(sector)),
            org(2, OrgRole::Member, None),
            org(3, OrgRole::Authority, None),
            org(4, OrgRole::PeerHub, None),
            Organisation {
                roles: BTreeSet::from([OrgRole::Authority, OrgRole::Police]),
                ..org(5, OrgRole::Authority, None)
            },
        ];
        (Roster { organisations, sectors: Vec::new() }, sector)
    }

    fn first_outside(consent: Destinations, audience: Audience) -> Option<String> {
        let (roster, _) = community();
        covers(&consent, &audience, &roster).err().map(|o| o.slug.clone())
    }

    #[test]
    fn consent_to_a_sector_covers_the_sector_only() {
        let (_, sector) = community();
        let consent = || Destinations { sectors: BTreeSet::from([sector]), ..Destinations::default() };
        assert_eq!(first_outside(consent(), Audience::sector(sector)), None);
        assert_eq!(first_outside(consent(), Audience::everybody()), Some("o2".to_owned()));
    }

    #[test]
    fn all_members_are_not_the_government_nor_foreign_hubs() {
        let all = || Destinations { all: true, ..Destinations::default() };
        assert_eq!(first_outside(all(), Audience::everybody()), Some("o3".to_owned()));
        let government = Destinations { government: true, ..all() };
        assert_eq!(first_outside(government.clone(), Audience::everybody()), Some("o4".to_owned()));
        let foreign = Destinations { foreign: true, ..government };
        assert_eq!(first_outside(foreign.clone(), Audience::everybody()), Some("o5".to_owned()));
        assert_eq!(first_outside(Destinations { police: true, ..foreign }, Audience::everybody()), None);
    }

    /// Whom a consent reaches, by the last character of the names.
    fn reached(consent: &Destinations) -> String {
        let (roster, _) = community();
        let ids = crate::audience::reach(&widest_audience(consent, &roster), &roster);
        assert_eq!(reaches(consent, &roster), ids.len());
        let slugs = roster.organisations.iter().filter(|o| ids.contains(&o.id)).map(|o| &o.slug[1..]);
        slugs.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_destination_reaches_what_it_says() {
        let (_, sector) = community();
        let none = Destinations::default;
        let sectors = || Destinations { sectors: BTreeSet::from([sector]), ..none() };
        assert_eq!(reached(&sectors()), "1");
        assert_eq!(reached(&Destinations { all: true, ..none() }), "1 2");
        assert_eq!(reached(&Destinations { government: true, ..none() }), "3");
        assert_eq!(reached(&Destinations { foreign: true, ..none() }), "4");
        assert_eq!(reached(&Destinations { police: true, ..none() }), "5");
        assert_eq!(reached(&Destinations { government: true, police: true, ..sectors() }), "1 3 5");
        let named = OrgId::from_random([5; 16]);
        assert_eq!(reached(&Destinations { organisations: BTreeSet::from([named]), ..sectors() }), "1 5");
    }

    #[test]
    fn an_audience_only_shrinks_unless_others_are_named() {
        let (roster, sector) = community();
        let check = |proposed: Audience, consent: Destinations, expected: &[u8]| {
            let left = narrowed(&proposed, &consent, &roster);
            assert!(covers(&consent, &left, &roster).is_ok(), "{left:?}");
            let reach = crate::audience::reach(&left, &roster);
            assert_eq!(reach, expected.iter().map(|n| OrgId::from_random([*n; 16])).collect());
        };
        let all = Destinations { all: true, ..Destinations::default() };
        let government = Destinations { government: true, ..Destinations::default() };
        check(Audience::everybody(), all.clone(), &[1, 2]);
        check(Audience::sector(sector), all, &[1]);
        check(Audience::everybody(), government.clone(), &[3]);
        check(Audience::sector(sector), government, &[3]);
    }

    #[test]
    fn nothing_named_covers_nobody() {
        assert_eq!(first_outside(Destinations::default(), Audience::everybody()), Some("o1".to_owned()));
    }

    #[test]
    fn the_widest_audience_is_covered() {
        let (roster, _) = community();
        let consent = Destinations { all: true, ..Destinations::default() };
        assert!(covers(&consent, &widest_audience(&consent, &roster), &roster).is_ok());
    }

    #[test]
    fn standing_consent_bounds_the_marking() {
        let standing = StandingConsent {
            destinations: Destinations::default(),
            widest_tlp: Tlp::Green,
            delay: model::consent::Delay::Slot,
        };
        let allowed: Vec<_> = Tlp::ALL.iter().filter(|t| standing_allows(&standing, **t)).collect();
        assert_eq!(allowed, [&Tlp::Green, &Tlp::Amber, &Tlp::AmberStrict]);
    }
}
