//! Figures as pictures: the hub's board, and the one page for a director.

use crate::web::chart::{self, Column};
use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::markup::Markup;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use hub::ops::board::{self, AsViewer, Board, Director};
use jiff::Timestamp;
use model::submission::Kind;

#[derive(Template)]
#[template(path = "figures.html")]
struct FiguresPage {
    f: Frame,
    view: Board,
    now: Timestamp,
}

impl FiguresPage {
    fn by_week(&self) -> Markup {
        let kinds: Vec<String> = Kind::ALL.iter().map(|k| self.f.name("submission-kind", k)).collect();
        let column = |week: &board::Week| Column { label: short(week.begins), parts: week.by_kind.clone() };
        let columns: Vec<Column> = self.view.weeks.iter().map(column).collect();
        chart::bars(&self.f.t("board-by-week"), &kinds, &columns)
    }

    fn times(&self) -> Markup {
        let points: Vec<(String, Option<u64>)> =
            self.view.weeks.iter().map(|w| (short(w.begins), w.minutes)).collect();
        chart::line(&self.f.t("board-minutes"), &self.f.t("board-minutes-unit"), &points)
    }

    fn total(&self) -> u64 {
        self.view.weeks.iter().flat_map(|w| &w.by_kind).sum()
    }

    /// Minutes for which the oldest due job has waited.
    fn late(&self) -> u64 {
        let due = self.view.jobs.oldest.and_then(|at| Timestamp::from_microsecond(at).ok());
        due.map_or(0, |at| u64::try_from(self.now.duration_since(at).as_mins()).unwrap_or(0))
    }
}

/// A week under the axis: the day on which it begins.
fn short(at: Timestamp) -> String {
    at.strftime("%m/%d").to_string()
}

/// The hub's board.
pub(crate) async fn get(v: Visit) -> Answer {
    let who = match v.caller().staff() {
        Ok(staff) => AsViewer::Staff(staff),
        Err(_) => AsViewer::Operator(v.caller().operator().map_err(Fault::from)?),
    };
    let view = board::board(&v.hub, who).await?;
    page(&FiguresPage { now: v.hub.now(), f: v.frame().await?, view })
}

#[derive(Template)]
#[template(path = "director.html")]
struct DirectorPage {
    f: Frame,
    view: Director,
    now: Timestamp,
}

impl DirectorPage {
    fn picture(&self) -> Markup {
        let kinds = [self.f.t("director-warnings"), self.f.t("director-sent")];
        let column = |(at, warnings, sent): &(Timestamp, u64, u64)| Column {
            label: short(*at),
            parts: vec![*warnings, *sent],
        };
        let columns: Vec<Column> = self.view.weeks.iter().map(column).collect();
        chart::bars(&self.f.t("director-picture"), &kinds, &columns)
    }

    fn organisation(&self) -> &str {
        self.f.who.as_ref().map_or("", |who| self.f.say(&who.organisation))
    }
}

/// The director's page.
pub(crate) async fn director(v: Visit) -> Answer {
    v.caller().reader()?;
    let view = board::director(&v.hub, v.caller()).await?;
    page(&DirectorPage { now: v.hub.now(), f: v.frame().await?, view })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use hub::ops::board::{Queue, Waits, Week};
    use model::role::OrgRole;

    #[test]
    fn the_pages_in_both_languages() {
        let week = |n: i64| Week {
            begins: model::time::plus_days(at(), 7 * n),
            by_kind: vec![n.unsigned_abs(), 1, 0, 2],
            minutes: (n != 3).then_some(n.unsigned_abs()),
        };
        check_page("figures", OrgRole::Hub, |f| FiguresPage {
            f,
            view: Board {
                weeks: (0..13).map(week).collect(),
                open_consents: 2,
                oldest_consent: Some(at()),
                queue: 3,
                members: 12,
                jobs: Queue { due: 1, oldest: Some(at().as_microsecond()), failed: 1 },
                waits: Waits { leaves: 2, letters: 1, refused: 1 },
            },
            now: model::time::plus_days(at(), 1),
        });
        check_page("director", OrgRole::Member, |f| DirectorPage {
            f,
            view: Director {
                weeks: (0..13).map(|n| (model::time::plus_days(at(), 7 * n), 2, 1)).collect(),
                warnings: 26,
                answered: 20,
                seen: 1,
                sent: 13,
                shared: 4,
                open: 1,
                people: 5,
                protected: 3,
                on_call: 0,
                approvers: 1,
                since: at(),
            },
            now: at(),
        });
    }
}
