//! The roster: organisations, their roles and sectors, known to all.

use crate::web::chart::{self, Column};
use crate::web::frame::Frame;
use crate::web::markup::Markup;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use hub::ops::admin;
use model::lang::Bilingual;
use model::org::{Organisation, Roster};
use model::role::OrgRole;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "roster.html")]
struct RosterPage {
    f: Frame,
    sectors: Vec<(Bilingual, usize, bool)>,
    rows: Vec<RosterRow>,
}

impl RosterPage {
    /// The sectors as a picture.
    fn picture(&self) -> Markup {
        let column = |(name, count, _): &(Bilingual, usize, bool)| Column {
            label: self.f.say(name).to_owned(),
            parts: vec![u64::try_from(*count).unwrap_or(u64::MAX)],
        };
        let columns: Vec<Column> = self.sectors.iter().map(column).collect();
        chart::bars(&self.f.t("roster-picture"), &[self.f.t("roster-independent")], &columns)
    }
}

struct RosterRow {
    name: Bilingual,
    roles: BTreeSet<OrgRole>,
    sectors: String,
    group: String,
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let f = v.frame().await?;
    let least = v.hub.settings().sector_min;
    let sectors = roster.sectors.iter().map(|s| {
        let count = roster.independent_in(s.id);
        (s.name.clone(), count, count >= least)
    });
    page(&RosterPage { sectors: sectors.collect(), rows: rows(&f, &roster), f })
}

fn rows(f: &Frame, roster: &Roster) -> Vec<RosterRow> {
    let between = if f.is_ja() { "、" } else { ", " };
    let sectors = |org: &Organisation| {
        let own = roster.sectors.iter().filter(|s| org.sectors.contains(&s.id));
        own.map(|s| f.say(&s.name)).collect::<Vec<_>>().join(between)
    };
    let group = |org: &Organisation| {
        org.parent.and_then(|id| roster.organisation(id)).map_or("", |p| f.say(&p.name)).to_owned()
    };
    let mut rows: Vec<RosterRow> = roster
        .organisations
        .iter()
        .map(|org| RosterRow {
            name: org.name.clone(),
            roles: org.roles.clone(),
            sectors: sectors(org),
            group: group(org),
        })
        .collect();
    rows.sort_by(|a, b| f.say(&a.name).cmp(f.say(&b.name)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page};
    use model::id::{OrgId, SectorId};
    use model::org::Sector;

    #[test]
    fn the_page_in_both_languages() {
        let sector = SectorId::from_random([5; 16]);
        let parent = OrgId::from_random([1; 16]);
        let organisation = |n: u8, group| Organisation {
            id: OrgId::from_random([n; 16]),
            slug: format!("o{n}"),
            name: both("あさぎり電力", "Asagiri Power"),
            parent: group,
            roles: [OrgRole::Member].into(),
            sectors: [sector].into(),
        };
        let roster = Roster {
            organisations: vec![organisation(1, None), organisation(2, Some(parent))],
            sectors: vec![Sector { id: sector, slug: "power".to_owned(), name: both("電力", "Power") }],
        };
        let sectors = vec![(both("電力", "Power"), 1, false)];
        check_page("roster", OrgRole::Member, |f| RosterPage {
            sectors: sectors.clone(),
            rows: rows(&f, &roster),
            f,
        });
    }
}
