//! The organisations of the community, for whoever keeps the roster and for the auditor: a list to find one in. What there is to read and to
//! change about one stands on its own page, [`super::organisation`].

use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::markup::in_address;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use hub::ops::admin::AsRegistrar;
use hub::ops::register::{self, AsOverseer, Listed};

#[derive(Template)]
#[template(path = "organisations.html")]
struct OrganisationsPage {
    f: Frame,
    rows: Vec<Listed>,
    wanted: String,
    may_change: bool,
    next: Option<String>,
    paged: bool,
    here: String,
}

/// Who looks, and whether it may change something: the auditor reads, the operator changes.
pub(crate) fn overseer(v: &Visit) -> Result<(AsOverseer, bool), Fault> {
    match v.caller().operator() {
        Ok(by) => Ok((AsOverseer::Registrar(AsRegistrar::Operator(by)), true)),
        Err(_) => Ok((AsOverseer::Auditor(v.caller().auditor()?), false)),
    }
}

/// The list.
pub(crate) async fn get(v: Visit) -> Answer {
    let (by, may_change) = overseer(&v)?;
    let wanted = v.query.q.as_deref().unwrap_or_default().trim().to_owned();
    let found = register::list(&v.hub, by, &wanted, &v.page_request()).await?;
    let here = match wanted.as_str() {
        "" => "/organisations".to_owned(),
        wanted => format!("/organisations?q={}", in_address(wanted)),
    };
    let (rows, next, paged) = (found.rows, found.next, v.paged());
    page(&OrganisationsPage { f: v.frame().await?, rows, wanted, may_change, next, paged, here })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use model::id::OrgId;
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let row = |n: u8| Listed {
            id: OrgId::from_random([n; 16]),
            slug: format!("asagiri-{n}"),
            name: both("あさぎり電力", "Asagiri Power"),
            parent: (n > 1).then(|| both("あさぎり", "Asagiri")),
            roles: [OrgRole::Member].into(),
            agreement: (n > 1).then(|| ("2026-04".to_owned(), at())),
            people: u64::from(n - 1),
            on_call: u64::from(n - 1),
        };
        for (name, may_change, rows, wanted) in [
            ("organisations", true, 3, ""),
            ("organisations-audit", false, 2, "<あさ>"),
            ("organisations-none", true, 0, "x"),
        ] {
            check_page(name, OrgRole::Hub, |f| OrganisationsPage {
                f,
                rows: (1..=rows).map(row).collect(),
                wanted: wanted.to_owned(),
                may_change,
                next: (rows == 3).then(|| "next".to_owned()),
                paged: rows == 3,
                here: "/organisations".to_owned(),
            });
        }
    }
}
