//! Checking an evidence pack: pure, from its bytes alone. Every fault is told; nothing is believed because it is there.

use super::case::sha256;
use super::pack::{FORM, MANIFEST, made_at};
use jiff::Timestamp;
use model::clock::Regime;
use model::clock::duty::{Happened, Started, duties};
use model::lang::Lang;
use model::report::Form;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use tlog::policy::Policy;
use tlog::proof::Proof;

/// The most files of a pack. Each event has two; an office looks a few times a day for years.
const FILES_MAX: usize = 200_000;

/// The most bytes of a pack once unpacked. 10,000 pieces of evidence in 100 versions are a tenth of it.
const BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// A fault: in which file, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFault {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for PackFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct PackReport {
    /// The incident's code.
    pub code: String,
    /// When the pack was made, as it says.
    pub made_at: Option<Timestamp>,
    /// The faults; none means that the pack holds.
    pub faults: Vec<PackFault>,
    /// Receipts whose leaf opens to what lies beside it.
    pub receipts: usize,
    /// Those of them that were proven to stand in the log, under the policy that was given.
    pub in_log: usize,
    /// Each stage in one sentence: (Japanese, English).
    pub timeline: Vec<(String, String)>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// Checks a pack. `policy` is the reader's own: whose signatures it believes. Without one no place in the log is proven.
#[must_use]
pub fn verify(bytes: &[u8], policy: Option<&Policy>) -> PackReport {
    let mut out = PackReport::default();
    match unpack(bytes) {
        Ok(files) => check(&files, policy, &mut out),
        Err(what) => out.faults.push(PackFault { file: String::new(), what }),
    }
    out
}

fn unpack(bytes: &[u8]) -> Result<Files, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|why| format!("not a ZIP: {why}"))?;
    if archive.len() > FILES_MAX {
        return Err(format!("more than {FILES_MAX} files"));
    }
    let mut files = Files::new();
    let mut left = BYTES_MAX;
    for n in 0..archive.len() {
        let mut entry = archive.by_index(n).map_err(|why| format!("file {n}: {why}"))?;
        let name = entry.name().map_err(|why| format!("file {n}: {why}"))?.into_owned();
        let mut content = Vec::new();
        let read = entry.by_ref().take(left + 1).read_to_end(&mut content);
        read.map_err(|why| format!("{name}: {why}"))?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or_else(|| format!("more than {BYTES_MAX} bytes unpacked"))?;
        if files.insert(name.clone(), content).is_some() {
            return Err(format!("{name}: stands twice"));
        }
    }
    Ok(files)
}

fn check(files: &Files, policy: Option<&Policy>, out: &mut PackReport) {
    let manifest = json(files, MANIFEST, out);
    if manifest.get("form").and_then(Value::as_u64) != Some(FORM) {
        fault(out, MANIFEST, format!("this program reads packs of form {FORM}"));
        return;
    }
    out.code = manifest.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
    out.made_at = made_at(&manifest);
    sums(files, &manifest, out);
    for name in files.keys() {
        if let Some(place) = name.strip_suffix(".receipt.json") {
            receipt(files, place, policy, out);
        } else if let Some(folder) = name.strip_suffix("/clock.json") {
            clock(files, folder, out);
        }
    }
    alone(files, out);
}

fn fault(out: &mut PackReport, file: &str, what: impl Into<String>) {
    out.faults.push(PackFault { file: file.to_owned(), what: what.into() });
}

fn json(files: &Files, name: &str, out: &mut PackReport) -> Value {
    let Some(bytes) = files.get(name) else {
        fault(out, name, "is missing");
        return Value::Null;
    };
    serde_json::from_slice(bytes).unwrap_or_else(|why| {
        fault(out, name, format!("cannot be read: {why}"));
        Value::Null
    })
}

/// Every file is in the manifest with its hash, and every file of the manifest is there.
fn sums(files: &Files, manifest: &Value, out: &mut PackReport) {
    let empty = serde_json::Map::new();
    let listed = manifest.get("files").and_then(Value::as_object).unwrap_or(&empty);
    for (name, sum) in listed {
        match files.get(name) {
            None => fault(out, name, "is missing"),
            Some(bytes) if Some(sha256(bytes).as_str()) != sum.as_str() => {
                fault(out, name, "is not what the manifest says");
            }
            Some(_) => {}
        }
    }
    for name in files.keys().filter(|name| *name != MANIFEST && !listed.contains_key(*name)) {
        fault(out, name, "is not in the manifest");
    }
}

