//! The inbox: what was shared with the reader's organisation.

use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use hub::ops::read::{self, InboxRow};
use sharing::Released;

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    f: Frame,
    rows: Vec<InboxRow>,
    next: Option<String>,
    paged: bool,
    here: &'static str,
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    v.caller().reader()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let found = read::inbox(&v.hub, &reader, &v.page_request()).await?;
    let rows = found.rows.into_iter().map(Released::into_inner).collect();
    page(&InboxPage { f: v.frame().await?, rows, next: found.next, paged: v.paged(), here: "/inbox" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id};
    use model::answer::Progress;
    use model::item::RecallReason;
    use model::role::OrgRole;
    use model::tlp::Tlp;

    fn row(tlp: Tlp, progress: Progress, recalled: Option<RecallReason>) -> InboxRow {
        let title = both("請求書を装うメール", "Mail that poses as an invoice");
        InboxRow {
            id: item_id(),
            version: 2,
            title,
            tlp,
            released_at: at(),
            recalled,
            progress,
            exercise: tlp == Tlp::Clear,
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        let rows: Vec<InboxRow> = Tlp::ALL
            .iter()
            .zip(Progress::ALL)
            .map(|(tlp, progress)| row(*tlp, *progress, (*tlp == Tlp::Red).then_some(RecallReason::Leak)))
            .collect();
        let page = |f, rows, next| InboxPage { f, rows, next, paged: true, here: "/inbox" };
        check_page("inbox", OrgRole::Member, |f| page(f, rows.clone(), Some("a=&b".to_owned())));
        check_page("inbox-empty", OrgRole::Member, |f| page(f, Vec::new(), None));
    }
}
