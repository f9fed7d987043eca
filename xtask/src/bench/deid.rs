//! What leaves: identifiers that survive, indicators that are kept, guesses at the source, and the cost of a mail.

use super::table::Table;
use crate::place::Place;
use serde_json::Value;
use std::process::Command;

/// Generated mails of the leak score.
const MAILS: &str = "1000";
/// Submissions of the linkage game.
const SUBMISSIONS: &str = "5000";

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let half = example(place, "testkit", "leak_score", &["--mails", MAILS, "--seed", "20"])?;
    let none =
        example(place, "testkit", "leak_score", &["--mails", MAILS, "--seed", "21", "--profile", "none"])?;
    let game = example(place, "testkit", "linkage_game", &["--submissions", SUBMISSIONS])?;
    let real = place.root.join("../shared/data/mail/phishing");
    let folder = if real.exists() { real } else { place.root.join("crates/mail/goldens") };
    let path = example(place, "deid", "mail_path", &[&folder.to_string_lossy()])?;
    let figure =
        |of: &Value, name: &str| of[name].as_f64().ok_or_else(|| format!("{name} is missing in {of}"));
    let mut table = Table::with_note(format!(
        "Release build. {MAILS} generated mails each with a profile that knows half of the names and with none; at least {} identifiers a \
         mail in at least {} classes. {SUBMISSIONS} submissions of 10 organisations, the best of nine ways of guessing. The cost over {} mails of {}.",
        half["planted_fewest"],
        half["classes_fewest"],
        path["mails"],
        if folder.ends_with("phishing") { "the phishing collection" } else { "the goldens" },
    ));
    table.at_most("identifiers surviving, half a profile", figure(&half, "survivors")?, 0.0, "");
    table.at_most("identifiers surviving, no profile", figure(&none, "survivors")?, 0.0, "");
    table.at_most(
        "attacker's indicators lost, half a profile",
        100.0 - figure(&half, "kept_percent")?,
        2.0,
        "%",
    );
    table.at_most("attacker's indicators lost, no profile", 100.0 - figure(&none, "kept_percent")?, 2.0, "%");
    table.at_most("source guessed", figure(&game, "best_percent")?, 12.0, "%");
    table.at_most("mail + extract + draft, p95", figure(&path, "ms_p95")?, 3.0, "ms");
    Ok(table)
}

/// The last line that an example prints, as JSON.
pub(super) fn example(place: &Place, package: &str, name: &str, args: &[&str]) -> Result<Value, String> {
    let text = example_lines(place, package, name, args)?;
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).map_err(|e| format!("{name} printed no JSON: {e}"))
}

/// What an example prints.
pub(super) fn example_lines(
    place: &Place,
    package: &str,
    name: &str,
    args: &[&str],
) -> Result<String, String> {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--locked", "--quiet", "--release", "-p", package, "--example", name, "--"])
        .args(args);
    command.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    let out = command.output().map_err(|e| format!("{name}: {e}"))?;
    if !out.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&out.stderr)));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
