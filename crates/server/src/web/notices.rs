//! The notices of an organisation: that something happened, never what.

use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use hub::ops::notice::{self, Notice};

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    f: Frame,
    rows: Vec<Notice>,
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    v.caller().reader()?;
    let rows = notice::list(&v.hub, v.caller()).await?;
    page(&NoticesPage { f: v.frame().await?, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page, item_id, submission_id};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let notice = |kind: &str, mine: bool| Notice {
            kind: kind.to_owned(),
            item: (!mine).then(item_id),
            submission: mine.then(submission_id),
            report: None,
            at: at(),
            read_at: None,
        };
        let rows =
            vec![notice("released", false), notice("ask-approval", true), notice("something-new", false)];
        check_page("notices", OrgRole::Member, |f| NoticesPage { f, rows: rows.clone() });
        check_page("notices-empty", OrgRole::Member, |f| NoticesPage { f, rows: Vec::new() });
    }
}
