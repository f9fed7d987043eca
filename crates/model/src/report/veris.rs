//! VERIS records (the community's vocabulary for incidents, verisframework.org) in and out, without loss.
//!
//! The record stays word for word beside the facts that were read from it. What people change later is written over it: into
//! the field it came from where there is one, else under `plus.noroshi`.

use super::facts::{Facts, Foreign, Noticed, ReportKind};
use crate::clock::regime::{Circumstance, Fact};
use serde_json::{Map, Value, json};

/// The name under which a record is kept.
pub const FORMAT: &str = "veris";

/// The deepest nesting that is shown. VERIS has five levels.
const DEPTH_MAX: usize = 16;

/// A record that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotVeris(pub &'static str);

impl std::fmt::Display for NotVeris {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a VERIS incident: {}", self.0)
    }
}

impl std::error::Error for NotVeris {}

/// Reads a record.
///
/// # Errors
/// [`NotVeris`] when it is no object with `schema_version` and `security_incident`.
pub fn import(record: Value) -> Result<Facts, NotVeris> {
    let top = record.as_object().ok_or(NotVeris("a JSON object is expected"))?;
    if !top.contains_key("schema_version") {
        return Err(NotVeris("`schema_version` is missing"));
    }
    let kind = match text(&record, "/security_incident") {
        Some("Confirmed") => ReportKind::Incident,
        Some("Near miss") => ReportKind::NearMiss,
        Some(_) => ReportKind::Checking,
        None => return Err(NotVeris("`security_incident` is missing")),
    };
    let mut facts = Facts { kind: Some(kind), ..Facts::default() };
    for (fact, said) in read(&record) {
        match said {
            Some(said) => facts.texts.insert(fact, said),
            None => {
                facts.unknown.insert(fact);
                None
            }
        };
    }
    if let Some(how) = text(&record, "/discovery_method").filter(|how| *how != "Unknown") {
        facts.noticed.push(Noticed { what: how.to_owned(), ..Noticed::default() });
    }
    let motives = record.pointer("/actor/external/motive").into_iter().flat_map(words);
    if motives.into_iter().any(|m| !matches!(m.as_str(), "Unknown" | "NA" | "Other")) {
        facts.happened.circumstances.insert(Circumstance::MaliciousPurpose);
    }
    facts.foreign = Some(Foreign { format: FORMAT.to_owned(), record });
    Ok(facts)
}

fn text<'v>(record: &'v Value, pointer: &str) -> Option<&'v str> {
    record.pointer(pointer).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// What the record says to each question; `None` where it says "unknown".
fn read(record: &Value) -> Vec<(Fact, Option<String>)> {
    let mut out = Vec::new();
    let mut say = |fact, said: Option<String>| {
        out.extend(said.map(|said| (fact, Some(said).filter(|said| said != "Unknown"))));
    };
    say(Fact::Outline, text(record, "/summary").map(str::to_owned));
    say(Fact::Other, text(record, "/notes").map(str::to_owned));
    say(Fact::AttackKind, under(record, "/action"));
    say(Fact::Malicious, under(record, "/actor"));
    say(Fact::Systems, list(record, "/asset/assets"));
    say(Fact::Impact, text(record, "/impact/overall_rating").map(str::to_owned));
    say(Fact::DataAffected, list(record, "/attribute/confidentiality/data"));
    say(Fact::Occurred, day(record.pointer("/timeline/incident")));
    say(Fact::Location, place(record));
    out
}

