//! The journal against the sweep, and the watcher against what happens to logs: grown, cut, rotated, a full disk, a clock that jumps.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use agent::journal::block::{FileHead, Place};
use agent::journal::{Extractor, Observed, Question, Verdict, day};
use agent::past;
use agent::policy::Found;
use agent::watch::{Keeping, Watcher};
use indicator::{Indicator, Kind};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use sweep::{Entry, Scanner, SetBuilder};

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const VALUES: &[(Kind, &str, &[&str])] = &[
    (
        Kind::Domain,
        "evil.example",
        &[
            "evil.example",
            "www.EVIL.example",
            "a.b.evil.example.",
            "evil[.]example",
            "evil(dot)example",
            "x-evil.example",
        ],
    ),
    (Kind::Domain, "xn--r8jz45g.example", &["例え.example", "xn--r8jz45g.example", "www.例え.example"]),
    (
        Kind::Ipv4,
        "192.0.2.7",
        &[
            "192.0.2.7",
            "192.0.2.7:443",
            "::ffff:192.0.2.7",
            "192[.]0[.]2[.]7",
            "7.2.0.192.in-addr.arpa",
            "192.0.2.7-192.0.2.9",
        ],
    ),
    (Kind::Cidr4, "192.0.2.0/24", &["192.0.2.200", "192.0.3.1", "接続192.0.2.7へ"]),
    (
        Kind::Ipv6,
        "2001:db8::7",
        &["2001:db8::7", "[2001:DB8::7]:443", "2001:db8:0:0:0:0:0:7", "2001:db8::7%eth0"],
    ),
    (
        Kind::Url,
        "http://evil.example/a?b=1",
        &[
            "http://evil.example/a?b=1",
            "hxxp://evil.example/a?b=1",
            "HTTP://EVIL.example/a?b=1.",
            "http:\\/\\/evil.example\\/a?b=1",
            "http://evil[.]example/a?b=1",
        ],
    ),
    (
        Kind::Email,
        "kita@evil.example",
        &[
            "kita@evil.example",
            "<kita@EVIL.example>",
            "smtp:kita@evil.example",
            "kita[at]evil.example",
            "kita@evil[.]example",
        ],
    ),
    (
        Kind::Sha256,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        &[
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        ],
    ),
    (
        Kind::Md5,
        "d41d8cd98f00b204e9800998ecf8427e",
        &["d41d8cd98f00b204e9800998ecf8427e", "0d41d8cd98f00b204e9800998ecf8427e"],
    ),
    (Kind::FileName, "invoice_2026.exe", &["invoice_2026.exe", "Invoice_2026.EXE"]),
];

const BEFORE: &[&str] = &[
    "",
    " ",
    "x=",
    "\"",
    "(",
    "<",
    "[",
    "\t",
    "\\n",
    "\\t",
    "host:",
    "é",
    "接続",
    "=",
    ",",
    "/",
    "\\",
    "1 ",
    "a.b ",
    "12:00:00 ",
    "::",
];
const AFTER: &[&str] = &[
    "", " ", ".", ",", "\"", ")", ">", "]", "\t", ":80", "/x", "?", "へ", "\\n", ";", " 200", "...", "-", "_",
];

/// Whatever the sweep finds in a line, the journal of that line does not deny.
#[test]
fn the_journal_never_denies_what_the_sweep_finds() {
    let mut dice = Dice(1);
    let (mut found, mut missed) = (0, Vec::new());
    for round in 0..8_000 {
        let (kind, value, written) = VALUES[dice.roll(VALUES.len())];
        let (before, after, middle) = (dice.pick(BEFORE), dice.pick(AFTER), dice.pick(written));
        let fill = "x ".repeat(dice.roll(40));
        let line = format!("{fill}{before}{middle}{after}{}\n", dice.pick(BEFORE));
        let indicator = Indicator::new(kind, value).unwrap();
        let mut builder = SetBuilder::new();
        builder.add(Entry { indicator: indicator.clone(), labels: Vec::new(), item: None });
        let (set, _) = builder.compile();
        let mut hits = Vec::new();
        Scanner::new(&set).scan(line.as_bytes(), 1, &mut hits);
        if hits.is_empty() {
            continue;
        }
        found += 1;
        let urls = round % 2 == 0;
        if verdict(&line, &indicator, urls) == Verdict::No {
            missed.push(format!("{value} in {line:?} by {}", hits[0].rule));
        }
    }
    missed.sort();
    missed.dedup();
    assert!(found > 2_500, "only {found} lines had something to find");
    assert!(
        missed.is_empty(),
        "{} denied, e.g.\n{}",
        missed.len(),
        missed.iter().step_by(missed.len() / 25 + 1).cloned().collect::<Vec<_>>().join("\n")
    );
}

fn verdict(text: &str, indicator: &Indicator, urls: bool) -> Verdict {
    let folder = tempfile::tempdir_in(memory()).unwrap();
    let mut observed = Observed::default();
    Extractor::new(urls).read(text.as_bytes(), &mut observed);
    let head = FileHead { source: "x".to_owned(), day: 1, urls };
    day::append(folder.path(), &head, &observed.take(), observed.joined, Place::default()).unwrap();
    let open = day::open(&day::path(folder.path(), "x", 1)).unwrap();
    Question::new([indicator]).ask(&open).unwrap()[0]
}

