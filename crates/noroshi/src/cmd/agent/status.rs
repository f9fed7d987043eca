//! What the agent is at: kept beside its state for `noroshi agent status` and its page.

use crate::world;
use agent::done::{Done, Entry};
use agent::policy::Policy;
use agent::watch::{Round, Watcher};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

/// Problems kept, the newest last.
const PROBLEMS_MAX: usize = 20;

/// Seconds after which a status is too old to be of a running agent.
const STALE_SECONDS: i64 = 900;

/// A log and how far it was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Log {
    pub(super) path: String,
    pub(super) bytes: u64,
}

/// What is shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) at: String,
    pub(super) hub_answered_at: Option<String>,
    pub(super) behind: bool,
    /// Whether the hub calls when there is news; otherwise the agent looks at its own turns.
    #[serde(default)]
    pub(super) called: bool,
    pub(super) logs: Vec<Log>,
    pub(super) answered: usize,
    pub(super) waiting: Vec<Entry>,
    pub(super) problems: Vec<String>,
}

/// The status, shared by the thread that watches and the task that asks.
#[derive(Default)]
pub(crate) struct Status(Mutex<Shown>);

impl Status {
    fn change(&self, change: impl FnOnce(&mut Shown)) {
        if let Ok(mut shown) = self.0.lock() {
            change(&mut shown);
        }
    }

    /// As it is.
    pub(super) fn shown(&self) -> Shown {
        self.0.lock().map(|shown| shown.clone()).unwrap_or_default()
    }

    /// A problem, in words.
    pub(super) fn problem(&self, problem: String) {
        self.change(|shown| {
            if shown.problems.last() != Some(&problem) {
                shown.problems.push(problem);
            }
            let extra = shown.problems.len().saturating_sub(PROBLEMS_MAX);
            shown.problems.drain(..extra);
        });
    }

    /// A round of watching is over.
    pub(super) fn watched(&self, watcher: &Watcher, round: &Round) {
        round.problems.iter().for_each(|problem| self.problem(problem.clone()));
        let logs = watcher.sources().map(|(path, bytes)| Log { path: path.display().to_string(), bytes });
        let logs = logs.collect();
        self.change(|shown| (shown.logs, shown.behind) = (logs, round.more));
    }

    /// The hub's call can be heard, or not.
    pub(super) fn called(&self, called: bool) {
        self.change(|shown| shown.called = called);
    }

    /// A look at the hub is over.
    pub(super) fn looked(&self, failure: Option<String>, done: &Done) {
        let now = world::now().to_string();
        if let Some(why) = &failure {
            self.problem(why.clone());
        }
        self.change(|shown| {
            shown.at.clone_from(&now);
            if failure.is_none() {
                shown.hub_answered_at = Some(now);
            }
            shown.answered =
                done.entries().filter(|e| ["seen", "not-seen"].contains(&e.outcome.as_str())).count();
            shown.waiting =
                done.entries().filter(|e| ["hit", "wait"].contains(&e.outcome.as_str())).cloned().collect();
        });
    }

    /// Keeps it beside the state.
    pub(super) fn save(&self, folder: &Path) -> std::io::Result<()> {
        let (beside, path) = (folder.join("status.new"), folder.join("status.json"));
        std::fs::write(&beside, serde_json::to_vec_pretty(&self.shown())?)?;
        std::fs::rename(beside, path)
    }
}

/// Prints the status that the running agent keeps. Exit code 1 when a person is awaited, 3 when no agent seems to run.
pub(super) fn print(policy: &Policy) -> Result<ExitCode, String> {
    let path = policy.state.join("status.json");
    let text = std::fs::read(&path)
        .map_err(|why| format!("{}: {why}; has the agent been started?", path.display()))?;
    let shown: Shown = serde_json::from_slice(&text).map_err(|why| format!("{}: {why}", path.display()))?;
    println!("hub       {}, answered {}", policy.hub, shown.hub_answered_at.as_deref().unwrap_or("never"));
    println!("news      {}", if shown.called { "the hub calls" } else { "looked for at every turn" });
    println!("answered  {}", shown.answered);
    println!("logs      {}{}", shown.logs.len(), if shown.behind { ", catching up" } else { "" });
    shown.logs.iter().for_each(|log| println!("  {:>15}  {}", log.bytes, log.path));
    println!("awaiting a person  {}", shown.waiting.len());
    shown.waiting.iter().for_each(|e| println!("  {}  {}  {} hits  {}", e.at, e.outcome, e.hits, e.what));
    shown.problems.iter().for_each(|problem| println!("problem   {problem}"));
    let age =
        shown.at.parse::<jiff::Timestamp>().map_or(i64::MAX, |at| world::now().duration_since(at).as_secs());
    Ok(match () {
        () if age > STALE_SECONDS => {
            println!("not running: this is of {}", shown.at);
            ExitCode::from(3)
        }
        () if shown.waiting.iter().any(|e| e.outcome == "hit") => ExitCode::from(1),
        () => ExitCode::SUCCESS,
    })
}
