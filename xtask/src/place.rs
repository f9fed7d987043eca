//! Where a chore runs: the repository and the build folder.

use std::path::{Path, PathBuf};

/// The folders of this run.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The workspace root.
    pub(crate) root: PathBuf,
    /// Where cargo builds, and where chores keep what they make.
    pub(crate) target: PathBuf,
}

impl Place {
    /// The root is one folder above this package; the build folder is what cargo was told, else `target`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the chores are a program of their own; this is where it reads its settings"
    )]
    pub(crate) fn of_this_run() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Self { target: root.join(target), root }
    }

    /// The built program, by profile folder (`debug`, `release`).
    pub(crate) fn noroshi(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("noroshi")
    }
}
