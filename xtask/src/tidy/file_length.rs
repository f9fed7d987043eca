//! No file over 600 lines by hand, tests apart, and half of them under 150.
//!
//! A long file holds several subjects, and the second one is found by nobody. Tests of a file are not counted: they
//! grow with the cases.

use crate::finding::Finding;
use crate::source;
use crate::tree::Tree;

/// Lines of a file without its test modules.
const FILE_LINES_MAX: usize = 600;

/// Half of the files stay at or under this.
const FILE_LINES_MEDIAN_MAX: usize = 150;

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts(".rs") {
        let lines = length(text);
        if lines > FILE_LINES_MAX {
            found.push(Finding::at(
                path,
                1,
                format!("{lines} lines without tests, the bound is {FILE_LINES_MAX}"),
            ));
        }
    }
    let (_, median) = median(tree);
    if median > FILE_LINES_MEDIAN_MAX {
        let text = format!("the median file has {median} lines, the bound is {FILE_LINES_MEDIAN_MAX}");
        found.push(Finding::at("crates", 1, text));
    }
    found
}

/// How many Rust files there are, and the length of the middle one.
pub(crate) fn median(tree: &Tree) -> (usize, usize) {
    let mut lengths: Vec<usize> = tree.texts(".rs").map(|(_, text)| length(text)).collect();
    lengths.sort_unstable();
    (lengths.len(), lengths.get(lengths.len() / 2).copied().unwrap_or(0))
}

/// Lines of the file, less the lines that only its test modules fill.
fn length(text: &str) -> usize {
    let code = source::code_only(text);
    let shipped = source::without_tests(&code);
    let tests = code.lines().zip(shipped.lines()).filter(|(all, kept)| all.trim() != kept.trim()).count();
    text.lines().count() - tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: usize) {
        assert_eq!(length(text), expected);
    }

    #[test]
    fn tests_are_not_counted() {
        check("//! Head.\n\nfn a() {}\n", 3);
        check("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n", 1);
    }

    #[test]
    fn a_long_file_is_named() {
        let long = "x();\n".repeat(FILE_LINES_MAX + 1);
        let tree = Tree::of(&[("a.rs", &long), ("b.rs", ""), ("c.rs", "")]);
        assert_eq!(check_tree(&tree), [Finding::at("a.rs", 1, "601 lines without tests, the bound is 600")]);
        assert_eq!(median(&tree), (3, 0));
    }
}
