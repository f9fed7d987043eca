//! Erasing one's own submission for good, which takes its receipt code typed by hand; its certificate; and the decision about one that
//! was sealed for its marking.

use crate::web::fault::{Fault, as_is};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::membership::{self, Certificate};
use hub::ops::mine::{self, MyRow};
use model::id::SubmissionId;

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage {
    f: Frame,
    paper: Certificate,
}

impl CertificatePage {
    /// The certificate in the address of its own link: it is kept nowhere from where it could be fetched.
    fn note(&self) -> String {
        data_encoding::BASE64.encode(self.paper.note.as_bytes())
    }
}

#[derive(Template)]
#[template(path = "erase.html")]
struct ErasePage {
    f: Frame,
    row: MyRow,
    /// Whether something else than its receipt code was typed.
    wrong: bool,
}

/// What is there to be erased.
async fn kept(v: &Visit, id: SubmissionId) -> Result<MyRow, Fault> {
    v.caller().approver()?;
    let view = mine::show(&v.hub, v.caller().source()?, id).await?;
    if view.kept { Ok(view.row) } else { Err(Fault::Hub(HubError::NotFound)) }
}

/// Asks once more, and for the receipt code.
pub(crate) async fn get(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let row = kept(&v, id).await?;
    page(&ErasePage { f: v.frame().await?, row, wrong: false })
}

/// Erases, when the form carries the receipt code as people write it; the certificate is the answer.
pub(crate) async fn post(v: Visit, Id(id): Id<SubmissionId>, Form(fields): Form<Fields>) -> Answer {
    match membership::erase(&v.hub, v.caller().approver()?, id, fields.one("code")).await {
        Ok(paper) => page(&CertificatePage { f: v.frame().await?, paper }),
        Err(HubError::Invalid("code", _)) => {
            let row = kept(&v, id).await?;
            let again = page(&ErasePage { f: v.frame().await?, row, wrong: true })?;
            Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, again).into_response()))
        }
        Err(why) => Err(why.into()),
    }
}

/// Says that a sealed submission may be read.
pub(crate) async fn unseal(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    mine::unseal(&v.hub, v.caller().approver()?, id).await?;
    done(&format!("/submissions/{id}"), "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page, my_row, submission_id};
    use model::role::OrgRole;

    #[test]
    fn the_question_in_both_languages() {
        for (name, wrong) in [("erase", false), ("erase-wrong", true)] {
            check_page(name, OrgRole::Member, |f| ErasePage { f, row: my_row(), wrong });
        }
    }

    #[test]
    fn the_certificate_in_both_languages() {
        check_page("certificate", OrgRole::Member, |f| CertificatePage {
            f,
            paper: Certificate {
                code: "ABCD-EFGH-J".to_owned(),
                received_at: at(),
                erased_at: at(),
                submission: submission_id(),
                bytes: 4_096,
                note: "noroshi.example/erasure-certificate@v1\n\n\u{2014} hub AAAA\n".to_owned(),
            },
        });
    }
}
