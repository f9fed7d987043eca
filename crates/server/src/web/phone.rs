//! Hub staff records a telephone call or a fax on an organisation's behalf, in two steps: the organisation is chosen, and then whom of
//! it one has called back, from the register. What the caller gives as its number is not asked for.

use crate::web::again;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::upload::Upload;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use axum::extract::Form;
use hub::HubError;
use hub::ops::admin;
use hub::ops::spoken::{self, Callable, Spoken};
use hub::ops::submit::Receipt;
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

/// Whom of the chosen organisation to call back, and what was said. An address that held whose call it is would stand in the log of any proxy
/// before the hub, a minute before the submission does.
pub(crate) async fn of(v: Visit, Form(fields): Form<Fields>) -> Answer {
    page(&record_page(&v, fields.read("organisation")?).await?)
}

async fn record_page(v: &Visit, id: OrgId) -> Result<RecordPage, Fault> {
    let (name, people) = spoken::to_call(&v.hub, v.caller().triager()?, id).await?;
    Ok(RecordPage { f: v.frame().await?, id, name, people, media: Medium::ALL })
}

/// Records it; the receipt code is shown for the caller. What is wrong is said on the same page, with everything that was typed.
pub(crate) async fn record(v: Visit, upload: Upload) -> Answer {
    let Upload { fields, file } = upload;
    let (org, chosen) = (fields.read("organisation")?, file.is_some());
    match recorded(&v, org, &fields, file).await {
        Ok(receipt) => choose(&v, Some(receipt.code.as_str().to_owned())).await,
        Err(Fault::Hub(HubError::Invalid(field, problem))) => {
            let asked = record_page(&v, org).await?;
            let html = asked.render().map_err(|_| Fault::Page)?;
            let form = ("/phone/record", &fields, chosen);
            Ok(again::on(&html, asked.f.lang, form, (field, &problem)))
        }
        Err(why) => Err(why),
    }
}

async fn recorded(
    v: &Visit,
    organisation: OrgId,
    fields: &Fields,
    file: Option<(Option<String>, Vec<u8>)>,
) -> Result<Receipt, Fault> {
    let said = Spoken {
        organisation,
        text: fields.one("text").to_owned(),
        medium: fields.read("medium")?,
        caller: fields.words("caller"),
        called_back: fields.read("called_back")?,
        file,
    };
    Ok(spoken::on_behalf(&v.hub, v.caller().triager()?, said).await?)
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
