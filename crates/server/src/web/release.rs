//! Release and recall, each confirmed on a page of its own; the board of a recall.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::draft::{self, DraftView};
use hub::ops::release::{self, Holder, Reader};
use hub::{HubError, Problem};
use model::id::{ItemId, OrgId, PersonId};
use model::item::RecallReason;
use model::lang::Bilingual;
use model::state::ItemState;
use model::tlp::Tlp;

#[derive(Template)]
#[template(path = "release.html")]
struct ReleasePage {
    f: Frame,
    view: DraftView,
    /// For TLP:RED: who can be named.
    readers: Vec<Reader>,
}

impl ReleasePage {
    fn is(&self, state: ItemState) -> bool {
        self.view.row.state == state
    }

    /// Whether there is something to decide, and by this person.
    fn may_decide(&self) -> bool {
        self.is(ItemState::Ready) && !self.view.edited_by_me
    }

    fn scheduled(&self) -> bool {
        self.is(ItemState::Scheduled)
    }

    /// Whether only another person can decide.
    fn is_own(&self) -> bool {
        self.is(ItemState::Ready) && self.view.edited_by_me
    }
}

#[derive(Template)]
#[template(path = "readers.html")]
struct ReadersPage {
    f: Frame,
    id: ItemId,
    title: Bilingual,
    readers: Vec<Reader>,
}

#[derive(Template)]
#[template(path = "recall.html")]
struct RecallPage {
    f: Frame,
    view: DraftView,
    reasons: &'static [RecallReason],
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    f: Frame,
    id: ItemId,
    rows: Vec<Holder>,
    confirmed: usize,
    /// When nobody knows who was served it.
    unknown: Vec<(jiff::Timestamp, jiff::Timestamp)>,
}

/// Shows once more what would leave, and to whom. What was decided shows when it leaves, and no button that would be refused.
pub(crate) async fn release_get(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let who = v.caller().releaser()?;
    let view = draft::show(&v.hub, v.caller().staff()?, id).await?;
    let readers = match view.row.tlp {
        Tlp::Red => release::readers_offered(&v.hub, who, id).await?,
        _ => Vec::new(),
    };
    page(&ReleasePage { f: v.frame().await?, view, readers })
}

/// Releases.
pub(crate) async fn release_post(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    let releaser = v.caller().releaser()?;
    match fields.ticked("named") {
        true => release::release_to(&v.hub, releaser, id, named(&fields)?).await?,
        false => release::release(&v.hub, releaser, id).await?,
    };
    done(&format!("/drafts/{id}"), "flash-released")
}

/// Who may read what was decided already.
pub(crate) async fn readers_get(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let readers = release::readers_offered(&v.hub, v.caller().releaser()?, id).await?;
    let title = draft::show(&v.hub, v.caller().staff()?, id).await?.row.title;
    page(&ReadersPage { f: v.frame().await?, id, title, readers })
}

/// Changes that.
pub(crate) async fn readers_post(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    release::name_readers(&v.hub, v.caller().releaser()?, id, named(&fields)?).await?;
    done(&format!("/drafts/{id}"), "flash-saved")
}

/// The ticked persons: each box says for which organisation, as `ORGANISATION/PERSON`.
fn named(fields: &Fields) -> Result<Vec<(OrgId, PersonId)>, HubError> {
    let pair = |text: &String| {
        let (org, person) = text.split_once('/')?;
        Some((org.parse().ok()?, person.parse().ok()?))
    };
    let all: Option<Vec<_>> = fields.all("person").iter().map(pair).collect();
    all.ok_or(HubError::Invalid("person", Problem::PersonsOfThePage))
}

/// Asks for the reason of a recall.
pub(crate) async fn recall_get(v: Visit, Id(id): Id<ItemId>) -> Answer {
    v.caller().releaser()?;
    let view = draft::show(&v.hub, v.caller().staff()?, id).await?;
    page(&RecallPage { f: v.frame().await?, view, reasons: RecallReason::ALL })
}

/// Recalls.
pub(crate) async fn recall_post(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    release::recall(&v.hub, v.caller().releaser()?, id, fields.read("reason")?).await?;
    done(&format!("/drafts/{id}/board"), "flash-recalled")
}

/// Who has confirmed the removal, and whom to phone.
pub(crate) async fn board(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let rows = release::recall_board(&v.hub, v.caller().staff()?, id).await?;
    let confirmed = rows.iter().filter(|row| row.confirmed_at.is_some()).count();
    let unknown = release::unknown(&v.hub, v.caller().staff()?, id).await?;
    page(&BoardPage { f: v.frame().await?, id, rows, confirmed, unknown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id};
    use model::role::OrgRole;

    #[test]
    fn readers_by_name_in_both_languages() {
        let reader = |named| Reader {
            organisation: OrgId::from_random([8; 16]),
            organisation_name: both("あさぎり電力", "Asagiri Power"),
            person: PersonId::from_random([9; 16]),
            name: "北山".to_owned(),
            named,
        };
        check_page("readers", OrgRole::Hub, |f| ReadersPage {
            f,
            id: item_id(),
            title: both("請求書を装うメール", "Mail that poses as an invoice"),
            readers: vec![reader(true), reader(false)],
        });
    }

    #[test]
    fn a_release_in_every_state_in_both_languages() {
        use crate::web::draft::sample;
        for state in ItemState::ALL {
            for own in [false, true] {
                let view = || DraftView { edited_by_me: own, ..sample(*state) };
                let name = format!("release-{state}{}", if own { "-own" } else { "" });
                check_page(&name, OrgRole::Hub, |f| ReleasePage { f, view: view(), readers: Vec::new() });
                let frame = crate::web::samples::frame(model::lang::Lang::En, OrgRole::Hub);
                let html = ReleasePage { f: frame, view: view(), readers: Vec::new() }.render().unwrap();
                let offered = html.contains(">Release it</button>");
                assert_eq!(offered, *state == ItemState::Ready && !own, "{name}");
            }
        }
    }

    #[test]
    fn the_board_in_both_languages() {
        let row = |at: Option<jiff::Timestamp>| Holder {
            name: both("あさぎり電力", "Asagiri Power"),
            channels: vec!["taxii".to_owned(), "web".to_owned()],
            confirmed_at: at,
            phones: vec![("北山".to_owned(), Some("03-0000-0000".to_owned())), ("南".to_owned(), None)],
        };
        check_page("board", OrgRole::Hub, |f| BoardPage {
            f,
            id: item_id(),
            rows: vec![row(None), row(Some(at()))],
            confirmed: 1,
            unknown: vec![(at(), at())],
        });
    }
}