fn memory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

/// A watcher over a folder of logs, in a folder of its own.
struct Site {
    folder: tempfile::TempDir,
    watcher: Watcher,
    day: i32,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir_in(memory()).unwrap();
        fs::create_dir(folder.path().join("logs")).unwrap();
        let watcher = watcher(folder.path());
        Self { folder, watcher, day: 20_000 }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("logs/proxy.log")
    }

    fn write(&self, text: &str) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn watch(&mut self) -> Vec<String> {
        let mut problems = self.watcher.look(self.day);
        for _ in 0..10 {
            let round = self.watcher.round(self.day, u64::MAX, true);
            problems.extend(round.problems);
            if !round.more {
                break;
            }
        }
        problems
    }

    /// The process ends without a word and another begins.
    fn killed(&mut self) {
        self.watcher = watcher(self.folder.path());
    }

    fn found(&self, host: &str) -> Found {
        let indicator = Indicator::new(Kind::Domain, host).unwrap();
        past::ask(&self.folder.path().join("journal"), &[indicator]).unwrap().found
    }
}

fn watcher(folder: &Path) -> Watcher {
    let keeping = Keeping { journal: folder.join("journal"), urls: true, days: 30 };
    Watcher::new(keeping, vec![folder.join("logs")])
}

fn line(n: usize) -> String {
    format!("2026-11-26 12:00:{:02} GET http://h{n}.example/path/{n} 200 {}\n", n % 60, "filler ".repeat(30))
}

#[test]
fn grown_cut_and_rotated_logs_are_read_once_and_whole() {
    let mut site = Site::new();
    site.write(&line(1));
    site.write("GET http://half");
    assert_eq!(site.watch(), Vec::<String>::new());
    assert_eq!(site.found("h1.example"), Found::Hits(1));
    site.write(".example/ 200\n");
    site.watch();
    assert_eq!(site.found("half.example"), Found::Hits(1), "a line is read when it is whole");

    // Rotated by renaming, with a line behind the last line feed.
    site.write(&line(2));
    site.write("GET http://last-of-old.example/");
    fs::rename(site.log(), site.folder.path().join("logs/proxy.log.1")).unwrap();
    site.write(&line(3));
    site.watch();
    for host in ["h2.example", "last-of-old.example", "h3.example"] {
        assert_eq!(site.found(host), Found::Hits(1), "{host}");
    }

    // Rotated by copying and cutting; refilled beyond the old length before the next look.
    fs::copy(site.log(), site.folder.path().join("logs/proxy.log.2")).unwrap();
    fs::File::create(site.log()).unwrap();
    (10..30).for_each(|n| site.write(&line(n)));
    site.watch();
    assert!((10..30).all(|n| site.found(&format!("h{n}.example")) == Found::Hits(1)));
    fs::File::create(site.log()).unwrap();
    site.watch();
    site.write(&line(40));
    site.watch();
    assert_eq!(site.found("h40.example"), Found::Hits(1));
    assert_eq!(site.found("absent.example"), Found::Nothing);
}

#[test]
fn killed_at_any_time_nothing_is_lost() {
    let mut site = Site::new();
    let mut dice = Dice(3);
    for n in 0..60 {
        site.write(&line(n));
        match dice.roll(4) {
            0 => site.killed(),
            1 => {
                // read, and killed before it was written
                site.watcher.look(site.day);
                site.watcher.round(site.day, u64::MAX, false);
                site.killed();
            }
            2 => site.day += 1,
            _ => {}
        }
        site.watch();
    }
    assert!((0..60).all(|n| site.found(&format!("h{n}.example")) == Found::Hits(1)));
}

#[test]
fn a_clock_that_jumps_loses_nothing() {
    let mut site = Site::new();
    for (n, jump) in [0, 30, -45, 1, -1, 400].into_iter().enumerate() {
        site.day += jump;
        site.write(&line(n));
        site.watch();
        site.killed();
    }
    assert!((0..6).all(|n| site.found(&format!("h{n}.example")) == Found::Hits(1)));
}

/// A journal that cannot be written (here: a file stands where its folder should be) is tried again, and nothing is lost.
#[test]
fn a_full_disk_is_waited_for() {
    let mut site = Site::new();
    fs::write(site.folder.path().join("journal"), "no room").unwrap();
    site.write(&line(1));
    assert!(!site.watch().is_empty(), "it is told");
    site.write(&line(2));
    assert!(!site.watch().is_empty());
    fs::remove_file(site.folder.path().join("journal")).unwrap();
    assert_eq!(site.watch(), Vec::<String>::new());
    assert_eq!((site.found("h1.example"), site.found("h2.example")), (Found::Hits(1), Found::Hits(1)));
}

#[test]
fn a_log_that_is_gone_is_said_to_be() {
    let mut site = Site::new();
    site.write(&line(1));
    site.watch();
    fs::remove_file(site.log()).unwrap();
    assert_eq!(site.found("h1.example"), Found::LogGone);
    let asn = Indicator::new(Kind::Cve, "CVE-2024-1234").unwrap();
    let found = past::ask(&site.folder.path().join("journal"), &[asn]).unwrap().found;
    assert_eq!(found, Found::NothingToLookFor);
}
