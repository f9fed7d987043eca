//! Erasing one's own submission for good, its certificate, and the decision about one that was sealed for its marking.

use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use hub::ops::membership::{self, Certificate};
use hub::ops::mine;
use model::id::SubmissionId;

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage {
    f: Frame,
    paper: Certificate,
}

/// Erases; the certificate is the answer.
pub(crate) async fn post(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let paper = membership::erase(&v.hub, v.caller().approver()?, id).await?;
    page(&CertificatePage { f: v.frame().await?, paper })
}

/// Says that a sealed submission may be read.
pub(crate) async fn unseal(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    mine::unseal(&v.hub, v.caller().approver()?, id).await?;
    done(&format!("/submissions/{id}"), "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page, submission_id};
    use model::role::OrgRole;

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
            },
        });
    }
}
