//! Odd mails and what must be read out of them: `goldens/NAME.eml` beside `NAME.expected.json`.
//!
//! `UPDATE=1 cargo test -p mail` rewrites the expectations; look at the difference before committing it.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up shall fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens")
}

#[expect(clippy::disallowed_methods, reason = "the one switch of the golden test")]
fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn names(ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

#[test]
fn every_odd_mail_is_read_as_expected() {
    let mails = names(".eml");
    assert!(mails.len() >= 80, "only {} odd mails", mails.len());
    let mut wrong = Vec::new();
    for name in &mails {
        let raw = std::fs::read(folder().join(format!("{name}.eml"))).unwrap();
        let (message, problems) = mail::read_message(&raw);
        let got = mail::to_json(&message, &problems);
        let path = folder().join(format!("{name}.expected.json"));
        if updating() {
            std::fs::write(&path, serde_json::to_string_pretty(&got).unwrap() + "\n").unwrap();
        }
        // compared as values: the order of keys depends on what else is built
        let wanted: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        if wanted != got {
            wrong.push(format!("{name}:\n{got:#}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_expectation_is_left_over() {
    let left: Vec<_> = names(".expected.json").difference(&names(".eml")).cloned().collect();
    assert_eq!(left, Vec::<String>::new());
}
