//! The files of the repository, read once; the checks work on this picture and never on the disk.
//!
//! What git ignores by name (`target`) and git's own folder are left out. Binary files are kept with no text.

use std::fs;
use std::path::Path;

/// Folders that hold nothing we wrote. In a linked work tree `.git` is a file that points to the folder.
const SKIPPED: &[&str] = &["target", ".git", "node_modules"];

/// One file: its path from the root with `/`, and its text if it is UTF-8.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: Option<String>,
}

/// All files, sorted by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree(Vec<File>);

impl Tree {
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        walk(root, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(files))
    }

    /// A tree of `(path, text)` pairs, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self(
            files
                .iter()
                .map(|(path, text)| File { path: (*path).to_owned(), text: Some((*text).to_owned()) })
                .collect(),
        )
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    /// Path and text of every text file whose name ends so.
    pub(crate) fn texts(&self, ending: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(move |file| file.path.ends_with(ending))
            .filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    /// Whether a file or a folder lies at this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.0.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{prefix}: {e}"))?;
    for entry in entries {
        let entry = entry.map_err(|e| format!("{prefix}: {e}"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type().map_err(|e| format!("{path}: {e}"))?;
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).map_err(|e| format!("{path}: {e}"))?;
            files.push(File { path, text: String::from_utf8(bytes).ok() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: bool) {
        let tree = Tree::of(&[("docs/a.md", ""), ("crates/stix/src/lib.rs", "")]);
        assert_eq!(tree.has(path), expected, "{path}");
    }

    #[test]
    fn files_and_folders_are_found() {
        check("docs/a.md", true);
        check("crates/stix", true);
        check("crates/sti", false);
        check("docs/b.md", false);
    }
}
