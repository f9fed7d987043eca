//! `noroshi sweep`: a member's own files against a set of indicators, for people or machines.
//!
//! Arguments and exit codes; what a hit is lies in `sweep`, what a file is in `agent::sources`, what an answer is in
//! `agent::findings` and `agent::slip`.

mod answer;
mod check;
mod compiled;
mod load;
mod print;
mod words;

use std::collections::BTreeSet;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use agent::sources::{self, Progress, Tally};
use sweep::Set;

/// Exit code when something was found, also if something else could not be read.
const FOUND: u8 = 1;
/// Exit code of a wrong command line.
const WRONG_USAGE: u8 = 2;
/// Exit code when nothing was found and something could not be read.
const UNREAD: u8 = 3;

/// Time between two looks of the progress bar.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How hits are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A line for people.
    Text,
    /// One JSON object a line, the last one a summary.
    Jsonl,
    /// Columns with a header.
    Csv,
}

const EXAMPLES: &str = "\
Examples:
  noroshi sweep --indicators list.csv /var/log
  noroshi sweep --hub https://hub.example --token \"$TOKEN\" --report --machines 12 /srv/logs
  noroshi sweep --hub https://hub.example --token \"$TOKEN\" --save-set hub.set
  noroshi sweep --hub https://hub.example --token \"$TOKEN\" --set hub.set --since --save-set part.set
  noroshi sweep --set hub.set --set part.set --trust 'hub.example/log+…' /var/log";

/// Check files, folders and standard input against indicators.
///
/// Exit code 0: nothing found. 1: something found. 2: wrong usage. 3: nothing found, but something could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SweepArgs {
    /// Indicators: values or kind<TAB>value a line, CSV, a STIX bundle, a MISP event or a
    /// feed's manifest. Can be given several times.
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    pub(crate) indicators: Vec<PathBuf>,
    /// Compiled sets; given several times, the later ones add to the first.
    #[arg(long, value_name = "FILE")]
    pub(crate) set: Vec<PathBuf>,
    /// Take only sets signed with one of these keys, `name+id+base64` or a file with one a line: of a hub the key of its log.
    #[arg(long, env = "NOROSHI_LOG_KEY", value_name = "VKEY", value_delimiter = ' ')]
    pub(crate) trust: Vec<String>,
    /// Fetch the hub's signed set of all that was released to your organisation into this file, to be used at once or
    /// carried to a network without connection.
    #[arg(long, value_name = "FILE", requires = "hub")]
    pub(crate) save_set: Option<PathBuf>,
    /// Fetch only what came after the newest of the sets given with --set: a small part, to be given after them.
    #[arg(long, requires = "save_set", requires = "set")]
    pub(crate) since: bool,
    /// Write the compiled set of all that was given to this file.
    #[arg(long, value_name = "OUT")]
    pub(crate) compile: Option<PathBuf>,
    /// Sign the compiled set with the key in this file, made where there is none.
    #[arg(long, value_name = "FILE", requires = "compile")]
    pub(crate) sign_key: Option<PathBuf>,
    /// Check what a hub's warnings tell of.
    // Not from the environment: a sweep asks nobody unless its own command line says so.
    #[arg(long, value_name = "URL", requires = "token")]
    pub(crate) hub: Option<String>,
    /// An API token of your organisation.
    #[arg(long, env = "NOROSHI_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Do a check that was put to your organisation, as `noroshi checks list` names it: look for what it tells of, show what would be
    /// answered, answer.
    #[arg(long, value_name = "ID", requires = "hub", group = "answering",
        conflicts_with_all = ["slip", "item", "indicators", "set", "save_set", "compile"])]
    pub(crate) check: Option<uuid::Uuid>,
    #[command(flatten)]
    pub(crate) found: check::Found,
    /// Answer the hub's warnings: seen or not, machines checked. Shows first what will be sent.
    #[arg(long, requires = "hub", group = "answering")]
    pub(crate) report: bool,
    /// Send the report, or the answer to a check, without asking.
    #[arg(long, requires = "answering")]
    pub(crate) yes: bool,
    /// Print the answer as a signed slip with its QR code, to be carried by hand.
    #[arg(long, requires = "slip_key")]
    pub(crate) slip: bool,
    /// The key that signs slips, made where there is none.
    #[arg(long, value_name = "FILE")]
    pub(crate) slip_key: Option<PathBuf>,
    /// The warnings that are answered, where not all of the set's are.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) item: Vec<uuid::Uuid>,
    /// Machines whose data lies under the paths.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) machines: u32,
    /// The language of the summary.
    #[arg(long, env = "NOROSHI_LANG", default_value = "ja")]
    pub(crate) lang: model::lang::Lang,
    /// How hits are printed.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Threads; as many as the machine has cores if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Files and folders; `-` is standard input.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

