//! Words that do not belong into the repository: paths of one machine, hosts of package registries, unfinished marks.
//!
//! A path of the machine it was written on breaks on every other, and a registry's host ties the build to one mirror.
//! `Cargo.lock` is made by cargo and left out. The words are spelled here in halves, so that this file passes.

use crate::finding::Finding;
use crate::tree::Tree;

/// Folders that every machine has. Malware writes there, so in Rust code they are values like others.
const EVERYWHERE: [&str; 2] = [concat!("/t", "mp/"), concat!("/ro", "ot/")];

/// A word, and whether it must start a path (nothing but a quote, a bracket or a space before it).
const WORDS: &[(&str, bool, &str)] = &[
    (EVERYWHERE[1], true, "a path of one machine"),
    (concat!("/wo", "rk/"), true, "a path of one machine"),
    (EVERYWHERE[0], true, "a path of one machine"),
    (concat!("index.cra", "tes.io"), false, "the host of a registry"),
    (concat!("static.cra", "tes.io"), false, "the host of a registry"),
    (concat!("py", "pi.org"), false, "the host of a registry"),
    (concat!("files.pythonho", "sted.org"), false, "the host of a registry"),
    (concat!("registry.np", "mjs.org"), false, "the host of a registry"),
    (concat!("proxy.gol", "ang.org"), false, "the host of a registry"),
    (concat!("TO", "DO"), true, "unfinished: do it or open an issue"),
    (concat!("FIX", "ME"), true, "unfinished: do it or open an issue"),
];

/// Made by tools, or data kept as it came.
const PATHS_SKIPPED: &[&str] = &["Cargo.lock", "/goldens/", "/vendored/"];

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let files = tree.files().filter(|file| !PATHS_SKIPPED.iter().any(|part| file.path.contains(part)));
    files.flat_map(|file| check_file(&file.path, file.text.as_deref().unwrap_or_default())).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let rust = path.ends_with(".rs");
    for (at, line) in text.lines().enumerate() {
        for (word, starts, why) in WORDS.iter().filter(|(word, ..)| !(rust && EVERYWHERE.contains(word))) {
            if line.match_indices(word).any(|(offset, _)| !starts || is_start(&line[..offset])) {
                found.push(Finding::at(path, at + 1, format!("{word}: {why}")));
            }
        }
    }
    found
}

fn is_start(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'`(<=[{,:!".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let lines: Vec<usize> = (1..=text.lines().count())
            .filter(|line| {
                let start = format!("a.md:{line}: ");
                check_file("a.md", text).iter().any(|finding| finding.to_string().starts_with(&start))
            })
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn machine_paths() {
        check(concat!("ok\nsee `/ro", "ot/x`\n"), &[2]);
        check(concat!("https://x.example/wo", "rk/plan"), &[]);
        check(concat!("x=/t", "mp/a"), &[1]);
    }

    #[test]
    fn a_file_path_of_malware_is_a_fair_test_value() {
        assert_eq!(check_file("a.rs", concat!("check(\"/t", "mp/evil\")")), []);
    }

    #[test]
    fn registries_and_marks() {
        check(concat!("curl https://py", "pi.org/simple"), &[1]);
        check(concat!("// TO", "DO later"), &[1]);
        check("crates.io keeps queries in handlers", &[]);
    }
}
