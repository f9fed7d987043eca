//! Every Rust file with public items starts with a `//!` head.
//!
//! The head says what the module is for and what it leaves to others: the first thing that a reader of the map needs,
//! and the first thing that shows when a file has two subjects.

use crate::finding::Finding;
use crate::source;
use crate::tree::Tree;

/// The shortest head that can say something, in characters.
const HEAD_CHARACTERS_MIN: usize = 12;

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs").filter_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Option<Finding> {
    let code = source::code_only(text);
    let shipped = source::without_tests(&code);
    let public = shipped.lines().any(|line| line.trim_start().starts_with("pub"));
    let head: String = text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .map(|line| line["//!".len()..].trim())
        .collect();
    match head.chars().count() {
        0 if public => Some(Finding::at(path, 1, "has public items and no //! head")),
        1..HEAD_CHARACTERS_MIN => Some(Finding::at(path, 1, "its //! head says nothing")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(check_file("a.rs", text), expected.map(|text| Finding::at("a.rs", 1, text)));
    }

    #[test]
    fn heads() {
        check("//! What this file is for.\npub fn a() {}", None);
        check("pub fn a() {}", Some("has public items and no //! head"));
        check("fn a() {}", None);
        check("//! store\n", Some("its //! head says nothing"));
    }
}
