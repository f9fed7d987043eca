//! A member's duties, and a new incident: what happened, when it was known, whom to tell.

use crate::web::dates;
use crate::web::fault::as_is;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::report_fields::{TRIGGERS, Values};
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use hub::HubError;
use hub::ops::report::incident::{self, Address, Choice, DutyView, IncidentView, NewIncident, ReportView};
use model::report::Facts;
use model::report::facts::ReportKind;
use std::collections::BTreeSet;

/// A stage that is due or was late, for the board.
pub(crate) struct DutyRow {
    pub(crate) title: String,
    pub(crate) report: ReportView,
    pub(crate) duty: DutyView,
}

#[derive(Template)]
#[template(path = "reports.html")]
struct BoardPage {
    f: Frame,
    due: Vec<DutyRow>,
    incidents: Vec<(String, IncidentView)>,
}

/// The board: what is due, the latest first; then the incidents.
pub(crate) async fn board(v: Visit) -> Answer {
    let incidents = incident::board(&v.hub, v.caller().filer()?).await?;
    let mut due: Vec<DutyRow> = incidents.iter().flat_map(open_duties).collect();
    due.sort_by_key(|row| row.duty.until.map_or(i64::MAX, |at| at.as_microsecond()));
    let incidents = incidents.into_iter().map(|one| (title(&one), one)).collect();
    page(&BoardPage { f: v.frame().await?, due, incidents })
}

fn open_duties(one: &IncidentView) -> Vec<DutyRow> {
    let all = one.reports.iter().flat_map(|report| report.duties.iter().map(move |duty| (report, duty)));
    let open = all.filter(|(_, duty)| duty.sent.is_none() && duty.until.is_some());
    open.map(|(report, duty)| DutyRow { title: title(one), report: report.clone(), duty: duty.clone() })
        .collect()
}

/// The first line of what happened, or the code.
pub(crate) fn title(one: &IncidentView) -> String {
    /// A line of a list on a phone.
    const TITLE_CHARS: usize = 60;
    let outline = one.facts.texts.get(&model::clock::regime::Fact::Outline);
    let line = outline.and_then(|text| text.lines().next()).unwrap_or(&one.code);
    let mut short: String = line.chars().take(TITLE_CHARS).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

#[derive(Template)]
#[template(path = "report_new.html")]
struct NewPage {
    f: Frame,
    values: Values,
    problems: Vec<(String, String)>,
    choices: Vec<(Choice, bool)>,
    kinds: &'static [ReportKind],
    submission: String,
    exercise: bool,
}

impl NewPage {
    fn triggers(&self) -> [&'static str; 2] {
        [TRIGGERS[0].1, TRIGGERS[1].1]
    }
}

/// The form; from a submission with its times filled in.
pub(crate) async fn new_get(v: Visit) -> Answer {
    let filer = v.caller().filer()?;
    let _ = filer;
    let submission = v.query.submission.clone().unwrap_or_default();
    let facts = taken(&v, &submission).await?;
    let values = Values::of(&facts, &dates::zone(&v.who.zone)).with_contact(&v.who.name);
    new_page(&v, values, Vec::new(), &BTreeSet::new(), submission, false).await
}

/// What a submission gives, nothing without one.
async fn taken(v: &Visit, submission: &str) -> Result<Facts, crate::web::fault::Fault> {
    if submission.is_empty() {
        return Ok(Facts::default());
    }
    let id = submission.parse().map_err(|_| HubError::NotFound)?;
    Ok(incident::from_submission(&v.hub, v.caller().reporter()?, id).await?)
}

async fn new_page(
    v: &Visit,
    values: Values,
    problems: Vec<(String, String)>,
    chosen: &BTreeSet<String>,
    submission: String,
    exercise: bool,
) -> Answer {
    let choices = incident::choices(&v.hub).await?;
    let choices = choices.into_iter().map(|c| (c.clone(), chosen.contains(&c.value))).collect();
    let f = v.frame().await?;
    page(&NewPage { f, values, problems, choices, kinds: ReportKind::ALL, submission, exercise })
}

/// Opens the incident; the next page asks what its regimes ask. What is not understood comes back with what was typed.
pub(crate) async fn new_post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let filer = v.caller().filer()?;
    let values = Values::typed(&fields);
    let (chosen, submission) = (fields.all("address"), fields.one("submission").to_owned());
    let before = taken(&v, &submission).await?;
    let (mut facts, problems) = values.facts(&before, &dates::zone(&v.who.zone));
    if !problems.is_empty() {
        let shown = new_page(&v, values, problems, &chosen, submission, fields.ticked("exercise")).await?;
        return Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()));
    }
    let addresses = addresses(&chosen)?;
    let rest_unknown = fields.ticked("rest_unknown");
    if rest_unknown {
        facts.rest_is_unknown(addresses.iter().filter_map(|a| v.hub.regimes().get(&a.regime)));
    }
    let new = NewIncident { facts, addresses, exercise: fields.ticked("exercise") };
    let opened = incident::open(&v.hub, filer, new).await?;
    Ok(Redirect::to(&next_step(&opened, rest_unknown)).into_response())
}

/// Where a new incident leads: to what is still asked; with nothing left to ask to the form of the only addressee, or to all of them.
fn next_step(opened: &IncidentView, rest_unknown: bool) -> String {
    match opened.reports.as_slice() {
        [only] if rest_unknown => format!("/reports/{}", only.id),
        [_, _, ..] if rest_unknown => format!("/incidents/{}", opened.id),
        _ => format!("/incidents/{}/edit", opened.id),
    }
}

/// The addresses that a form names.
pub(crate) fn addresses(chosen: &BTreeSet<String>) -> Result<Vec<Address>, HubError> {
    chosen.iter().map(|text| text.parse().map_err(|why| HubError::Invalid("addresses", why))).collect()
}
