//! The programs that people use for this today: how fast they are, and what they miss and invent.

use super::Curve;
use super::corpus::{self, Corpus, Line};
use super::run;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);

/// CPU seconds after which a peer's run is given up.
const PATIENCE_SECONDS: u64 = 120;

/// Seconds since the bench began after which no peer is started: with the longest patience after it, a quarter of an hour.
const LATEST_SECONDS: u64 = 13 * 60;

/// What has to be installed: the program, how it is asked, and its package.
const NEEDS: [(&str, &str, &str); 8] = [
    ("rg", "--version", "ripgrep"),
    ("grep", "--version", "grep"),
    ("gcc", "--version", "gcc"),
    ("python3", "--version", "python3"),
    ("gzip", "--version", "gzip"),
    ("zstd", "--version", "zstd"),
    ("timeout", "--version", "coreutils"),
    ("prlimit", "--version", "util-linux"),
];

/// Bytes of text on which a peer is measured, by its set's size: what it gets through in about a minute.
const TEXT: [(usize, u64); 3] = [(1_000, 200_000_000), (100_000, 20_000_000), (1_000_000, 2_000_000)];

/// A peer and how it is called on a list of values and files.
struct Peer {
    name: &'static str,
    program: PathBuf,
    before: &'static [&'static str],
    after: &'static [&'static str],
    /// Whether its speed is drawn; of variants of one tool the fastest is.
    drawn: bool,
}

pub(super) struct Peers(Vec<Peer>);

/// An error where something is missing that the bench will want, told before anything is measured.
pub(super) fn installed() -> Result<(), String> {
    let missing =
        NEEDS.iter().filter(|(program, ask, _)| command::read(Command::new(program).arg(ask)).is_none());
    let mut missing: Vec<&str> = missing.map(|(_, _, package)| *package).collect();
    if !Path::new("/usr/bin/time").exists() {
        missing.push("time");
    }
    if !Path::new("/usr/include/hs/hs.h").exists() {
        missing.push("libhyperscan-dev");
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("apt-get install {}", missing.join(" "))) }
}

/// Tokens of each line looked up in a set: the script that one writes in an afternoon.
const PYTHON: &str = "import re,sys\nw=set(open(sys.argv[1]).read().split('\\n'))\n\
    t=re.compile(rb'[A-Za-z0-9._:/?=&~%-]+')\n\
    for f in sys.argv[2:]:\n \
    for n,l in enumerate(open(f,'rb'),1):\n  \
    if any(x.decode('latin1') in w for x in t.findall(l)): print(f'{f}:{n}')\n";

pub(super) fn built(place: &Place) -> Result<Peers, String> {
    let folder = place.target.join("bench/peers");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let hyperscan = folder.join("hyperscan");
    let mut compile = Command::new("gcc");
    compile.args(["-O2", "-o"]).arg(&hyperscan).arg(place.root.join("xtask/peers/hyperscan.c")).arg("-lhs");
    if !command::show(&mut compile, BUILD_LIMIT)?.success {
        return Err("Hyperscan's peer does not build; apt-get install gcc libhyperscan-dev".to_owned());
    }
    let mut build = Command::new("cargo");
    build.args(["build", "--locked", "--release", "-p", "sweep", "--example", "automaton"]);
    build.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    if !command::show(&mut build, BUILD_LIMIT)?.success {
        return Err("the automaton's peer does not build".to_owned());
    }
    let rg = |name, before, drawn| Peer { name, program: PathBuf::from("rg"), before, after: &[], drawn };
    Ok(Peers(vec![
        rg("ripgrep `-F`", &["-j1", "-n", "-H", "--no-heading", "-F", "-f"], true),
        rg("ripgrep `-F -w`", &["-j1", "-n", "-H", "--no-heading", "-w", "-F", "-f"], false),
        rg("ripgrep `-F -w -i`", &["-j1", "-n", "-H", "--no-heading", "-i", "-w", "-F", "-f"], false),
        Peer { name: "Hyperscan", program: hyperscan, before: &[], after: &[], drawn: true },
        Peer {
            name: "aho-corasick",
            program: place.target.join("release/examples/automaton"),
            before: &[],
            after: &[],
            drawn: true,
        },
        Peer {
            name: "grep `-F`",
            program: PathBuf::from("grep"),
            before: &["-n", "-H", "-F", "-f"],
            after: &[],
            drawn: false,
        },
        Peer {
            name: "Python: words in a set",
            program: PathBuf::from("python3"),
            before: &["-c", PYTHON],
            after: &[],
            drawn: true,
        },
    ]))
}

