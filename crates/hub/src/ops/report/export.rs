//! Forms as files: for the office's own procedure, for paper, for other systems.

use super::case;
use super::xlsx::{Sheet, workbook};
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use model::id::{IncidentId, ReportId};
use model::lang::Lang;
use model::report::Form;
use sharing::report::AsFiler;

/// The form of a stage as it would be sent now.
///
/// # Errors
/// `NotFound`, `Invalid` stage.
pub async fn form(hub: &Hub, filer: AsFiler, id: ReportId, stage: &str) -> Result<Form, HubError> {
    let mut tx = hub.store.read().await?;
    let (case, at) = case::own_report(hub, &mut tx, filer, id).await?;
    let regime = hub.regimes().get(&case.told[at].row.regime).ok_or(HubError::NotFound)?;
    let form = case.form(hub, &case.told[at], regime, stage);
    form.ok_or_else(|| HubError::Invalid("stage", Problem::NoStage { value: quoted(stage) }))
}

/// A form as a spreadsheet in the office's layout. What stands in a field is text and never a formula.
///
/// # Errors
/// `NotFound` for a regime that this hub does not have any more.
pub fn spreadsheet(hub: &Hub, form: &Form, lang: Lang) -> Result<Vec<u8>, HubError> {
    let layout = &hub.regimes().get(&form.regime).ok_or(HubError::NotFound)?.layout;
    let mut sheet = Sheet::new(layout.sheet.in_lang(lang));
    let (label, value) = (layout.label_column.as_str(), layout.value_column.as_str());
    if layout.first_row > 2 {
        let title = format!("{} — {}", form.regime_name.in_lang(lang), form.stage_name.in_lang(lang));
        sheet.put(label, 1, &title);
        let exercise = match (form.exercise, lang) {
            (false, _) => "",
            (true, Lang::Ja) => "【演習】",
            (true, Lang::En) => "EXERCISE ",
        };
        sheet.put(label, 2, form.addressee.in_lang(lang));
        sheet.put(value, 2, &format!("{exercise}{} {}", form.reporter.in_lang(lang), form.code));
    }
    let mut row = layout.first_row;
    for one in &form.rows {
        sheet.put(label, row, one.label.in_lang(lang));
        row = sheet.put_long(value, row, one.value.in_lang(lang));
    }
    row += 1;
    for note in &form.not_confirmed {
        sheet.put(label, row, if lang == Lang::Ja { "未確認" } else { "not confirmed" });
        sheet.put(value, row, note.in_lang(lang));
        row += 1;
    }
    workbook(&sheet).map_err(|why| HubError::Unavailable(format!("spreadsheet: {why}")))
}

/// An incident as a VERIS record.
///
/// # Errors
/// `NotFound`.
pub async fn veris(hub: &Hub, filer: AsFiler, id: IncidentId) -> Result<serde_json::Value, HubError> {
    let view = super::incident::show(hub, filer, id).await?;
    Ok(model::report::veris::export(&view.facts, &view.code))
}
