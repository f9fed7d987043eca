//! Questions that staff relays between recipients and unnamed sources.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::question::{self, Thread};
use model::id::QuestionId;

#[derive(Template)]
#[template(path = "questions.html")]
struct QuestionsPage {
    f: Frame,
    threads: Vec<Thread>,
    may_write: bool,
}

/// The open threads.
pub(crate) async fn get(v: Visit) -> Answer {
    let threads = question::open(&v.hub, v.caller().staff()?).await?;
    page(&QuestionsPage { f: v.frame().await?, threads, may_write: v.caller().analyst().is_ok() })
}

/// Lets a line pass to the other side.
pub(crate) async fn relay(v: Visit, Id(id): Id<QuestionId>, Form(fields): Form<Fields>) -> Answer {
    question::relay(&v.hub, v.caller().analyst()?, id, fields.read("line")?).await?;
    done("/questions", "flash-relayed")
}

/// Writes as the hub.
pub(crate) async fn reply(v: Visit, Id(id): Id<QuestionId>, Form(fields): Form<Fields>) -> Answer {
    question::write(&v.hub, v.caller().analyst()?, id, fields.one("text")).await?;
    done("/questions", "flash-replied")
}
