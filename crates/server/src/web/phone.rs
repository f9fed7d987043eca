//! Hub staff records a telephone call or a fax on an organisation's behalf, after calling back.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin;
use hub::ops::submit::{self, Spoken};
use model::id::OrgId;
use model::lang::Bilingual;

#[derive(Template)]
#[template(path = "phone.html")]
struct PhonePage {
    f: Frame,
    organisations: Vec<(OrgId, Bilingual)>,
    code: Option<String>,
}

async fn shown(v: &Visit, code: Option<String>) -> Answer {
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let organisations = roster.organisations.into_iter().map(|o| (o.id, o.name)).collect();
    page(&PhonePage { f: v.frame().await?, organisations, code })
}

/// The form.
pub(crate) async fn get(v: Visit) -> Answer {
    shown(&v, None).await
}

/// Records it; the receipt code is shown for the caller.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let spoken = Spoken {
        organisation: fields.read("organisation")?,
        text: fields.one("text").to_owned(),
        called_back: fields.ticked("called").then(|| fields.one("number").to_owned()),
    };
    let receipt = submit::on_behalf(&v.hub, v.caller().triager()?, spoken).await?;
    shown(&v, Some(receipt.code.as_str().to_owned())).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let organisations = || vec![(OrgId::from_random([1; 16]), both("あさぎり電力", "Asagiri Power"))];
        for code in [None, Some("ABCD-EFGH-J".to_owned())] {
            check_page("phone", OrgRole::Hub, |f| PhonePage {
                f,
                organisations: organisations(),
                code: code.clone(),
            });
        }
    }
}
