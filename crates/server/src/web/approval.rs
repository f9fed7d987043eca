//! The approval page: what was sent, what leaves, what stays and why; the source's decision on exactly that.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use crate::web::{destinations, fault};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::ops::approval::{self, ApprovalForm, ApprovalView};
use hub::ops::findable::{self, Findable};
use model::consent::Destinations;
use model::id::SubmissionId;
use model::item::Slot;

#[derive(Template)]
#[template(path = "approval.html")]
struct ApprovalPage {
    f: Frame,
    view: ApprovalView,
    chosen: Destinations,
    now: bool,
    changed: bool,
    may_decide: bool,
    /// Each value that leaves, and how many could be the source of all.
    findable: (Vec<Findable>, usize),
}

impl ApprovalPage {
    /// The slot by which a value that names the source is let pass, where it can be.
    fn passable(&self, value: &str) -> Option<&Slot> {
        self.view.slots.iter().find(|slot| slot.names_you() && slot.value == value)
    }

    /// The words that can be restored.
    fn words(&self) -> Vec<&Slot> {
        self.view.slots.iter().filter(|slot| !slot.names_you()).collect()
    }
}

/// The page.
pub(crate) async fn get(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    page(&shown(&v, id, false).await?)
}

async fn shown(v: &Visit, id: SubmissionId, changed: bool) -> Result<ApprovalPage, Fault> {
    let view = approval::show(&v.hub, v.caller().reporter()?, id).await?;
    let may_decide = v.caller().approver().is_ok();
    let findable = findable::findable(&v.hub, v.caller().reporter()?, id).await?;
    Ok(ApprovalPage {
        findable,
        f: v.frame().await?,
        view,
        chosen: Destinations::default(),
        now: false,
        changed,
        may_decide,
    })
}

/// Approves or refuses. A draft that changed since it was shown is shown anew, and nothing is decided.
pub(crate) async fn post(v: Visit, Id(id): Id<SubmissionId>, Form(fields): Form<Fields>) -> Answer {
    let source = v.caller().approver()?;
    if fields.one("decision") == "refuse" {
        approval::refuse(&v.hub, source, id).await?;
        return done(&format!("/submissions/{id}"), "flash-refused");
    }
    let form = form(&fields)?;
    let anew = shown(&v, id, true).await?;
    if anew.view.fingerprint != form.fingerprint {
        return Ok(fault::as_is((StatusCode::CONFLICT, page(&anew)?).into_response()));
    }
    approval::approve(&v.hub, source, id, form).await?;
    done(&format!("/submissions/{id}"), "flash-approved")
}

fn form(fields: &Fields) -> Result<ApprovalForm, Fault> {
    Ok(ApprovalForm {
        fingerprint: fields.one("fingerprint").to_owned(),
        destinations: destinations::read(fields)?,
        now: fields.one("delay") == "now",
        cuts: fields.all("cut"),
        restored: fields.all("restore"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{both, check_page, content, submission_id, unread};
    use hub::ops::approval::Choices;
    use model::id::{OrgId, SectorId};
    use model::item::{DropReason, Dropped};
    use model::role::OrgRole;
    use model::tlp::Tlp;

    fn view(open: bool) -> ApprovalView {
        let dropped = |path: &str, value: &str, reason| Dropped {
            path: path.to_owned(),
            value: value.to_owned(),
            reason,
        };
        let slot = |name: &str, value: &str| Slot {
            name: name.to_owned(),
            value: value.to_owned(),
            indicator: None,
        };
        ApprovalView {
            id: submission_id(),
            code: "7K3M-Q2XP-D".to_owned(),
            sent: vec![
                ("from".to_owned(), "Billing <billing@evil.example>".to_owned()),
                ("text".to_owned(), "北山様\n<script>".to_owned()),
            ],
            leaves: content(),
            bundle: "{}".to_owned(),
            text: both("請求書を装うメールです。", "A mail poses as an invoice."),
            dropped: vec![
                dropped("header To", "s.kitayama@asagiri.example", DropReason::NamesRecipient),
                dropped("body link 2", "?u=c2tpdGF5YW1h", DropReason::QueryValue),
            ],
            unread: unread(),
            slots: vec![
                slot("subject", "<請求書> の件"),
                slot("attachment-1-name", "あさぎり.zip"),
                slot("names-you-1", "asagiri-login.example"),
            ],
            names_you: vec![("indicator 3".to_owned(), "asagiri-login.example".to_owned())],
            tlp: Tlp::Amber,
            choices: Choices {
                sectors: vec![(SectorId::from_random([5; 16]), both("電力", "Power"), 12)],
                everybody: 17,
                government: 1,
                police: 1,
                foreign: 0,
                bodies: vec![(OrgId::from_random([7; 16]), both("産業安全省", "Ministry of Safety"))],
            },
            audience: both("電力業界の全組織", "all of the power sector"),
            open,
            fingerprint: "4f2a9c".to_owned(),
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        let page = |f, open, may_decide| ApprovalPage {
            f,
            view: view(open),
            chosen: Destinations { all: true, ..Destinations::default() },
            now: false,
            changed: true,
            may_decide,
            findable: (vec![Findable { value: "asagiri-login.example".to_owned(), with: 1, without: 24 }], 1),
        };
        check_page("approval", OrgRole::Member, |f| page(f, true, true));
        check_page("approval-look", OrgRole::Member, |f| page(f, true, false));
        check_page("approval-closed", OrgRole::Member, |f| page(f, false, true));
    }

    #[test]
    fn a_form_reads_as_it_was_ticked() {
        let pairs = [
            ("fingerprint", "f"),
            ("all", "yes"),
            ("delay", "now"),
            ("cut", "domain evil.example"),
            ("restore", "subject"),
        ];
        let fields = Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        let read = form(&fields).unwrap();
        assert_eq!((read.fingerprint.as_str(), read.now, read.destinations.all), ("f", true, true));
        assert_eq!(
            (read.cuts, read.restored),
            (["domain evil.example".to_owned()].into(), ["subject".to_owned()].into())
        );
        assert!(form(&Fields::default()).is_err(), "no destination, no consent");
    }
}
