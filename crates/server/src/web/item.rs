//! One warning: what it says, the answer of the reader's organisation, its question to the source.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::question::Line;
use hub::ops::read::ItemView;
use hub::ops::{answer, question, read};
use model::answer::Progress;
use model::id::ItemId;

/// What an organisation can answer.
const CHOICES: &[Progress] = &[Progress::NotSeen, Progress::Seen, Progress::Swept];

#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage {
    f: Frame,
    view: ItemView,
    thread: Vec<Line>,
    may_answer: bool,
    choices: &'static [Progress],
}

/// The page.
pub(crate) async fn get(v: Visit, Id(id): Id<ItemId>) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let view = read::item(&v.hub, &reader, id).await?.into_inner();
    let thread = question::mine(&v.hub, &reader, id).await?;
    let may_answer = v.caller().answerer().is_ok();
    page(&ItemPage { f: v.frame().await?, view, thread, may_answer, choices: CHOICES })
}

/// The STIX bundle.
pub(crate) async fn bundle(v: Visit, Id(id): Id<ItemId>) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let view = read::item(&v.hub, &reader, id).await?.into_inner();
    let name = format!("noroshi-{id}-v{}.json", view.row.version);
    file(&name, "application/stix+json;version=2.1", view.bundle.into_bytes())
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
