//! What two people of the hub decide together: who comes in as hub staff, and who becomes an organisation's administrator.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin;
use hub::ops::admission::{self, Admission, NewAdmission};
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
}

async fn shown(v: &Visit, link: Option<String>) -> Result<AdmissionsPage, Fault> {
    let rows = admission::list(&v.hub, v.caller().rescuer()?).await?;
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let organisations = roster.organisations.into_iter().map(|o| (o.id, o.name)).collect();
    let may = |role: &&PersonRole| role.of_hub() || **role == PersonRole::OrgAdmin;
    let roles = PersonRole::ALL.iter().filter(may).copied().collect();
    Ok(AdmissionsPage { f: v.frame().await?, rows, organisations, roles, link })
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
        let row = |may_decide: bool| Admission {
            id: AdmissionId::from_random([u8::from(may_decide); 16]),
            organisation: both("あさぎり電力", "Asagiri Power"),
            name: "北山".to_owned(),
            roles: [PersonRole::OrgAdmin].into(),
            reason: "the last administrator left <at once>".to_owned(),
            asked_by: "operator".to_owned(),
            asked_at: at(),
            decided_by: (!may_decide).then(|| "releaser".to_owned()),
            agreed: (!may_decide).then_some(true),
            may_decide,
        };
        check_page("admissions", OrgRole::Hub, |f| AdmissionsPage {
            f,
            rows: vec![row(true), row(false)],
            organisations: vec![(OrgId::from_random([1; 16]), both("あさぎり電力", "Asagiri Power"))],
            roles: vec![PersonRole::OrgAdmin, PersonRole::Triager],
            link: Some("https://hub.example/join?t=x".to_owned()),
        });
    }
}
