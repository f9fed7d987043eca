//! The rules of the repository, held against its files. One module a rule; each says in its head why the rule is.
//!
//! What rustfmt and clippy already hold (formatting, lints) is not repeated here, except where they cannot see it:
//! length over whole files, arrows between crates, documents, goldens, translations.

mod arrows;
mod dependencies;
mod file_length;
mod fluent_keys;
mod function_length;
mod goldens;
mod ignored_tests;
mod links;
mod module_head;
mod words;

use crate::finding::Finding;
use crate::tree::Tree;
use std::path::Path;

type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("arrows", arrows::check_tree),
    ("dependencies", dependencies::check_tree),
    ("file length", file_length::check_tree),
    ("fluent keys", fluent_keys::check_tree),
    ("function length", function_length::check_tree),
    ("goldens", goldens::check_tree),
    ("ignored tests", ignored_tests::check_tree),
    ("links", links::check_tree),
    ("module heads", module_head::check_tree),
    ("words", words::check_tree),
];

/// Runs every check and prints what it found; true when nothing was.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    let tree = Tree::read(root)?;
    let mut found = 0;
    for (_, check) in CHECKS {
        let mut findings = check(&tree);
        findings.sort();
        found += findings.len();
        for finding in findings {
            println!("{finding}");
        }
    }
    let (files, median) = file_length::median(&tree);
    println!("tidy: {} rules, {files} Rust files, median {median} lines, {found} findings", CHECKS.len());
    Ok(found == 0)
}
