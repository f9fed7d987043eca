//! What the suites need beside Rust: installed where this process may, else named in one line.
//!
//! Only what something in the repository uses is installed. Nothing is written outside the package manager's own
//! places and the build folder.

use super::Outcome;
use super::outside;
use crate::command;
use crate::place::Place;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Debian's mirror may be slow; it is not allowed to eat the whole run.
const INSTALL_LIMIT: Duration = Duration::from_secs(10 * 60);

/// The packages that the outside suites import, each pinned.
const REQUIREMENTS: &str = "xtask/outside-requirements.txt";

struct Need {
    package: &'static str,
    /// What makes it needed: a word in any outside script; an empty one stands for any script at all.
    word: &'static str,
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    // the stories of testkit run on it, whatever the scripts need
    Need {
        package: "python3-venv",
        word: "",
        present: || runs("python3", &["-c", "import venv, ensurepip"]),
    },
    Need { package: "postgresql", word: "", present: has_postgres },
    // and a test of the listener makes its certificates with it
    Need { package: "openssl", word: "", present: || runs("openssl", &["version"]) },
    Need { package: "chromium", word: "chromium", present: || runs("chromium", &["--version"]) },
    Need { package: "golang-go", word: "golang.org", present: || runs("go", &["version"]) },
    Need {
        package: "golang-golang-x-mod-dev",
        word: "golang.org",
        present: || Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb").is_dir(),
    },
    Need {
        package: "dovecot-imapd",
        word: "dovecot",
        present: || Path::new("/usr/lib/dovecot/imap").is_file(),
    },
    Need { package: "chromium-driver", word: "chromium", present: || runs("chromedriver", &["--version"]) },
];

pub(super) fn run(place: &Place) -> Result<Outcome, String> {
    let scripts = outside::scripts(&place.root)?;
    if scripts.is_empty() {
        return Ok(Outcome::LeftOut("no outside suite needs anything".to_owned()));
    }
    let text: String = scripts.iter().map(|path| std::fs::read_to_string(path).unwrap_or_default()).collect();
    let missing: Vec<&str> = missing(NEEDS, &text);
    if !missing.is_empty() {
        install(&missing)?;
    }
    make_venv(place)?;
    Ok(Outcome::Clean)
}

fn missing(needs: &[Need], scripts: &str) -> Vec<&'static str> {
    let wanted = needs.iter().filter(|need| scripts.to_lowercase().contains(need.word));
    wanted.filter(|need| !(need.present)()).map(|need| need.package).collect()
}

fn install(packages: &[&str]) -> Result<(), String> {
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let is_root = command::read(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !is_root || !runs("apt-get", &["--version"]) {
        return Err(format!("missing: {}; as root: {line}", packages.join(", ")));
    }
    let script = format!("apt-get update -qq && {line}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).env("DEBIAN_FRONTEND", "noninteractive");
    let done = command::show(&mut command, INSTALL_LIMIT)?;
    if done.success { Ok(()) } else { Err(format!("could not install; as root: {line}")) }
}

/// The interpreter of the outside suites.
pub(super) fn python(place: &Place) -> PathBuf {
    venv(place).join("bin/python")
}

fn venv(place: &Place) -> PathBuf {
    place.target.join("outside/venv")
}

/// Made anew when the pins change: a stamp inside holds what it was made from.
fn make_venv(place: &Place) -> Result<(), String> {
    let requirements = place.root.join(REQUIREMENTS);
    let wanted = std::fs::read_to_string(&requirements).map_err(|e| format!("{REQUIREMENTS}: {e}"))?;
    let folder = venv(place);
    let stamp = folder.join("made-from.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    let show = |command: &mut Command| command::show(command, INSTALL_LIMIT);
    let made = show(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(python(place));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
    if !made.success || !show(&mut pip)?.success {
        return Err(format!("could not make the Python environment of {REQUIREMENTS}"));
    }
    std::fs::write(&stamp, wanted).map_err(|e| e.to_string())
}

/// Debian keeps the server's programs out of the path.
fn has_postgres() -> bool {
    let installed = Path::new("/usr/lib/postgresql");
    runs("postgres", &["--version"])
        || installed.read_dir().is_ok_and(|mut versions| versions.next().is_some())
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    command::read(Command::new(program).args(arguments)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scripts: &str, expected: &[&str]) {
        let needs = [
            Need { package: "here", word: "", present: || true },
            Need { package: "always", word: "", present: || false },
            Need { package: "browser", word: "chromium", present: || false },
        ];
        assert_eq!(missing(&needs, scripts), expected);
    }

    #[test]
    fn only_what_is_used_and_absent_is_missing() {
        check("import taxii2client", &["always"]);
        check("start Chromium", &["always", "browser"]);
    }
}
