//! No `#[ignore]`: a test that does not run is a claim that nobody checks.
//!
//! What is slow or needs data from elsewhere is a bench or an outside suite, started by name.

use crate::finding::Finding;
use crate::source;
use crate::tree::Tree;

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs").flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let code = source::code_only(text);
    let hits = code.lines().enumerate().filter(|(_, line)| {
        let squeezed: String = line.split_whitespace().collect();
        squeezed.contains("#[ignore") || (squeezed.starts_with("#[cfg_attr(") && squeezed.contains(",ignore"))
    });
    hits.map(|(at, _)| Finding::at(path, at + 1, "an ignored test")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let expected: Vec<Finding> =
            expected.iter().map(|line| Finding::at("a.rs", *line, "an ignored test")).collect();
        assert_eq!(check_file("a.rs", text), expected);
    }

    #[test]
    fn ignored_tests_are_found_in_code_only() {
        check("#[test]\n#[ignore]\nfn a() {}", &[2]);
        check("#[ignore = \"slow\"]", &[1]);
        check("#[cfg_attr(not(unix), ignore)]", &[1]);
        check("// #[ignore]\nlet a = \"#[ignore]\";", &[]);
    }
}
