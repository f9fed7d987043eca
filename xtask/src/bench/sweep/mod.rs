//! Sweeping, beside the programs that people use for it today: speed by size of the set, memory, and what each tool
//! misses and invents.
//!
//! Every speed is bytes of text per CPU second (user and system) of the whole process, peers in the same run. The
//! corpus comes from a script outside the repository and is kept between runs; `NOROSHI_SWEEP_CORPUS` names a folder where
//! one lies ready, `NOROSHI_SWEEP_BYTES` the size of a new one. It ends in a quarter of an hour once program and corpus are made:
//! each program has its time, and a peer whose turn comes too late is left out and named.

mod corpus;
mod peers;
mod plot;
mod run;

use super::table::Table;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use corpus::Corpus;
use run::Cost;
use std::path::PathBuf;

/// Rounds of each figure of ours; the middle one is told.
const ROUNDS: usize = 5;

/// A speed: size of the set and GB a CPU second.
type Curve = Vec<(f64, f64)>;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    peers::installed()?;
    let program = super::program::release(place)?;
    let peers = peers::built(place)?;
    let corpus = Corpus::ready(place)?;
    let since = Stopwatch::start();
    let step = |what: &str| println!("{:4.0} s  {what}", since.elapsed().as_secs_f64());
    let mut table = Table::with_note(format!(
        "{:.1} GB of logs in six formats, one thread unless said; bytes of text per CPU second (user and system) of \
         the whole process, the middle one of {ROUNDS}; peers in the same run, on as much of the text as they get \
         through in a minute, building their automata included because that is what one waits for.",
        corpus.bytes as f64 / 1e9
    ));
    let mut ours = Curve::new();
    let mut memory = 0.0;
    for size in corpus.sizes() {
        step(&format!("{size} indicators"));
        let set = compiled(&program, &corpus, size, &mut table)?;
        let (cost, hits) = swept(&program, &corpus, &set, 1)?;
        exact(&corpus, size, &hits, &mut table)?;
        ours.push((size as f64, corpus.bytes as f64 / 1e9 / cost.cpu));
        memory = cost.mib * 1.048_576;
    }
    if let Some((_, at_million)) = ours.iter().find(|(size, _)| *size == 1e6) {
        table.at_least("plain text, 1 M indicators, one core", *at_million, 1.6, "GB/s");
        table.at_most("memory, 1 M indicators", memory, 200.0, "MB");
    }
    step("10000000 indicators");
    let many = corpus.folder.join("10000000.set");
    let list = run::text(&corpus.ten_million()?);
    run::cost(&program, &["sweep", "--indicators", &list, "--compile", &run::text(&many)])?;
    let (cost, _) = swept(&program, &corpus, &many, 1)?;
    ours.push((1e7, corpus.bytes as f64 / 1e9 / cost.cpu));
    let slowest = ours.last().map_or(0.0, |p| p.1);
    table.at_least("speed at 10 M ÷ speed at 1 k", slowest / ours.first().map_or(1.0, |p| p.1), 0.6, "");
    step("two threads");
    two_threads(&program, &corpus, &mut table)?;
    step("packed logs");
    packed(&program, &corpus, &mut table)?;
    step("event logs and mail");
    records(place, &program, &corpus, &mut table)?;
    step("peers");
    let theirs = peers.curves(&corpus, since)?;
    let faults = peers.faults(&corpus, &program, since)?;
    let picture = place.root.join("docs/sweep-speed.svg");
    std::fs::write(&picture, plot::svg(&ours, &theirs)).map_err(|e| e.to_string())?;
    table.append(plot::markdown(&ours, &theirs));
    table.append(faults);
    Ok(table)
}

/// Compiles the list of `size` and tells how long that and loading took.
fn compiled(
    program: &std::path::Path,
    corpus: &Corpus,
    size: usize,
    table: &mut Table,
) -> Result<PathBuf, String> {
    let (list, set) = (corpus.list(size), corpus.folder.join(format!("{size}.set")));
    let build =
        run::cost(program, &["sweep", "--indicators", &run::text(&list), "--compile", &run::text(&set)])?;
    let set_text = run::text(&set);
    let empty = corpus.folder.join("empty.log");
    std::fs::write(&empty, "").map_err(|e| e.to_string())?;
    if size == 1_000_000 {
        table.at_most("build a set of 1 M from text", build.cpu, 0.7, "s");
        let loads = (0..ROUNDS).map(|_| {
            run::sweep(program, &["sweep", "--set", &set_text, "--format", "jsonl", &run::text(&empty)])
        });
        let mut loads = loads.map(|cost| cost.map(|cost| cost.cpu * 1e3)).collect::<Result<Vec<_>, _>>()?;
        table.at_most(
            "load a compiled set of 1 M, whole process",
            super::program::median(&mut loads),
            20.0,
            "ms",
        );
    }
    Ok(set)
}

