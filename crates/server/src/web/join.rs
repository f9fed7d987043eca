//! What an invitation leads to: a new account, a further organisation for whoever is signed in, or a new password.

use crate::auth::Identity;
use crate::state::App;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, done, hub_name, page};
use crate::web::{language, sign_in};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, Uri};
use hub::ops::people::{self, Invitation, NewAccount};
use hub::{HubError, Problem};

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    f: Frame,
    invitation: Invitation,
    token: String,
}

#[derive(serde::Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    t: String,
}

impl JoinPage {
    /// Where somebody who has an account signs in, and comes back from.
    fn sign_in(&self) -> String {
        sign_in::address(&format!("/join?t={}", self.token))
    }
}

/// What the link offers.
pub(crate) async fn get(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    uri: Uri,
    Query(link): Query<Link>,
) -> Answer {
    let invitation = people::invitation(&app.hub, &link.t).await.map_err(over)?;
    let lang = language::of(&headers, &uri);
    let mut f = Frame::outside(lang, language::without_asides(&uri));
    f.hub_name = hub_name(&app.hub, lang);
    if let Identity::Session(who) = identity {
        f.who = Some(*who);
    }
    page(&JoinPage { f, invitation, token: link.t })
}

/// Takes it up.
pub(crate) async fn post(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    uri: Uri,
    Form(fields): Form<Fields>,
) -> Answer {
    let token = fields.one("token");
    if let (Identity::Session(who), "own") = (&identity, fields.one("as")) {
        people::join_as(&app.hub, token, who.person).await.map_err(over)?;
        return done("/preferences", "flash-joined");
    }
    // a link that is over is said before what is wrong with a form that leads nowhere
    people::invitation(&app.hub, token).await.map_err(over)?;
    if fields.one("password") != fields.one("again") {
        return Err(Fault::Hub(HubError::Invalid("again", Problem::PasswordsDiffer)));
    }
    let new = NewAccount {
        login: fields.one("login").to_owned(),
        name: fields.one("name").to_owned(),
        lang: language::of(&headers, &uri),
        zone: Some(fields.one("zone")).filter(|z| !z.is_empty()).unwrap_or("Asia/Tokyo").to_owned(),
        password: fields.one("password").to_owned(),
    };
    people::join(&app.hub, token, new).await.map_err(over)?;
    done("/sign-in", "flash-joined")
}

/// A link that does not hold is told from a page that is not there: whoever got it has to ask for another.
fn over(why: HubError) -> Fault {
    if matches!(why, HubError::NotFound) { Fault::LinkOver } else { Fault::Hub(why) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use model::role::{OrgRole, PersonRole};

    #[test]
    fn the_page_in_both_languages() {
        let invitation = |reset| Invitation {
            organisation: both("あさぎり電力", "Asagiri Power"),
            name: "北山".to_owned(),
            roles: [PersonRole::Approver].into(),
            expires_at: at(),
            reset,
        };
        for (name, reset) in [("join", false), ("join-reset", true)] {
            check_page(name, OrgRole::Member, |f| JoinPage {
                f,
                invitation: invitation(reset),
                token: "t\"".to_owned(),
            });
        }
    }
}
