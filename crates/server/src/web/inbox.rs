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