impl Peer {
    /// What it costs to search `files` for the values of `list`, if it ends in time; `since` the bench began.
    fn cost(&self, list: &Path, files: &[String], since: Stopwatch) -> Result<run::Cost, String> {
        let left = LATEST_SECONDS.saturating_sub(since.elapsed().as_secs()).min(PATIENCE_SECONDS);
        if left == 0 {
            return Err("left out, the bench's time is over".to_owned());
        }
        let list = run::text(list);
        let mut args: Vec<&str> = self.before.to_vec();
        args.push(&list);
        args.extend(self.after);
        args.extend(files.iter().map(String::as_str));
        run::cost_within(&self.program, &args, u32::try_from(left).unwrap_or(u32::MAX))
    }
}

impl Peers {
    /// Speed by size of the set; a size that a peer did not get through is left out.
    pub(super) fn curves(
        &self,
        corpus: &Corpus,
        since: Stopwatch,
    ) -> Result<Vec<(&'static str, Curve)>, String> {
        let mut curves = Vec::new();
        for peer in self.0.iter().filter(|peer| peer.drawn) {
            let mut curve = Curve::new();
            for (size, bytes) in TEXT {
                let slice = corpus.slice(bytes)?;
                let len = std::fs::metadata(&slice).map_err(|e| e.to_string())?.len();
                match peer.cost(&corpus.values(size), &[run::text(&slice)], since) {
                    Ok(cost) => {
                        println!("{} at {size}: {:.2} CPU s, {:.0} MiB", peer.name, cost.cpu, cost.mib);
                        curve.push((size as f64, len as f64 / 1e9 / cost.cpu));
                    }
                    Err(why) => println!("{} at {size}: {why}", peer.name),
                }
            }
            curves.push((peer.name, curve));
        }
        Ok(curves)
    }

    /// What each tool misses and invents with the smallest list.
    pub(super) fn faults(&self, corpus: &Corpus, ours: &Path, since: Stopwatch) -> Result<String, String> {
        let due = corpus.expected()?;
        let mut out = format!(
            "\nLines of the corpus with 1,000 indicators: {} are due, {} are near misses.\n\n\
             | tool | found | missed | invented | of them near misses |\n| --- | --- | --- | --- | --- |\n",
            due.len(),
            corpus.traps()?.len()
        );
        let files: Vec<String> = corpus.files().iter().map(|f| run::text(f)).collect();
        let set = run::text(&corpus.list(1_000));
        let mut args = vec!["sweep", "--format", "jsonl", "--indicators", &set];
        args.extend(files.iter().map(String::as_str));
        row("**Noroshi**", &corpus::hits(&run::sweep(ours, &args)?.output), corpus, &mut out)?;
        for peer in &self.0 {
            println!("{:4.0} s  faults of {}", since.elapsed().as_secs_f64(), peer.name);
            match peer.cost(&corpus.values(1_000), &files, since) {
                Ok(cost) => row(peer.name, &corpus::printed(&cost.output), corpus, &mut out)?,
                Err(why) => println!("{}: {why}", peer.name),
            }
        }
        Ok(out)
    }
}

fn row(name: &str, found: &[Line], corpus: &Corpus, out: &mut String) -> Result<(), String> {
    let (missed, invented) = corpus.compare(found)?;
    let traps = corpus.traps()?;
    let found: std::collections::BTreeSet<&Line> = found.iter().collect();
    let sprung = found.iter().filter(|line| traps.contains(line)).count();
    let good = corpus.expected()?.len() - missed;
    let _written = writeln!(out, "| {name} | {good} | {missed} | {invented} | {sprung} |");
    Ok(())
}
