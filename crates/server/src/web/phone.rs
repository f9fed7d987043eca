//! Hub staff records a telephone call or a fax on an organisation's behalf, in two steps: the organisation is chosen, and then whom of
//! it one has called back, from the register. What the caller gives as its number is not asked for.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::upload::Upload;
use crate::web::visit::{Answer, Id, Visit, page};
use askama::Template;
use axum::extract::Form;
use axum::response::{IntoResponse, Redirect};
use hub::ops::admin;
use hub::ops::spoken::{self, Callable, Spoken};
use model::id::OrgId;
use model::lang::Bilingual;
use model::submission::Medium;

#[derive(Template)]
#[template(path = "phone.html")]
struct ChoosePage {
    f: Frame,
    organisations: Vec<(OrgId, Bilingual)>,
    code: Option<String>,
}

#[derive(Template)]
#[template(path = "phone_record.html")]
struct RecordPage {
    f: Frame,
    id: OrgId,
    name: Bilingual,
    people: Vec<Callable>,
    media: &'static [Medium],
}

async fn choose(v: &Visit, code: Option<String>) -> Answer {
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let organisations = roster.organisations.into_iter().map(|o| (o.id, o.name)).collect();
    page(&ChoosePage { f: v.frame().await?, organisations, code })
}

/// For whom.
pub(crate) async fn get(v: Visit) -> Answer {
    choose(&v, None).await
}

/// Leads to the organisation's page.
pub(crate) async fn chosen(_v: Visit, Form(fields): Form<Fields>) -> Answer {
    let org: OrgId = fields.read("organisation")?;
    Ok(Redirect::to(&format!("/phone/{org}")).into_response())
}

/// Whom to call back, and what was said.
pub(crate) async fn of(v: Visit, Id(id): Id<OrgId>) -> Answer {
    let (name, people) = spoken::to_call(&v.hub, v.caller().triager()?, id).await?;
    page(&RecordPage { f: v.frame().await?, id, name, people, media: Medium::ALL })
}

/// Records it; the receipt code is shown for the caller.
pub(crate) async fn post(v: Visit, Id(id): Id<OrgId>, upload: Upload) -> Answer {
    let triager = v.caller().triager()?;
    let fields = &upload.fields;
    let said = Spoken {
        organisation: id,
        text: fields.one("text").to_owned(),
        medium: fields.read("medium")?,
        caller: fields.words("caller"),
        called_back: fields.read("called_back")?,
        file: upload.file,
    };
    let receipt = spoken::on_behalf(&v.hub, triager, said).await?;
    choose(&v, Some(receipt.code.as_str().to_owned())).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page};
    use model::id::PersonId;
    use model::role::OrgRole;

    #[test]
    fn the_pages_in_both_languages() {
        let id = OrgId::from_random([1; 16]);
        let name = || both("あさぎり電力", "Asagiri Power");
        for code in [None, Some("ABCD-EFGH-J".to_owned())] {
            check_page("phone", OrgRole::Hub, |f| ChoosePage {
                f,
                organisations: vec![(id, name())],
                code: code.clone(),
            });
        }
        let kita = Callable {
            person: PersonId::from_random([2; 16]),
            name: "北山".to_owned(),
            phone: "03-0000-0000".to_owned(),
        };
        for (page, people) in [("phone-record", vec![kita]), ("phone-nobody", Vec::new())] {
            check_page(page, OrgRole::Hub, |f| RecordPage {
                f,
                id,
                name: name(),
                people: people.clone(),
                media: Medium::ALL,
            });
        }
    }
}
