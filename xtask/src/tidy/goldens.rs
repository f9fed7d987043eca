//! Every golden file is used.
//!
//! A golden that no test reads looks like coverage and is none. The rule: in `crates/X/goldens/`, each `N.expected` or
//! `N.expected.E` stands beside an input `N` or `N.*`; each input has its `.expected` or is named in the crate's source; and the
//! source of the crate names the folder it lists (`goldens`, and every sub-folder by its name).

use crate::finding::Finding;
use crate::tree::Tree;

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let paths: Vec<&str> = tree.files().map(|file| file.path.as_str()).collect();
    let mut found = Vec::new();
    for path in &paths {
        if let Some(why) = why_unused(tree, &paths, path) {
            found.push(Finding::at(path, 1, why));
        }
    }
    found
}

fn why_unused(tree: &Tree, paths: &[&str], path: &str) -> Option<String> {
    let (name_of_crate, inside) = path.strip_prefix("crates/")?.split_once("/goldens/")?;
    let (folder, name) = path.rsplit_once('/')?;
    if name.starts_with('.') {
        return None; // settings of git, not a golden
    }
    let sources: Vec<&str> = tree
        .texts(".rs")
        .filter(|(path, _)| path.starts_with(&format!("crates/{name_of_crate}/")))
        .map(|(_, text)| text)
        .collect();
    let named = |word: &str| sources.iter().any(|text| text.contains(word));
    let folders = inside.split('/').rev().skip(1);
    if let Some(unnamed) = folders.chain(["goldens"]).find(|folder| !named(folder)) {
        return Some(format!("no test of the crate names the folder {unnamed}"));
    }
    let beside = |prefix: &str| {
        paths.iter().any(|other| {
            *other != path
                && other
                    .strip_prefix(&format!("{folder}/{prefix}"))
                    .is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && !rest.contains('/')))
        })
    };
    let used = match name.split_once(".expected") {
        Some((input, _)) => beside(input),
        None => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            beside(&format!("{stem}.expected")) || beside(&format!("{name}.expected")) || named(name)
        }
    };
    (!used).then(|| "an unused golden".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: (&str, &str) = ("crates/mail/tests/goldens.rs", "read(\"goldens\"); read(\"alone.txt\")");

    #[track_caller]
    fn check(files: &[&str], expected: &[&str]) {
        let mut pairs = vec![SOURCE];
        pairs.extend(files.iter().map(|file| (*file, "")));
        let found: Vec<String> = check_tree(&Tree::of(&pairs)).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn pairs_are_used() {
        check(&["crates/mail/goldens/a.eml", "crates/mail/goldens/a.expected.json"], &[]);
        check(&["crates/mail/goldens/a.eml", "crates/mail/goldens/a.eml.expected.json"], &[]);
        check(&["crates/mail/goldens/a.txt", "crates/mail/goldens/a.expected"], &[]);
        check(&["crates/mail/goldens/alone.txt", "crates/mail/goldens/.gitattributes"], &[]);
    }

    #[test]
    fn halves_are_not() {
        check(&["crates/mail/goldens/a.eml"], &["crates/mail/goldens/a.eml:1: an unused golden"]);
        check(
            &["crates/mail/goldens/a.expected.json"],
            &["crates/mail/goldens/a.expected.json:1: an unused golden"],
        );
    }

    #[test]
    fn folders_must_be_named() {
        check(
            &["crates/mail/goldens/msg/a.msg", "crates/mail/goldens/msg/a.expected.json"],
            &[
                "crates/mail/goldens/msg/a.msg:1: no test of the crate names the folder msg",
                "crates/mail/goldens/msg/a.expected.json:1: no test of the crate names the folder msg",
            ],
        );
    }
}
