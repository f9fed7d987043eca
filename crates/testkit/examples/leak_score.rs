//! The leak score: `cargo run --release -p testkit --example leak_score -- --mails 1000 --seed 1 [--show N] [--profile half|none]
//! [--check-every N] [--write FILE.eml]`.
//!
//! Prints one line of JSON. `--show N` lists up to N survivors and N lost indicators, most frequent class first;
//! `--check-every N` lets the oracle prove on every Nth mail that it finds all that was planted.

use std::collections::BTreeMap;
use std::time::Instant;
use testkit::corpus::{Dice, Oracle, Specimen, Story, judge, output, specimen};

struct Args {
    mails: u64,
    seed: u64,
    show: usize,
    check_every: u64,
    no_profile: bool,
    write: Option<String>,
}

fn args() -> Result<Args, String> {
    let mut out = Args { mails: 1_000, seed: 1, show: 0, check_every: 20, no_profile: false, write: None };
    let mut list = std::env::args().skip(1);
    while let Some(flag) = list.next() {
        let value = list.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|e| format!("{flag} {value}: {e}"));
        match flag.as_str() {
            "--mails" => out.mails = number()?,
            "--seed" => out.seed = number()?,
            "--show" => out.show = number()? as usize,
            "--check-every" => out.check_every = number()?.max(1),
            "--profile" => out.no_profile = value == "none",
            "--write" => out.write = Some(value),
            _ => return Err(format!("unknown: {flag}")),
        }
    }
    Ok(out)
}

/// Examples of one class.
type Tally = BTreeMap<String, (usize, String)>;

fn count(tally: &mut Tally, class: String, example: String) {
    tally.entry(class).or_insert((0, example)).0 += 1;
}

fn print(title: &str, tally: &Tally, show: usize) {
    let mut rows: Vec<_> = tally.iter().collect();
    rows.sort_by_key(|(_, (n, _))| std::cmp::Reverse(*n));
    for (class, (n, example)) in rows.into_iter().take(show) {
        println!("{title}\t{n}\t{class}\t{example}");
    }
}

#[derive(Default)]
struct Sum {
    survivors: Tally,
    lost: Tally,
    survived: usize,
    planted: usize,
    fewest_planted: usize,
    classes: usize,
    fewest_kept: usize,
    wanted: usize,
    missing: usize,
    incomplete: usize,
    checked: usize,
    unseen: Tally,
    seconds: Vec<f64>,
    clean_mails: usize,
}

impl Sum {
    #[expect(clippy::disallowed_methods, reason = "this is a measurement")]
    fn add(&mut self, mail: &Specimen, number: u64, args: &Args) {
        let mut dice = Dice::new(number);
        let nothing = model::profile::Profile::default();
        let profile = if args.no_profile { &nothing } else { &mail.profile };
        let at = jiff::Timestamp::UNIX_EPOCH;
        let begin = Instant::now();
        let out = output(&mail.raw, profile, &mut dice, at);
        self.seconds.push(begin.elapsed().as_secs_f64());
        let outcome = judge(mail, &out);
        self.clean_mails += usize::from(outcome.survivors.is_empty());
        self.survived += outcome.survivors.len();
        self.incomplete += usize::from(!outcome.complete);
        for one in outcome.survivors {
            count(&mut self.survivors, one.class, format!("mail {number}: {} in {}", one.written, one.place));
        }
        self.missing += outcome.lost.len();
        for one in outcome.lost {
            count(
                &mut self.lost,
                format!("{:?} {:?}", mail.story, one.kind),
                format!("mail {number}: {}", one.value),
            );
        }
        let classes: std::collections::BTreeSet<_> = mail.plants.iter().map(|p| &p.class).collect();
        let least = |old: usize, new: usize| if number == 0 { new } else { old.min(new) };
        self.classes = least(self.classes, classes.len());
        self.fewest_planted = least(self.fewest_planted, mail.plants.len());
        self.fewest_kept = least(self.fewest_kept, mail.kept.len());
        self.planted += mail.plants.len();
        self.wanted += mail.kept.len();
        if number.is_multiple_of(args.check_every) {
            self.check(mail);
        }
    }

    /// The oracle on the raw mail: it must find all.
    fn check(&mut self, mail: &Specimen) {
        let (hits, complete) = Oracle::new(&mail.plants).find(&mail.raw);
        self.checked += 1;
        self.incomplete += usize::from(!complete);
        let seen: std::collections::BTreeSet<_> = hits.iter().map(|h| h.plant).collect();
        for (at, plant) in mail.plants.iter().enumerate().filter(|(at, _)| !seen.contains(at)) {
            count(&mut self.unseen, plant.class.clone(), format!("plant {at}: {}", plant.written));
        }
    }
}

fn main() -> Result<(), String> {
    let args = args()?;
    let mut sum = Sum::default();
    let mut stories = BTreeMap::new();
    for number in 0..args.mails {
        let mail = specimen(args.seed, number);
        *stories.entry(format!("{:?}", mail.story)).or_insert(0) += 1;
        if let Some(path) = args.write.as_ref().filter(|_| number == 0 || mail.story == Story::Forwarded) {
            std::fs::write(path, &mail.raw).map_err(|e| format!("{path}: {e}"))?;
        }
        sum.add(&mail, number, &args);
    }
    sum.seconds.sort_by(f64::total_cmp);
    let at =
        |part: f64| sum.seconds.get((sum.seconds.len() as f64 * part) as usize).copied().unwrap_or_default();
    let kept = 100.0 * (sum.wanted - sum.missing) as f64 / sum.wanted.max(1) as f64;
    let line = serde_json::json!({
        "mails": args.mails, "seed": args.seed, "profile": if args.no_profile { "none" } else { "half" }, "stories": stories,
        "planted": sum.planted, "planted_fewest": sum.fewest_planted, "classes_fewest": sum.classes,
        "survivors": sum.survived, "mails_without_survivor": sum.clean_mails, "outputs_cut": sum.incomplete,
        "indicators": sum.wanted, "indicators_fewest": sum.fewest_kept, "kept_percent": (kept * 100.0).round() / 100.0,
        "oracle_checked_mails": sum.checked, "oracle_missed": sum.unseen.values().map(|(n, _)| n).sum::<usize>(),
        "ms_p50": at(0.5) * 1e3, "ms_p95": at(0.95) * 1e3,
    });
    print("SURVIVED", &sum.survivors, args.show);
    print("LOST", &sum.lost, args.show);
    print("ORACLE MISSED", &sum.unseen, args.show);
    println!("{line}");
    Ok(())
}
