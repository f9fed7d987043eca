//! `noroshi sweep`: a member's own files against a set of indicators, for people or machines.
//!
//! Arguments, printing and exit codes only; what a hit is lies in `sweep`, what a file is in `agent::sources`. Fetching a
//! set from a hub and answering it is left to the commands that talk to one.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agent::lists;
use agent::sources::{self, Located, Progress, Tally};
use serde_json::json;
use sweep::{Listed, Set, SetBuilder};

/// Exit code when something was found, also if something else could not be read.
const FOUND: u8 = 1;
/// Exit code of a wrong command line.
const WRONG_USAGE: u8 = 2;
/// Exit code when nothing was found and something could not be read.
const UNREAD: u8 = 3;

/// Problems of an indicator file that are printed one by one.
const PROBLEMS_SHOWN_MAX: usize = 20;

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

/// Check files, folders and standard input against indicators.
///
/// Exit code 0: nothing found. 1: something found. 2: wrong usage. 3: nothing found, but something could not be read.
#[derive(Debug, clap::Args)]
pub(crate) struct SweepArgs {
    /// Indicators: values or kind<TAB>value a line, CSV, a STIX bundle, a MISP event. Can be given several times.
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    pub(crate) indicators: Vec<PathBuf>,
    /// A compiled set of indicators.
    #[arg(long, value_name = "FILE", conflicts_with = "indicators")]
    pub(crate) set: Option<PathBuf>,
    /// Write the compiled set of the indicators to this file.
    #[arg(long, value_name = "OUT", conflicts_with = "set")]
    pub(crate) compile: Option<PathBuf>,
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

/// Why a command ends before it began.
enum Refusal {
    Usage(String),
    Unread(String),
}

/// Runs the command.
pub(crate) fn run(args: &SweepArgs) -> Result<ExitCode, String> {
    match load(args) {
        Err(Refusal::Usage(why)) => {
            eprintln!("noroshi sweep: {why}");
            Ok(ExitCode::from(WRONG_USAGE))
        }
        Err(Refusal::Unread(why)) => {
            eprintln!("noroshi sweep: {why}");
            Ok(ExitCode::from(UNREAD))
        }
        Ok(None) => Ok(ExitCode::SUCCESS),
        Ok(Some(set)) => run_set(&set, args).map(|tally| exit_code(&tally)),
    }
}

/// Checks the paths of the command line against a set and prints hits and summary.
pub(crate) fn run_set(set: &Set, args: &SweepArgs) -> Result<Tally, String> {
    let started = now();
    let progress = Progress::default();
    let threads = args.threads.map_or_else(cores, usize::from);
    let over = AtomicBool::new(false);
    let mut out = BufWriter::new(io::stdout().lock());
    let swept = std::thread::scope(|scope| {
        if io::stderr().is_terminal() {
            scope.spawn(|| show(&progress, &over));
        }
        let swept = print_header(args.format, &mut out).and_then(|()| {
            sources::sweep(set, &args.paths, threads, &progress, |located| {
                let listed = set.entry(located.hit.entry);
                print_hit(args.format, located, listed.as_ref(), &mut out)
            })
        });
        over.store(true, Ordering::Relaxed);
        swept
    });
    let tally = match swept {
        Ok(tally) => tally,
        // A reader that has seen enough (`head`) has seen a hit.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(Tally { hits: 1, ..Tally::default() });
        }
        Err(fault) => return Err(format!("the output could not be written: {fault}")),
    };
    let seconds = started.elapsed().as_secs_f64();
    print_summary(args.format, &tally, set.len(), seconds, &mut out)
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

#[expect(
    clippy::disallowed_methods,
    reason = "the summary tells how long the sweep took, to the person who waited"
)]
fn now() -> Instant {
    Instant::now()
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The set to look for; `None` where it was only to be compiled.
fn load(args: &SweepArgs) -> Result<Option<Set>, Refusal> {
    if let Some(path) = &args.set {
        needs_paths(args)?;
        let set = Set::from_bytes(read(path)?);
        return set.map(Some).map_err(|fault| Refusal::Unread(format!("{}: {fault}", path.display())));
    }
    if args.indicators.is_empty() {
        return Err(Refusal::Usage("give --indicators or --set".to_owned()));
    }
    if args.compile.is_none() {
        needs_paths(args)?;
    }
    let mut builder = SetBuilder::new();
    for path in &args.indicators {
        let (count, problems) = lists::add(&read(path)?, &mut builder);
        for problem in problems.iter().take(PROBLEMS_SHOWN_MAX) {
            eprintln!("{}:{}: {}", path.display(), problem.line, clean(&problem.text));
        }
        if problems.len() > PROBLEMS_SHOWN_MAX {
            eprintln!("{}: {} problems in all", path.display(), problems.len());
        }
        if count == 0 {
            return Err(Refusal::Unread(format!("{}: no indicators", path.display())));
        }
    }
    let (set, notes) = builder.compile();
    for note in notes.iter().take(PROBLEMS_SHOWN_MAX) {
        eprintln!("{}: {}", clean(&note.indicator), note.text);
    }
    if notes.len() > PROBLEMS_SHOWN_MAX {
        eprintln!("{} notes in all", notes.len());
    }
    if let Some(out) = &args.compile {
        fs::write(out, set.as_bytes())
            .map_err(|fault| Refusal::Unread(format!("{}: {fault}", out.display())))?;
    }
    Ok((!args.paths.is_empty()).then_some(set))
}

fn needs_paths(args: &SweepArgs) -> Result<(), Refusal> {
    if args.paths.is_empty() {
        Err(Refusal::Usage("name files or folders to check".to_owned()))
    } else {
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
    fs::read(path).map_err(|fault| Refusal::Unread(format!("{}: {fault}", path.display())))
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

fn print_header(format: Format, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Csv => writeln!(out, "file,line,start,end,indicator,kind,rule,written,labels,item"),
        Format::Text | Format::Jsonl => Ok(()),
    }
}

fn print_hit(
    format: Format,
    located: &Located,
    listed: Option<&Listed>,
    out: &mut impl Write,
) -> io::Result<()> {
    let hit = &located.hit;
    let (kind, value) = listed.map_or(("", ""), |l| (l.kind.as_str(), l.value.as_str()));
    let labels = listed.map_or(&[][..], |l| &l.labels);
    let item = listed.and_then(|l| l.item.as_deref());
    match format {
        Format::Jsonl => {
            let line = json!({
                "file": located.file, "line": hit.line, "start": hit.start, "end": hit.end, "indicator": value,
                "kind": kind, "rule": hit.rule, "written": hit.written, "labels": labels, "item": item,
            });
            writeln!(out, "{line}")
        }
        Format::Csv => {
            let (line, start, end) = (hit.line.to_string(), hit.start.to_string(), hit.end.to_string());
            let labels = labels.join(" ");
            let fields = [
                located.file.as_str(),
                &line,
                &start,
                &end,
                value,
                kind,
                hit.rule,
                &hit.written,
                &labels,
                item.unwrap_or_default(),
            ];
            writeln!(out, "{}", fields.map(csv_field).join(","))
        }
        Format::Text => {
            let place = if hit.line == 0 { String::new() } else { format!(":{}", hit.line) };
            let labels = if labels.is_empty() { String::new() } else { format!(" [{}]", labels.join(", ")) };
            let (file, written) = (clean(&located.file), clean(&hit.written));
            writeln!(out, "{file}{place}: {kind} {value} ({}: {written}){}", hit.rule, clean(&labels))
        }
    }
}

/// Quoted, and disarmed where a spreadsheet would take it for a formula.
fn csv_field(text: &str) -> String {
    let disarm = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if disarm.is_empty() && !text.contains([',', '"', '\n', '\r', ' ']) {
        return text.to_owned();
    }
    format!("\"{disarm}{}\"", text.replace('"', "\"\""))
}

/// Control characters of hostile text made visible, so that no terminal obeys them.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn print_summary(
    format: Format,
    tally: &Tally,
    indicators: usize,
    seconds: f64,
    out: &mut impl Write,
) -> io::Result<()> {
    if format == Format::Jsonl {
        let skipped: Vec<_> = tally.skipped.iter().map(|s| json!({"file": s.file, "why": s.why})).collect();
        let summary = json!({"summary": {
            "files": tally.files, "bytes": tally.bytes, "lines": tally.lines, "hits": tally.hits,
            "indicators": indicators, "skipped": skipped, "seconds": seconds,
        }});
        return writeln!(out, "{summary}");
    }
    out.flush()?;
    for skipped in &tally.skipped {
        eprintln!("not read: {}: {}", clean(&skipped.file), clean(&skipped.why));
    }
    eprintln!(
        "{} hits in {} files, {} lines, {} bytes; {indicators} indicators, {seconds:.2} s",
        tally.hits, tally.files, tally.lines, tally.bytes
    );
    Ok(())
}
