//! `noroshi agent`: logs followed, warnings and checks fetched, answered as the member's own rules say.
//!
//! Wiring only: what is decided lies in `agent::policy`, what was in the logs in `agent::past`, what was dealt with in `agent::done`.

mod alarm;
mod listen;
mod page;
mod status;
mod work;

use crate::cmd::wait::{runtime, stop_signal};
use crate::cmd::watch;
use agent::done::Done;
use agent::policy::Policy;
use agent::watch::{Keeping, Watcher};
use clap::{Args, Subcommand};
use client::hub::HubClient;
use status::Status;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// The longest wait after the hub did not answer, in seconds.
const BACK_OFF_SECONDS_MAX: u64 = 300;

/// How long one look waits for the journal, in seconds. The next look waits again.
const CATCH_UP_SECONDS_MAX: u64 = 120;

/// Follow logs, fetch warnings and checks, answer what the own rules let it answer.
#[derive(Debug, Args)]
pub struct AgentArgs {
    /// The member's own rules, in TOML; `noroshi agent example` prints one.
    #[arg(long, global = true, value_name = "FILE", default_value = "/etc/noroshi/agent.toml")]
    policy: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What the running agent does, answered and waits for.
    #[command(after_help = "Example:\n  noroshi agent --policy agent.toml status")]
    Status,
    /// Print a policy to begin with.
    #[command(after_help = "Example:\n  noroshi agent example > agent.toml")]
    Example,
    /// Print a unit for systemd.
    #[command(after_help = "Example:\n  noroshi agent unit > /etc/systemd/system/noroshi-agent.service")]
    Unit,
}

/// Where the watching thread and the asking task meet: a number of a wish, and the last wish that was fulfilled.
#[derive(Default)]
pub(crate) struct Meeting {
    wished: AtomicU64,
    fulfilled: AtomicU64,
}

impl Meeting {
    /// Waits until the journal holds everything that the logs held when this was called.
    ///
    /// A log that cannot be read, or a journal that cannot be written, keeps it from that: then nothing is answered, for "not seen"
    /// would be a guess.
    pub(crate) async fn caught_up(&self) -> Result<(), String> {
        let mine = self.wished.fetch_add(1, Ordering::SeqCst) + 1;
        let reached = async {
            while self.fulfilled.load(Ordering::SeqCst) < mine {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let limit = Duration::from_secs(CATCH_UP_SECONDS_MAX);
        let late =
            || "the journal has not caught up with the logs; nothing is answered until it has".to_owned();
        tokio::time::timeout(limit, reached).await.map_err(|_| late())
    }
}

/// Runs the command.
pub fn run(args: AgentArgs) -> Result<ExitCode, String> {
    match args.command {
        Some(Command::Example) => print!("{}", include_str!("../../../../../contrib/agent.toml")),
        Some(Command::Unit) => print!("{}", include_str!("../../../../../contrib/noroshi-agent.service")),
        Some(Command::Status) => return status::print(&read(&args.policy)?),
        None => serve(read(&args.policy)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &PathBuf) -> Result<Policy, String> {
    let named = |why: String| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(path).map_err(|why| named(why.to_string()))?;
    Policy::read(&text).map_err(named)
}

fn serve(policy: Policy) -> Result<(), String> {
    let token = std::fs::read_to_string(&policy.token_file)
        .map_err(|why| format!("{}: {why}", policy.token_file.display()))?;
    let client = HubClient::new(&policy.hub, token.trim()).map_err(|why| why.to_string())?;
    let done = Done::open(&policy.state).map_err(|why| format!("{}: {why}", policy.state.display()))?;
    let (policy, status) = (Arc::new(policy), Arc::new(Status::default()));
    let (meeting, stop) = (Arc::new(Meeting::default()), Arc::new(AtomicBool::new(false)));
    let watching = {
        let (policy, status, meeting, stop) = (policy.clone(), status.clone(), meeting.clone(), stop.clone());
        std::thread::spawn(move || follow(&policy, &status, &meeting, &stop))
    };
    let ended = runtime()?.block_on(async {
        if let Some(address) = policy.page {
            page::serve(address, status.clone()).await?;
        }
        let called = Notify::new();
        tokio::select! {
            () = ask(&client, &policy, &status, &meeting, &called, done) => {}
            () = listen::listen(&client, &called, &status) => {}
            () = stop_signal() => {}
        }
        Ok(())
    });
    stop.store(true, Ordering::Relaxed);
    watching.join().map_err(|_| "the watching thread ended by itself".to_owned())?;
    ended
}

fn follow(policy: &Policy, status: &Status, meeting: &Meeting, stop: &AtomicBool) {
    let keeping = Keeping {
        journal: policy.state.join("journal"),
        urls: policy.urls,
        days: i32::from(policy.keep_days),
    };
    let mut watcher = Watcher::new(keeping, policy.watch.clone());
    let mut serving = 0;
    watch::follow(&mut watcher, &policy.limits, stop, |watcher, round, caught_up| {
        status.watched(watcher, round);
        if caught_up {
            meeting.fulfilled.store(serving, Ordering::SeqCst);
        }
        serving = meeting.wished.load(Ordering::SeqCst);
        serving > meeting.fulfilled.load(Ordering::SeqCst)
    });
}

/// Looks at the hub whenever it calls and at least every so often; after a failure later and later.
async fn ask(
    client: &HubClient,
    policy: &Policy,
    status: &Status,
    meeting: &Meeting,
    called: &Notify,
    mut done: Done,
) {
    let mut failures = 0u32;
    loop {
        let looked = work::look(client, policy, meeting, &mut done, status).await;
        failures = if looked.is_ok() { 0 } else { failures.saturating_add(1) };
        status.looked(looked.err(), &done);
        if let Err(why) = status.save(&policy.state) {
            eprintln!("noroshi agent: {}: {why}", policy.state.display());
        }
        let turn = tokio::time::sleep(back_off(policy.every_seconds, failures, BACK_OFF_SECONDS_MAX));
        tokio::select! {
            () = turn => {}
            () = called.notified() => {}
        }
    }
}

/// The wait after so many failures: the usual one, doubled with each, to a bound that is never below the usual one.
fn back_off(seconds: u64, failures: u32, max: u64) -> Duration {
    let usual = seconds.max(1);
    Duration::from_secs((usual << failures.min(16)).min(max).max(usual))
}

#[cfg(test)]
mod tests {
    use super::back_off;

    #[test]
    fn waits_double_to_a_bound() {
        let check = |seconds, failures, expected| {
            assert_eq!(back_off(seconds, failures, 300).as_secs(), expected, "{seconds} s, {failures}");
        };
        check(5, 0, 5);
        check(5, 1, 10);
        check(5, 6, 300);
        check(5, u32::MAX, 300);
        check(0, 0, 1);
        check(900, 3, 900);
    }
}
