//! What one mail costs from its bytes to the draft: `mail_path FOLDER` reads each file, finds the indicators in its text and
//! builds the draft; prints one line of JSON with milliseconds of processor time, best of seven a mail.
#![expect(clippy::disallowed_methods, reason = "this is a measurement")]

use deid::Known;
use model::profile::Profile;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), String> {
    let folder = std::env::args().nth(1).ok_or("usage: mail_path FOLDER")?;
    let profile = Profile { names: vec!["富士見電機".to_owned()], ..Profile::default() };
    indicator::warning::WarningLists::built_in();
    let mut costs = Vec::new();
    for entry in std::fs::read_dir(Path::new(&folder)).map_err(|e| format!("{folder}: {e}"))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.extension().is_some_and(|e| e == "eml") {
            let raw = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            costs.push((0..7).map(|_| one(&raw, &profile)).fold(f64::MAX, f64::min));
        }
    }
    costs.sort_by(f64::total_cmp);
    let at = |share: f64| costs.get((costs.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!(
        "{{\"mails\": {}, \"ms_p50\": {:.3}, \"ms_p95\": {:.3}, \"ms_max\": {:.3}}}",
        costs.len(),
        at(0.5),
        at(0.95),
        costs.last().copied().unwrap_or_default()
    );
    Ok(())
}

fn one(raw: &[u8], profile: &Profile) -> f64 {
    let start = Instant::now();
    let (message, _) = mail::read_message(raw);
    let finds = indicator::find(&message.text);
    let draft = deid::from_mail(&message, profile, &Known { shared: &|_| false });
    let spent = start.elapsed().as_secs_f64() * 1e3;
    std::hint::black_box((finds, draft));
    spent
}
