//! Validation against golden files: `goldens/validate/NAME.json` beside `NAME.expected.json`. `UPDATE=1` rewrites.

use serde_json::{Value, json};
use std::path::PathBuf;
use stix::{Options, Report, build, canonical, tlp, validate};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("goldens/validate")
}

fn said(report: &Report) -> Value {
    let short = |faults: &[stix::Fault]| -> Vec<String> {
        let mut short: Vec<_> =
            faults.iter().map(|fault| format!("{} {}", fault.code, fault.pointer)).collect();
        // the order follows the object's keys, which depends on what else is built
        short.sort();
        short
    };
    json!({"errors": short(&report.errors), "warnings": short(&report.warnings)})
}

#[expect(clippy::disallowed_methods, reason = "UPDATE=1 asks for the goldens to be rewritten")]
fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

#[test]
fn goldens() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let inputs: Vec<&str> = names
        .iter()
        .filter(|name| !name.ends_with(".expected.json"))
        .map(|name| name.trim_end_matches(".json"))
        .collect();
    assert!(!inputs.is_empty());
    for name in &inputs {
        let value: Value =
            serde_json::from_slice(&std::fs::read(folder().join(format!("{name}.json"))).unwrap()).unwrap();
        let seen = said(&validate(&value, &Options::default()));
        let expected = folder().join(format!("{name}.expected.json"));
        if updating() {
            std::fs::write(&expected, format!("{seen:#}\n")).unwrap();
        }
        let wanted: Value = serde_json::from_slice(&std::fs::read(&expected).unwrap()).unwrap();
        assert_eq!(seen, wanted, "{name}");
    }
    for name in names.iter().filter_map(|name| name.strip_suffix(".expected.json")) {
        assert!(inputs.contains(&name), "{name}.expected.json has no input");
    }
}

