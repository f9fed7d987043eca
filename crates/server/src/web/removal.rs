//! Somebody is taken out of an organisation: the page that says what ends and what stays, and the act, which takes the sign-in name typed by
//! hand. A click that was meant for the person beside must not end the right one's sessions and tokens.

use crate::web::fault::{Fault, as_is};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::people::{self, PersonView};
use model::id::PersonId;
use model::naming;

#[derive(Template)]
#[template(path = "remove.html")]
struct RemovePage {
    f: Frame,
    one: PersonView,
    /// To whom it could hand over, and whether that one was chosen.
    others: Vec<(PersonId, String, bool)>,
    /// Whether it is whoever asks.
    oneself: bool,
    /// Whether something else than its sign-in name was typed.
    wrong: bool,
}

/// Somebody of one's own organisation; everybody else is as absent as whoever never was.
async fn leaver(v: &Visit, id: PersonId, to: Option<PersonId>) -> Result<RemovePage, Fault> {
    let mut all = people::list(&v.hub, v.caller().org_admin()?).await?.people;
    let at = all.iter().position(|one| one.id == id).ok_or(Fault::Hub(HubError::NotFound))?;
    let one = all.remove(at);
    let others = all.into_iter().map(|other| (other.id, other.name, Some(other.id) == to)).collect();
    Ok(RemovePage { f: v.frame().await?, one, others, oneself: id == v.who.person, wrong: false })
}

/// Asks once more, and for the sign-in name.
pub(crate) async fn get(v: Visit, Id(id): Id<PersonId>) -> Answer {
    page(&leaver(&v, id, None).await?)
}

/// Takes somebody out, with or without handing over to another.
pub(crate) async fn post(v: Visit, Id(id): Id<PersonId>, Form(fields): Form<Fields>) -> Answer {
    let to = fields.perhaps("to")?;
    let asked = leaver(&v, id, to).await?;
    if naming::sign_in(fields.one("login")).is_none_or(|typed| typed != asked.one.login) {
        let again = page(&RemovePage { wrong: true, ..asked })?;
        return Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, again).into_response()));
    }
    let admin = v.caller().org_admin()?;
    match to {
        Some(to) => people::hand_over(&v.hub, admin, id, to).await?,
        None => people::remove(&v.hub, admin, id).await?,
    }
    done(if asked.oneself { "/" } else { "/people" }, "flash-removed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use model::role::{OrgRole, PersonRole};

    #[test]
    fn the_page_in_both_languages() {
        for (name, oneself, wrong) in [("remove", false, false), ("remove-wrong", true, true)] {
            let one = PersonView {
                id: PersonId::from_random([1; 16]),
                login: "kita".to_owned(),
                name: "北山 <しおり>".to_owned(),
                roles: [PersonRole::Reporter].into(),
                address: None,
                phone: None,
                unreachable: false,
                totp: true,
                passkeys: 0,
                signed_in_at: Some(at()),
                on_call: None,
            };
            let others = vec![(PersonId::from_random([2; 16]), "<南>".to_owned(), wrong)];
            check_page(name, OrgRole::Member, |f| RemovePage {
                f,
                one: one.clone(),
                others: others.clone(),
                oneself,
                wrong,
            });
        }
    }
}
