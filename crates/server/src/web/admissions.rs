//! What two people of the hub decide together: who comes in as hub staff, and who becomes an organisation's administrator.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin;
use hub::ops::admission::{self, Admission, NewAdmission, OBJECTION_HOURS};
use jiff::Timestamp;
use model::id::{AdmissionId, OrgId};
use model::lang::Bilingual;
use model::role::PersonRole;

#[derive(Template)]
#[template(path = "admissions.html")]
struct AdmissionsPage {
    f: Frame,
    rows: Vec<Admission>,
    organisations: Vec<(OrgId, Bilingual)>,
    roles: Vec<PersonRole>,
    link: Option<String>,
    hours: u32,
    now: Timestamp,
}

impl AdmissionsPage {
    /// Until when an administrator of the organisation can refuse it, and nobody agree.
    fn waits(&self, row: &Admission) -> Option<Timestamp> {
        row.waits_until.filter(|until| self.now < *until)
    }
}

async fn shown(v: &Visit, link: Option<String>) -> Result<AdmissionsPage, Fault> {
    let rows = admission::list(&v.hub, v.caller().rescuer()?).await?;
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let organisations = roster.organisations.into_iter().map(|o| (o.id, o.name)).collect();
    let may = |role: &&PersonRole| role.of_hub() || **role == PersonRole::OrgAdmin;
    let roles = PersonRole::ALL.iter().filter(may).copied().collect();
    let (hours, now) = (OBJECTION_HOURS, v.hub.now());
    Ok(AdmissionsPage { f: v.frame().await?, rows, organisations, roles, link, hours, now })
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&shown(&v, None).await?)
}

/// Asks.
pub(crate) async fn ask(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let new = NewAdmission {
        organisation: fields.read("organisation")?,
        name: fields.one("name").to_owned(),
        address: fields.one("address").to_owned(),
        roles: fields.read_all("role")?,
        reason: fields.one("reason").to_owned(),
        relieves: fields.lines("relieves").into_iter().collect(),
    };
    admission::ask(&v.hub, v.caller().rescuer()?, new).await?;
    done("/admissions", "flash-asked-admission")
}

/// Agrees; the link is shown once.
pub(crate) async fn agree(v: Visit, Id(id): Id<AdmissionId>) -> Answer {
    let link = admission::agree(&v.hub, v.caller().rescuer()?, id).await?;
    page(&shown(&v, Some(link)).await?)
}

/// Refuses.
pub(crate) async fn refuse(v: Visit, Id(id): Id<AdmissionId>) -> Answer {
    admission::refuse(&v.hub, v.caller().rescuer()?, id).await?;
    done("/admissions", "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let later = "2026-11-27T04:15:00Z".parse().ok();
        let row = |n: u8, may_decide: bool, waits_until| Admission {
            id: AdmissionId::from_random([n; 16]),
            organisation: both("あさぎり電力", "Asagiri Power"),
            name: "北山".to_owned(),
            roles: [PersonRole::OrgAdmin].into(),
            reason: "the last administrator left <at once>".to_owned(),
            relieves: vec!["東".to_owned()],
            asked_by: "operator".to_owned(),
            asked_at: at(),
            waits_until,
            decided_by: (!may_decide).then(|| "releaser".to_owned()),
            agreed: (!may_decide).then_some(true),
            may_decide,
        };
        check_page("admissions", OrgRole::Hub, |f| AdmissionsPage {
            f,
            rows: vec![row(1, true, None), row(2, false, None), row(3, true, later)],
            organisations: vec![(OrgId::from_random([1; 16]), both("あさぎり電力", "Asagiri Power"))],
            roles: vec![PersonRole::OrgAdmin, PersonRole::Triager],
            link: Some("https://hub.example/join?t=x".to_owned()),
            hours: OBJECTION_HOURS,
            now: at(),
        });
    }
}
