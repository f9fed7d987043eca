//! STIX 2.0 to 2.1: what members still send becomes what the rest of the program reads.
//!
//! What has no place in 2.1 stays as it is; only an observed "object" that is none is left out. All is listed.
//! Identifiers of domain objects do not change; observed objects, which have none in 2.0, get the deterministic ones of
//! section 2.9. Objects of 2.1 stay byte for byte as they came.

use crate::code::{self, Code};
use crate::fault::pointer_step;
use crate::read::{Place, read_trees};
use crate::{Fault, Id, Limits, Object, Uuid, Version, sco_id};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::io::Read;

/// The most changes listed for one bundle; the rest is counted. As many as faults, for the same reason: nobody reads
/// more, and a bundle of 64 MiB could have a million.
const CHANGES_MAX: usize = 10_000;

/// The most observed objects that one observed-data object of STIX 2.0 may hold and be lifted. Sandboxes write some
/// thousands for one run.
const OBSERVED_MAX: usize = 10_000;

/// The most observed objects that are made of one bundle: as many as 64 MiB (the largest submission) hold in the form of
/// 2.1. In that of 2.0 they take a third of the bytes, and would otherwise take three times the memory.
const LIFTED_MAX: usize = 1_000_000;

/// One thing that was changed on the way from 2.0 to 2.1.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// A stable word for programs, one of [`CHANGE_CODES`](crate::CHANGE_CODES).
    pub code: &'static str,
    /// Where, from the top of what was lifted.
    pub pointer: String,
    /// What was done, for people.
    pub text: String,
    /// What the text quotes and counts, for whoever says the same in another language.
    #[serde(skip)]
    pub values: Vec<String>,
}

/// What was read, all of it of STIX 2.1.
#[derive(Debug, Default)]
pub struct Lifted {
    /// Every object that can be read; observed objects stand behind the one that held them.
    pub objects: Vec<Object>,
    /// Why the others cannot.
    pub faults: Vec<Fault>,
    /// What was changed to make it 2.1.
    pub changes: Vec<Change>,
}

/// As [`crate::read_objects`], and lifts what is of STIX 2.0.
pub fn read_lifted(bytes: &[u8], limits: &Limits) -> Result<Lifted, Fault> {
    let mut out = Lifted::default();
    out.changes = read_lifted_streaming(bytes, limits, |read| match read {
        Ok(object) => out.objects.push(object),
        Err(fault) => out.faults.push(fault),
    })?;
    Ok(out)
}