/// Section 3.2: without `spec_version` an object is of STIX 2.0, but for cyber-observable objects.
#[test]
fn each_object_is_held_against_its_own_edition() {
    let indicator = r#"{"type":"indicator","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",
        "labels":["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.77.9']",
        "valid_from":"2026-01-01T00:00:00Z"}"#;
    let domain = r#"{"type":"domain-name","id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
        "value":"example.com"}"#;
    let nameless = r#"{"type":"identity","id":"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#;
    let check = |text: &str, expected: &[&str]| {
        let mut seen = Vec::new();
        let each = |checked: stix::Checked<'_>| {
            seen.extend(
                checked.report.errors.iter().map(|fault| format!("{} {}", fault.code, fault.pointer)),
            );
        };
        let (limits, options) = (stix::Limits::default(), Options::default());
        stix::validate_streaming(text.as_bytes(), &limits, &options, each).unwrap();
        seen.sort();
        assert_eq!(seen, expected, "{text}");
        let whole = stix::validate_text(text, &options).unwrap();
        assert_eq!(whole.is_valid(), expected.is_empty(), "{whole:?}");
    };
    let bundle = |head: &str, objects: &str| {
        let id = "bundle--44af6c39-c09b-49c5-9de2-394224b04982";
        format!(r#"{{"type":"bundle","id":"{id}",{head}"objects":[{objects}]}}"#)
    };
    let says_2_0 = r#""spec_version":"2.0","#;
    check(indicator, &[]);
    check(&bundle(says_2_0, indicator), &[]);
    check(&bundle("", &format!("{indicator},{domain}")), &[]);
    check(&bundle(says_2_0, domain), &[]);
    // of 2.0 for what surrounds it only: `identity_class` is required there
    let missing = ["created", "identity_class", "modified", "name"];
    let missing = missing.map(|name| format!("required /objects/0/{name}"));
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    check(&bundle(says_2_0, nameless), &missing);
    // a 2.1 object keeps its own edition in a bundle of 2.0
    let new = indicator.replacen('{', r#"{"spec_version":"2.1","#, 1);
    check(&bundle(says_2_0, &new), &["required /objects/0/pattern_type"]);
}

/// What our own constructors make obeys the standard, MUST and SHOULD.
#[test]
fn what_is_built_is_valid() {
    let uuid = |n: u128| stix::Uuid::from_u128(0x4000_8000_0000_0000_0000 | n << 96);
    let id = |type_: &str| stix::Id::new(type_, uuid(1));
    let now = stix::Timestamp::from_micros(1_700_000_000_000_000);
    let later = stix::Timestamp::from_micros(1_800_000_000_000_000);
    let markings = [tlp::Tlp::Amber.id()];
    let head_id = id("indicator");
    let head = build::Head {
        markings: &markings,
        confidence: Some(80),
        lang: Some("ja"),
        ..build::Head::new(&head_id, &now, &now)
    };
    let indicator = build::indicator(
        &head,
        &build::Indicator {
            name: Some("不審な接続先"),
            description: Some("標的型メールの添付が接続する。"),
            indicator_types: &["malicious-activity"],
            pattern: "[domain-name:value = 'evil.example']",
            valid_from: &now,
            valid_until: Some(&later),
            kill_chain_phases: &[],
        },
    );
    let file = build::File { name: Some("請求書.exe"), ..build::File::default() };
    let report_id = id("report");
    let mut objects = vec![
        tlp::Tlp::Amber.object(),
        indicator.clone(),
        build::domain_name("evil.example", &markings),
        build::ipv4_addr("198.51.100.0/24", &markings),
        build::ipv6_addr("2001:db8::1", &[]),
        build::url("http://evil.example/a", &[]),
        build::email_addr("a@evil.example", &[]),
        build::file(&file, &[]).unwrap(),
    ];
    let refs: Vec<stix::Id> = objects.iter().map(|object| object.id().clone()).collect();
    let head = build::Head::new(&report_id, &now, &now);
    objects.push(build::report(&head, "報告", None, &["indicator"], &now, &refs));
    for object in &objects {
        let report = validate(&object.value(), &Options::default());
        assert_eq!((report.errors, report.warnings), (vec![], vec![]), "{}", object.raw());
        assert_eq!(canonical::to_string(&object.value()), object.raw(), "canonical bytes come back");
    }
    let bundle = build::bundle(&id("bundle"), &objects);
    let (read, faults) = stix::read_objects(bundle.as_bytes(), &stix::Limits::default()).unwrap();
    assert_eq!((read, faults), (objects, vec![]));
    assert!(build::file(&build::File::default(), &[]).is_none());
}

/// What the text of the standard demands of single properties (STIX 2.1, sections 2, 3, 4, 6, 7), a case a line: an object
/// that holds, and beside it those that break one rule each.
#[test]
fn musts() {
    let check = |case: &str, object: &Value, expected: &Value| {
        let options = Options { version: Some(stix::Version::V21), ..Options::default() };
        assert_eq!(&said(&validate(object, &options))["errors"], expected, "{case}: {object}");
    };
    let lines = include_str!("../goldens/musts.jsonl").lines();
    for line in lines {
        let line: Value = serde_json::from_str(line).unwrap();
        check(line["case"].as_str().unwrap(), &line["object"], &line["errors"]);
    }
}

/// A bundle is wrong in itself, too: it is named where it is.
#[test]
fn a_streamed_bundle_is_held_against_section_8() {
    let check = |input: &str, expected: &[(Option<&str>, &str)]| {
        let mut seen = Vec::new();
        let each = |checked: stix::Checked<'_>| {
            let id = checked.id.map(str::to_owned);
            seen.extend(
                checked
                    .report
                    .errors
                    .into_iter()
                    .map(|fault| (id.clone(), format!("{} {}", fault.code, fault.pointer))),
            );
        };
        stix::validate_streaming(input.as_bytes(), &stix::Limits::default(), &Options::default(), each)
            .unwrap();
        let seen: Vec<_> = seen.iter().map(|(id, said)| (id.as_deref(), said.as_str())).collect();
        assert_eq!(seen, expected, "{input}");
    };
    let domain = r#"{"type":"domain-name","id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
        "value":"example.com"}"#;
    let bundle = |head: &str| format!(r#"{{{head}"objects":[{domain}]}}"#);
    check(&bundle(""), &[]);
    check(&bundle(r#""type":"bundle","id":"bundle--44af6c39-c09b-49c5-9de2-394224b04982","#), &[]);
    check(&bundle(r#""type":"bundle","#), &[(None, "required /id")]);
    check(&bundle(r#""type":"bundle","id":"bundle--x","#), &[(Some("bundle--x"), "id-malformed /id")]);
    check(&bundle(r#""type":"bundle","type":"bundle","#), &[(None, "key-repeated ")]);
}
