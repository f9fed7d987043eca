//! Asking others to check: the list of one's own asks, the form, the board, the end.

use crate::web::fields::{Fields, not_a_day};
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::{Form, Query};
use hub::HubError;
use hub::ops::check::board::{AskView, Board};
use hub::ops::check::{ask, board, talk};
use hub::ops::question::Line;
use hub::ops::read::{self, InboxRow};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::check::Counts;
use model::check::term::{DUE_DAYS_MAX, UNNAMED_DAYS};
use model::id::{CheckId, OrgId};
use model::lang::Bilingual;
use sharing::Released;

#[derive(Template)]
#[template(path = "asks.html")]
struct AsksPage {
    f: Frame,
    rows: Vec<AskView>,
    next: Option<String>,
    paged: bool,
    here: &'static str,
}

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage {
    f: Frame,
    items: Vec<InboxRow>,
    chosen: Asked,
    whom: Vec<(OrgId, Bilingual)>,
    counts: &'static [Counts],
    hub: bool,
    first_day: String,
    last_day: String,
}

impl AskPage {
    fn is_chosen(&self, row: &InboxRow) -> bool {
        self.chosen.item == row.id.to_string()
    }
}

#[derive(Template)]
#[template(path = "ask_board.html")]
struct BoardPage {
    f: Frame,
    board: Board,
    thread: Vec<Line>,
}

/// What the address of the form may carry: the item, and the check that it hands on.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    item: String,
    parent: String,
}

/// The list.
pub(crate) async fn list(v: Visit) -> Answer {
    let found = board::list(&v.hub, v.caller().asker()?, &v.page_request()).await?;
    let (rows, next) = (found.rows, found.next);
    page(&AsksPage { f: v.frame().await?, rows, next, paged: v.paged(), here: "/asks" })
}

/// The form.
pub(crate) async fn form(v: Visit, Query(chosen): Query<Asked>) -> Answer {
    let asker = v.caller().asker()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let items = read::inbox(&v.hub, &reader, &hub::PageRequest { after: None, limit: 100 }).await?;
    let day = |days| date(model::time::plus_days(v.hub.now(), days), &v.who.zone);
    page(&AskPage {
        f: v.frame().await?,
        items: items.rows.into_iter().map(Released::into_inner).filter(|i| i.recalled.is_none()).collect(),
        chosen,
        whom: ask::whom(&v.hub, asker).await?,
        counts: Counts::ALL,
        hub: asker.hub,
        first_day: day(UNNAMED_DAYS),
        last_day: day(DUE_DAYS_MAX - 1),
    })
}

/// Asks.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let asker = v.caller().asker()?;
    let reader = read::audiences(&v.hub, v.caller()).await?;
    let named = fields.ticked("named");
    let new = ask::NewCheck {
        item: fields.read("item")?,
        whom: fields.read_all("whom")?,
        named,
        due_at: due(fields.one("due"), &v.who.zone)?,
        counts: if named { fields.read("counts")? } else { Counts::LogsAndMachines },
        parent: fields.perhaps("parent")?,
    };
    let id = ask::ask(&v.hub, asker, &reader, new).await?;
    done(&format!("/asks/{id}"), "flash-check-asked")
}

/// The board.
pub(crate) async fn get(v: Visit, Id(id): Id<CheckId>) -> Answer {
    let board = board::board(&v.hub, v.caller().asker()?, id).await?;
    let thread = talk::of_asker(&v.hub, v.caller().asker()?, id).await?;
    page(&BoardPage { f: v.frame().await?, board, thread })
}

/// Writes to whom it asked, through the hub.
pub(crate) async fn reply(v: Visit, Id(id): Id<CheckId>, Form(fields): Form<Fields>) -> Answer {
    talk::reply(&v.hub, v.caller().asker()?, id, fields.one("text")).await?;
    done(&format!("/asks/{id}"), "flash-replied")
}