impl SweepArgs {
    /// Whether somebody is told what the sweep found.
    fn answers(&self) -> bool {
        self.check.is_some() || self.report || self.slip
    }
}

/// Why a command ends early.
pub(super) enum Refusal {
    Usage(String),
    Unread(String),
}

/// Runs the command.
pub(crate) fn run(args: &SweepArgs) -> Result<ExitCode, String> {
    let swept = check::open(args).and_then(|asked| match load::load(args, asked.as_ref())? {
        None => Ok(ExitCode::SUCCESS),
        Some(set) => sweep_and_answer(&set, args, asked.as_ref()),
    });
    swept.or_else(|refusal| {
        let (why, code) = match refusal {
            Refusal::Usage(why) => (why, WRONG_USAGE),
            Refusal::Unread(why) => (why, UNREAD),
        };
        eprintln!("noroshi sweep: {why}");
        Ok(ExitCode::from(code))
    })
}

fn sweep_and_answer(set: &Set, args: &SweepArgs, asked: Option<&check::Asked>) -> Result<ExitCode, Refusal> {
    let mut seen = BTreeSet::new();
    let tally = run_seen(set, args, &mut seen).map_err(Refusal::Unread)?;
    match asked {
        Some(asked) => asked.answer(args, &tally)?,
        None => answer::answer(set, args, &seen, &tally)?,
    }
    Ok(exit_code(&tally))
}

/// Checks the paths of the command line against a set, prints hits and summary, and puts the items of hits into `seen`.
fn run_seen(set: &Set, args: &SweepArgs, seen: &mut BTreeSet<String>) -> Result<Tally, String> {
    let started = crate::world::instant();
    let progress = Progress::default();
    let threads = args.threads.map_or_else(cores, usize::from);
    let over = AtomicBool::new(false);
    let mut out = BufWriter::new(io::stdout().lock());
    let swept = std::thread::scope(|scope| {
        if io::stderr().is_terminal() {
            scope.spawn(|| show(&progress, &over));
        }
        let swept = print::header(args.format, &mut out).and_then(|()| {
            sources::sweep(set, &args.paths, threads, &progress, |located| {
                let listed = set.entry(located.hit.entry);
                if let Some(item) = listed.as_ref().and_then(|listed| listed.item.as_ref()) {
                    seen.insert(item.clone());
                }
                print::hit(args.format, located, listed.as_ref(), &mut out)
            })
        });
        over.store(true, Ordering::Relaxed);
        swept
    });
    let tally = match swept {
        Ok(tally) => tally,
        // Half a sweep is no answer.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe && args.answers() => {
            return Err(
                "the output was closed before the sweep ended: nothing was answered; write it to a file"
                    .to_owned(),
            );
        }
        // A reader that has seen enough (`head`) has seen a hit.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(Tally { hits: 1, ..Tally::default() });
        }
        Err(fault) => return Err(format!("the output could not be written: {fault}")),
    };
    let seconds = started.elapsed().as_secs_f64();
    print::summary(args.format, &tally, set.len(), seconds, words::Words(args.lang), &mut out)
        .and_then(|()| out.flush())
        .or_else(|fault| if fault.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(fault) })
        .map_err(|fault| format!("the output could not be written: {fault}"))?;
    Ok(tally)
}

/// The exit code that a finished sweep asks for.
pub(crate) fn exit_code(tally: &Tally) -> ExitCode {
    match (tally.hits, tally.skipped.is_empty()) {
        (0, true) => ExitCode::SUCCESS,
        (0, false) => ExitCode::from(UNREAD),
        _ => ExitCode::from(FOUND),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn show(progress: &Progress, over: &AtomicBool) {
    let bar = indicatif::ProgressBar::new(0);
    let style =
        indicatif::ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    while !over.load(Ordering::Relaxed) {
        bar.set_length(progress.total.load(Ordering::Relaxed));
        bar.set_position(progress.done.load(Ordering::Relaxed));
        std::thread::sleep(PROGRESS_EVERY);
    }
    bar.finish_and_clear();
}
