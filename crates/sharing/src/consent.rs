//! Whether a source's consent covers an audience. Nothing leaves without the proof made here.

use model::audience::Audience;
use model::consent::{Destinations, StandingConsent};
use model::org::{Organisation, Roster};
use model::role::OrgRole;
use model::tlp::Tlp;

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
        || consent.government && org.roles.contains(&OrgRole::Authority)
        || consent.foreign && org.roles.contains(&OrgRole::PeerHub)
}

/// The audience that a consent allows at the most: what standing consent releases to.
#[must_use]
pub fn widest_audience(consent: &Destinations, roster: &Roster) -> Audience {
    let uncovered = |audience: &Audience| -> Vec<_> {
        let reached = crate::audience::reach(audience, roster);
        roster
            .organisations
            .iter()
            .filter(|o| reached.contains(&o.id) && !allows(consent, o))
            .map(|o| o.id)
            .collect()
    };
    let mut audience = if consent.all {
        Audience::everybody()
    } else {
        Audience {
            sectors: consent.sectors.clone(),
            organisations: consent.organisations.clone(),
            ..Audience::default()
        }
    };
    audience.excluded.extend(uncovered(&audience));
    audience
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
    use std::collections::BTreeSet;

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
        assert_eq!(first_outside(Destinations { foreign: true, ..government }, Audience::everybody()), None);
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
