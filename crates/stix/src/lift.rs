//! STIX 2.0 to 2.1: what members still send becomes what the rest of the program reads.
//!
//! What has no place in 2.1 stays as it is; only an observed "object" that is none is left out. All is listed. Identifiers of domain objects do not
//! change; observed objects, which have none in 2.0, get the deterministic ones of section 2.9.

use crate::{Id, Uuid, sco_id};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// One thing that was changed on the way from 2.0 to 2.1.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// Where, from the top of what was lifted.
    pub pointer: String,
    /// What was done, for people.
    pub text: String,
}

/// The property that took the place of `labels` (section 1.6 of the 2.1 standard lists the changes).
const TYPED_LABELS: &[(&str, &str)] = &[
    ("indicator", "indicator_types"),
    ("malware", "malware_types"),
    ("report", "report_types"),
    ("threat-actor", "threat_actor_types"),
    ("tool", "tool_types"),
];

/// Properties of observed objects that were renamed.
const RENAMED: &[(&str, &str, &str)] = &[
    ("directory", "created", "ctime"),
    ("directory", "modified", "mtime"),
    ("directory", "accessed", "atime"),
    ("file", "created", "ctime"),
    ("file", "modified", "mtime"),
    ("file", "accessed", "atime"),
    ("process", "created", "created_time"),
    ("process", "binary_ref", "image_ref"),
    ("user-account", "password_last_changed", "credential_last_changed"),
    ("windows-registry-key", "modified", "modified_time"),
];

/// Lifts a bundle or an object. What is of STIX 2.1 already comes back as it is, with no changes.
pub fn lift_2_0(value: &Value) -> (Value, Vec<Change>) {
    let mut lift = Lift { changes: Vec::new() };
    let mut out = value.clone();
    if value["type"] == "bundle" {
        lift.bundle(&mut out);
    } else if is_2_0(value) {
        let extra = lift.object(&mut out, "");
        if !extra.is_empty() {
            let id =
                Id::new("bundle", Uuid::new_v5(&crate::SCO_NAMESPACE, value["id"].to_string().as_bytes()));
            lift.note("", "became a bundle, with its observed objects beside it");
            let objects: Vec<Value> = std::iter::once(out).chain(extra).collect();
            out = json!({"type": "bundle", "id": id, "objects": objects});
        }
    }
    (out, lift.changes)
}

fn is_2_0(object: &Value) -> bool {
    object["created"].is_string() && matches!(object["spec_version"].as_str(), None | Some("2.0"))
}

struct Lift {
    changes: Vec<Change>,
}

impl Lift {
    fn note(&mut self, pointer: &str, text: impl Into<String>) {
        self.changes.push(Change { pointer: pointer.to_owned(), text: text.into() });
    }

    fn bundle(&mut self, bundle: &mut Value) {
        let Some(members) = bundle.as_object_mut() else { return };
        if members.remove("spec_version").is_some() {
            self.note("/spec_version", "moved from the bundle to its objects");
        }
        let Some(Value::Array(objects)) = members.get_mut("objects") else { return };
        let mut known: HashSet<String> =
            objects.iter().filter_map(|o| o["id"].as_str().map(str::to_owned)).collect();
        let mut added = Vec::new();
        for (index, object) in objects.iter_mut().enumerate() {
            if is_2_0(object) {
                let extra = self.object(object, &format!("/objects/{index}"));
                // The same value observed twice is the same object.
                added.extend(
                    extra
                        .into_iter()
                        .filter(|o| known.insert(o["id"].as_str().unwrap_or_default().to_owned())),
                );
            }
        }
        objects.append(&mut added);
    }

    /// Lifts one object in place; returns the observed objects that now stand beside it.
    fn object(&mut self, object: &mut Value, pointer: &str) -> Vec<Value> {
        let type_ = object["type"].as_str().unwrap_or_default().to_owned();
        let Some(members) = object.as_object_mut() else { return Vec::new() };
        members.insert("spec_version".to_owned(), Value::from("2.1"));
        self.note(pointer, "spec_version 2.1");
        if let Some((_, typed)) = TYPED_LABELS.iter().find(|(name, _)| *name == type_)
            && let Some(labels) = members.remove("labels")
        {
            members.insert((*typed).to_owned(), labels);
            self.note(&format!("{pointer}/labels"), format!("renamed to {typed}"));
        }
        match type_.as_str() {
            "indicator" => {
                members.insert("pattern_type".to_owned(), Value::from("stix"));
                members.insert("pattern_version".to_owned(), Value::from("2.0"));
                self.note(pointer, "pattern_type stix, pattern_version 2.0");
            }
            "malware" if !members.contains_key("is_family") => {
                members.insert("is_family".to_owned(), Value::from(false));
                self.note(pointer, "is_family false: STIX 2.0 does not say");
            }
            "observed-data" => return self.observed(members, pointer),
            _ => {}
        }
        Vec::new()
    }

