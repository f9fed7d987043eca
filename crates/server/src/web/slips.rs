//! For hub staff: answers that came on paper or by telephone, and links handed out by other ways than mail.

use crate::web::check_form::{self, AnswerForm};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::check::link::Handed;
use hub::ops::check::slip::{self, Awaited};
use model::id::PutId;

#[derive(Template)]
#[template(path = "slips.html")]
struct SlipsPage {
    f: Frame,
    rows: Vec<(Awaited, AnswerForm)>,
    may_write: bool,
}

#[derive(Template)]
#[template(path = "slip_link.html")]
struct LinkPage {
    f: Frame,
    link: Handed,
}

/// The list of what is awaited.
pub(crate) async fn list(v: Visit) -> Answer {
    let rows = slip::awaited(&v.hub, v.caller().staff()?).await?;
    let rows = rows.into_iter().enumerate().map(|(n, one)| {
        let action = format!("/slips/{}", one.put.id);
        (one, AnswerForm { n: format!("-{n}"), ..AnswerForm::new(action, None) })
    });
    page(&SlipsPage { f: v.frame().await?, rows: rows.collect(), may_write: v.caller().triager().is_ok() })
}

/// Keeps a slip.
pub(crate) async fn record(v: Visit, Id(id): Id<PutId>, Form(fields): Form<Fields>) -> Answer {
    slip::record(&v.hub, v.caller().triager()?, id, &check_form::read(&fields)?).await?;
    done("/slips", "flash-slip-kept")
}

/// Makes a link, shown once.
pub(crate) async fn link(v: Visit, Id(id): Id<PutId>) -> Answer {
    let link = slip::hand_out(&v.hub, v.caller().triager()?, id).await?;
    page(&LinkPage { f: v.frame().await?, link })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::checks::tests::put_view;
    use crate::web::samples::{at, both, check_page};
    use model::check::CheckState;
    use model::role::OrgRole;

    #[test]
    fn the_pages_in_both_languages() {
        let row = |n: usize| {
            let put = put_view(CheckState::Overdue);
            let form = AnswerForm { n: format!("-{n}"), ..AnswerForm::new("/slips/x".to_owned(), None) };
            (Awaited { organisation: both("みさき精工", "Misaki Seiko"), put }, form)
        };
        let page = |f, rows| SlipsPage { f, rows, may_write: true };
        check_page("slips", OrgRole::Hub, |f| page(f, vec![row(0), row(1)]));
        check_page("slips-empty", OrgRole::Hub, |f| page(f, Vec::new()));
        let url = "http://127.0.0.1:8440/c/abc".to_owned();
        let link = Handed { url, code: "012345".to_owned(), expires_at: at() };
        check_page("slip-link", OrgRole::Hub, |f| LinkPage { f, link: link.clone() });
    }
}
