//! The evidence pack: one ZIP in which an incident's reports can be checked years later, without a network and without us.
//!
//! What a leaf of the log commits to stands in the pack byte for byte: the form of each stage that was sent, each event. The
//! opening of the leaf (nonce and entry) lies beside it. A look that is lawfully told later is not in it yet.

use super::case::{self, Case, Happening, RestsOn, Told, sha256, version};
use super::pack_words::{CUSTODY_HEAD, README, clock_text};
use super::view::{Reader, report};
use crate::log::receipt::{of_row, opening};
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::IncidentId;
use model::report::event::Event;
use serde_json::{Value, json};
use sharing::report::AsFiler;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use store::{LeafRow, Tx};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The file that lists all others with their hashes.
pub(super) const MANIFEST: &str = "MANIFEST.json";

/// The form of this page's layout; a reader of another form says so.
pub(super) const FORM: u64 = 1;

/// Files by name, in the order in which they are written.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes the pack of an incident.
///
/// # Errors
/// `NotFound`, `Unavailable`.
pub async fn pack(hub: &Hub, filer: AsFiler, id: IncidentId) -> Result<Vec<u8>, HubError> {
    let mut tx = hub.store.read().await?;
    let mut case = case::own(hub, &mut tx, filer, id).await?;
    case.rests_on = RestsOn::Sent;
    let mut files = Files::new();
    files.insert("README.txt".to_owned(), README.as_bytes().to_vec());
    files.insert("incident.json".to_owned(), incident(hub, &mut tx, &case).await?);
    files.insert("custody.csv".to_owned(), custody(&case).into_bytes());
    files.insert("looks.json".to_owned(), json_bytes(&looks(hub, &case))?);
    for told in &case.told {
        one_report(hub, &mut tx, &case, told, &mut files).await?;
    }
    let sums: BTreeMap<&String, String> = files.iter().map(|(name, bytes)| (name, sha256(bytes))).collect();
    let manifest =
        json!({ "form": FORM, "made_at": hub.now(), "incident": id, "code": case.row.code, "files": sums });
    let manifest = json_bytes(&manifest)?;
    files.insert(MANIFEST.to_owned(), manifest);
    zipped(&files).map_err(|why| HubError::Unavailable(format!("pack: {why}")))
}

fn json_bytes(value: &Value) -> Result<Vec<u8>, HubError> {
    Ok(serde_json::to_vec_pretty(value).map_err(store::StoreError::from)?)
}

fn zipped(files: &Files) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Who and what, with every version of the facts.
async fn incident(hub: &Hub, tx: &mut Tx, case: &Case) -> Result<Vec<u8>, HubError> {
    let mut versions = Vec::new();
    for n in 1..=case.row.version {
        let at = tx.incident_version(case.row.id, n).await?.map(|(_, at)| at);
        let facts = version(hub, tx, case.row.id, n).await?.facts;
        versions.push(json!({ "version": n, "at": at, "facts": facts }));
    }
    json_bytes(&json!({
        "id": case.row.id, "code": case.row.code, "exercise": case.row.exercise, "organisation": case.name(case.owner),
        "opened_at": case.row.created_at, "versions": versions,
    }))
}

/// The custody list, one line a piece. Fields are quoted; one that a spreadsheet would take for a formula begins with `'`.
fn custody(case: &Case) -> String {
    let mut out = String::from(CUSTODY_HEAD);
    for e in &case.facts.custody {
        let until = e.keep_until.map(|at| at.to_string()).unwrap_or_default();
        let hold = if e.hold { "legal hold" } else { "" };
        let fields = [&e.what, &e.hash, &e.holder, &e.place, &until, hold].map(csv_field);
        out.push_str(&fields.join(","));
        out.push_str("\r\n");
    }
    out
}

fn csv_field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Which office looked when, as far as its organisation is told by now.
fn looks(hub: &Hub, case: &Case) -> Value {
    let now = hub.now();
    let looks = case.told.iter().flat_map(|told| {
        told.events.iter().filter(move |h| h.shown_at <= now.max(h.at)).filter_map(|h| match &h.event {
            Event::Looked { delay } => Some(json!({
                "report": told.row.id, "event": h.n, "office": h.office.map(|o| case.name(o)), "at": h.at,
                "told_at": h.shown_at, "delay": delay,
            })),
            _ => None,
        })
    });
    json!(looks.collect::<Vec<_>>())
}

async fn one_report(
    hub: &Hub,
    tx: &mut Tx,
    case: &Case,
    told: &Told,
    files: &mut Files,
) -> Result<(), HubError> {
    let folder = format!("reports/{}-{}-{}", told.row.regime, told.row.addressee, told.row.id);
    let view = report(hub, case, told, Reader::Reporter);
    files.insert(format!("{folder}/clock.txt"), clock_text(&view).into_bytes());
    let clock = json!({
        "report": told.row.id, "regime": told.row.regime, "addressee": view.addressee,
        // what was sent here was, also where the office receives no more
        "on_hub": told.row.office.is_some(),
        "number": view.number, "as_of": hub.now(), "happened": case.happened(told),
        "stages": view.duties.iter().map(|d| json!({
            "stage": d.stage, "until": d.until, "sent": d.sent, "declared_only": d.declared, "late": d.late,
            "explain": d.explain, "margin": d.margin, "timeline": d.timeline,
        })).collect::<Vec<_>>(),
    });
    files.insert(format!("{folder}/clock.json"), json_bytes(&clock)?);
    if let Some(text) = hub.regimes().text(&told.row.regime) {
        files.insert(format!("{folder}/regime.toml"), text.as_bytes().to_vec());
    }
    let now = hub.now();
    for h in told.events.iter().filter(|h| h.shown_at <= now.max(h.at)) {
        let place = format!("{folder}/events/{:05}-{}", h.n, h.event.what());
        files.insert(format!("{place}.json"), committed(h)?);
        let row = tx.leaf(h.leaf).await?.ok_or_else(|| HubError::Unavailable("leaf".to_owned()))?;
        files.insert(format!("{place}.receipt.json"), json_bytes(&receipt(hub, &row)?)?);
        let proof = of_row(hub, tx, &row).await?;
        if !proof.pending {
            files.insert(format!("{place}.tlog-proof"), proof.file.into_bytes());
        }
    }
    Ok(())
}

/// The bytes whose hash stands in the leaf: the form of a stage that was sent, else the event.
fn committed(h: &Happening) -> Result<Vec<u8>, HubError> {
    match &h.form {
        Some(form) => Ok(form.clone()),
        None => Ok(serde_json::to_vec(&h.event).map_err(store::StoreError::from)?),
    }
}

/// The leaf with its opening: nonce and entry.
fn receipt(hub: &Hub, row: &LeafRow) -> Result<Value, HubError> {
    let (nonce, entry) = opening(hub, row)?;
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    Ok(json!({
        "nonce": hex(&nonce), "entry": entry, "commitment": hex(&row.commitment),
    }))
}

/// When a pack says it was made.
pub(super) fn made_at(manifest: &Value) -> Option<Timestamp> {
    manifest.get("made_at")?.as_str()?.parse().ok()
}
