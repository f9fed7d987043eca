//! Which crate may import which: the table of the layout, held against the manifests.
//!
//! Walls that exist only in prose fall within weeks. A wall here is a line that a manifest cannot cross: the pure ring
//! stays pure, no face reaches the database, and the decisions live in one crate. Dev-dependencies are free (tests may
//! stand on anything), and so are `testkit` and `xtask`, which never ship.

use crate::finding::Finding;
use crate::tree::Tree;

/// Who may depend on whom. `ARCHITECTURE.md` explains it; this table decides it.
const ARROWS: &[(&str, &[&str])] = &[
    ("stix", &[]),
    ("indicator", &[]),
    ("tlog", &[]),
    ("mapped", &[]),
    ("heap", &[]),
    ("model", &["stix", "indicator"]),
    ("sweep", &["stix", "indicator", "tlog"]),
    ("mail", &["indicator"]),
    ("sharing", &["model"]),
    ("deid", &["model", "indicator", "mail", "stix"]),
    ("store", &["model", "tlog", "sharing"]),
    ("client", &["model", "stix"]),
    ("hub", &["stix", "indicator", "mail", "model", "sharing", "deid", "tlog", "sweep", "store", "client"]),
    ("server", &["hub", "model", "stix", "tlog", "sharing"]),
    ("agent", &["sweep", "mail", "indicator", "deid", "model", "client"]),
    (
        "noroshi",
        &[
            "stix",
            "indicator",
            "mail",
            "model",
            "sharing",
            "deid",
            "tlog",
            "sweep",
            "store",
            "client",
            "hub",
            "server",
            "agent",
            "mapped",
            "heap",
        ],
    ),
];

/// Crates that never ship; nothing that ships may import them.
const UNSHIPPED: &[&str] = &["testkit", "xtask"];

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.texts("/Cargo.toml").filter(|(path, _)| path.starts_with("crates/"));
    manifests.flat_map(|(path, text)| check_manifest(path, text)).collect()
}

fn check_manifest(path: &str, text: &str) -> Vec<Finding> {
    let manifest = match text.parse::<toml::Table>() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::at(path, 1, format!("not a manifest: {}", error.message()))],
    };
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(toml::Value::as_str)
        .unwrap_or_default();
    if UNSHIPPED.contains(&name) {
        return Vec::new();
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![Finding::at(path, 1, format!("{name}: has no row in ARROWS"))];
    };
    imports(&manifest)
        .into_iter()
        .filter(|to| is_ours(to) && !allowed.contains(&to.as_str()))
        .map(|to| Finding::at(path, line_of(text, &to), format!("{name} -> {to}: not in ARROWS")))
        .collect()
}

/// Normal and build dependencies, those of single targets too, by the name of the package.
fn imports(manifest: &toml::Table) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["dependencies", "build-dependencies"] {
        found.extend(names(manifest.get(kind)));
        if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
            found.extend(targets.values().flat_map(|target| names(target.get(kind))));
        }
    }
    found
}

fn names(dependencies: Option<&toml::Value>) -> Vec<String> {
    let table = dependencies.and_then(toml::Value::as_table);
    table
        .into_iter()
        .flatten()
        .map(|(key, value)| {
            value.get("package").and_then(toml::Value::as_str).unwrap_or(key.as_str()).to_owned()
        })
        .collect()
}

fn is_ours(name: &str) -> bool {
    UNSHIPPED.contains(&name) || ARROWS.iter().any(|(from, _)| *from == name)
}

fn line_of(text: &str, dependency: &str) -> usize {
    text.lines().position(|line| line.starts_with(dependency)).map_or(1, |n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, expected: &[&str]) {
        let found: Vec<String> =
            check_manifest("crates/x/Cargo.toml", manifest).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_allowed_arrow_passes() {
        check("[package]\nname = \"sharing\"\n[dependencies]\nmodel.workspace = true\nserde = \"1\"\n", &[]);
    }

    #[test]
    fn a_face_may_not_reach_the_store() {
        check(
            "[package]\nname = \"server\"\n[dependencies]\nhub.workspace = true\nstore.workspace = true\n",
            &["crates/x/Cargo.toml:5: server -> store: not in ARROWS"],
        );
    }

    #[test]
    fn a_renamed_or_targeted_dependency_counts() {
        check(
            "[package]\nname = \"stix\"\n[target.'cfg(unix)'.dependencies]\nm = { package = \"model\" }\n",
            &["crates/x/Cargo.toml:1: stix -> model: not in ARROWS"],
        );
    }

    #[test]
    fn dev_dependencies_are_free_and_testkit_does_not_ship() {
        check("[package]\nname = \"store\"\n[dev-dependencies]\ntestkit.workspace = true\n", &[]);
        check(
            "[package]\nname = \"store\"\n[dependencies]\ntestkit.workspace = true\n",
            &["crates/x/Cargo.toml:4: store -> testkit: not in ARROWS"],
        );
    }

    #[test]
    fn an_unknown_crate_needs_a_row() {
        check("[package]\nname = \"common\"\n", &["crates/x/Cargo.toml:1: common: has no row in ARROWS"]);
    }

    #[test]
    fn a_broken_manifest_is_named() {
        assert!(check_manifest("crates/x/Cargo.toml", "[package").len() == 1);
    }

    #[test]
    fn the_table_has_no_cycle() {
        // Each row may only point at rows above it.
        for (at, (from, allowed)) in ARROWS.iter().enumerate() {
            for to in *allowed {
                let row = ARROWS.iter().position(|(name, _)| name == to);
                assert!(row.is_some_and(|row| row < at), "{from} -> {to}");
            }
        }
    }
}
