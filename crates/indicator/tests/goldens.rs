//! What the finder makes of whole texts: `goldens/NAME.txt` beside `goldens/NAME.expected`. `UPDATE=1` rewrites.
#![expect(clippy::unwrap_used, reason = "a test's own check fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn found_in(text: &str) -> String {
    let mut out = String::new();
    for found in indicator::find(text) {
        let labels =
            if found.labels.is_empty() { String::new() } else { format!(" [{}]", found.labels.join(", ")) };
        out.push_str(&format!("{} <- {} ({}){labels}\n", found.indicator, found.written, found.rule));
    }
    out
}

fn check(text: &Path, update: bool) {
    let found = found_in(&fs::read_to_string(text).unwrap());
    let expected = text.with_extension("expected");
    if update {
        fs::write(&expected, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&expected).unwrap_or_default(), "{}", text.display());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "UPDATE=1 is how goldens are rewritten")]
fn goldens() {
    let update = std::env::var_os("UPDATE").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens");
    let mut names: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(&folder).unwrap() {
        names.insert(entry.unwrap().file_name().into_string().unwrap());
    }
    assert!(names.contains("report-en.txt"), "the folder of goldens is empty");
    for name in &names {
        match name.rsplit_once('.') {
            Some((_, "txt")) => check(&folder.join(name), update),
            Some((stem, "expected")) => {
                assert!(names.contains(&format!("{stem}.txt")), "no text uses {name}");
            }
            _ => panic!("{name} is neither a text nor what is expected of one"),
        }
    }
}