/// A receipt: the leaf opens to its entry, the entry to the file beside it, and where a proof lies there, it stands in the log.
fn receipt(files: &Files, place: &str, policy: Option<&Policy>, out: &mut PackReport) {
    let name = format!("{place}.receipt.json");
    let receipt = json(files, &name, out);
    let text = |key: &str| receipt.get(key).and_then(Value::as_str).unwrap_or_default();
    let hex = |key: &str| data_encoding::HEXLOWER.decode(text(key).as_bytes()).unwrap_or_default();
    let Ok(nonce) = <[u8; tlog::leaf::NONCE_BYTES]>::try_from(hex("nonce")) else {
        return fault(out, &name, "its nonce is none");
    };
    let commitment = tlog::leaf::commit(&nonce, text("entry").as_bytes());
    if commitment.as_slice() != hex("commitment") {
        return fault(out, &name, "does not open its leaf");
    }
    let entry: Value = serde_json::from_str(text("entry")).unwrap_or_default();
    let said = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let content = files.get(&format!("{place}.json")).map(|bytes| sha256(bytes));
    if content.is_none_or(|sum| sum != said("sha256")) {
        return fault(out, &format!("{place}.json"), "is not what its leaf was made of");
    }
    if !place.contains(&said("report")) || !place.ends_with(&said("what")) {
        return fault(out, &name, "belongs to another report or event");
    }
    out.receipts += 1;
    if let (Some(proof), Some(policy)) = (files.get(&format!("{place}.tlog-proof")), policy) {
        match Proof::parse(proof) {
            Err(why) => fault(out, &format!("{place}.tlog-proof"), format!("{why:?}")),
            Ok(proof) => match policy.verify(&proof, &tlog::hash::leaf_hash(&commitment)) {
                Ok(_) => out.in_log += 1,
                Err(why) => fault(out, &format!("{place}.tlog-proof"), format!("{why:?}")),
            },
        }
    }
}

/// Each event has its receipt: one without it was put there by somebody else.
fn alone(files: &Files, out: &mut PackReport) {
    let events = files.keys().filter(|name| name.contains("/events/"));
    let bare = events.filter(|name| !name.ends_with(".receipt.json") && !name.ends_with(".tlog-proof"));
    let lone: Vec<String> = bare
        .filter(|name| {
            let place = name.strip_suffix(".json").unwrap_or(name);
            !files.contains_key(&format!("{place}.receipt.json"))
        })
        .cloned()
        .collect();
    for name in lone {
        fault(out, &name, "has no receipt");
    }
}

/// The clocks, counted anew from the regime in the pack; the times of sending are those of the receipts.
fn clock(files: &Files, folder: &str, out: &mut PackReport) {
    let name = format!("{folder}/clock.json");
    let clock = json(files, &name, out);
    let text = files.get(&format!("{folder}/regime.toml")).map(|bytes| String::from_utf8_lossy(bytes));
    let Some(regime) = text.and_then(|text| Regime::parse(&text).ok()) else {
        return fault(out, &format!("{folder}/regime.toml"), "is missing or faulty");
    };
    let happened = clock.get("happened").and_then(|h| serde_json::from_value::<Happened>(h.clone()).ok());
    let as_of = clock.get("as_of").and_then(Value::as_str).and_then(|at| at.parse::<Timestamp>().ok());
    let (Some(happened), Some(as_of)) = (happened, as_of) else {
        return fault(out, &name, "says nothing of what happened");
    };
    for (stage, at) in sent(files, folder) {
        if happened.sent.get(&stage) != Some(&at) {
            fault(out, &name, format!("stage {stage} was sent at another time, {at}"));
        }
    }
    if let Some(started) = started(files, folder)
        && (started.triggers != happened.triggers || started.circumstances != happened.circumstances)
    {
        fault(out, &name, "its clocks count from other times than the form that was sent last says");
    }
    let proven = sent(files, folder);
    for duty in duties(&regime, &happened) {
        let told = clock.get("stages").and_then(Value::as_array).into_iter().flatten();
        let told = told.into_iter().find(|s| s.get("stage").and_then(Value::as_str) == Some(&duty.stage.id));
        let words = (duty.timeline(as_of, Lang::Ja), duty.timeline(as_of, Lang::En));
        let said = |lang: &str| told.and_then(|s| s.pointer(&format!("/timeline/{lang}"))?.as_str());
        if said("ja") != Some(&words.0) || said("en") != Some(&words.1) {
            fault(out, &name, format!("stage {} counts to: {}", duty.stage.id, words.1));
        }
        let declared = duty.sent.is_some() && !proven.contains_key(&duty.stage.id);
        let said = told.and_then(|s| s.get("declared_only")).and_then(Value::as_bool);
        if said != Some(declared) {
            fault(out, &name, format!("stage {} is not proven but declared", duty.stage.id));
        }
        if !words.1.is_empty() {
            out.timeline.push(words);
        }
    }
}

/// What the form that was sent last says of the clocks. Forms of old say nothing.
fn started(files: &Files, folder: &str) -> Option<Started> {
    let events = format!("{folder}/events/");
    // names begin with the event's number, so that the last of them is the newest
    let last = files.iter().rfind(|(n, _)| n.starts_with(&events) && n.ends_with("-sent.json"))?;
    let form: Form = serde_json::from_slice(last.1).ok()?;
    form.started
}

/// The first sending of each stage, from the entries of the leaves.
fn sent(files: &Files, folder: &str) -> BTreeMap<String, Timestamp> {
    let mut out = BTreeMap::new();
    let events = format!("{folder}/events/");
    for (_, bytes) in
        files.iter().filter(|(n, _)| n.starts_with(&events) && n.ends_with("-sent.receipt.json"))
    {
        let receipt: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let entry = receipt.get("entry").and_then(Value::as_str).unwrap_or_default();
        let entry: Value = serde_json::from_str(entry).unwrap_or_default();
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let Some((stage, at)) = text("stage").zip(text("event_at").and_then(|at| at.parse().ok())) else {
            continue;
        };
        out.entry(stage.to_owned()).or_insert(at);
    }
    out
}
