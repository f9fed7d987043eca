//! Whether a source's consent covers an audience. Nothing leaves without the proof made here.

use model::audience::Audience;
use model::consent::{Destinations, StandingConsent};
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
    let bodies = crate::audience::bodies(roster);
    let allowed = roster.organisations.iter().filter(|o| bodies.contains(&o.id) && allows(consent, o));
    let organisations = allowed.map(|o| o.id).chain(consent.organisations.iter().copied()).collect();
    let sectors = if consent.all { BTreeSet::new() } else { consent.sectors.clone() };
    Audience { all: consent.all, sectors, organisations, ..Audience::default() }
}

/// The audience that is left of the proposed one when a source agrees to less: it never grows, nor does it reach whoever joins
/// what the source did not name. Where the source named others than were proposed and none of those, the item goes to whom the
/// source named.
#[must_use]
pub fn narrowed(proposed: &Audience, consent: &Destinations, roster: &Roster) -> Audience {
    let asked = crate::audience::reach(proposed, roster);
    let mut left = proposed.clone();
    if !consent.all {
        left.all = false;
        left.sectors = match proposed.all {
            true => consent.sectors.clone(),
            false => proposed.sectors.intersection(&consent.sectors).copied().collect(),
        };
    }
    left.organisations.retain(|id| roster.organisation(*id).is_some_and(|o| allows(consent, o)));
    left.organisations.extend(consent.organisations.intersection(&asked));
    if crate::audience::reach(&left, roster).is_empty() {
        let (exercise, excluded) = (proposed.exercise, proposed.excluded.clone());
        return Audience { exercise, excluded, ..widest_audience(consent, roster) };
    }
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
    use model::id::{OrgId, SectorId};

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

    /// All members, and every office, police and hub abroad.
    fn everyone() -> Audience {
        Audience { organisations: crate::audience::bodies(&community().0), ..Audience::everybody() }
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
        assert_eq!(first_outside(all(), everyone()), Some("o3".to_owned()));
        let government = Destinations { government: true, ..all() };
        assert_eq!(first_outside(government.clone(), everyone()), Some("o4".to_owned()));
        let foreign = Destinations { foreign: true, ..government };
        assert_eq!(first_outside(foreign.clone(), everyone()), Some("o5".to_owned()));
        assert_eq!(first_outside(Destinations { police: true, ..foreign }, everyone()), None);
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
        check(Audience::sector(sector), government.clone(), &[3]);
        let excluded = BTreeSet::from([OrgId::from_random([3; 16])]);
        check(Audience { excluded, ..Audience::sector(sector) }, government, &[]);
        check(
            everyone(),
            Destinations { sectors: BTreeSet::from([sector]), police: true, ..Destinations::default() },
            &[1, 5],
        );
    }

    #[test]
    fn whoever_joins_later_gets_only_what_its_kind_was_named_for() {
        let (mut roster, sector) = community();
        let other = SectorId::from_random([8; 16]);
        roster.organisations.push(org(6, OrgRole::Member, Some(other)));
        let both = Audience {
            sectors: BTreeSet::from([sector, other]),
            organisations: crate::audience::bodies(&roster),
            ..Audience::default()
        };
        let third = SectorId::from_random([7; 16]);
        let consent = Destinations {
            sectors: BTreeSet::from([other, third]),
            government: true,
            ..Destinations::default()
        };
        let left = narrowed(&both, &consent, &roster);
        let now = crate::audience::reach(&left, &roster);
        roster.organisations.extend([
            org(7, OrgRole::Member, Some(sector)),
            org(8, OrgRole::Authority, Some(other)),
            org(9, OrgRole::PeerHub, Some(other)),
            org(10, OrgRole::Member, Some(other)),
        ]);
        let later: Vec<_> = crate::audience::reach(&left, &roster).difference(&now).copied().collect();
        assert_eq!(later, [OrgId::from_random([10; 16])], "a member of the sector that was named");
        for consent in [Destinations { all: true, ..Destinations::default() }, consent] {
            let audience = widest_audience(&consent, &roster);
            roster.organisations.push(org(11, OrgRole::Authority, Some(other)));
            assert!(!crate::audience::reach(&audience, &roster).contains(&OrgId::from_random([11; 16])));
            roster.organisations.pop();
        }
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
