//! Sweeps files as the program does and prints what it cost: `sources [--show] INDICATORS THREADS PATH…`.
//!
//! For whoever works on a source's speed; the figures that count come from `cargo xtask bench sweep`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use agent::sources::{Progress, sweep};
use sweep::{Set, SetBuilder};

/// Nanoseconds on a core of this process so far, as the scheduler counts them.
fn cpu() -> u64 {
    fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
        .map(|task| {
            let line = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            line.split(' ').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
        })
        .sum()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let show = args.first().is_some_and(|first| first == "--show");
    args.drain(..usize::from(show));
    let [list, threads, paths @ ..] = &args[..] else {
        return Err("sources [--show] INDICATORS THREADS PATH…".into());
    };
    let bytes = fs::read(list)?;
    let set = match Set::from_bytes(bytes.clone()) {
        Ok(set) => set,
        Err(_) => {
            let mut builder = SetBuilder::new();
            let (count, problems) = agent::lists::add(&bytes, &mut builder);
            println!("{count} indicators, {} problems", problems.len());
            builder.compile().0
        }
    };
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let before = cpu();
    let tally = sweep(&set, &paths, threads.parse()?, &Progress::default(), |hit| {
        if show {
            println!("{}:{} {} {}", hit.file, hit.hit.line, hit.hit.rule, hit.hit.written);
        }
        Ok(())
    })?;
    // Of threads that have ended the scheduler tells nothing more: one thread is the only honest number.
    let took = (cpu() - before) as f64 / 1e9;
    println!(
        "{} files, {} bytes, {} lines, {} hits, {} skipped, {took:.3} s of the main thread, ",
        tally.files,
        tally.bytes,
        tally.lines,
        tally.hits,
        tally.skipped.len()
    );
    tally.skipped.iter().take(20).for_each(|s| println!("skipped {}: {}", s.file, s.why));
    Ok(())
}