/// As [`read_lifted`], handing over one object at a time: memory grows with the number of different observed objects only.
pub fn read_lifted_streaming(
    reader: impl Read,
    limits: &Limits,
    mut each: impl FnMut(Result<Object, Fault>),
) -> Result<Vec<Change>, Fault> {
    let mut lift = Lift::default();
    let frame = read_trees(reader, limits, |place, in_2_0, read| {
        let object = read.and_then(|(text, node)| crate::read::object(text, &node));
        let lifted = object.and_then(|object| match object {
            Some(object) => lift.whole(object, place, in_2_0),
            None => Ok(Vec::new()),
        });
        let good = lifted.is_ok();
        match lifted {
            Ok(objects) => objects.into_iter().for_each(|object| each(Ok(object))),
            Err(fault) => each(Err(place.locate(fault))),
        }
        good
    })?;
    if frame.is_2_0() {
        lift.note("/spec_version", code::VERSION_MOVED, "moved from the bundle to its objects", vec![]);
    }
    Ok(lift.changes())
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

#[derive(Default)]
struct Lift {
    changes: Vec<Change>,
    /// Changes beyond those that are listed.
    more: usize,
    /// The observed objects that came or were made so far: the same value observed twice is the same object.
    known: HashSet<Id>,
}

impl Lift {
    fn note(&mut self, pointer: &str, code: Code, text: impl Into<String>, values: Vec<String>) {
        if self.changes.len() < CHANGES_MAX {
            self.changes.push(change(pointer, code, text.into(), values));
        } else {
            self.more += 1;
        }
    }

    fn changes(mut self) -> Vec<Change> {
        if self.more > 0 {
            let text = format!("{} more changes", self.more);
            self.changes.push(change("", code::MORE_CHANGES, text, vec![self.more.to_string()]));
        }
        self.changes
    }

    /// The object in the form of 2.1, and behind it the observed objects that it held.
    fn whole(&mut self, object: Object, place: Place, in_2_0: bool) -> Result<Vec<Object>, Fault> {
        if crate::id::is_observable(object.type_()) {
            self.known.insert(object.id().clone());
        }
        if object.signs(in_2_0).edition() == Version::V21 {
            return Ok(vec![object]);
        }
        let mut value = object.value();
        let pointer = place.pointer();
        let observed = self.object(&mut value, &pointer);
        let mut out = vec![Object::from_value(&value)?];
        for one in observed {
            if self.known.insert(one.id().clone()) {
                out.push(one);
            }
        }
        Ok(out)
    }

    /// Lifts one object in place; returns the observed objects that now stand beside it.
    fn object(&mut self, object: &mut Value, pointer: &str) -> Vec<Object> {
        let type_ = object["type"].as_str().unwrap_or_default().to_owned();
        let Some(members) = object.as_object_mut() else { return Vec::new() };
        members.insert("spec_version".to_owned(), Value::from("2.1"));
        self.note(pointer, code::VERSION_ADDED, "spec_version 2.1", vec![]);
        self.millis(members, pointer);
        if let Some((_, typed)) = TYPED_LABELS.iter().find(|(name, _)| *name == type_)
            && !members.contains_key(*typed)
            && let Some(labels) = members.remove("labels")
        {
            members.insert((*typed).to_owned(), labels);
            self.renamed(&format!("{pointer}/labels"), typed);
        }
        match type_.as_str() {
            // What has one has said more than STIX 2.0 can: the pattern may be of another language.
            "indicator" if !members.contains_key("pattern_type") => {
                members.insert("pattern_type".to_owned(), Value::from("stix"));
                members.insert("pattern_version".to_owned(), Value::from("2.0"));
                self.note(pointer, code::PATTERN_TYPE, "pattern_type stix, pattern_version 2.0", vec![]);
            }
            "malware" if !members.contains_key("is_family") => {
                members.insert("is_family".to_owned(), Value::from(false));
                self.note(pointer, code::IS_FAMILY, "is_family false: STIX 2.0 does not say", vec![]);
            }
            "marking-definition" => self.tlp(members, pointer),
            "observed-data" => return self.observed(members, &format!("{pointer}/objects")),
            _ => {}
        }
        Vec::new()
    }

    /// The version of an object says the millisecond (section 3.2); it stays the same moment.
    fn millis(&mut self, members: &mut Map<String, Value>, pointer: &str) {
        for key in ["created", "modified"] {
            let Some(text) = members.get(key).and_then(Value::as_str) else { continue };
            let Some((second, fraction)) = text.trim_end_matches('Z').split_at_checked(19) else { continue };
            let digits = fraction.trim_start_matches('.');
            if digits.len() < 3 && crate::timestamp::parse_micros(text).is_ok() {
                let written = format!("{second}.{digits:0<3}Z");
                members.insert(key.to_owned(), Value::from(written));
                let place = pointer_step(pointer, key);
                self.note(&place, code::MILLISECONDS, "written to the millisecond", vec![]);
            }
        }
    }

    /// The markings of the Traffic Light Protocol have names in 2.1 (section 7.2.1.4).
    fn tlp(&mut self, members: &mut Map<String, Value>, pointer: &str) {
        let id = members.get("id").and_then(Value::as_str).unwrap_or_default();
        let name = crate::tlp::Tlp::of_id(id).and_then(crate::tlp::version_1).and_then(|known| {
            let same = known.get("id").and_then(Value::as_str) == Some(id);
            known.get("name").cloned().filter(|_| same)
        });
        if let Some(name) = name.filter(|_| !members.contains_key("name")) {
            members.insert("name".to_owned(), name);
            let place = format!("{pointer}/name");
            self.note(&place, code::MARKING_NAME, "the marking's name in 2.1", vec![]);
        }
    }

    fn observed(&mut self, members: &mut Map<String, Value>, pointer: &str) -> Vec<Object> {
        let Some(Value::Object(objects)) = members.get("objects") else { return Vec::new() };
        if objects.len() > OBSERVED_MAX || self.known.len() + objects.len() > LIFTED_MAX {
            let text = format!(
                "left as they are: more than {OBSERVED_MAX} observed objects, or {LIFTED_MAX} in all"
            );
            let values = vec![OBSERVED_MAX.to_string(), LIFTED_MAX.to_string()];
            self.note(pointer, code::OBSERVED_KEPT, text, values);
            return Vec::new();
        }
        let seed = members.get("id").map(Value::to_string).unwrap_or_default();
        let Some(Value::Object(objects)) = members.remove("objects") else { return Vec::new() };
        let keys: Vec<String> = objects.keys().cloned().collect();
        let mut objects: HashMap<String, Value> = objects.into_iter().collect();
        for (key, object) in &mut objects {
            self.rename(object, &pointer_step(pointer, key));
        }
        let mut ids: HashMap<String, Id> = HashMap::new();
        for key in &keys {
            identify(key, &mut objects, &seed, &mut ids, 0);
        }
        let mut out = Vec::new();
        for key in &keys {
            let Some(mut object) = objects.remove(key) else { continue };
            resolve(&mut object, &ids);
            match (object.as_object_mut(), ids.get(key)) {
                (Some(members), Some(id)) => {
                    members.insert("id".to_owned(), Value::from(id.as_str()));
                    members.insert("spec_version".to_owned(), Value::from("2.1"));
                }
                _ => object = Value::Null,
            }
            match Object::from_value(&object) {
                Ok(object) => out.push(object),
                Err(fault) => {
                    let text = format!("left out: {}", fault.text);
                    self.note(&pointer_step(pointer, key), code::LEFT_OUT, text, vec![fault.text]);
                }
            }
        }
        let refs: Vec<&str> = out.iter().map(|object| object.id().as_str()).collect();
        members.insert("object_refs".to_owned(), json!(refs));
        let text = "became objects of their own, named in object_refs";
        self.note(pointer, code::OBSERVED_LIFTED, text, vec![]);
        out
    }

    fn rename(&mut self, object: &mut Value, pointer: &str) {
        let type_ = object["type"].as_str().unwrap_or_default().to_owned();
        let Some(members) = object.as_object_mut() else { return };
        for (_, old, new) in RENAMED.iter().filter(|(name, _, _)| *name == type_) {
            if let Some(value) = members.remove(*old) {
                members.insert((*new).to_owned(), value);
                self.renamed(&format!("{pointer}/{old}"), new);
            }
        }
    }

    fn renamed(&mut self, pointer: &str, to: &str) {
        self.note(pointer, code::RENAMED, format!("renamed to {to}"), vec![to.to_owned()]);
    }
}

fn change(pointer: &str, code: Code, text: String, values: Vec<String>) -> Change {
    Change { code: code.as_str(), pointer: pointer.to_owned(), text, values }
}

/// How far references are followed while identifiers are made; objects that refer to each other in a ring end here.
const REFERENCE_DEPTH_MAX: usize = 16;

/// Gives an object its identifier, after those that it refers to: references may contribute to it.
fn identify(
    key: &str,
    objects: &mut HashMap<String, Value>,
    seed: &str,
    ids: &mut HashMap<String, Id>,
    depth: usize,
) {
    let Some(object) = objects.get(key).filter(|_| !ids.contains_key(key)) else { return };
    if depth < REFERENCE_DEPTH_MAX {
        let members = object.as_object().into_iter().flatten();
        let wanted = members.filter(|(name, _)| name.ends_with("_ref"));
        let wanted: Vec<String> = wanted.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect();
        for target in wanted {
            identify(&target, objects, seed, ids, depth + 1);
        }
    }
    let Some(object) = objects.get_mut(key) else { return };
    resolve(object, ids);
    let type_ = object["type"].as_str().unwrap_or_default();
    let id = sco_id(type_, object).unwrap_or_else(|| {
        // Where nothing contributes, section 2.9 wants a random UUID. This one has that form, and the same input gives
        // the same output.
        let hash = Uuid::new_v5(&crate::SCO_NAMESPACE, format!("{seed}/{key}").as_bytes());
        Id::new(type_, uuid::Builder::from_random_bytes(hash.into_bytes()).into_uuid())
    });
    ids.entry(key.to_owned()).or_insert(id);
}

/// Replaces keys by identifiers in every `_ref` and `_refs`, however deep.
fn resolve(value: &mut Value, ids: &HashMap<String, Id>) {
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

    fn read(text: &str) -> Lifted {
        read_lifted(text.as_bytes(), &Limits::default()).unwrap()
    }

    /// Lifts, holds every object against 2.1, and tells where something was changed.
    fn check(input: Value, expected: &[&str]) -> Vec<Value> {
        let lifted = read(&input.to_string());
        let seen: Vec<&str> = lifted.changes.iter().map(|change| change.pointer.as_str()).collect();
        assert_eq!((seen.as_slice(), lifted.faults), (expected, vec![]), "{input}");
        let objects: Vec<Value> = lifted.objects.iter().map(Object::value).collect();
        for object in &objects {
            assert_eq!(object["spec_version"], "2.1");
            assert_eq!(validate(object, &Options::default()).errors, [], "{object:#}");
        }
        let again = read(&json!({"type": "bundle", "objects": objects}).to_string());
        assert_eq!((again.objects, again.changes), (lifted.objects, vec![]), "what is 2.1 stays as it is");
        objects
    }

    fn observed(objects: Value) -> Value {
        json!({"type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
            "created": "2016-04-06T19:58:16.000Z", "modified": "2016-04-06T19:58:16.000Z",
            "first_observed": "2015-12-21T19:00:00Z", "last_observed": "2015-12-21T19:00:00Z",
            "number_observed": 1, "objects": objects})
    }

    #[test]
    fn an_indicator_of_2_0() {
        let indicator = json!({"type": "indicator", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "created": "2016-04-06T20:03:48.000Z", "modified": "2016-04-06T20:03:48.000Z",
            "labels": ["malicious-activity"], "pattern": "[url:value = 'http://a.example/']",
            "valid_from": "2016-04-06T20:03:48Z"});
        let lifted = check(indicator.clone(), &["", "/labels", ""]);
        assert_eq!(lifted[0]["indicator_types"], json!(["malicious-activity"]));
        // one that only forgot its spec_version loses nothing
        let mut late = indicator;
        late["pattern_type"] = json!("yara");
        late["indicator_types"] = json!(["benign"]);
        let lifted = check(late, &[""]);
        assert_eq!(
            (&lifted[0]["pattern_type"], &lifted[0]["labels"]),
            (&json!("yara"), &json!(["malicious-activity"]))
        );
    }

    /// Section 3.2: at least three digits; section 7.2.1.4: the name.
    #[test]
    fn times_and_markings_are_written_as_2_1_has_them() {
        let report = json!({"type": "report", "id": "report--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
            "created": "2017-01-01T00:00:00Z", "modified": "2017-01-01T00:00:00.5Z", "name": "r",
            "labels": ["threat-report"], "published": "2017-01-01T00:00:00Z",
            "object_refs": ["indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"]});
        let lifted = check(report, &["", "/created", "/modified", "/labels"]);
        assert_eq!(lifted[0]["created"], "2017-01-01T00:00:00.000Z");
        assert_eq!(lifted[0]["modified"], "2017-01-01T00:00:00.500Z");
        assert_eq!(lifted[0]["published"], "2017-01-01T00:00:00Z");
        let white = json!({"type": "marking-definition", "created": "2017-01-20T00:00:00.000Z",
            "id": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
            "definition_type": "tlp", "definition": {"tlp": "white"}});
        let lifted = check(white, &["", "/name"]);
        assert_eq!(lifted[0]["name"], "TLP:WHITE");
    }

    #[test]
    fn observed_data_of_2_0() {
        let bundle = |objects: &[Value]| {
            json!({"type": "bundle", "id": "bundle--44af6c39-c09b-49c5-9de2-394224b04982",
                "spec_version": "2.0", "objects": objects})
        };
        let seen = observed(json!({"0": {"type": "ipv4-addr", "value": "198.51.100.2"},
            "1": {"type": "network-traffic", "src_ref": "0", "protocols": ["tcp"]},
            "2": {"type": "process", "pid": 7, "created": "2015-12-21T19:00:00Z"}}));
        let places = ["/objects/0", "/objects/0/objects/2/created", "/objects/0/objects", "/spec_version"];
        let lifted = check(bundle(&[seen]), &places);
        let ids: Vec<&str> = lifted.iter().filter_map(|object| object["id"].as_str()).collect();
        assert_eq!(lifted[0]["object_refs"], json!(&ids[1..]));
        assert_eq!(lifted[1]["id"], "ipv4-addr--9cf4a8ec-7640-5f40-a006-79942896168b");
        assert_eq!(lifted[2]["src_ref"], lifted[1]["id"]);
        assert_eq!(lifted[3]["created_time"], "2015-12-21T19:00:00Z");
    }

    #[test]
    fn what_is_no_observed_object_is_left_out_and_told() {
        let lifted = read(
            &observed(json!({"a/b": 7, "1": {"type": "A B"}, "2": {"value": "x"},
            "3": {"type": "url", "value": "http://a.example/"}}))
            .to_string(),
        );
        let told: Vec<(&str, &str)> =
            lifted.changes.iter().map(|c| (c.pointer.as_str(), c.text.get(..8).unwrap_or(&c.text))).collect();
        for place in ["/objects/a~1b", "/objects/1", "/objects/2"] {
            assert!(told.contains(&(place, "left out")), "{place} in {told:?}");
        }
        assert_eq!(lifted.objects.len(), 2);
        assert_eq!(lifted.objects[0].value()["object_refs"], json!([lifted.objects[1].id()]));
    }

    #[test]
    fn objects_that_refer_to_each_other_end() {
        let ring: Map<String, Value> = (0..200)
            .map(|n| {
                let refs = (0..40).map(|i| (format!("x{i}_ref"), json!(((n + i + 1) % 200).to_string())));
                let mut object: Map<String, Value> = refs.collect();
                object.insert("type".to_owned(), json!("x-ring"));
                (n.to_string(), Value::Object(object))
            })
            .collect();
        assert_eq!(read(&observed(Value::Object(ring)).to_string()).objects.len(), 201);
    }

    #[test]
    fn changes_and_observed_objects_are_limited() {
        let one = |n: usize| {
            json!({"type": "x-own", "id": Id::new("x-own", Uuid::from_u128(n as u128)),
            "created": "2016-04-06T20:03:48.000Z"})
        };
        let many: Vec<Value> = (0..CHANGES_MAX + 5).map(one).collect();
        let lifted = read(&json!({"objects": many}).to_string());
        assert_eq!(lifted.objects.len(), CHANGES_MAX + 5);
        assert_eq!(
            (lifted.changes.len(), lifted.changes.last().unwrap().text.as_str()),
            (CHANGES_MAX + 1, "5 more changes")
        );
        let keys = (0..=OBSERVED_MAX).map(|n| (n.to_string(), json!({"type": "x-own"})));
        let lifted = read(&observed(Value::Object(keys.collect())).to_string());
        assert!(lifted.objects[0].value()["objects"].is_object(), "left as it is");
        assert!(lifted.changes.last().unwrap().text.starts_with("left as they are"));
    }
}
