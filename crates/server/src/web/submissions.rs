//! What one's own organisation sent: the list, one submission with its path, replies and withdrawal.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::path::{Step, steps};
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::log::receipt::of_submission;
use hub::ops::mine::{self, MyRow, MySubmission};
use hub::ops::question;
use model::id::SubmissionId;
use model::state::{Actor, SubmissionAct, SubmissionState};

#[derive(Template)]
#[template(path = "submissions.html")]
struct ListPage {
    f: Frame,
    rows: Vec<MyRow>,
    next: Option<String>,
    paged: bool,
    here: &'static str,
}

#[derive(Template)]
#[template(path = "submission.html")]
struct OnePage {
    f: Frame,
    view: MySubmission,
    steps: Vec<Step>,
    may_reply: bool,
    may_withdraw: bool,
    may_erase: bool,
    may_see_approval: bool,
    may_file: bool,
}

#[derive(Template)]
#[template(path = "withdraw.html")]
struct WithdrawPage {
    f: Frame,
    row: MyRow,
}

/// The list.
pub(crate) async fn list(v: Visit) -> Answer {
    let found = mine::list(&v.hub, v.caller().source()?, &v.page_request()).await?;
    page(&ListPage {
        f: v.frame().await?,
        rows: found.rows,
        next: found.next,
        paged: v.paged(),
        here: "/submissions",
    })
}

/// One.
pub(crate) async fn get(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let view = mine::show(&v.hub, v.caller().source()?, id).await?;
    let state = view.row.state;
    page(&OnePage {
        f: v.frame().await?,
        steps: steps(state),
        may_reply: v.caller().reporter().is_ok(),
        may_withdraw: v.caller().approver().is_ok() && withdrawable(state),
        may_erase: v.caller().approver().is_ok() && view.kept,
        may_see_approval: v.caller().reporter().is_ok() && has_approval(state),
        may_file: v.caller().filer().is_ok() && v.caller().reporter().is_ok(),
        view,
    })
}

fn withdrawable(state: SubmissionState) -> bool {
    state.after(SubmissionAct::Withdraw, Actor::Source).is_ok()
}

/// Whether the source was ever shown what would leave.
fn has_approval(state: SubmissionState) -> bool {
    use SubmissionState as S;
    matches!(
        state,
        S::AwaitingApproval | S::Approved | S::ApprovedWithCuts | S::Refused | S::Lapsed | S::Shared
    )
}

/// The bytes as they were sent.
pub(crate) async fn raw(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let source = v.caller().source()?;
    let row = mine::show(&v.hub, source, id).await?.row;
    let bytes = mine::raw(&v.hub, source, id).await?;
    file(&format!("{}.bin", row.code), "application/octet-stream", bytes)
}

/// The receipt of the log: pending until the next beat.
pub(crate) async fn proof(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let source = v.caller().source()?;
    let row = mine::show(&v.hub, source, id).await?.row;
    let receipt = of_submission(&v.hub, source, id).await?;
    file(&format!("{}.tlog-proof", row.code), "text/plain; charset=utf-8", receipt.file.into_bytes())
}

/// Replies to the hub.
pub(crate) async fn reply(v: Visit, Id(id): Id<SubmissionId>, Form(fields): Form<Fields>) -> Answer {
    question::reply(&v.hub, v.caller().reporter()?, id, fields.one("text")).await?;
    done(&format!("/submissions/{id}"), "flash-replied")
}

/// Asks once more before withdrawing.
pub(crate) async fn withdraw_get(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    v.caller().approver()?;
    let view = mine::show(&v.hub, v.caller().source()?, id).await?;
    page(&WithdrawPage { f: v.frame().await?, row: view.row })
}

/// Withdraws.
pub(crate) async fn withdraw_post(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    mine::withdraw(&v.hub, v.caller().approver()?, id).await?;
    done(&format!("/submissions/{id}"), "flash-withdrawn")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id, submission_id, unread};
    use hub::ops::question::Line;
    use model::answer::{Band, Bands};
    use model::id::QuestionId;
    use model::question::Voice;
    use model::role::OrgRole;
    use model::submission::{Door, Kind, Verdict};

    fn row(state: SubmissionState) -> MyRow {
        let code = "7K3M-Q2XP-D".to_owned();
        let verdict = Some(Verdict::Targeted);
        MyRow {
            id: submission_id(),
            code,
            received_at: at(),
            door: Door::Web,
            kind: Kind::Mail,
            state,
            verdict,
            exercise: false,
            subject: Some("至急: <b>請求書</b>".to_owned()),
        }
    }

    fn view(state: SubmissionState) -> MySubmission {
        let question = QuestionId::from_random([4; 16]);
        let line = Line {
            question,
            n: 1,
            voice: Voice::Hub,
            text: both("確認します。", "").ja,
            at: at(),
            relayed: true,
        };
        MySubmission {
            row: row(state),
            sent: vec![("subject".to_owned(), "至急: <b>請求書</b>".to_owned())],
            note: "mail.eml\n昨夜届きました。".to_owned(),
            unread: unread(),
            item: Some(item_id()),
            to_approve: state == SubmissionState::AwaitingApproval,
            bands: Bands { seen: Band::ThreeToFive, not_seen: Band::OverTen },
            thread: vec![line],
            markings: vec!["部内限り".to_owned()],
            kept: true,
        }
    }

    #[test]
    fn the_pages_in_both_languages() {
        let rows: Vec<MyRow> = SubmissionState::ALL.iter().map(|s| row(*s)).collect();
        let here = "/submissions";
        check_page("submissions", OrgRole::Member, |f| ListPage {
            f,
            rows: rows.clone(),
            next: None,
            paged: false,
            here,
        });
        check_page("submissions-empty", OrgRole::Member, |f| ListPage {
            f,
            rows: Vec::new(),
            next: None,
            paged: false,
            here,
        });
        check_page("withdraw", OrgRole::Member, |f| WithdrawPage { f, row: row(SubmissionState::Shared) });
    }

    #[test]
    fn every_state_has_its_page() {
        for state in SubmissionState::ALL {
            check_page(&format!("submission-{state}"), OrgRole::Member, |f| OnePage {
                f,
                steps: steps(*state),
                may_reply: true,
                may_withdraw: withdrawable(*state),
                may_erase: true,
                may_see_approval: has_approval(*state),
                may_file: true,
                view: view(*state),
            });
        }
    }
}