    fn observed(&mut self, members: &mut Map<String, Value>, pointer: &str) -> Vec<Value> {
        let seed = members.get("id").map(Value::to_string).unwrap_or_default();
        let Some(Value::Object(objects)) = members.remove("objects") else { return Vec::new() };
        let mut renamed: HashMap<String, Value> = HashMap::new();
        for (key, object) in &objects {
            renamed.insert(key.clone(), self.rename(object, &format!("{pointer}/objects/{key}")));
        }
        let mut ids: HashMap<String, String> = HashMap::new();
        for key in objects.keys() {
            identify(key, &renamed, &seed, &mut ids, 0);
        }
        let mut out = Vec::new();
        for key in objects.keys() {
            let Some(mut object) = renamed.remove(key) else { continue };
            resolve(&mut object, &ids);
            let (Some(members), Some(id)) = (object.as_object_mut(), ids.get(key)) else {
                self.note(
                    &format!("{pointer}/objects/{key}"),
                    "left out: an observed object is a JSON object",
                );
                continue;
            };
            members.insert("id".to_owned(), Value::from(id.as_str()));
            members.insert("spec_version".to_owned(), Value::from("2.1"));
            out.push(object);
        }
        let refs: Vec<&str> = out.iter().filter_map(|object| object["id"].as_str()).collect();
        members.insert("object_refs".to_owned(), json!(refs));
        self.note(&format!("{pointer}/objects"), "became objects of their own, named in object_refs");
        out
    }

    fn rename(&mut self, object: &Value, pointer: &str) -> Value {
        let mut out = object.clone();
        let type_ = object["type"].as_str().unwrap_or_default();
        let Some(members) = out.as_object_mut() else { return out };
        for (_, old, new) in RENAMED.iter().filter(|(name, _, _)| *name == type_) {
            if let Some(value) = members.remove(*old) {
                members.insert((*new).to_owned(), value);
                self.note(&format!("{pointer}/{old}"), format!("renamed to {new}"));
            }
        }
        out
    }
}

/// How far references are followed while identifiers are made; objects that refer to each other in a ring end here.
const REFERENCE_DEPTH_MAX: usize = 16;

/// Gives an object its identifier, after those that it refers to: references may contribute to it.
fn identify(
    key: &str,
    objects: &HashMap<String, Value>,
    seed: &str,
    ids: &mut HashMap<String, String>,
    depth: usize,
) {
    let Some(object) = objects.get(key).filter(|_| !ids.contains_key(key)) else { return };
    if depth < REFERENCE_DEPTH_MAX {
        let members = object.as_object().into_iter().flatten();
        let wanted =
            members.filter(|(name, _)| name.ends_with("_ref")).filter_map(|(_, value)| value.as_str());
        for target in wanted {
            identify(target, objects, seed, ids, depth + 1);
        }
    }
    let mut resolved = object.clone();
    resolve(&mut resolved, ids);
    let type_ = object["type"].as_str().unwrap_or("x-unknown");
    let fallback = Uuid::new_v5(&crate::SCO_NAMESPACE, format!("{seed}/{key}").as_bytes());
    let id = sco_id(type_, &resolved).unwrap_or_else(|| Id::new(type_, fallback));
    ids.entry(key.to_owned()).or_insert_with(|| id.as_str().to_owned());
}

/// Replaces keys by identifiers in every `_ref` and `_refs`, however deep.
fn resolve(value: &mut Value, ids: &HashMap<String, String>) {
    let swap = |value: &mut Value| {
        if let Some(id) = value.as_str().and_then(|key| ids.get(key)) {
            *value = Value::from(id.as_str());
        }
    };
    match value {
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                match inner {
                    Value::Array(items) if name.ends_with("_refs") => items.iter_mut().for_each(swap),
                    Value::String(_) if name.ends_with("_ref") => swap(inner),
                    inner => resolve(inner, ids),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, ids)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, validate};

    fn check(input: Value, expected: &[&str]) -> Value {
        let (lifted, changes) = lift_2_0(&input);
        let seen: Vec<&str> = changes.iter().map(|change| change.pointer.as_str()).collect();
        assert_eq!(seen, expected);
        let report = validate(&lifted, &Options::default());
        assert_eq!(report.errors, [], "{lifted:#}");
        lifted
    }

    #[test]
    fn an_indicator_of_2_0() {
        let lifted = check(
            json!({"type": "indicator", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                "created": "2016-04-06T20:03:48.000Z", "modified": "2016-04-06T20:03:48.000Z",
                "labels": ["malicious-activity"], "pattern": "[url:value = 'http://a.example/']",
                "valid_from": "2016-04-06T20:03:48Z"}),
            &["", "/labels", ""],
        );
        assert_eq!(lifted["indicator_types"], json!(["malicious-activity"]));
        assert_eq!(lift_2_0(&lifted), (lifted.clone(), Vec::new()));
    }

    #[test]
    fn observed_data_of_2_0() {
        let lifted = check(
            json!({"type": "bundle", "id": "bundle--44af6c39-c09b-49c5-9de2-394224b04982", "spec_version": "2.0",
                "objects": [{"type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
                "created": "2016-04-06T19:58:16.000Z", "modified": "2016-04-06T19:58:16.000Z",
                "first_observed": "2015-12-21T19:00:00Z", "last_observed": "2015-12-21T19:00:00Z",
                "number_observed": 1, "objects": {"0": {"type": "ipv4-addr", "value": "198.51.100.2"},
                "1": {"type": "network-traffic", "src_ref": "0", "protocols": ["tcp"]}}}]}),
            &["/spec_version", "/objects/0", "/objects/0/objects"],
        );
        assert_eq!(lifted["objects"][1]["id"], "ipv4-addr--9cf4a8ec-7640-5f40-a006-79942896168b");
        assert_eq!(lifted["objects"][2]["src_ref"], lifted["objects"][1]["id"]);
    }
}
