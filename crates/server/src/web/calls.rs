//! Urgent warnings that nobody has acknowledged: for the hub, whom to phone; for a recipient, the button.

use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use hub::ops::read;
use hub::ops::urgent::{self, Calls, OpenCall};
use model::id::ItemId;

#[derive(Template)]
#[template(path = "calls.html")]
struct CallsPage {
    f: Frame,
    rows: Vec<OpenCall>,
}

/// The hub's page.
pub(crate) async fn get(v: Visit) -> Answer {
    let rows = urgent::open_calls(&v.hub, v.caller().staff()?).await?;
    page(&CallsPage { f: v.frame().await?, rows })
}

/// Marks an item as urgent.
pub(crate) async fn mark(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let said = match urgent::mark(&v.hub, v.caller().releaser()?, id).await? {
        Calls::Begun => "flash-urgent",
        Calls::AtRelease => "flash-urgent-later",
    };
    done(&format!("/drafts/{id}"), said)
}

/// A recipient acknowledges.
pub(crate) async fn acknowledge(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let who = v.caller().answerer()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    urgent::acknowledge(&v.hub, who, &reader, id).await?;
    done(&format!("/items/{id}"), "flash-acknowledged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let row = |next| OpenCall {
            item: item_id(),
            organisation: both("あさぎり電力", "Asagiri Power"),
            place: 1,
            next_at: next,
            people: vec![("北山".to_owned(), Some("03-0000-0000".to_owned())), ("南".to_owned(), None)],
        };
        let rows = || vec![row(Some(at())), row(None)];
        check_page("calls", OrgRole::Hub, |f| CallsPage { f, rows: rows() });
        check_page("calls-none", OrgRole::Hub, |f| CallsPage { f, rows: Vec::new() });
    }
}
