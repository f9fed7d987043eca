//! What one's own organisation was asked to check: the list, one with its warning, the answer.

use crate::web::check_form::{self, AnswerForm};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::check::put::{self, PutPage, PutView};
use hub::ops::check::talk;
use hub::ops::question::Line;
use model::check::{CheckState, Via};
use model::id::PutId;
use sharing::Released;

/// How a reader of these pages got the item.
const CHANNEL: &str = "web";

#[derive(Template)]
#[template(path = "checks.html")]
struct ChecksPage {
    f: Frame,
    rows: Vec<PutView>,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    f: Frame,
    view: PutPage,
    form: AnswerForm,
    thread: Vec<Line>,
    may_hand_on: bool,
    open: bool,
}

/// The list.
pub(crate) async fn list(v: Visit) -> Answer {
    let rows = put::list(&v.hub, v.caller().asked()?).await?;
    page(&ChecksPage { f: v.frame().await?, rows: rows.into_iter().map(Released::into_inner).collect() })
}

/// One.
pub(crate) async fn get(v: Visit, Id(id): Id<PutId>) -> Answer {
    let view = put::look(&v.hub, v.caller().asked()?, id, CHANNEL).await?.into_inner();
    let form = AnswerForm::new(format!("/checks/{id}/answer"), view.given.clone());
    let open = view.put.state != CheckState::Closed;
    page(&CheckPage {
        f: v.frame().await?,
        thread: talk::of_asked(&v.hub, v.caller().asked()?, id).await?,
        view,
        form,
        may_hand_on: open && v.caller().asker().is_ok(),
        open,
    })
}

/// The STIX bundle of the warning.
pub(crate) async fn bundle(v: Visit, Id(id): Id<PutId>) -> Answer {
    let view = put::look(&v.hub, v.caller().asked()?, id, CHANNEL).await?.into_inner();
    file(&format!("noroshi-check-{id}.json"), "application/stix+json;version=2.1", view.bundle.into_bytes())
}

/// Keeps the answer.
pub(crate) async fn answer(v: Visit, Id(id): Id<PutId>, Form(fields): Form<Fields>) -> Answer {
    put::answer(&v.hub, v.caller().asked()?, id, &check_form::read(&fields)?, Via::Web).await?;
    done(&format!("/checks/{id}"), "flash-check-answered")
}

/// Asks the hub, which relays it.
pub(crate) async fn question(v: Visit, Id(id): Id<PutId>, Form(fields): Form<Fields>) -> Answer {
    talk::ask(&v.hub, v.caller().asked()?, id, fields.one("text")).await?;
    done(&format!("/checks/{id}"), "flash-asked")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, content, item_id};
    use hub::ops::check::put::Given;
    use model::check::{CheckAnswer, CouldNot, Counts, Leaving, Totals};
    use model::item::RecallReason;
    use model::role::OrgRole;
    use model::tlp::Tlp;

    pub(in crate::web) fn put_view(state: CheckState) -> PutView {
        PutView {
            id: PutId::from_random([8; 16]),
            item: item_id(),
            title: both("請求書を装うメール", "Mail that poses as an invoice"),
            tlp: Tlp::Green,
            recalled: (state == CheckState::Closed).then_some(RecallReason::Error),
            exercise: state == CheckState::Opened,
            from: both("例示情報共有ハブ", "Example sharing hub"),
            counts: Counts::LogsAndMachines,
            state,
            asked_at: at(),
            due_at: at(),
        }
    }

    pub(in crate::web) fn given() -> Given {
        let answer = CheckAnswer {
            checked: 38,
            hits: 2,
            leaving: Leaving::Suspected,
            evidence: true,
            could_not: Some(CouldNot::NoLogs),
            words: "<2 台>".to_owned(),
        };
        Given { answer, receipt: "7K3M-Q2XP-D".to_owned(), revision: 2, at: at() }
    }

    pub(in crate::web) fn put_page(state: CheckState, given: Option<Given>) -> PutPage {
        let text = both("請求書を装うメールが届いています。", "A mail poses as an invoice.");
        PutPage {
            put: put_view(state),
            organisation: both("みさき精工", "Misaki Seiko"),
            text,
            content: content(),
            bundle: "{}".to_owned(),
            given,
            handed_on: vec![Totals { asked: 4, answered: 2, opened: 3, machines: 90, ..Totals::default() }],
        }
    }

    #[test]
    fn the_pages_in_both_languages() {
        let rows: Vec<PutView> = CheckState::ALL.iter().map(|s| put_view(*s)).collect();
        check_page("checks", OrgRole::Member, |f| ChecksPage { f, rows: rows.clone() });
        check_page("checks-empty", OrgRole::Member, |f| ChecksPage { f, rows: Vec::new() });
        let page = |f, state, given: Option<Given>| CheckPage {
            f,
            form: AnswerForm::new("/checks/x/answer".to_owned(), given.clone()),
            view: put_page(state, given),
            thread: Vec::new(),
            may_hand_on: true,
            open: state != CheckState::Closed,
        };
        check_page("check", OrgRole::Member, |f| page(f, CheckState::Asked, None));
        check_page("check-answered", OrgRole::Member, |f| page(f, CheckState::Answered, Some(given())));
        check_page("check-closed", OrgRole::Member, |f| page(f, CheckState::Closed, Some(given())));
    }
}
