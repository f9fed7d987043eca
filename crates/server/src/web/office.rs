//! The office's pages: the board with what is late, one report as it was sent, and the answers to it.

use crate::web::dates;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use hub::ops::report::export::spreadsheet;
use hub::ops::report::incident::{self, Choice, EventView, ReportView};
use hub::ops::report::office;
use hub::{HubError, Problem};
use jiff::Timestamp;
use model::clock::Extension;
use model::id::ReportId;
use model::report::event::{Delay, Event};
use model::report::facts::{ClassState, ClassStatement};
use model::report::{Form as ReportForm, ReportState};

#[derive(Template)]
#[template(path = "office.html")]
struct BoardPage {
    f: Frame,
    rows: Vec<ReportView>,
    late: usize,
    waiting: usize,
}

/// The board.
pub(crate) async fn board(v: Visit) -> Answer {
    let rows = office::board(&v.hub, v.caller().office()?).await?;
    let is_late = |r: &&ReportView| r.duties.iter().any(|d| d.late && d.sent.is_none());
    let late = rows.iter().filter(is_late).count();
    let waiting = rows.iter().filter(|r| r.state == ReportState::Sent).count();
    page(&BoardPage { f: v.frame().await?, rows, late, waiting })
}

#[derive(Template)]
#[template(path = "office_report.html")]
struct ReportPage {
    f: Frame,
    view: ReportView,
    others: Vec<Choice>,
    states: &'static [ClassState],
}

impl ReportPage {
    /// The stages that were sent, the newest first, as they were sent.
    fn forms(&self) -> Vec<(&EventView, &ReportForm)> {
        self.view.events.iter().rev().filter_map(|e| Some((e, e.form.as_ref()?))).collect()
    }

    fn open(&self) -> bool {
        self.view.state != ReportState::Closed
    }
}

/// Looks at a report.
pub(crate) async fn get(v: Visit, Id(id): Id<ReportId>) -> Answer {
    look(&v, id, None).await
}

/// Looks at a report, telling its organisation later on a lawful ground.
pub(crate) async fn quiet(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let id = fields.read("report")?;
    let delay = Delay { ground: fields.one("ground").to_owned(), until: when(&v, &fields, "until")? };
    look(&v, id, Some(delay)).await
}

async fn look(v: &Visit, id: ReportId, delay: Option<Delay>) -> Result<Response, Fault> {
    let view = office::look(&v.hub, v.caller().office()?, id, delay).await?.into_inner();
    let others = incident::choices(&v.hub).await?.into_iter();
    let others = others.filter(|c| c.regime == view.regime && c.office.is_some()).collect();
    page(&ReportPage { f: v.frame().await?, view, others, states: ClassState::ALL })
}

/// The newest form as a spreadsheet.
pub(crate) async fn xlsx(v: Visit, Id(id): Id<ReportId>) -> Answer {
    let view = office::look(&v.hub, v.caller().office()?, id, None).await?.into_inner();
    let form = view.events.iter().rev().find_map(|e| e.form.clone()).ok_or(HubError::NotFound)?;
    let bytes = spreadsheet(&v.hub, &form, v.who.lang)?;
    file(&format!("{}-{}.xlsx", form.regime, form.stage), crate::api::XLSX, bytes)
}

fn when(v: &Visit, fields: &Fields, name: &'static str) -> Result<Timestamp, Fault> {
    fields.when(name, &dates::zone(&v.who.zone))
}

/// Gives the office's number.
pub(crate) async fn acknowledge(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    office::acknowledge(&v.hub, v.caller().office()?, id, fields.one("number")).await?;
    done(&format!("/office/{id}"), "flash-saved")
}

/// Asks back.
pub(crate) async fn ask(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    office::ask(&v.hub, v.caller().office()?, id, fields.one("text")).await?;
    done(&format!("/office/{id}"), "flash-replied")
}

/// States a class.
pub(crate) async fn class(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    let text = |name| fields.one(name).to_owned();
    let said = ClassStatement {
        reference: text("reference"),
        state: fields.read("state")?,
        class: text("class"),
        scheme: text("scheme"),
        by: text("by"),
        at: None,
    };
    office::state_class(&v.hub, v.caller().office()?, id, said).await?;
    done(&format!("/office/{id}"), "flash-saved")
}

/// Grants more time.
pub(crate) async fn extend(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    let text = |name| fields.one(name).to_owned();
    let until = when(&v, &fields, "until")?;
    let by = v.who.organisation.in_lang(v.who.lang).to_owned();
    let more = Extension { stage: text("stage"), until, by, reason: text("reason") };
    office::extend(&v.hub, v.caller().office()?, id, more).await?;
    done(&format!("/office/{id}"), "flash-saved")
}

/// Hands over.
pub(crate) async fn hand_over(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    let address = fields.one("to").rsplit('/').next().unwrap_or_default();
    let to = address.parse().map_err(|_| Fault::Hub(HubError::Invalid("to", Problem::Empty)))?;
    office::hand_over(&v.hub, v.caller().office()?, id, to, fields.one("reason")).await?;
    done("/office", "flash-handed-over")
}

/// Closes.
pub(crate) async fn close(v: Visit, Id(id): Id<ReportId>) -> Answer {
    office::close(&v.hub, v.caller().office()?, id).await?;
    done(&format!("/office/{id}"), "flash-saved")
}
