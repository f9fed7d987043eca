//! The Japanese and the English messages have the same keys.
//!
//! A missing message shows its key to a person in a hurry. Attributes (`.title`) count as keys of their own.

use crate::finding::Finding;
use crate::tree::Tree;
use std::collections::BTreeMap;

/// Pairs of folders whose files must agree, one a subject: `ja/item.ftl` and `en/item.ftl`.
const LANGUAGES: [&str; 2] = ["ja", "en"];

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts(".ftl") {
        let Some(other_path) = twin(path) else { continue };
        let other_text =
            tree.texts(".ftl").find(|(path, _)| *path == other_path).map_or("", |(_, text)| text);
        found.extend(check_pair(path, text, &other_path, other_text));
    }
    found
}

/// The same subject in the other language.
fn twin(path: &str) -> Option<String> {
    let (folder, file) = path.rsplit_once('/')?;
    let (above, lang) = folder.rsplit_once('/')?;
    let other = LANGUAGES.iter().find(|other| LANGUAGES.contains(&lang) && **other != lang)?;
    Some(format!("{above}/{other}/{file}"))
}

/// Keys of the first that the second lacks, and keys that the first has twice.
fn check_pair(path: &str, text: &str, other_path: &str, other: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let theirs: BTreeMap<String, usize> = keys(other).into_iter().collect();
    let mut seen = BTreeMap::new();
    for (key, line) in keys(text) {
        if !theirs.contains_key(&key) {
            found.push(Finding::at(path, line, format!("{key}: missing in {other_path}")));
        }
        if let Some(first) = seen.insert(key.clone(), line) {
            found.push(Finding::at(path, line, format!("{key}: already on line {first}")));
        }
    }
    found
}

fn keys(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut message = String::new();
    for (at, line) in text.lines().enumerate() {
        let indented = line.starts_with([' ', '\t']);
        let Some((name, _)) = line.split_once('=') else { continue };
        let name = name.trim();
        if !indented && is_key(name.strip_prefix('-').unwrap_or(name)) {
            message = name.to_owned();
            found.push((message.clone(), at + 1));
        } else if indented && name.strip_prefix('.').is_some_and(is_key) {
            found.push((format!("{message}{name}"), at + 1));
        }
    }
    found
}

fn is_key(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ja: &str, en: &str, expected: &[&str]) {
        let tree = Tree::of(&[("i/en/a.ftl", en), ("i/ja/a.ftl", ja)]);
        let found: Vec<String> = check_tree(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_agree() {
        check(
            "# 注\na = 甲\n    .title = 題\n-brand = 狼煙\n",
            "a = A = B\n    .title = T\n-brand = Noroshi\n",
            &[],
        );
        check("a = 甲\n", "a = A\nb = B\n", &["i/en/a.ftl:2: b: missing in i/ja/a.ftl"]);
        check("a = 甲\n    .t = 題\n", "a = A\n", &["i/ja/a.ftl:2: a.t: missing in i/en/a.ftl"]);
        check("a = 甲\na = 乙\n", "a = A\n", &["i/ja/a.ftl:2: a: already on line 1"]);
        check("a = { $n ->\n    [one] x = 1\n   *[other] y\n}\n", "a = A\n", &[]);
    }
}
