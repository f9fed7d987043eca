//! Relative links in Markdown lead somewhere.
//!
//! The map is worth what its links are worth. Links to the network are not followed: the checks work offline.

use crate::finding::Finding;
use crate::tree::Tree;

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts(".md") {
        for (line, target) in targets(text) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains(':') {
                continue; // within the page, or another scheme
            }
            if !resolve(path, file).is_some_and(|to| to.is_empty() || tree.has(&to)) {
                found.push(Finding::at(path, line, format!("dead link: {target}")));
            }
        }
    }
    found
}

/// Link and picture targets outside code, with their lines.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second piece between backticks is code.
        for piece in line.split('`').step_by(2) {
            for after in piece.split("](").skip(1) {
                let target = after.split([')', ' ']).next().unwrap_or_default();
                found.push((at + 1, target));
            }
        }
        // A link whose text is code, [`x`](y), is cut apart by the split above: `](y)` starts the next piece.
    }
    found
}

/// The path from the root that a link in this page names; nothing if it leaves the repository.
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => page.split('/').collect(),
    };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expected: &[&str]) {
        let tree = Tree::of(&[("docs/page.md", page), ("docs/other.md", ""), ("README.md", "")]);
        let found: Vec<String> = check_tree(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn live_links_pass() {
        check(
            "[a](other.md) [b](../README.md#x) [c](#here) [d](https://x.example/y) ![e](/docs/other.md)",
            &[],
        );
        check("[`code`](other.md), [folder](../docs), [root](..)", &[]);
    }

    #[test]
    fn dead_links_are_named() {
        check("x\n[a](gone.md)", &["docs/page.md:2: dead link: gone.md"]);
        check("[a](../../README.md)", &["docs/page.md:1: dead link: ../../README.md"]);
        check("[`code`](gone.md)", &["docs/page.md:1: dead link: gone.md"]);
    }

    #[test]
    fn code_is_no_link() {
        check("`a[0](gone.md)`\n```\n[a](gone.md)\n```\n", &[]);
    }
}
