//! Questions that staff relays between recipients and unnamed sources.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::question::{self, Thread};
use model::id::QuestionId;
use model::question::About;

#[derive(Template)]
#[template(path = "questions.html")]
struct QuestionsPage {
    f: Frame,
    threads: Vec<Thread>,
    may_write: bool,
}

impl QuestionsPage {
    /// On a check the sides are called otherwise.
    fn voices(&self, thread: &Thread) -> &'static str {
        if thread.about == About::Check { "voice-check" } else { "voice" }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id};
    use hub::ops::question::Line;
    use model::question::Voice;
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let id = QuestionId::from_random([4; 16]);
        let line = |n, relayed| Line {
            question: id,
            n,
            voice: Voice::Recipient,
            text: "添付は?".to_owned(),
            at: at(),
            relayed,
        };
        let lines = vec![line(1, true), line(2, false)];
        let thread = Thread {
            id,
            about: About::Item,
            item: Some(item_id()),
            asker: both("あさぎり電力", "Asagiri Power"),
            lines,
        };
        check_page("questions", OrgRole::Hub, |f| QuestionsPage {
            f,
            threads: vec![thread.clone()],
            may_write: true,
        });
        check_page("questions-empty", OrgRole::Hub, |f| QuestionsPage {
            f,
            threads: Vec::new(),
            may_write: false,
        });
    }
}
