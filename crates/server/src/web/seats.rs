//! The seats, for whoever keeps the roster and for the auditor: which authority or customer receives reports under which regime. What is
//! reported stands nowhere here.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::organisations::overseer;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::org_role::receives_reports;
use hub::ops::report::seat::{self, Seat};
use hub::problem::quoted;
use hub::{HubError, Problem};
use model::clock::Regime;
use model::org::Organisation;
use model::role::OrgRole;

#[derive(Template)]
#[template(path = "seats.html")]
struct SeatsPage {
    f: Frame,
    rows: Vec<Seat>,
    /// What can be given, and to whom; nothing for those who only read.
    regimes: Vec<Regime>,
    offices: Vec<Organisation>,
    may_change: bool,
}

/// The list.
pub(crate) async fn get(v: Visit) -> Answer {
    let (by, may_change) = overseer(&v)?;
    let rows = seat::list(&v.hub, by).await?;
    let (mut regimes, mut offices) = (Vec::new(), Vec::new());
    if may_change {
        regimes.extend(v.hub.regimes().iter().cloned());
        let roster = admin::roster_for(&v.hub, registrar(&v)?).await?;
        offices.extend(roster.organisations.into_iter().filter(|org| {
            // the hub's own seat is given on the machine
            receives_reports(&org.roles) && !org.roles.contains(&OrgRole::Hub)
        }));
    }
    page(&SeatsPage { f: v.frame().await?, rows, regimes, offices, may_change })
}

fn registrar(v: &Visit) -> Result<AsRegistrar, Fault> {
    Ok(AsRegistrar::Operator(v.caller().operator()?))
}

/// `REGIME/ADDRESSEE`.
fn addressee(fields: &Fields) -> Result<(&str, &str), Fault> {
    let written = fields.one("addressee");
    let problem = || match written {
        "" => Problem::Empty,
        other => Problem::NotPossible { value: quoted(other) },
    };
    written.split_once('/').ok_or_else(|| Fault::Hub(HubError::Invalid("addressee", problem())))
}

/// Gives one.
pub(crate) async fn give(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let by = registrar(&v)?;
    let (org, (regime, addressee)) = (fields.read("organisation")?, addressee(&fields)?);
    seat::give(&v.hub, by, org, regime, addressee).await?;
    done("/seats", "flash-saved")
}

/// Takes one.
pub(crate) async fn take(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let by = registrar(&v)?;
    let (org, (regime, addressee)) = (fields.read("organisation")?, addressee(&fields)?);
    seat::take(&v.hub, by, org, regime, addressee).await?;
    done("/seats", "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page};
    use hub::regimes::Regimes;
    use model::id::OrgId;

    fn office(n: u8) -> Organisation {
        Organisation {
            id: OrgId::from_random([n; 16]),
            slug: format!("ministry-{n}"),
            name: both("経済産業局", "Ministry"),
            parent: None,
            roles: [OrgRole::Authority].into(),
            sectors: [].into(),
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        let row = |n: u8| Seat {
            regime: "nis2-eu".to_owned(),
            regime_name: both("NIS2 指令", "NIS2"),
            addressee: format!("csirt-{n}"),
            addressee_name: both("CSIRT", "CSIRT"),
            organisation: OrgId::from_random([n; 16]),
            organisation_name: office(n).name,
        };
        let shipped: Vec<Regime> = Regimes::shipped().iter().take(2).cloned().collect();
        for (name, may_change, seats, offices) in [
            ("seats", true, 2, 2),
            ("seats-audit", false, 1, 0),
            ("seats-none", true, 0, 1),
            ("seats-nobody", true, 0, 0),
        ] {
            let rows: Vec<Seat> = (1..=seats).map(row).collect();
            let offices: Vec<Organisation> = (1..=offices).map(office).collect();
            check_page(name, OrgRole::Hub, |f| SeatsPage {
                f,
                rows: rows.clone(),
                regimes: shipped.clone(),
                offices: offices.clone(),
                may_change,
            });
        }
    }
}
