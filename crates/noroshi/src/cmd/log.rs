//! `noroshi log`: the log held against itself, its keys, and how it goes on after a restore.

use crate::cmd::serve::open;
use crate::cmd::there;
use crate::cmd::trust::Trust;
use crate::cmd::wait::runtime;
use crate::settings::Place;
use clap::{Args, Subcommand};
use hub::log::check::check;
use hub::log::epoch::{self, Opened};
use hub::log::follow::{Followed, follow};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;

/// Check the log, show its keys, go on after a restore.
#[derive(Debug, Args)]
pub struct LogArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Hold database, files and an earlier checkpoint against each other; or another's log against your copy of it.
    ///
    /// Ends with 0 when all fits, 1 when something does not.
    #[command(
        after_help = "Examples:\n  noroshi log check --data /var/lib/noroshi --checkpoint last-month.checkpoint\n  noroshi log check --follow https://hub.example/log --key \"$KEY\" --copy hub-example-log"
    )]
    Check(CheckArgs),
    /// Print the public keys of the log, one an epoch.
    #[command(after_help = "Example:\n  noroshi log keys --data /var/lib/noroshi")]
    Keys(Place),
    /// Say that a restore was meant, and go on. The hub must be stopped.
    #[command(
        after_help = "Example:\n  noroshi log epoch --data /var/lib/noroshi --reason 'disk 2 broke, backup of 24 November'"
    )]
    Epoch(EpochArgs),
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The data folder.
    #[arg(long, env = "NOROSHI_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The key folder [default: DIR.keys].
    #[arg(long, env = "NOROSHI_KEYS", value_name = "DIR")]
    keys: Option<PathBuf>,
    /// A PostgreSQL address [default: the embedded database in DIR].
    #[arg(long, env = "NOROSHI_DATABASE", value_name = "postgres://…")]
    database: Option<String>,
    /// A checkpoint of this log that somebody kept.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The address of another's log, below which `checkpoint` lies.
    #[arg(long, value_name = "URL", conflicts_with = "checkpoint", requires = "copy")]
    follow: Option<String>,
    /// The folder of your copy of it.
    #[arg(long, value_name = "DIR", requires = "follow")]
    copy: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

#[derive(Debug, Args)]
struct EpochArgs {
    #[command(flatten)]
    place: Place,
    /// Why. It stands in the log.
    #[arg(long)]
    reason: String,
    /// Begin a new epoch in any case: when a witness says that it has seen more than this hub has.
    #[arg(long)]
    new: bool,
}

/// Does what is asked.
pub fn run(args: LogArgs) -> Result<ExitCode, String> {
    match args.verb {
        Verb::Check(args) => match (&args.follow, &args.copy, args.data) {
            (Some(url), Some(copy), _) => follow_log(url, copy, &args.trust),
            (_, _, Some(data)) => {
                let place = Place { data, keys: args.keys, database: args.database };
                check_log(&place, args.checkpoint.as_ref())
            }
            _ => Err("which log? give --data DIR, or --follow URL with --copy DIR".to_owned()),
        },
        Verb::Keys(place) => on_hub(&place, async |hub| {
            let keys = hub::log::keys(hub).map_err(|why| why.to_string())?;
            if keys.is_empty() {
                return Err("the log has no key yet: it is made when the hub first serves".to_owned());
            }
            keys.iter().for_each(|key| println!("{key}"));
            Ok(ExitCode::SUCCESS)
        }),
        Verb::Epoch(args) => on_hub(&args.place, async |hub| {
            match epoch::open(hub, &args.reason, args.new).await.map_err(|why| why.to_string())? {
                Opened::Continued(from, to) => println!(
                    "the log goes on under its name; leaves {from} to {to} were taken back from the files, their words may be lost"
                ),
                Opened::Unchanged => {
                    println!("files and database agree; the log goes on, and the restore stands in it")
                }
                Opened::New(epoch) => println!(
                    "epoch {epoch} begins with a key of its own: `noroshi log keys` shows it; tell your members and witnesses"
                ),
            }
            Ok(ExitCode::SUCCESS)
        }),
    }
}

fn on_hub(
    place: &Place,
    work: impl AsyncFnOnce(&hub::Hub) -> Result<ExitCode, String>,
) -> Result<ExitCode, String> {
    runtime()?.block_on(async {
        let file = place.file()?;
        there::require(place, &file).await?;
        let hub = open(&place.location(&file), file.settings(crate::settings::LISTEN)).await?;
        let done = work(&hub).await;
        hub.close().await;
        done
    })
}

fn check_log(place: &Place, checkpoint: Option<&PathBuf>) -> Result<ExitCode, String> {
    let read = |path: &PathBuf| std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()));
    let earlier = checkpoint.map(read).transpose()?;
    on_hub(place, async |hub| {
        let checked = check(hub, earlier.as_deref()).await.map_err(|why| why.to_string())?;
        checked.findings.iter().for_each(|finding| println!("{finding}"));
        let faults = checked.findings.iter().filter(|finding| finding.is_fault()).count();
        println!("{} leaves, {faults} faults", checked.leaves);
        if earlier.is_none() {
            println!(
                "no earlier checkpoint was given: a log that was put back whole looks like one that never was"
            );
        }
        Ok(ExitCode::from(u8::from(faults > 0)))
    })
}

fn follow_log(url: &str, copy: &std::path::Path, trust: &Trust) -> Result<ExitCode, String> {
    let policy = trust.policy()?;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} leaves") {
        bar.set_style(style);
    }
    let told = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let followed = runtime()?.block_on(follow(url, &policy, copy, told)).map_err(|why| {
        format!("{url}: {why}; the address is the one below which `checkpoint` lies, a hub's ends with /log")
    })?;
    bar.finish_and_clear();
    let (words, is_fault) = match followed {
        Followed::Grew { from, to } => (format!("the log only grew: {from} leaves before, {to} now"), false),
        Followed::Shrank { from, to } => (
            format!(
                "THE LOG WAS PUT BACK: it had {from} leaves and has {to}; its checkpoint is kept as evidence in {}",
                copy.display()
            ),
            true,
        ),
        Followed::Rewritten { size } => (
            format!(
                "THE PAST WAS REWRITTEN: its {size} leaves do not continue your copy; its checkpoint is kept as evidence in {}",
                copy.display()
            ),
            true,
        ),
    };
    println!("{words}");
    Ok(ExitCode::from(u8::from(is_fault)))
}
