//! One warning: what it says, the answer of the reader's organisation, its question to the source.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::log::receipt::of_item;
use hub::ops::question::Line;
use hub::ops::read::ItemView;
use hub::ops::{answer, question, read, urgent};
use model::answer::Progress;
use model::id::ItemId;

/// How a reader of these pages got the item.
const CHANNEL: &str = "web";

/// What an organisation can answer.
const CHOICES: &[Progress] = &[Progress::NotSeen, Progress::Seen, Progress::Swept];

#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage {
    f: Frame,
    view: ItemView,
    thread: Vec<Line>,
    may_answer: bool,
    may_ask: bool,
    urgent: bool,
    choices: &'static [Progress],
}

/// The page.
pub(crate) async fn get(v: Visit, Id(id): Id<ItemId>) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let view = read::item(&v.hub, &reader, id, CHANNEL).await?.into_inner();
    let thread = question::mine(&v.hub, &reader, id).await?;
    let (may_answer, may_ask) = (v.caller().answerer().is_ok(), v.caller().asker().is_ok());
    let urgent = urgent::waits(&v.hub, &reader, id).await?;
    page(&ItemPage { f: v.frame().await?, view, thread, may_answer, may_ask, urgent, choices: CHOICES })
}

/// The STIX bundle.
pub(crate) async fn bundle(v: Visit, Id(id): Id<ItemId>) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let view = read::item(&v.hub, &reader, id, CHANNEL).await?.into_inner();
    let name = format!("noroshi-{id}-v{}.json", view.row.version);
    file(&name, "application/stix+json;version=2.1", view.bundle.into_bytes())
}

/// The receipt of the log: that this was told, and when.
pub(crate) async fn proof(v: Visit, Id(id): Id<ItemId>) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let receipt = of_item(&v.hub, &reader, id).await?;
    file(&format!("noroshi-{id}.tlog-proof"), "text/plain; charset=utf-8", receipt.file.into_bytes())
}

/// Keeps the answer.
pub(crate) async fn answer(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    let who = v.caller().answerer()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    answer::answer(&v.hub, who, &reader, id, fields.read("progress")?, fields.perhaps("machines")?).await?;
    done(&format!("/items/{id}"), "flash-answered")
}

/// Keeps that the recalled item is removed.
pub(crate) async fn confirm_recall(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let who = v.caller().answerer()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    answer::confirm_recall(&v.hub, who, &reader, id).await?;
    done(&format!("/items/{id}"), "flash-recall-confirmed")
}

/// Asks the source through the hub.
pub(crate) async fn ask(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    question::ask(&v.hub, &reader, id, fields.one("text")).await?;
    done(&format!("/items/{id}"), "flash-asked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, content, item_id};
    use hub::ops::read::InboxRow;
    use model::id::QuestionId;
    use model::item::{ItemContent, RecallReason};
    use model::question::Voice;
    use model::role::OrgRole;
    use model::tlp::Tlp;

    fn view(recalled: Option<RecallReason>, content: ItemContent) -> ItemView {
        let title = both("請求書を装うメール", "Mail that poses as an invoice");
        let tlp = Tlp::AmberStrict;
        let row = InboxRow {
            id: item_id(),
            version: 1,
            title,
            tlp,
            released_at: at(),
            recalled,
            progress: Progress::Seen,
            exercise: true,
        };
        let text = both(
            "請求書を装うメールが届いています。\n<b>注意</b>してください。",
            "A mail poses as an invoice.\nBe careful.",
        );
        ItemView { row, text, content, bundle: "{}".to_owned(), machines: Some(120), recall_confirmed: false }
    }

    #[test]
    fn the_page_in_both_languages() {
        let line = Line {
            question: QuestionId::from_random([4; 16]),
            n: 1,
            voice: Voice::Recipient,
            text: "添付は開かれましたか。".to_owned(),
            at: at(),
            relayed: true,
        };
        let page = |f, view| ItemPage {
            f,
            view,
            thread: vec![line.clone()],
            may_answer: true,
            may_ask: true,
            urgent: true,
            choices: CHOICES,
        };
        check_page("item", OrgRole::Member, |f| page(f, view(None, content())));
        check_page("item-recalled", OrgRole::Member, |f| {
            page(f, view(Some(RecallReason::Leak), ItemContent::default()))
        });
    }
}
