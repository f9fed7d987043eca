//! `noroshi watch`: logs followed into a journal, within limits.

use crate::world;
use agent::policy::Limits;
use agent::watch::{Keeping, Round, Watcher};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Time between two looks at the logs. A second: the newest lines are in the journal before a person has read the warning.
const TICK: Duration = Duration::from_secs(1);

/// Ticks after which what is new is written, though it is little.
const WRITE_TICKS: u64 = 5;

/// Ticks after which folders are looked through for new logs, and old days are dropped.
const LOOK_TICKS: u64 = 60;

const DAY_SECONDS: i64 = 86_400;

/// Keep a journal of what logs contain.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The folder of the journal.
    #[arg(long, value_name = "FOLDER")]
    journal: PathBuf,
    /// Keep whole URLs, not their hosts only: three times the work, a larger journal, fewer looks into the logs.
    #[arg(long)]
    urls: bool,
    /// Days to keep.
    #[arg(long, default_value = "400", value_name = "DAYS")]
    keep_days: u16,
    /// Read what is there, then end.
    #[arg(long)]
    once: bool,
    /// Per cent of one core.
    #[arg(long, default_value = "100", value_parser = clap::value_parser!(u8).range(1..=100))]
    cpu_percent: u8,
    /// Megabytes read a second.
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    megabytes_per_second: u32,
    /// Logs, and folders of logs.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Follows until it is ended, or to the end of what is there.
pub fn run(args: WatchArgs) -> Result<ExitCode, String> {
    let keeping = Keeping { journal: args.journal, urls: args.urls, days: i32::from(args.keep_days) };
    let mut watcher = Watcher::new(keeping, args.paths);
    let limits = Limits { cpu_percent: args.cpu_percent, megabytes_per_second: args.megabytes_per_second };
    let stop = AtomicBool::new(false);
    let mut failed = false;
    follow(&mut watcher, &limits, &stop, |_, round, caught_up| {
        round.problems.iter().for_each(|problem| eprintln!("noroshi watch: {problem}"));
        failed |= !round.problems.is_empty();
        if args.once && (caught_up || !round.problems.is_empty()) {
            stop.store(true, Ordering::Relaxed);
        }
        false
    });
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The day of now, UTC.
pub fn today() -> i32 {
    i32::try_from(world::now().as_second().div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX)
}

/// Follows until `stop`. After each round `told` hears what it did and whether the journal holds everything that the logs hold;
/// it says whether somebody waits for that.
pub fn follow(
    watcher: &mut Watcher,
    limits: &Limits,
    stop: &AtomicBool,
    mut told: impl FnMut(&Watcher, &Round, bool) -> bool,
) {
    let budget = u64::from(limits.megabytes_per_second) * 1_000_000;
    let mut wanted = true;
    for tick in 0u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let started = world::instant();
        let mut problems = Vec::new();
        if tick % LOOK_TICKS == 0 {
            problems.extend(watcher.look(today()));
            if let Err(why) = watcher.forget(today()) {
                problems.push(why.to_string());
            }
        }
        let due = wanted || tick % WRITE_TICKS == 0;
        let mut round = watcher.round(today(), budget, due);
        round.problems.extend(problems);
        let caught_up = due && !round.more && round.problems.is_empty();
        wanted = told(watcher, &round, caught_up);
        if stop.load(Ordering::Relaxed) {
            return;
        }
        rest(started.elapsed(), limits, round.more, wanted);
    }
}

/// Sleeps so that the work stays within its share; the rest of a tick when nothing is left to read.
fn rest(worked: Duration, limits: &Limits, more: bool, wanted: bool) {
    let share = u32::from(limits.cpu_percent.max(1));
    let pause = worked * (100 - share.min(100)) / share;
    // A round reads at most a second's bytes, so that it lasts at least a second while there is more.
    let tick = if wanted { TICK / 10 } else { TICK };
    let least = if more { TICK.saturating_sub(worked) } else { tick };
    std::thread::sleep(pause.max(least));
}
