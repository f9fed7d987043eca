//! The approval page: what was sent, what leaves, what stays and why; the source's decision on exactly that.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::text::text;
use crate::web::visit::{Answer, Id, Visit, done, page};
use crate::web::{destinations, fault};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::ops::approval::{self, ApprovalForm, ApprovalView};
use model::consent::Destinations;
use model::id::SubmissionId;

#[derive(Template)]
#[template(path = "approval.html")]
struct ApprovalPage {
    f: Frame,
    view: ApprovalView,
    chosen: Destinations,
    now: bool,
    changed: bool,
    may_decide: bool,
}

/// The page.
pub(crate) async fn get(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    page(&shown(&v, id, false).await?)
}

async fn shown(v: &Visit, id: SubmissionId, changed: bool) -> Result<ApprovalPage, Fault> {
    let view = approval::show(&v.hub, v.caller().reporter()?, id).await?;
    let may_decide = v.caller().approver().is_ok();
    Ok(ApprovalPage { f: v.frame().await?, view, chosen: Destinations::default(), now: false, changed, may_decide })
}

/// Approves or refuses. A draft that changed since it was shown is shown anew, and nothing is decided.
pub(crate) async fn post(v: Visit, Id(id): Id<SubmissionId>, Form(fields): Form<Fields>) -> Answer {
    let source = v.caller().approver()?;
    if fields.one("decision") == "refuse" {
        approval::refuse(&v.hub, source, id).await?;
        return done(&format!("/submissions/{id}"), "flash-refused");
    }
    let form = form(&fields, &text(v.who.lang, "approval-no-destination"))?;
    let anew = shown(&v, id, true).await?;
    if anew.view.fingerprint != form.fingerprint {
        return Ok(fault::as_is((StatusCode::CONFLICT, page(&anew)?).into_response()));
    }
    approval::approve(&v.hub, source, id, form).await?;
    done(&format!("/submissions/{id}"), "flash-approved")
}

fn form(fields: &Fields, nothing: &str) -> Result<ApprovalForm, Fault> {
    Ok(ApprovalForm {
        fingerprint: fields.one("fingerprint").to_owned(),
        destinations: destinations::read(fields, nothing)?,
        now: fields.one("delay") == "now",
        cuts: fields.all("cut"),
        restored: fields.all("restore"),
    })
}