/// `hacking: variety SQLi; vector Web application` for each part of an object of objects.
fn under(record: &Value, pointer: &str) -> Option<String> {
    let parts = record.pointer(pointer)?.as_object()?;
    let line = |(name, value): (&String, &Value)| {
        let inside = value.as_object().into_iter().flatten();
        let said: Vec<String> = inside
            .filter(|(key, _)| *key != "notes")
            .map(|(key, value)| format!("{key} {}", words(value).join(", ")))
            .collect();
        format!("{name}: {}", said.join("; "))
    };
    Some(parts.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// `S - Web application (2)` for each entry of a list with variety and amount.
fn list(record: &Value, pointer: &str) -> Option<String> {
    let all = record.pointer(pointer)?.as_array()?;
    let line = |one: &Value| {
        let variety = one.get("variety").map(words).unwrap_or_default().join(", ");
        match one.get("amount").map(words) {
            Some(amount) => format!("{variety} ({})", amount.join(", ")),
            None => variety,
        }
    };
    Some(all.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn day(at: Option<&Value>) -> Option<String> {
    let part = |name: &str| at?.get(name)?.as_i64();
    let year = part("year")?;
    Some(match (part("month"), part("day")) {
        (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year}-{month:02}"),
        _ => year.to_string(),
    })
}

fn place(record: &Value) -> Option<String> {
    let country = words(record.pointer("/victim/country")?).join(", ");
    Some(match text(record, "/victim/state") {
        Some(state) => format!("{country}, {state}"),
        None => country,
    })
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(words).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// Every value of a record with its path, in the order of the record: what a page shows so that nothing is hidden.
#[must_use]
pub fn leaves(record: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    walk(record, String::new(), DEPTH_MAX, &mut out);
    out
}

fn walk(value: &Value, path: String, depth: usize, out: &mut Vec<(String, String)>) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) if depth > 0 && !fields.is_empty() => {
            fields.iter().for_each(|(name, value)| walk(value, join(name), depth - 1, out));
        }
        Value::Array(all) if depth > 0 && !all.is_empty() => {
            for (n, value) in all.iter().enumerate() {
                walk(value, format!("{path}[{n}]"), depth - 1, out);
            }
        }
        Value::String(text) => out.push((path, text.clone())),
        other => out.push((path, other.to_string())),
    }
}

/// The incident as a VERIS record. `code` names one that had no record before.
#[must_use]
pub fn export(facts: &Facts, code: &str) -> Value {
    let kept = facts.foreign.as_ref().filter(|foreign| foreign.format == FORMAT);
    let mut record = kept.map_or_else(|| empty(code), |foreign| foreign.record.clone());
    let before = kept.and_then(|foreign| import(foreign.record.clone()).ok()).unwrap_or_default();
    if facts.kind != before.kind {
        let word = match facts.kind.unwrap_or(ReportKind::Incident) {
            ReportKind::Incident => "Confirmed",
            ReportKind::NearMiss => "Near miss",
            ReportKind::Checking => "Suspected",
        };
        put(&mut record, &["security_incident"], json!(word));
    }
    for (fact, said) in &facts.texts {
        if before.texts.get(fact) == Some(said) {
            continue;
        }
        match fact {
            Fact::Outline => put(&mut record, &["summary"], json!(said)),
            Fact::Other => put(&mut record, &["notes"], json!(said)),
            other => put(&mut record, &["plus", "noroshi", other.as_str()], json!(said)),
        }
    }
    lists(facts, &before, &mut record);
    record
}

/// What VERIS has no field for, as our own JSON.
fn lists(facts: &Facts, before: &Facts, record: &mut Value) {
    let mut put_list = |name: &str, now: Value, then: Value| {
        if now != then {
            put(record, &["plus", "noroshi", name], now);
        }
    };
    put_list("noticed", json!(facts.noticed), json!(before.noticed));
    put_list("systems-by-site", json!(facts.systems), json!(before.systems));
    put_list("people-count", json!(facts.people), json!(before.people));
    put_list("data-class", json!(facts.data), json!(before.data));
    put_list("exfiltration-signs", json!(facts.exfiltration), json!(before.exfiltration));
    put_list("custody", json!(facts.custody), json!(before.custody));
    put_list("publication-plan", json!(facts.publication), json!(before.publication));
    put_list("clocks", json!(facts.happened), json!(before.happened));
}

fn empty(code: &str) -> Value {
    json!({
        "schema_version": "1.3", "incident_id": code, "source_id": "noroshi", "security_incident": "Confirmed",
        "discovery_method": "Unknown", "action": {"unknown": {}}, "actor": {"unknown": {}},
        "asset": {"assets": [{"variety": "Unknown"}]}, "attribute": {"unknown": {}},
    })
}

fn put(record: &mut Value, path: &[&str], value: Value) {
    let mut place = record;
    for name in path {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        match place.as_object_mut() {
            Some(fields) => place = fields.entry((*name).to_owned()).or_insert(Value::Null),
            None => return,
        }
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        json!({
            "schema_version": "1.3", "incident_id": "EX-1", "security_incident": "Confirmed", "summary": "A portal was emptied.",
            "discovery_method": "Ext - customer", "action": {"hacking": {"variety": ["SQLi"], "vector": ["Web application"], "notes": "n"}},
            "actor": {"external": {"country": ["Unknown"], "motive": ["Financial"], "variety": ["Unknown"]}},
            "asset": {"assets": [{"variety": "S - Database", "amount": 2}]},
            "attribute": {"confidentiality": {"data": [{"variety": "Personal", "amount": 1200}], "data_disclosure": "Yes"}},
            "timeline": {"incident": {"year": 2025, "month": 3}}, "victim": {"country": "JP", "state": "13"},
            "impact": {"overall_rating": "Unknown"}, "plus": {"odd": [1, {"deep": null}]}
        })
    }

    #[test]
    fn a_record_is_read_and_comes_back_the_same() {
        let facts = import(sample()).unwrap();
        assert_eq!(facts.texts[&Fact::Outline], "A portal was emptied.");
        assert_eq!(facts.texts[&Fact::AttackKind], "hacking: variety SQLi; vector Web application");
        assert_eq!(facts.texts[&Fact::DataAffected], "Personal (1200)");
        assert_eq!(facts.texts[&Fact::Occurred], "2025-03");
        assert_eq!(facts.texts[&Fact::Location], "JP, 13");
        assert!(facts.unknown.contains(&Fact::Impact) && facts.is_malicious());
        assert_eq!(export(&facts, "X"), sample());
    }

    #[test]
    fn what_people_change_is_written_over_it() {
        let mut facts = import(sample()).unwrap();
        facts.texts.insert(Fact::Outline, "Two portals.".to_owned());
        facts.texts.insert(Fact::Cause, "An old plug-in.".to_owned());
        let out = export(&facts, "X");
        assert_eq!(out["summary"], "Two portals.");
        assert_eq!(out["plus"]["noroshi"]["cause"], "An old plug-in.");
        assert_eq!(out["plus"]["odd"], json!([1, {"deep": null}]));
    }

    #[test]
    fn every_value_is_shown() {
        let shown = leaves(&sample());
        assert!(shown.contains(&("asset.assets[0].amount".to_owned(), "2".to_owned())));
        assert!(shown.contains(&("plus.odd[1].deep".to_owned(), "null".to_owned())));
    }

    #[test]
    fn what_is_no_record_is_told() {
        let check = |value: Value, why| assert_eq!(import(value).unwrap_err().0, why);
        check(json!([]), "a JSON object is expected");
        check(json!({"security_incident": "Confirmed"}), "`schema_version` is missing");
        check(json!({"schema_version": "1.3"}), "`security_incident` is missing");
    }

    #[test]
    fn an_own_incident_becomes_a_record() {
        let mut facts = Facts { kind: Some(ReportKind::NearMiss), ..Facts::default() };
        facts.texts.insert(Fact::Outline, "Nearly.".to_owned());
        let record = export(&facts, "7K3M-Q2XP-D");
        assert_eq!(
            (&record["security_incident"], &record["incident_id"]),
            (&json!("Near miss"), &json!("7K3M-Q2XP-D"))
        );
        assert_eq!(import(record).unwrap().texts[&Fact::Outline], "Nearly.");
    }
}
