//! "How findable am I?": for each value that would leave, how many of the known roster could be its source; with it and without it.
//!
//! It is computed from what its reader knows anyway: the names in the roster, and the source's own profile. The other profiles are
//! their owners' secrets: a member who submits a thousand candidates must not read out of these numbers which of them are assets
//! of somebody.
//!
//! A value that carries a name of one organisation can only be that one's. A value that carries none could have come from any
//! independent organisation that the warning reaches, for whoever knows the roster and nothing else. What else narrows the
//! circle (an address used for one victim only, style, the hour) is in the consent text, not in this number.

use crate::ops::approval::shown_audience;
use crate::ops::mine::own;
use crate::{Hub, HubError, reading};
use deid::gate::{self, Profiles};
use model::id::{OrgId, SubmissionId};
use model::lang::Bilingual;
use model::org::Roster;
use model::profile::Profile;
use sharing::caller::AsReporter;
use std::collections::BTreeSet;

/// One value that would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findable {
    /// The value.
    pub value: String,
    /// Independent organisations that could be the source of it.
    pub with: usize,
    /// Independent organisations that could be the source of all the others.
    pub without: usize,
}

/// Every value of a draft's part, and of the words that could be restored, the most telling first; and how many could be the source
/// of all that leaves. Cost: values times the profiles' automaton.
///
/// # Errors
/// `NotFound` for another's and while there is no draft.
pub async fn findable(
    hub: &Hub,
    source: AsReporter,
    id: SubmissionId,
) -> Result<(Vec<Findable>, usize), HubError> {
    let mut tx = hub.store.read().await?;
    let row = own(hub, &mut tx, source, id).await?;
    let item = tx.item_for_hub(row.item.ok_or(HubError::NotFound)?).await?.ok_or(HubError::NotFound)?;
    let part = tx.sources(item.id).await?.into_iter().find(|s| s.submission == id).map(|s| s.part);
    let reading = reading::reading(hub, &mut tx, id).await?;
    let roster = tx.roster().await?;
    let watched = crate::compose::watched(&mut tx).await?;
    let own_profile = crate::compose::known_of(&mut tx, &watched, source.org).await?;
    let audience = shown_audience(hub, &mut tx, &item, source.org, &roster).await?;
    drop(tx);
    let profiles = Profiles::compile(&known(&roster, (source.org, own_profile)));
    let everyone = groups(&roster, sharing::audience::reach(&audience, &roster));
    let leaves: Vec<String> =
        part.unwrap_or_default().indicators.iter().map(|i| i.indicator.value().to_owned()).collect();
    let circles: Vec<BTreeSet<OrgId>> =
        leaves.iter().map(|value| circle(value, &profiles, &roster, &everyone)).collect();
    let mut rows: Vec<Findable> = leaves
        .into_iter()
        .enumerate()
        .map(|(n, value)| Findable {
            value,
            with: circles[n].len(),
            without: common(
                circles.iter().enumerate().filter(|(other, _)| *other != n).map(|(_, c)| c),
                &everyone,
            ),
        })
        .collect();
    let all = common(circles.iter(), &everyone);
    rows.extend(reading.slots.into_iter().map(|slot| Findable {
        with: circle(&slot.value, &profiles, &roster, &everyone).len(),
        value: slot.value,
        without: all,
    }));
    rows.sort_by(|a, b| (a.with, &a.value).cmp(&(b.with, &b.value)));
    Ok((rows, all))
}

/// What the source may know of everybody: its own profile, and of the others their names in the roster.
fn known(roster: &Roster, own: (OrgId, Profile)) -> Vec<(OrgId, Profile)> {
    let names = |org: &model::org::Organisation| Profile {
        names: vec![org.name.ja.clone(), org.name.en.clone()],
        ..Profile::default()
    };
    roster.organisations.iter().map(|org| (org.id, names(org))).chain([own]).collect()
}

/// Who could be the source of one value.
fn circle(value: &str, profiles: &Profiles, roster: &Roster, everyone: &BTreeSet<OrgId>) -> BTreeSet<OrgId> {
    let text = Bilingual { ja: value.to_owned(), en: String::new() };
    let named: BTreeSet<OrgId> = gate::check("{}", &text, profiles).into_iter().map(|hit| hit.org).collect();
    if named.is_empty() { everyone.clone() } else { groups(roster, named) }
}

/// Who could be the source of all of them: an empty meeting means that they point to different ones, and one of them is right.
fn common<'a>(circles: impl Iterator<Item = &'a BTreeSet<OrgId>>, everyone: &BTreeSet<OrgId>) -> usize {
    let mut left = everyone.clone();
    for circle in circles {
        let meeting: BTreeSet<OrgId> = left.intersection(circle).copied().collect();
        left = if meeting.is_empty() { circle.clone() } else { meeting };
    }
    left.len()
}

fn groups(roster: &Roster, orgs: impl IntoIterator<Item = OrgId>) -> BTreeSet<OrgId> {
    orgs.into_iter()
        .map(|org| roster.organisation(org).map_or(org, model::org::Organisation::group))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[u8]) -> BTreeSet<OrgId> {
        names.iter().map(|n| OrgId::from_random([*n; 16])).collect()
    }

    /// What only another's profile knows leaves every circle as wide as a value that names nobody.
    #[test]
    fn the_profiles_of_others_are_not_read_out() {
        let id = |n: u8| OrgId::from_random([n; 16]);
        let org = |n: u8, name: &str| model::org::Organisation {
            id: id(n),
            slug: format!("o{n}"),
            name: Bilingual { ja: format!("{name}電力"), en: format!("{name} Power") },
            parent: None,
            roles: BTreeSet::new(),
            sectors: BTreeSet::new(),
        };
        let roster = Roster { organisations: vec![org(1, "Asagiri"), org(2, "Misaki")], sectors: Vec::new() };
        let domain = |name: &str| Profile { domains: vec![name.to_owned()], ..Profile::default() };
        let profiles = Profiles::compile(&known(&roster, (id(1), domain("asagiri-ot.example"))));
        let everyone: BTreeSet<OrgId> = [id(1), id(2), id(3)].into();
        let check = |value: &str, expected: &BTreeSet<OrgId>| {
            assert_eq!(&circle(value, &profiles, &roster, &everyone), expected, "{value}");
        };
        check("vpn.asagiri-ot.example", &[id(1)].into());
        check("Misaki Power notice", &[id(2)].into());
        check("vpn.misaki-ot.example", &everyone);
        check("evil.example", &everyone);
    }

    #[test]
    fn circles_meet() {
        let everyone = set(&[1, 2, 3, 4]);
        let check = |circles: &[BTreeSet<OrgId>], expected: usize| {
            assert_eq!(common(circles.iter(), &everyone), expected, "{circles:?}");
        };
        check(&[], 4);
        check(&[everyone.clone(), set(&[2, 3])], 2);
        check(&[set(&[2, 3]), set(&[3, 4])], 1);
        check(&[set(&[1]), set(&[2])], 1);
    }
}
