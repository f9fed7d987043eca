//! What to look for: lists, compiled sets, a hub's warnings; all of it in one set. How sets come and who made them: `compiled`.

use std::path::Path;

use agent::lists;
use bytes::Bytes;
use client::hub::HubClient;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use sweep::{Set, SetBuilder};

use super::print::clean;
use super::{Refusal, SweepArgs, check, compiled};
use crate::cmd::wait::runtime;

/// Problems of an indicator file that are printed one by one.
const PROBLEMS_SHOWN_MAX: usize = 20;

/// The set to look for; `None` where it was only to be compiled or fetched.
pub(super) fn load(args: &SweepArgs, asked: Option<&check::Asked>) -> Result<Option<Set>, Refusal> {
    if args.indicators.is_empty() && args.set.is_empty() && args.hub.is_none() {
        return Err(Refusal::Usage("give --indicators, --set or --hub".to_owned()));
    }
    if args.compile.is_none() && args.save_set.is_none() && args.paths.is_empty() {
        return Err(Refusal::Usage("name files or folders to check".to_owned()));
    }
    let sets = compiled::all(args)?;
    let nothing_more = args.indicators.is_empty() && (args.hub.is_none() || args.save_set.is_some());
    let set = match <[Set; 1]>::try_from(sets) {
        // One whole set and nothing more is used as it lies.
        Ok([set]) if nothing_more && set.items_of_hub().is_none_or(|items| !items.overlay) => set,
        Ok([set]) => joined(&[set], args, asked)?,
        Err(sets) => joined(&sets, args, asked)?,
    };
    write(&set, args)?;
    Ok((!args.paths.is_empty()).then_some(set))
}

/// Sets, lists and a hub's warnings in one.
fn joined(sets: &[Set], args: &SweepArgs, asked: Option<&check::Asked>) -> Result<Set, Refusal> {
    let mut builder = SetBuilder::new();
    builder.add_sets(sets).map_err(|misfit| Refusal::Usage(format!("--set: {misfit}")))?;
    for path in &args.indicators {
        list(path, &mut builder)?;
    }
    match (asked, &args.hub, &args.token) {
        (Some(asked), _, _) => asked.add_to(&mut builder)?,
        (None, Some(hub), Some(token)) if args.save_set.is_none() => warnings(hub, token, &mut builder)?,
        _ => {}
    }
    let (set, notes) = builder.compile();
    if let Some(asked) = asked {
        asked.leave_out(notes.len());
    }
    for note in notes.iter().take(PROBLEMS_SHOWN_MAX) {
        eprintln!("{}: {}", clean(&note.indicator), note.text);
    }
    if notes.len() > PROBLEMS_SHOWN_MAX {
        eprintln!("{} notes in all", notes.len());
    }
    Ok(set)
}

fn list(path: &Path, builder: &mut SetBuilder) -> Result<(), Refusal> {
    let bytes = read(path)?;
    let count = match lists::feed(&bytes) {
        None => indicators(path, &bytes, builder),
        Some(events) => {
            let mut count = 0;
            for event in events {
                let path = path.with_file_name(event);
                count += indicators(&path, &read(&path)?, builder);
            }
            count
        }
    };
    if count == 0 {
        return Err(Refusal::Unread(format!("{}: no indicators", path.display())));
    }
    Ok(())
}

/// Adds one file's indicators, tells its problems and how many it had.
fn indicators(path: &Path, bytes: &[u8], builder: &mut SetBuilder) -> usize {
    let (count, problems) = lists::add(bytes, builder);
    for problem in problems.iter().take(PROBLEMS_SHOWN_MAX) {
        eprintln!("{}:{}: {}", path.display(), problem.line, clean(&problem.text));
    }
    if problems.len() > PROBLEMS_SHOWN_MAX {
        eprintln!("{}: {} problems in all", path.display(), problems.len());
    }
    count
}

/// Every warning that was released to the organisation and not recalled.
fn warnings(hub: &str, token: &str, builder: &mut SetBuilder) -> Result<(), Refusal> {
    let unread = |why: &dyn std::fmt::Display| Refusal::Unread(format!("{hub}: {why}"));
    let client = HubClient::new(hub, token).map_err(|why| unread(&why))?;
    let style =
        ProgressStyle::with_template("{spinner} {pos}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    runtime().map_err(Refusal::Unread)?.block_on(async {
        let mut after: Option<String> = None;
        loop {
            let page = client.items(after.as_deref()).await.map_err(|why| unread(&why))?;
            for row in page.get("rows").and_then(Value::as_array).into_iter().flatten() {
                let text = |key: &str| row.get(key).and_then(Value::as_str);
                let Some(id) = text("id").filter(|_| text("recalled").is_none()) else { continue };
                let bundle = client.bundle(id).await.map_err(|why| unread(&why))?;
                let exercise = row.get("exercise").and_then(Value::as_bool).unwrap_or(false);
                let labels: Vec<String> = exercise.then(|| "exercise".to_owned()).into_iter().collect();
                let (_, problems) = lists::add_item(&bundle, id, &labels, builder);
                for problem in problems {
                    bar.suspend(|| eprintln!("{id}: {}", clean(&problem.text)));
                }
                bar.inc(1);
            }
            after = page.get("next").and_then(Value::as_str).map(ToOwned::to_owned);
            if after.is_none() {
                bar.finish_and_clear();
                return Ok(());
            }
        }
    })
}

fn write(set: &Set, args: &SweepArgs) -> Result<(), Refusal> {
    let Some(out) = &args.compile else { return Ok(()) };
    let bytes = match &args.sign_key {
        None => set.to_bytes(),
        Some(path) => compiled::sign(set, path)?,
    };
    mapped::replace(out, &bytes).map_err(|fault| Refusal::Unread(format!("{}: {fault}", out.display())))
}

pub(super) fn read(path: &Path) -> Result<Bytes, Refusal> {
    mapped::read(path).map_err(|fault| Refusal::Unread(format!("{}: {fault}", path.display())))
}
