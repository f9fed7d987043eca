//! The sectors, for whoever keeps the roster and for the auditor: what they are called, and how many independent organisations each has.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::organisations::overseer;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin::AsRegistrar;
use hub::ops::sector::{self, Counted};

#[derive(Template)]
#[template(path = "sectors.html")]
struct SectorsPage {
    f: Frame,
    rows: Vec<Counted>,
    /// Independent organisations below which nothing is released to a sector alone.
    least: usize,
    may_change: bool,
}

impl SectorsPage {
    /// Whether it is too small to be named alone.
    fn small(&self, row: &Counted) -> bool {
        row.independent < self.least
    }
}

/// The list.
pub(crate) async fn get(v: Visit) -> Answer {
    let (by, may_change) = overseer(&v)?;
    let (rows, least) = (sector::list(&v.hub, by).await?, v.hub.settings().sector_min);
    page(&SectorsPage { f: v.frame().await?, rows, least, may_change })
}

/// Adds one.
pub(crate) async fn add(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let by = AsRegistrar::Operator(v.caller().operator()?);
    sector::add(&v.hub, by, fields.one("slug"), fields.bilingual()).await?;
    done("/sectors", "flash-saved")
}

/// Changes what one is called.
pub(crate) async fn rename(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let by = AsRegistrar::Operator(v.caller().operator()?);
    sector::rename(&v.hub, by, fields.read("sector")?, fields.bilingual()).await?;
    done("/sectors", "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page};
    use model::id::SectorId;
    use model::org::Sector;
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let row = |n: u8| Counted {
            sector: Sector {
                id: SectorId::from_random([n; 16]),
                slug: format!("energy-{n}"),
                name: both("電力", "Energy"),
            },
            independent: usize::from(4 * n),
        };
        for (name, may_change, count) in
            [("sectors", true, 3), ("sectors-audit", false, 1), ("sectors-none", true, 0)]
        {
            let rows: Vec<Counted> = (1..=count).map(row).collect();
            check_page(name, OrgRole::Hub, |f| SectorsPage { f, rows: rows.clone(), least: 8, may_change });
        }
    }
}
