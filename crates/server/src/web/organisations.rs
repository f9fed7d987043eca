//! The organisations of the community, for whoever keeps the roster and for the auditor: who may do what, what was signed.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::membership::{self, AsOverseer, Standing};
use model::id::OrgId;
use model::lang::Bilingual;
use model::org::Roster;
use model::role::OrgRole;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "organisations.html")]
struct OrganisationsPage {
    f: Frame,
    rows: Vec<Standing>,
    roster: Roster,
    may_change: bool,
    roles: &'static [OrgRole],
}

impl OrganisationsPage {
    fn parent(&self, id: OrgId) -> Option<OrgId> {
        self.roster.organisation(id).and_then(|o| o.parent)
    }

    /// Whether there is a page for its leaving: not for the hub itself.
    fn may_leave(&self, roles: &BTreeSet<OrgRole>) -> bool {
        !roles.contains(&OrgRole::Hub)
    }

    fn belongs(&self, id: &OrgId, sector: &model::id::SectorId) -> bool {
        self.roster.organisation(*id).is_some_and(|o| o.sectors.contains(sector))
    }
}

fn registrar(v: &Visit) -> Result<AsRegistrar, Fault> {
    Ok(AsRegistrar::Operator(v.caller().operator()?))
}

/// The page. The auditor reads, the operator changes.
pub(crate) async fn get(v: Visit) -> Answer {
    let (by, may_change) = match registrar(&v) {
        Ok(by) => (AsOverseer::Registrar(by), true),
        Err(_) => (AsOverseer::Auditor(v.caller().auditor()?), false),
    };
    let rows = membership::review(&v.hub, by).await?;
    let roster = admin::roster(&v.hub, v.caller()).await?;
    page(&OrganisationsPage { f: v.frame().await?, rows, roster, may_change, roles: OrgRole::ALL })
}

/// Adds one.
pub(crate) async fn add(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let new = NewOrganisation {
        slug: fields.one("slug").to_owned(),
        name: Bilingual { ja: fields.one("ja").to_owned(), en: fields.one("en").to_owned() },
        parent: fields.perhaps("parent")?,
        roles: fields.read_all("role")?,
        sectors: fields.read_all("sector")?,
        profile: model::profile::Profile::default(),
    };
    admin::add_organisation(&v.hub, registrar(&v)?, new).await?;
    done("/organisations", "flash-saved")
}

/// Notes a signed agreement.
pub(crate) async fn agreement(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    let by = registrar(&v)?;
    membership::sign_agreement(&v.hub, by, id, fields.one("version"), v.hub.now()).await?;
    done("/organisations", "flash-saved")
}

/// Changes group parent and sectors.
pub(crate) async fn place(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    let by = registrar(&v)?;
    membership::set_parent(&v.hub, by, id, fields.perhaps("parent")?).await?;
    admin::set_sectors(&v.hub, by, id, fields.read_all("sector")?).await?;
    done("/organisations", "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use hub::ops::membership::Access;
    use model::id::SectorId;
    use model::org::{Organisation, Sector};
    use model::role::PersonRole;

    #[test]
    fn the_page_in_both_languages() {
        let id = OrgId::from_random([1; 16]);
        let sector = SectorId::from_random([4; 16]);
        let roster = || Roster {
            organisations: vec![Organisation {
                id,
                slug: "asagiri".to_owned(),
                name: both("あさぎり電力", "Asagiri Power"),
                parent: None,
                roles: [OrgRole::Member].into(),
                sectors: [sector].into(),
            }],
            sectors: vec![Sector { id: sector, slug: "power".to_owned(), name: both("電力", "Power") }],
        };
        let row = || Standing {
            id,
            slug: "asagiri".to_owned(),
            name: both("あさぎり電力", "Asagiri Power"),
            parent: None,
            roles: [OrgRole::Member].into(),
            agreement: Some(("2026-04".to_owned(), at())),
            people: vec![Access {
                login: "kita".to_owned(),
                name: "北山".to_owned(),
                roles: [PersonRole::OrgAdmin].into(),
                totp: true,
                passkeys: 1,
                signed_in_at: Some(at()),
                unreachable: true,
            }],
            tokens: 2,
            on_call: 0,
        };
        for (name, may_change) in [("organisations", true), ("organisations-audit", false)] {
            check_page(name, OrgRole::Hub, |f| OrganisationsPage {
                f,
                rows: vec![row()],
                roster: roster(),
                may_change,
                roles: OrgRole::ALL,
            });
        }
    }
}
