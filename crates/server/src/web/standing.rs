//! Standing consent: what may leave without asking each time.

use crate::web::destinations;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::text::text;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin;
use hub::ops::approval::{self, StandingRow};
use model::consent::{Delay, Destinations, StandingConsent};
use model::id::SectorId;
use model::lang::Bilingual;
use model::org::Roster;
use model::role::OrgRole;
use model::tlp::Tlp;

#[derive(Template)]
#[template(path = "standing.html")]
struct StandingPage {
    f: Frame,
    rows: Vec<StandingRow>,
    roster: Roster,
    sectors: Vec<(SectorId, Bilingual, usize)>,
    everybody: usize,
    government: usize,
    chosen: Destinations,
    now: bool,
    widest: Tlp,
    tlps: &'static [Tlp],
    may_decide: bool,
    active: bool,
}

impl StandingPage {
    fn destinations(&self, row: &StandingRow) -> String {
        destinations::spoken(&self.f, &row.terms.destinations, &self.roster)
    }
}

/// The markings that a standing consent can name. RED is never released without a person.
const TLPS: &[Tlp] = &[Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict];

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&shown(&v).await?)
}

async fn shown(v: &Visit) -> Result<StandingPage, Fault> {
    let rows = approval::standing(&v.hub, v.caller().source()?).await?;
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let live = rows.iter().find(|row| row.revoked_at.is_none()).map(|row| row.terms.clone());
    let with_role = |role: OrgRole| roster.organisations.iter().filter(|o| o.roles.contains(&role)).count();
    Ok(StandingPage {
        f: v.frame().await?,
        sectors: nameable(&roster, v.hub.settings().sector_min),
        everybody: roster.organisations.iter().filter(|o| sharing::audience::receives(o)).count(),
        government: with_role(OrgRole::Authority),
        now: live.as_ref().is_some_and(|t| t.delay == Delay::Now),
        widest: live.as_ref().map_or(Tlp::Green, |t| t.widest_tlp),
        active: live.is_some(),
        chosen: live.map(|t| t.destinations).unwrap_or_default(),
        tlps: TLPS,
        may_decide: v.caller().approver().is_ok(),
        rows,
        roster,
    })
}

/// The sectors that are large enough to be named, with how many organisations each reaches.
fn nameable(roster: &Roster, least: usize) -> Vec<(SectorId, Bilingual, usize)> {
    let large = roster.sectors.iter().filter(|s| roster.independent_in(s.id) >= least);
    large.map(|s| (s.id, s.name.clone(), roster.independent_in(s.id))).collect()
}

/// Gives it.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let source = v.caller().approver()?;
    let destinations = destinations::read(&fields, &text(v.who.lang, "approval-no-destination"))?;
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
    use model::id::StandingId;

    #[test]
    fn the_page_in_both_languages() {
        let to = Destinations { all: true, police: true, ..Destinations::default() };
        let terms = StandingConsent { destinations: to.clone(), widest_tlp: Tlp::Green, delay: Delay::Slot };
        let row =
            StandingRow { id: StandingId::from_random([6; 16]), terms, created_at: at(), revoked_at: None };
        let page = |f, rows: Vec<StandingRow>| StandingPage {
            f,
            roster: Roster::default(),
            sectors: vec![(SectorId::from_random([5; 16]), both("電力", "Power"), 12)],
            everybody: 17,
            government: 1,
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
