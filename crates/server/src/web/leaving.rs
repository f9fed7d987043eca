//! An organisation leaves for good: the page that says what ends with it, and the act, which takes its short name typed by hand.
//! A click that was meant for the button beside, or for the next row, must not destroy what a member sent.

use crate::web::fault::{Fault, as_is};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::membership;
use model::id::OrgId;
use model::org::Organisation;
use model::role::OrgRole;

#[derive(Template)]
#[template(path = "leave.html")]
struct LeavePage {
    f: Frame,
    org: Organisation,
    /// Whether something else than its short name was typed.
    wrong: bool,
}

/// What can leave: the hub itself cannot, and what is not there is as absent as what never was.
async fn leaver(v: &Visit, id: OrgId) -> Result<Organisation, Fault> {
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let found = roster.organisation(id).filter(|org| !org.roles.contains(&OrgRole::Hub));
    found.cloned().ok_or(Fault::Hub(HubError::NotFound))
}

/// Asks once more, and for the short name.
pub(crate) async fn get(v: Visit, Id(id): Id<OrgId>) -> Answer {
    v.caller().operator()?;
    let org = leaver(&v, id).await?;
    page(&LeavePage { f: v.frame().await?, org, wrong: false })
}

/// Takes it out, when the form carries its short name.
pub(crate) async fn post(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    let by = AsRegistrar::Operator(v.caller().operator()?);
    let org = leaver(&v, id).await?;
    if fields.one("slug") != org.slug {
        let again = page(&LeavePage { f: v.frame().await?, org, wrong: true })?;
        return Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, again).into_response()));
    }
    membership::leave(&v.hub, by, id).await?;
    done("/organisations", "flash-left")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page};

    #[test]
    fn the_page_in_both_languages() {
        let org = || Organisation {
            id: OrgId::from_random([1; 16]),
            slug: "asagiri".to_owned(),
            name: both("あさぎり電力", "Asagiri Power"),
            parent: None,
            roles: [OrgRole::Member].into(),
            sectors: [].into(),
        };
        for (name, wrong) in [("leave", false), ("leave-wrong", true)] {
            check_page(name, OrgRole::Hub, |f| LeavePage { f, org: org(), wrong });
        }
    }
}
