//! MISP events.

use serde_json::Value;

use super::csv::kind_named;
use super::{Listed, Problem, Reading, Words, code, shown};
use crate::{Indicator, Kind, parse};

/// How deep events can lie in lists and responses.
const DEPTH_MAX: usize = 4;

/// Reads one MISP event, a list of them, or the answer of a search. `line` of what is listed counts the attributes.
pub fn read_misp(file: &[u8]) -> (Vec<Listed>, Vec<Problem>) {
    let (listed, problems, _) = read_misp_words(file);
    (listed, problems)
}

/// The same with the words of the file that stand beside its indicators: titles, organisations, comments, reports, and the values
/// of attributes that are no indicators.
pub fn read_misp_words(file: &[u8]) -> (Vec<Listed>, Vec<Problem>, Vec<Words>) {
    let mut reading = Reading::default();
    match serde_json::from_slice::<Value>(file) {
        Ok(value) => {
            let mut number = 0;
            events(&mut reading, &value, &mut number, 0);
            if number == 0 {
                reading.problem(1, code::NO_ATTRIBUTE, "no attribute in this document", []);
            }
        }
        Err(error) => reading.problem(error.line(), code::NOT_JSON, "not JSON: {}", [error.to_string()]),
    }
    let words = std::mem::take(&mut reading.words);
    let (listed, problems) = reading.finish();
    (listed, problems, words)
}

fn events(reading: &mut Reading, value: &Value, number: &mut usize, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| events(reading, value, number, depth + 1)),
        Value::Object(members) => {
            for wrapper in ["Event", "response"] {
                if let Some(inner) = members.get(wrapper) {
                    events(reading, inner, number, depth + 1);
                }
            }
            event_words(reading, value);
            for attribute in list(value, "Attribute") {
                read_attribute(reading, attribute, number, "");
            }
            for object in list(value, "Object") {
                let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
                reading.words("object comment", text(object, "comment"), *number + 1);
                for attribute in list(object, "Attribute") {
                    read_attribute(reading, attribute, number, name);
                }
            }
        }
        _ => {}
    }
}

/// What an event says of itself and of who wrote it.
fn event_words(reading: &mut Reading, event: &Value) {
    reading.words("event info", text(event, "info"), 0);
    for (member, name) in [("Org", "event organisation"), ("Orgc", "event author")] {
        reading.words(name, event.get(member).map_or("", |org| text(org, "name")), 0);
    }
    for tag in list(event, "Tag") {
        reading.words("event tag", text(tag, "name"), 0);
    }
    for report in list(event, "EventReport") {
        reading.words("event report", text(report, "name"), 0);
        reading.words("event report", text(report, "content"), 0);
    }
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn read_attribute(reading: &mut Reading, attribute: &Value, number: &mut usize, object: &str) {
    *number += 1;
    let line = *number;
    let text = |member: &str| text(attribute, member);
    let (kind, value) = (text("type"), text("value"));
    if attribute.get("deleted").is_some_and(|deleted| deleted == true || deleted == "1" || deleted == 1) {
        reading.words("deleted value", value, line);
        reading.words("comment", text("comment"), line);
        return;
    }
    let mut labels: Vec<String> = list(attribute, "Tag")
        .iter()
        .filter_map(|tag| tag.get("name").and_then(Value::as_str))
        .map(str::to_owned)
        .collect();
    labels.extend(
        [text("category"), object].iter().filter(|label| !label.is_empty()).map(|label| (*label).to_owned()),
    );
    let (mut known, mut taken) = (false, false);
    for (kind, value) in pairs(kind, value) {
        known = true;
        match Indicator::new(kind, value).ok().or_else(|| parse(value)) {
            Some(indicator) => {
                taken = true;
                reading.listed(Listed {
                    indicator,
                    labels: labels.clone(),
                    comment: text("comment").to_owned(),
                    line,
                });
            }
            None => {
                reading.words("value", value, line);
                let values = [shown(text("type")), shown(value)];
                reading.problem(*number, code::NOT_OF_TYPE, "not of type {}: {}", values);
            }
        }
    }
    if !known {
        reading.words("value", value, line);
    }
    if !taken {
        reading.words("comment", text("comment"), line);
    }
    let wanted = attribute.get("to_ids").is_some_and(|wanted| wanted == true || wanted == "1" || wanted == 1);
    if !known && wanted {
        let text = "attributes of type {} are not read";
        reading.problem(*number, code::TYPE_NOT_READ, text, [shown(kind)]);
    }
}

/// The indicators that an attribute's type and value name; composite types name two.
fn pairs<'v>(kind: &str, value: &'v str) -> Vec<(Kind, &'v str)> {
    let kinds = kind.split('|').map(|part| match part {
        "ip-src" | "ip-dst" if value.contains('/') => {
            Some(if value.contains(':') { Kind::Cidr6 } else { Kind::Cidr4 })
        }
        "ip-src" | "ip-dst" | "ip"
            if value.split('|').next().is_some_and(|ip| ip.matches(':').count() > 1) =>
        {
            Some(Kind::Ipv6)
        }
        "ja3-fingerprint-md5" | "ja3s-fingerprint-md5" => Some(Kind::Ja3),
        "email-reply-to" | "whois-registrant-email" | "target-email" => Some(Kind::Email),
        "regkey" => Some(Kind::RegistryKey),
        // A port or a registry value is no indicator of its own; `file` and `path` are not MISP's words.
        "port" | "value" | "host" | "link" | "file" | "path" | "data" => None,
        other => kind_named(other),
    });
    let values = if kind.contains('|') { value.split('|').collect() } else { vec![value] };
    kinds.zip(values).filter_map(|(kind, value)| kind.map(|kind| (kind, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: &[&str], problems: usize) {
        let (listed, found) = read_misp(file.as_bytes());
        let listed: Vec<String> = listed
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.indicator, one.labels.join(",")))
            .collect();
        assert_eq!(listed, expected, "{file}");
        assert_eq!(found.len(), problems, "{found:?}");
    }

    #[test]
    fn events_of_all_shapes() {
        let attribute =
            r#"{"type":"filename|md5","value":"a.exe|d41d8cd98f00b204e9800998ecf8427e","to_ids":true}"#;
        let expected = ["1 file-name:a.exe ", "1 md5:d41d8cd98f00b204e9800998ecf8427e "];
        check(&format!(r#"{{"Event":{{"Attribute":[{attribute}]}}}}"#), &expected, 0);
        check(&format!(r#"{{"response":[{{"Event":{{"Attribute":[{attribute}]}}}}]}}"#), &expected, 0);
        check(&format!(r#"[{{"Attribute":[{attribute}]}}]"#), &expected, 0);
        check(
            r#"{"Event":{"Object":[{"name":"domain-ip","Attribute":[{"type":"ip-dst|port","value":"192.0.2.1|443",
               "category":"Network activity"}]}]}}"#,
            &["1 ipv4:192.0.2.1 Network activity,domain-ip"],
            0,
        );
    }

    #[test]
    fn bad_events() {
        check("{", &[], 1);
        check("{}", &[], 1);
        check(
            r#"{"Event":{"Attribute":[{"type":"md5","value":"zz"},{"type":"yara","value":"x","to_ids":true}]}}"#,
            &[],
            2,
        );
    }
}
