//! The list of drafts and items, and the acts on one that need no page of their own.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::draft::{self, ItemRow};
use model::id::ItemId;
use model::state::ItemState;

#[derive(Template)]
#[template(path = "drafts.html")]
struct DraftsPage {
    f: Frame,
    rows: Vec<ItemRow>,
    state: Option<ItemState>,
    states: &'static [ItemState],
    next: Option<String>,
    paged: bool,
    here: String,
}

/// The list.
pub(crate) async fn list(v: Visit) -> Answer {
    let staff = v.caller().staff()?;
    let state: Option<ItemState> = v.query.state.as_deref().and_then(|s| s.parse().ok());
    let found = draft::list(&v.hub, staff, state, &v.page_request()).await?;
    let here = state.map_or_else(|| "/drafts".to_owned(), |s| format!("/drafts?state={s}"));
    let (next, paged) = (found.next, v.paged());
    page(&DraftsPage {
        f: v.frame().await?,
        rows: found.rows,
        state,
        states: ItemState::ALL,
        next,
        paged,
        here,
    })
}

/// Asks the sources.
pub(crate) async fn ask(v: Visit, Id(id): Id<ItemId>) -> Answer {
    draft::ask(&v.hub, v.caller().analyst()?, id).await?;
    done(&format!("/drafts/{id}"), "flash-sources-asked")
}

/// Lifts a hold.
pub(crate) async fn clear(v: Visit, Id(id): Id<ItemId>) -> Answer {
    draft::clear_hold(&v.hub, v.caller().analyst()?, id).await?;
    done(&format!("/drafts/{id}"), "flash-cleared")
}

/// Begins a new version.
pub(crate) async fn revise(v: Visit, Id(id): Id<ItemId>) -> Answer {
    draft::revise(&v.hub, v.caller().analyst()?, id).await?;
    done(&format!("/drafts/{id}"), "flash-revising")
}

/// Puts another submission's part in.
pub(crate) async fn add_source(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    draft::add_source(&v.hub, v.caller().analyst()?, id, fields.read("submission")?).await?;
    done(&format!("/drafts/{id}"), "flash-source-added")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id};
    use model::role::OrgRole;
    use model::tlp::Tlp;

    #[test]
    fn the_page_in_both_languages() {
        let row = |state: &ItemState| ItemRow {
            id: item_id(),
            state: *state,
            title: both("請求書を装うメール", "Mail that poses as an invoice"),
            version: 1,
            live: None,
            tlp: Tlp::Green,
            changed_at: at(),
            sources: 2,
            by_machine: true,
            exercise: true,
        };
        let rows: Vec<ItemRow> = ItemState::ALL.iter().map(row).collect();
        let page = |f, rows, state| DraftsPage {
            f,
            rows,
            state,
            states: ItemState::ALL,
            next: None,
            paged: false,
            here: "/drafts".into(),
        };
        check_page("drafts", OrgRole::Hub, |f| page(f, rows.clone(), Some(ItemState::Ready)));
        check_page("drafts-empty", OrgRole::Hub, |f| page(f, Vec::new(), None));
    }
}
