//! One report: the addressee's form as it would be sent now, the stages, what happened, the thread.

use crate::web::dates;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::report::export::{form, spreadsheet};
use hub::ops::report::incident::{IncidentView, ReportView};
use hub::ops::report::send;
use model::id::ReportId;
use model::report::Form as ReportForm;
use model::report::event::{Declared, Event};
use model::report::{FormRow, ReportState};

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    f: Frame,
    view: ReportView,
    incident: IncidentView,
    form: ReportForm,
}

impl ReportPage {
    fn missing(&self) -> Vec<&FormRow> {
        self.form.missing().collect()
    }

    fn may_write(&self) -> bool {
        matches!(self.view.state, ReportState::Sent | ReportState::Acknowledged | ReportState::Closed)
    }
}

/// The stage that is asked for, or the first one that was not sent.
fn stage(v: &Visit, view: &ReportView) -> String {
    let open = view.duties.iter().find(|d| d.sent.is_none()).or(view.duties.last());
    let first = open.map_or_else(String::new, |d| d.stage.clone());
    v.query.stage.clone().filter(|asked| view.duties.iter().any(|d| d.stage == *asked)).unwrap_or(first)
}

/// The page.
pub(crate) async fn get(v: Visit, Id(id): Id<ReportId>) -> Answer {
    let filer = v.caller().filer()?;
    let (view, incident) = send::show(&v.hub, filer, id).await?;
    let form = form(&v.hub, filer, id, &stage(&v, &view)).await?;
    page(&ReportPage { f: v.frame().await?, view, incident, form })
}

/// The form as a spreadsheet in the office's layout, in the page's language.
pub(crate) async fn xlsx(v: Visit, Id(id): Id<ReportId>) -> Answer {
    let filer = v.caller().filer()?;
    let (view, _) = send::show(&v.hub, filer, id).await?;
    let form = form(&v.hub, filer, id, &stage(&v, &view)).await?;
    let bytes = spreadsheet(&v.hub, &form, v.who.lang)?;
    file(&format!("{}-{}.xlsx", form.regime, form.stage), crate::api::XLSX, bytes)
}

/// Sends a stage.
pub(crate) async fn send_post(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    send::send(&v.hub, v.caller().filer()?, id, fields.one("stage")).await?;
    done(&format!("/reports/{id}"), "flash-report-sent")
}

/// Declares a stage that was sent elsewhere.
pub(crate) async fn declare(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    let at = fields.when("at", &dates::zone(&v.who.zone))?;
    let text = |name| fields.one(name).to_owned();
    let said = Declared {
        stage: text("stage"),
        form: text("form"),
        channel: text("channel"),
        addressee: text("addressee"),
        at,
        acknowledgement: text("acknowledgement"),
    };
    send::declare(&v.hub, v.caller().filer()?, id, said).await?;
    done(&format!("/reports/{id}"), "flash-report-declared")
}

/// Writes to the office.
pub(crate) async fn write(v: Visit, Id(id): Id<ReportId>, Form(fields): Form<Fields>) -> Answer {
    send::write(&v.hub, v.caller().filer()?, id, fields.one("text")).await?;
    done(&format!("/reports/{id}"), "flash-replied")
}
