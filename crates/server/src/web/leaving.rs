//! An organisation leaves for good: the page that says what ends with it, and the act, which takes its short name typed by hand.
//! A click that was meant for the button beside, or for the next row, must not destroy what a member sent.

use crate::web::fault::{Fault, as_is};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, page};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::membership::{self, Left};
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

#[derive(Template)]
#[template(path = "left.html")]
struct LeftPage {
    f: Frame,
    org: Organisation,
    left: Left,
}

impl LeftPage {
    /// The certificate in the address of its own link: it is kept nowhere from where it could be fetched.
    fn note(&self) -> String {
        data_encoding::BASE64.encode(self.left.certificate.as_bytes())
    }
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

/// Takes it out, when the form carries its short name; the certificate is the answer.
pub(crate) async fn post(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    let by = AsRegistrar::Operator(v.caller().operator()?);
    let org = leaver(&v, id).await?;
    match membership::leave(&v.hub, by, id, fields.one("slug")).await {
        Ok(left) => page(&LeftPage { f: v.frame().await?, org, left }),
        Err(HubError::Invalid("slug", _)) => {
            let again = page(&LeavePage { f: v.frame().await?, org, wrong: true })?;
            Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, again).into_response()))
        }
        Err(why) => Err(why.into()),
    }
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
        for (name, on_hold) in [("left", 0), ("left-on-hold", 1)] {
            let certificate = "noroshi.example/erasure-certificate@v1\n\n\u{2014} hub AAAA\n".to_owned();
            let left = Left { keys: 19, on_hold, certificate };
            check_page(name, OrgRole::Hub, |f| LeftPage { f, org: org(), left: left.clone() });
        }
    }
}
