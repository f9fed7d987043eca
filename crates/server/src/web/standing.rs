//! Standing consent: what may leave without asking each time.

use crate::web::destinations;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::{Form, Query};
use hub::ops::admin;
use hub::ops::approval::{self, Choices, StandingRow};
use model::consent::{Delay, Destinations, StandingConsent};
use model::id::SectorId;
use model::org::Roster;
use model::tlp::Tlp;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "standing.html")]
struct StandingPage {
    f: Frame,
    rows: Vec<StandingRow>,
    roster: Roster,
    choices: Choices,
    chosen: Destinations,
    now: bool,
    widest: Tlp,
    tlps: &'static [Tlp],
    may_decide: bool,
    active: bool,
    examples: Vec<Example>,
}

/// Terms that others give, to begin from.
struct Example {
    name: &'static str,
    terms: StandingConsent,
    reaches: usize,
}

/// The example that the form is filled with, where one was chosen.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Begun {
    example: String,
}

impl StandingPage {
    fn destinations(&self, terms: &StandingConsent) -> String {
        destinations::spoken(&self.f, &terms.destinations, &self.roster)
    }
}

/// From the narrowest to the widest. An organisation whose sectors are too small to be named begins with all members.
fn examples(own: &BTreeSet<SectorId>, choices: &Choices, roster: &Roster) -> Vec<Example> {
    let named: Vec<_> = choices.sectors.iter().filter(|(id, ..)| own.contains(id)).collect();
    let sectors = Destinations {
        all: named.is_empty(),
        sectors: named.iter().map(|(id, ..)| *id).collect(),
        ..Destinations::default()
    };
    let all = Destinations { all: true, ..Destinations::default() };
    let offices = Destinations { government: true, ..all.clone() };
    // an organisation of two sectors is one
    let make = |name, destinations: Destinations, widest_tlp, delay| Example {
        name,
        reaches: sharing::consent::reaches(&destinations, roster),
        terms: StandingConsent { destinations, widest_tlp, delay },
    };
    vec![
        make("sectors", sectors, Tlp::Green, Delay::Slot),
        make("members", all, Tlp::Amber, Delay::Slot),
        make("offices", offices, Tlp::Amber, Delay::Now),
    ]
}

/// The markings that a standing consent can name. RED is never released without a person.
const TLPS: &[Tlp] = &[Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict];

/// The page.
pub(crate) async fn get(v: Visit, Query(begun): Query<Begun>) -> Answer {
    page(&shown(&v, &begun.example).await?)
}

async fn shown(v: &Visit, example: &str) -> Result<StandingPage, Fault> {
    let rows = approval::standing(&v.hub, v.caller().source()?).await?;
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let live = rows.iter().find(|row| row.revoked_at.is_none()).map(|row| row.terms.clone());
    let active = live.is_some();
    let choices = approval::choices(&v.hub, v.caller().source()?).await?;
    let own = roster.organisation(v.caller().org()).map(|o| o.sectors.clone()).unwrap_or_default();
    let examples = examples(&own, &choices, &roster);
    let live = examples.iter().find(|one| one.name == example).map(|one| one.terms.clone()).or(live);
    Ok(StandingPage {
        f: v.frame().await?,
        choices,
        examples,
        now: live.as_ref().is_some_and(|t| t.delay == Delay::Now),
        widest: live.as_ref().map_or(Tlp::Green, |t| t.widest_tlp),
        active,
        chosen: live.map(|t| t.destinations).unwrap_or_default(),
        tlps: TLPS,
        may_decide: v.caller().approver().is_ok(),
        rows,
        roster,
    })
}

/// Gives it.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let source = v.caller().approver()?;
    let destinations = destinations::read(&fields)?;
    let terms =
        StandingConsent { destinations, widest_tlp: fields.read("widest")?, delay: fields.read("delay")? };
    approval::give_standing(&v.hub, source, terms).await?;
    done("/standing", "flash-standing")
}

/// Ends it.
pub(crate) async fn end(v: Visit) -> Answer {
    approval::revoke_standing(&v.hub, v.caller().approver()?).await?;
    done("/standing", "flash-standing-ended")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use model::id::{OrgId, StandingId};
    use model::org::Organisation;
    use model::role::OrgRole;

    #[test]
    fn a_small_sector_is_no_example() {
        let choices = Choices::default();
        let org = |n: u8, role| Organisation {
            id: OrgId::from_random([n; 16]),
            slug: format!("o{n}"),
            name: both("組織", "organisation"),
            parent: None,
            roles: BTreeSet::from([role]),
            sectors: BTreeSet::new(),
        };
        let members = (1..=17).map(|n| org(n, OrgRole::Member));
        let organisations = members.chain((18..=19).map(|n| org(n, OrgRole::Authority))).collect();
        let roster = Roster { organisations, sectors: Vec::new() };
        let of = |own: &BTreeSet<SectorId>| examples(own, &choices, &roster);
        let small = of(&BTreeSet::from([SectorId::from_random([5; 16])]));
        assert!(small[0].terms.destinations.all && small[0].terms.destinations.sectors.is_empty());
        assert_eq!(small.iter().map(|one| one.reaches).collect::<Vec<_>>(), [17, 17, 19]);
    }

    #[test]
    fn the_page_in_both_languages() {
        let to = Destinations { all: true, police: true, ..Destinations::default() };
        let terms = StandingConsent { destinations: to.clone(), widest_tlp: Tlp::Green, delay: Delay::Slot };
        let row =
            StandingRow { id: StandingId::from_random([6; 16]), terms, created_at: at(), revoked_at: None };
        let sector = SectorId::from_random([5; 16]);
        let choices = Choices {
            sectors: vec![(sector, both("電力", "Power"), 12)],
            everybody: 17,
            government: 1,
            ..Choices::default()
        };
        let page = |f, rows: Vec<StandingRow>| StandingPage {
            f,
            roster: Roster::default(),
            examples: examples(&BTreeSet::from([sector]), &choices, &Roster::default()),
            choices: choices.clone(),
            chosen: to.clone(),
            now: true,
            widest: Tlp::Green,
            tlps: TLPS,
            may_decide: true,
            active: !rows.is_empty(),
            rows,
        };
        check_page("standing", OrgRole::Member, |f| page(f, vec![row.clone()]));
        check_page("standing-none", OrgRole::Member, |f| page(f, Vec::new()));
    }
}
