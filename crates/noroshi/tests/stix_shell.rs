//! `noroshi stix` and `noroshi deid` on STIX, of both editions, in a shell.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use serde_json::{Value, json};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs the program over files of a folder.
fn run(files: &[(&str, &Value)], arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    for (name, value) in files {
        std::fs::write(folder.path().join(name), value.to_string()).unwrap();
    }
    Command::new(env!("CARGO_BIN_EXE_noroshi")).current_dir(&folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn bundle(objects: &Value) -> Value {
    json!({"type": "bundle", "id": "bundle--11111111-1111-4111-8111-111111111111", "spec_version": "2.0",
        "objects": objects})
}

fn observed(n: u32, objects: &Value) -> Value {
    json!({"type": "observed-data", "id": format!("observed-data--{n:08x}-b8b0-4cba-9deb-34e3e1faed9f"),
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
        "first_observed": "2026-01-01T00:01:00Z", "last_observed": "2026-01-01T00:01:05Z", "number_observed": 1,
        "objects": objects})
}

/// A bundle of STIX 2.0 with two observed objects and an indicator.
fn old() -> Value {
    bundle(&json!([
        observed(1, &json!({"0": {"type": "domain-name", "value": "evil-obs.test"},
            "1": {"type": "ipv4-addr", "value": "203.0.113.77"}})),
        {"type": "indicator", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
         "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
         "labels": ["malicious-activity"], "pattern": "[domain-name:value = 'evil-ind.test']",
         "valid_from": "2026-01-01T00:00:00Z", "name": "a name", "description": "words"}]))
}

#[test]
fn what_is_of_2_0_is_held_against_2_0() {
    let said = run(&[("old.json", &old())], &["stix", "validate", "old.json"]);
    assert!(said.status.success(), "{}", text(&said.stdout));
    let said = run(&[("old.json", &old())], &["stix", "validate", "old.json", "--edition", "2.1"]);
    assert!(text(&said.stdout).contains("pattern_type"), "{}", text(&said.stdout));
}

#[test]
fn lifting_prints_a_bundle_of_2_1_and_lists_what_changed() {
    let said = run(&[("old.json", &old())], &["stix", "lift", "old.json"]);
    let (new, told) = (text(&said.stdout), text(&said.stderr));
    assert!(said.status.success(), "{told}");
    for part in
        ["/objects/0/objects: became objects of their own", "/objects/1/labels: renamed", "/spec_version: "]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    let new: Value = serde_json::from_str(&new).unwrap();
    assert_eq!(new["objects"].as_array().unwrap().len(), 4, "{new}");
    let good = run(&[("new.json", &new)], &["stix", "validate", "new.json", "--edition", "2.1", "--strict"]);
    assert!(good.status.success(), "{}", text(&good.stdout));
    let again = run(&[("new.json", &new)], &["stix", "lift", "new.json"]);
    let twice: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((text(&again.stderr).as_str(), &twice["objects"]), ("", &new["objects"]));
    let empty = run(&[("empty.json", &bundle(&json!([])))], &["stix", "lift", "empty.json"]);
    let empty: Value = serde_json::from_slice(&empty.stdout).unwrap();
    assert_eq!((&empty["type"], empty.get("objects")), (&json!("bundle"), None));
}

#[test]
fn a_draft_keeps_of_2_0_what_it_keeps_of_2_1() {
    let said = run(&[("old.json", &old())], &["deid", "old.json", "--format", "json"]);
    let told: Value = serde_json::from_slice(&said.stdout).unwrap();
    let words = told["item"]["text"].to_string();
    // the draft writes them so that nobody follows them by accident
    for value in ["evil-obs", "evil-ind", "113[.]77"] {
        assert!(words.contains(value), "{value} in {words}");
    }
    let lifted = |problem: &&Value| problem["code"] == "lifted" && problem["path"] == "/objects/0/objects";
    assert!(told["problems"].as_array().unwrap().iter().any(|p| lifted(&p)), "{}", told["problems"]);
}

#[test]
fn a_pattern_that_may_not_mean_what_it_should_is_explained_with_a_warning() {
    let check = |pattern: &str, warning: &str| {
        let said = run(&[], &["stix", "pattern", pattern, "--lang", "en"]);
        let told = text(&said.stderr);
        assert!(said.status.success() && told.contains(warning), "{pattern}: {told}");
        assert_eq!(told.is_empty(), warning.is_empty(), "{pattern}: {told}");
        let said = run(&[], &["stix", "pattern", pattern, "--format", "jsonl"]);
        let told: Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(told["warnings"].as_array().unwrap().is_empty(), warning.is_empty(), "{told}");
    };
    check(
        "[domain-name:value = 'a'] FOLLOWEDBY [url:value = 'b'] WITHIN 300 SECONDS",
        "binds to the last part alone",
    );
    check("[url:value MATCHES '(?=a)b']", "look-around");
    check("[url:value MATCHES '(a{1000}){1000}']", "size limit");
    check("([domain-name:value = 'a'] FOLLOWEDBY [url:value = 'b']) WITHIN 300 SECONDS", "");
}

#[test]
fn a_pattern_with_too_many_combinations_is_refused() {
    let one = |n| observed(n, &json!({"0": {"type": "domain-name", "value": "evil.example"}}));
    let many = bundle(&json!((0..300).map(one).collect::<Vec<_>>()));
    let test = "[domain-name:value='evil.example']";
    let pattern = format!("(({test} REPEATS 100 TIMES) FOLLOWEDBY {test}) REPEATS 50 TIMES WITHIN 1 SECONDS");
    let said = run(&[("many.json", &many)], &["stix", "match", &pattern, "many.json"]);
    assert!(!said.status.success() && text(&said.stderr).contains("too many combinations"), "{said:?}");
}