/// One sweep of the whole corpus: the middle cost, and the hits as file and line.
fn swept(
    program: &std::path::Path,
    corpus: &Corpus,
    set: &std::path::Path,
    threads: usize,
) -> Result<(Cost, Vec<(String, u64)>), String> {
    let (set, threads) = (run::text(set), threads.to_string());
    let mut args = vec!["sweep", "--set", &set, "--threads", &threads, "--format", "jsonl"];
    let files: Vec<String> = corpus.files().iter().map(|f| run::text(f)).collect();
    args.extend(files.iter().map(String::as_str));
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        costs.push(run::sweep(program, &args)?);
    }
    costs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    let middle = costs.swap_remove(costs.len() / 2);
    let hits = corpus::hits(&middle.output);
    Ok((middle, hits))
}

fn exact(corpus: &Corpus, size: usize, hits: &[(String, u64)], table: &mut Table) -> Result<(), String> {
    let (missed, extra) = corpus.compare(hits)?;
    let what = format!("missed and invented lines at {size} indicators, {} due", corpus.expected()?.len());
    table.at_most(&what, (missed + extra) as f64, 0.0, "");
    Ok(())
}

/// Wall time of one and two threads, in turns.
fn two_threads(program: &std::path::Path, corpus: &Corpus, table: &mut Table) -> Result<(), String> {
    let set = corpus.folder.join("1000.set");
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(swept_once(program, corpus, &set, 1)?.wall);
        two.push(swept_once(program, corpus, &set, 2)?.wall);
    }
    let ratio = super::program::median(&mut one) / super::program::median(&mut two);
    table.at_least("two threads, times as fast (needs two idle cores)", ratio, 1.8, "");
    Ok(())
}

fn swept_once(
    program: &std::path::Path,
    corpus: &Corpus,
    set: &std::path::Path,
    threads: usize,
) -> Result<Cost, String> {
    let (set, threads) = (run::text(set), threads.to_string());
    let mut args = vec!["sweep", "--set", &set, "--threads", &threads, "--format", "jsonl"];
    let files: Vec<String> = corpus.files().iter().map(|f| run::text(f)).collect();
    args.extend(files.iter().map(String::as_str));
    run::sweep(program, &args)
}

/// Packed logs against their decoders.
fn packed(program: &std::path::Path, corpus: &Corpus, table: &mut Table) -> Result<(), String> {
    let set = run::text(&corpus.folder.join("1000.set"));
    for name in ["gzip", "zstd"] {
        let packed = run::text(&corpus.packed(name)?);
        let args = ["sweep", "--set", &set, "--threads", "2", "--format", "jsonl", &packed];
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(run::sweep(program, &args)?.wall);
            theirs.push(run::cost(std::path::Path::new(name), &["-dc", &packed])?.wall);
        }
        let ratio = super::program::median(&mut theirs) / super::program::median(&mut ours);
        table.at_least(&format!("{name} log on two threads ÷ `{name} -dc` alone"), ratio, 0.9, "");
    }
    Ok(())
}

/// Event logs and mail boxes, where there are real ones.
fn records(
    place: &Place,
    program: &std::path::Path,
    corpus: &Corpus,
    table: &mut Table,
) -> Result<(), String> {
    let set = run::text(&corpus.folder.join("1000.set"));
    let sources = [
        ("event logs (EVTX), one core", corpus.event_logs(place)?, 0.4),
        ("mail box (mbox), one core", corpus.mail_box(place)?, 0.1),
    ];
    for (what, path, goal) in sources {
        let Some(path) = path else {
            println!("{what}: no real ones beside the repository, left out");
            continue;
        };
        let mut speeds = Vec::new();
        for _ in 0..ROUNDS {
            let args = ["sweep", "--set", &set, "--threads", "1", "--format", "jsonl", &run::text(&path)];
            let cost = run::sweep(program, &args)?;
            let bytes = corpus::bytes_read(&cost.output).ok_or(format!("{what}: no summary"))?;
            speeds.push(bytes / 1e9 / cost.cpu);
        }
        table.at_least(what, super::program::median(&mut speeds), goal, "GB/s");
    }
    Ok(())
}
