//! Every direct dependency has its line in `docs/dependencies.md`.
//!
//! A dependency is code that we answer for and that everybody compiles. One that nobody could give a reason for in one
//! line is not needed.

use crate::finding::Finding;
use crate::tree::Tree;

/// The page with one table row a dependency.
const PAGE: &str = "docs/dependencies.md";

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let page = tree.texts(".md").find(|(path, _)| *path == PAGE).map_or("", |(_, text)| text);
    let manifests = tree.texts("Cargo.toml");
    manifests.flat_map(|(path, text)| check_manifest(path, text, page)).collect()
}

/// What comes from a registry and has no row. Paths are ours; `workspace = true` is judged where it is declared.
fn check_manifest(path: &str, text: &str, page: &str) -> Vec<Finding> {
    let Ok(manifest) = text.parse::<toml::Table>() else {
        return Vec::new(); // the arrows name it
    };
    let declared = [
        manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")),
        manifest.get("dependencies"),
        manifest.get("dev-dependencies"),
        manifest.get("build-dependencies"),
    ];
    let tables = declared.into_iter().flatten().filter_map(toml::Value::as_table);
    tables
        .flatten()
        .filter(|(_, value)| value.get("path").is_none() && value.get("workspace").is_none())
        .filter(|(name, _)| !page.contains(&format!("| `{name}` |")))
        .map(|(name, _)| {
            let line = text.lines().position(|line| line.starts_with(name.as_str())).map_or(1, |n| n + 1);
            Finding::at(path, line, format!("{name}: has no line in {PAGE}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, expected: &[&str]) {
        let tree = Tree::of(&[("Cargo.toml", manifest), (PAGE, "| `serde` | typed | none |\n")]);
        let found: Vec<String> = check_tree(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_dependency_needs_its_line() {
        check("[workspace.dependencies]\nserde = \"1\"\nstix = { path = \"crates/stix\" }\n", &[]);
        check("[dependencies]\nserde.workspace = true\nmodel.workspace = true\n", &[]);
        check(
            "[dev-dependencies]\nleft-pad = \"1\"\n",
            &["Cargo.toml:2: left-pad: has no line in docs/dependencies.md"],
        );
    }
}
