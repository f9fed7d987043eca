//! `noroshi sweep` as a person calls it: forms of indicator files, hits' fields, summary, exit codes, sets, slips.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn sweep(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noroshi"));
    command.arg("sweep").args(args).current_dir(folder).env_remove("NOROSHI_HUB").env_remove("NOROSHI_TOKEN");
    command.env("NOROSHI_LANG", "en").output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
    folder
}

/// Names under `.example` stand on a warning list, and a hit says so.
const ON_A_LIST: &str = "list:documentation-name";

const LOG: &str = "nothing here\nGET http://www.Evil.example/a 200\n";

/// A feed is given by its manifest; an event that it names and that is not there is told.
#[test]
fn a_misp_feed() {
    let (one, two) = ("5c1eddd7-d16c-4f8c-9bd5-0a2b950d210f", "5c1eddd7-d16c-4f8c-9bd5-0a2b950d210e");
    let event = |value: &str| {
        json!({"Event": {"Attribute": [{"type": "domain", "value": value, "to_ids": true}]}}).to_string()
    };
    let manifest = json!({one: {"info": "first"}, two: {"info": "second"}}).to_string();
    let folder = folder(&[
        ("a.log", LOG),
        ("manifest.json", &manifest),
        (&format!("{one}.json"), &event("evil.example")),
        (&format!("{two}.json"), &event("other.example")),
    ]);
    let output = sweep(folder.path(), &["--indicators", "manifest.json", "--format", "jsonl", "a.log"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let found = lines(&output);
    assert_eq!(
        (&found[0]["indicator"], &found[1]["summary"]["indicators"]),
        (&json!("evil.example"), &json!(2))
    );
    std::fs::remove_file(folder.path().join(format!("{two}.json"))).unwrap();
    let output = sweep(folder.path(), &["--indicators", "manifest.json", "a.log"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("{two}.json")));
}

/// Every form of indicator file gives the same hit.
#[test]
fn forms_of_indicator_files() {
    let stix = json!({"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [
        {"type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
         "pattern": "[domain-name:value = 'evil.example']", "pattern_type": "stix",
         "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]}]});
    let misp = json!({"Event": {"info": "x", "Attribute": [
        {"type": "domain", "category": "Network activity", "value": "evil.example", "to_ids": true}]}});
    let forms = [
        ("values.txt", "# a list\nevil[.]example\n".to_owned()),
        ("kinds.tsv", "domain\tevil.example\n".to_owned()),
        ("table.csv", "type,value,comment\ndomain,evil.example,\"seen, once\"\n".to_owned()),
        ("bundle.json", stix.to_string()),
        ("event.json", misp.to_string()),
    ];
    for (name, text) in forms {
        let folder = folder(&[("a.log", LOG), (name, &text)]);
        let output = sweep(folder.path(), &["--indicators", name, "--format", "jsonl", "a.log"]);
        let found = lines(&output);
        let hit = |key: &str| found[0].get(key).cloned().unwrap_or_default();
        assert_eq!(output.status.code(), Some(1), "{name}: {output:?}");
        assert_eq!(found.len(), 2, "{name}");
        let expected = ["a.log", "evil.example", "domain", "subdomain", "www.Evil.example"];
        assert_eq!(
            ["file", "indicator", "kind", "rule", "written"].map(hit),
            expected.map(Value::from),
            "{name}"
        );
        assert_eq!(["line", "start", "end"].map(hit), [2, 11, 27].map(Value::from), "{name}");
        if name == "bundle.json" {
            assert_eq!(hit("item"), "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
            assert_eq!(hit("labels"), json!(["tlp:green", ON_A_LIST]));
        }
        let summary = &found[1]["summary"];
        let expected =
            [("files", json!(1)), ("lines", json!(2)), ("hits", json!(1)), ("indicators", json!(1))];
        expected.iter().for_each(|(key, value)| assert_eq!(&summary[key], value, "{name} {key}"));
        assert_eq!((summary["bytes"].as_u64(), &summary["skipped"]), (Some(LOG.len() as u64), &json!([])));
        assert!(summary["seconds"].is_f64());
    }
}

#[test]
fn exit_codes() {
    let folder = folder(&[("a.log", LOG), ("list", "evil.example\n"), ("other", "good.example\n")]);
    let code = |args: &[&str]| sweep(folder.path(), args).status.code();
    assert_eq!(code(&["--indicators", "other", "a.log"]), Some(0));
    assert_eq!(code(&["--indicators", "list", "a.log"]), Some(1));
    assert_eq!(code(&["a.log"]), Some(2));
    assert_eq!(code(&["--indicators", "list"]), Some(2));
    assert_eq!(code(&["--indicators", "list", "--frobnicate", "a.log"]), Some(2));
    assert_eq!(code(&["--indicators", "other", "absent.log"]), Some(3));
    assert_eq!(code(&["--indicators", "absent", "a.log"]), Some(3));
    assert_eq!(code(&["--indicators", "list", "a.log", "absent.log"]), Some(1));
}

#[test]
fn text_and_csv() {
    let folder = folder(&[("a.log", LOG), ("list", "evil.example\n")]);
    let out = |args: &[&str]| {
        let output = sweep(folder.path(), args);
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (text, summary) = out(&["--indicators", "list", "a.log"]);
    assert_eq!(
        text,
        "a.log:2: domain evil.example (subdomain: www.Evil.example) [list:documentation-name]\n"
    );
    assert!(summary.starts_with("hits: 1; files: 1, lines: 2, "), "{summary}");
    let (_, summary) = out(&["--indicators", "list", "--lang", "ja", "a.log"]);
    assert!(summary.starts_with("該当 1 件"), "{summary}");
    let (csv, _) = out(&["--indicators", "list", "--format", "csv", "a.log"]);
    assert_eq!(
        csv,
        "file,line,start,end,indicator,kind,rule,written,labels,item\n\
         a.log,2,11,27,evil.example,domain,subdomain,www.Evil.example,list:documentation-name,\n"
    );
}

#[test]
fn standard_input() {
    let folder = folder(&[("list", "evil.example\n")]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_noroshi"))
        .args(["sweep", "--indicators", "list", "--format", "jsonl", "-"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), LOG.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output)[0]["line"], 2);
}

/// A set is compiled, signed, carried, added to, and refused when changed.
#[test]
fn compiled_sets() {
    let folder = folder(&[("a.log", LOG), ("list", "evil.example\n"), ("more", "nothing.example\n")]);
    let run = |args: &[&str]| sweep(folder.path(), args);
    let signed = run(&["--indicators", "list", "--compile", "set", "--sign-key", "key"]);
    assert_eq!(signed.status.code(), Some(0), "{signed:?}");
    let told = String::from_utf8(signed.stderr).unwrap();
    let key = told.trim().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(run(&["--set", "set", "a.log"]).status.code(), Some(1));
    assert_eq!(run(&["--set", "set", "--trust", &key, "a.log"]).status.code(), Some(1));
    let trusting = run(&["--set", "set", "--trust", &key, "a.log"]);
    let told = String::from_utf8(trusting.stderr).unwrap();
    assert!(told.starts_with("set: made by own-set as of 2") && told.contains("verified"), "{told}");
    let other = run(&["--indicators", "list", "--compile", "set2", "--sign-key", "key2"]);
    let other = String::from_utf8(other.stderr).unwrap().trim().rsplit(' ').next().unwrap().to_owned();
    let refused = run(&["--set", "set", "--trust", &other, "a.log"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("signed with another key"), "{refused:?}");
    assert_eq!(run(&["--set", "set", "--trust", "key", "a.log"]).status.code(), Some(2));
    run(&["--indicators", "more", "--compile", "delta"]);
    let both = run(&["--set", "set", "--set", "delta", "--format", "jsonl", "a.log"]);
    assert_eq!(lines(&both)[1]["summary"]["indicators"], 2);
    assert_eq!(run(&["--set", "delta", "--trust", &key, "a.log"]).status.code(), Some(3), "unsigned");
    let path = folder.path().join("set");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4000] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let changed = run(&["--set", "set", "a.log"]);
    assert_eq!(changed.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&changed.stderr).contains("was changed on its way"), "{changed:?}");
}

/// A pattern that asks for two things is the rule's name where a line tells both.
#[test]
fn patterns_of_more_than_one_value() {
    let pattern = "[domain-name:value = 'evil.example'] AND [ipv4-addr:value = '192.0.2.7']";
    let bundle = json!({"type": "indicator", "spec_version": "2.1", "pattern": pattern, "pattern_type": "stix",
        "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"});
    let log = "evil.example is 198.51.100.1\nevil.example is 192.0.2.7\n192.0.2.7 alone\n";
    let folder = folder(&[("a.log", log), ("bundle.json", &bundle.to_string())]);
    let output = sweep(folder.path(), &["--indicators", "bundle.json", "--format", "jsonl", "a.log"]);
    let found = lines(&output);
    let rules: Vec<(u64, &str)> = found
        .iter()
        .filter_map(|hit| Some((hit.get("line")?.as_u64()?, hit.get("rule")?.as_str()?)))
        .collect();
    assert_eq!(rules, [(1, "domain"), (2, "pattern")]);
    assert_eq!(found[0]["labels"], json!(["part-of-pattern", ON_A_LIST]));
}

#[test]
fn a_slip_answers_for_a_network_without_connection() {
    let item = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let folder = folder(&[("a.log", LOG), ("list", "evil.example\n")]);
    let args =
        ["--indicators", "list", "--slip", "--slip-key", "key", "--item", item, "--machines", "12", "a.log"];
    let output = sweep(folder.path(), &args);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let slip = text.lines().last().unwrap();
    assert!(slip.len() <= 300, "{} characters", slip.len());
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(shown.contains('█'), "no picture: {shown}");
    let key = shown.trim().rsplit(' ').next().unwrap();
    let answer = |slip: &str, key: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_noroshi"));
        command.args([
            "answer",
            "--hub",
            "http://127.0.0.1:9",
            "--token",
            "t",
            "--slip",
            slip,
            "--slip-key",
            key,
        ]);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    // A good slip goes as far as the hub that is not there; the others do not.
    assert!(answer(slip, key).contains(item), "{}", answer(slip, key));
    assert!(answer(slip, &"0".repeat(64)).contains("another key"));
    assert!(answer(&slip.replace('7', "8"), key).contains("signature"));
}
