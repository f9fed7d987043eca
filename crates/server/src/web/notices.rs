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