/// Ends it.
pub(crate) async fn close(v: Visit, Id(id): Id<CheckId>) -> Answer {
    ask::close(&v.hub, v.caller().asker()?, id).await?;
    done(&format!("/asks/{id}"), "flash-check-ended")
}

fn date(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).date().to_string()
}

/// The end of a day in the person's zone: "by Friday" means that Friday still counts.
fn due(day: &str, zone: &str) -> Result<Timestamp, HubError> {
    let invalid = || HubError::Invalid("due", not_a_day(day));
    let day: Date = day.parse().map_err(|_| invalid())?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let end = day.at(23, 59, 59, 0).to_zoned_datetime(zone).map_err(|_| invalid())?;
    Ok(end.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::checks::tests::given;
    use crate::web::samples::{at, both, check_page, item_id};
    use hub::ops::check::board::BoardRow;
    use model::answer::{Band, Bands};
    use model::check::{CheckState, Totals};
    use model::role::OrgRole;

    #[test]
    fn a_due_day_is_whole_in_the_persons_zone() {
        let check = |day: &str, zone: &str, expected: &str| {
            assert_eq!(due(day, zone).unwrap(), expected.parse::<Timestamp>().unwrap(), "{day} {zone}");
        };
        check("2026-11-27", "Asia/Tokyo", "2026-11-27T14:59:59Z");
        check("2026-11-27", "no/such", "2026-11-27T23:59:59Z");
        assert!(due("Friday", "UTC").is_err());
    }

    fn view(named: bool) -> AskView {
        AskView {
            id: CheckId::from_random([6; 16]),
            item: item_id(),
            title: both("請求書を装うメール", "Mail that poses as an invoice"),
            named,
            handed_on: named,
            counts: Counts::Mail,
            asked_at: at(),
            due_at: at(),
            closed_at: named.then(at),
            totals: Totals {
                asked: 5,
                opened: 4,
                answered: 3,
                overdue: 1,
                machines: 812,
                ..Totals::default()
            },
        }
    }

    #[test]
    fn the_pages_in_both_languages() {
        let rows = vec![view(false), view(true)];
        let list = |f, rows| AsksPage { f, rows, next: None, paged: false, here: "/asks" };
        check_page("asks", OrgRole::Member, |f| list(f, rows.clone()));
        check_page("asks-empty", OrgRole::Member, |f| list(f, Vec::new()));
        let form = |f, hub, whom| AskPage {
            f,
            items: Vec::new(),
            chosen: Asked { item: item_id().to_string(), parent: String::new() },
            whom,
            counts: Counts::ALL,
            hub,
            first_day: "2026-11-27".to_owned(),
            last_day: "2027-02-23".to_owned(),
        };
        let supplier = (OrgId::from_random([4; 16]), both("みさき精工", "Misaki Seiko"));
        check_page("ask", OrgRole::Member, |f| form(f, false, vec![supplier.clone()]));
        check_page("ask-nobody", OrgRole::Member, |f| form(f, false, Vec::new()));
        check_page("ask-hub", OrgRole::Hub, |f| form(f, true, vec![supplier.clone()]));
        let rows: Vec<BoardRow> = CheckState::ALL
            .iter()
            .map(|state| BoardRow {
                organisation: both("みさき精工", "Misaki Seiko"),
                state: *state,
                opened: *state != CheckState::Asked,
                answer: (*state == CheckState::Answered).then(|| given().answer),
                answered_at: (*state == CheckState::Answered).then(at),
            })
            .collect();
        let bands = Bands { seen: Band::ThreeToFive, not_seen: Band::OverTen };
        for (name, org, found) in
            [("ask-board", OrgRole::Member, None), ("ask-board-hub", OrgRole::Hub, Some(bands))]
        {
            let board = Board { ask: view(false), rows: rows.clone(), found };
            check_page(name, org, |f| BoardPage { f, board: board.clone(), thread: Vec::new() });
        }
    }
}
