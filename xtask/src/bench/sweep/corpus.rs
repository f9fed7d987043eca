//! The corpus: logs, nested lists of indicators, the lines that are due and the near misses.

use super::run;
use crate::command;
use crate::place::Place;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Bytes of text, where `NOROSHI_SWEEP_BYTES` does not say otherwise: enough that a second is measured, not a start.
const BYTES: u64 = 2_000_000_000;
/// Where the script lies beside the repository, and what it is told.
const SCRIPT: &str = "../shared/tools/sweep_corpus.py";
/// Real mails and event logs beside the repository.
const MAILS: &str = "../shared/data/mail/phishing";
const EVENT_LOGS: &str = "../shared/data/logs/evtx";
/// Bytes of mail and of event logs: what real ones there are, again and again.
const REPEATED_BYTES: usize = 100_000_000;
const EVENTS: &str = "events";
const LIMIT: Duration = Duration::from_secs(8 * 60);
const FILES: [&str; 6] = ["proxy.log", "dns.log", "conn.tsv", "http.jsonl", "syslog.log", "files.csv"];

/// File and line.
pub(super) type Line = (String, u64);

pub(super) struct Corpus {
    pub(super) folder: PathBuf,
    pub(super) bytes: u64,
}

impl Corpus {
    /// The corpus that lies ready, or a new one in the build folder, which is kept for the next run.
    #[expect(
        clippy::disallowed_methods,
        reason = "the chores are a program of their own; they read their settings"
    )]
    pub(super) fn ready(place: &Place) -> Result<Self, String> {
        let setting = |name| std::env::var(name).ok();
        let bytes = match setting("NOROSHI_SWEEP_BYTES") {
            None => BYTES,
            Some(text) => text.parse().map_err(|_| format!("NOROSHI_SWEEP_BYTES={text}: not a number"))?,
        };
        let made = place.target.join(format!("bench/sweep-{bytes}"));
        let folder = setting("NOROSHI_SWEEP_CORPUS").map_or(made, PathBuf::from);
        if !folder.join("expected.tsv").exists() {
            let script = place.root.join(SCRIPT);
            let mut make = Command::new("python3");
            make.arg(&script).arg("--out").arg(&folder).args(["--bytes", &bytes.to_string()]);
            if !script.exists() || !command::show(&mut make, LIMIT)?.success {
                return Err(format!("no corpus: give NOROSHI_SWEEP_CORPUS, or put the script at {SCRIPT}"));
            }
        }
        let mut corpus = Self { folder, bytes: 0 };
        for file in corpus.files() {
            corpus.bytes += std::fs::metadata(&file).map_err(|e| format!("{}: {e}", file.display()))?.len();
        }
        Ok(corpus)
    }

    pub(super) fn files(&self) -> Vec<PathBuf> {
        FILES.iter().map(|file| self.folder.join(file)).collect()
    }

    /// Sizes of the lists that are there.
    pub(super) fn sizes(&self) -> Vec<usize> {
        [1_000, 100_000, 1_000_000].into_iter().filter(|size| self.list(*size).exists()).collect()
    }

    pub(super) fn list(&self, size: usize) -> PathBuf {
        self.folder.join(format!("ioc-{size}.tsv"))
    }

    /// Values alone, as other tools want them.
    pub(super) fn values(&self, size: usize) -> PathBuf {
        self.folder.join(format!("ioc-{size}.txt"))
    }

    /// The lines that are due, for lists of every size.
    pub(super) fn expected(&self) -> Result<BTreeSet<Line>, String> {
        self.planted("expected.tsv")
    }

    /// The near misses.
    pub(super) fn traps(&self) -> Result<BTreeSet<Line>, String> {
        self.planted("traps.tsv")
    }

    fn planted(&self, name: &str) -> Result<BTreeSet<Line>, String> {
        let text = std::fs::read_to_string(self.folder.join(name)).map_err(|e| format!("{name}: {e}"))?;
        let line = |row: &str| {
            let mut fields = row.split('\t');
            Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
        };
        Ok(text.lines().filter_map(line).collect())
    }

    /// How many due lines are missed, and how many are reported that are not due.
    pub(super) fn compare(&self, found: &[Line]) -> Result<(usize, usize), String> {
        let due = self.expected()?;
        let found: BTreeSet<Line> = found.iter().cloned().collect();
        Ok((due.difference(&found).count(), found.difference(&due).count()))
    }

    /// The first bytes of the text, in one file: what slow tools get through.
    pub(super) fn slice(&self, bytes: u64) -> Result<PathBuf, String> {
        let path = self.folder.join(format!("slice-{bytes}.log"));
        if !path.exists() {
            let all = std::fs::read(self.folder.join("http.jsonl")).map_err(|e| e.to_string())?;
            let end = usize::try_from(bytes).unwrap_or(usize::MAX).min(all.len());
            run::kept(&path, &all[..end])?;
        }
        Ok(path)
    }

    /// One log, packed.
    pub(super) fn packed(&self, packer: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(format!("proxy.log.{packer}"));
        if !path.exists() {
            let log = run::text(&self.folder.join("proxy.log"));
            let packed = Command::new(packer).args(["-c", &log]).output();
            let packed = packed.map_err(|e| format!("{packer}: {e}; apt-get install {packer}"))?;
            if !packed.status.success() {
                return Err(format!("{packer}: {}", String::from_utf8_lossy(&packed.stderr)));
            }
            run::kept(&path, &packed.stdout)?;
        }
        Ok(path)
    }

    /// One mail box of all real mails, over and over; `None` where there are none.
    pub(super) fn mail_box(&self, place: &Place) -> Result<Option<PathBuf>, String> {
        let path = self.folder.join("mails.mbox");
        let mails = contents(&place.root.join(MAILS))?;
        if !mails.is_empty() && !path.exists() {
            let mut all = Vec::new();
            for mail in mails.iter().cycle() {
                all.extend_from_slice(b"From reader@mail.example Thu Jan  1 00:00:00 2026\n");
                all.extend(mail.iter().filter(|byte| **byte != b'\r'));
                all.extend_from_slice(b"\n\n");
                if all.len() > REPEATED_BYTES {
                    break;
                }
            }
            run::kept(&path, &all)?;
        }
        Ok((!mails.is_empty()).then_some(path))
    }

    /// A folder of real event logs, over and over; `None` where there are none.
    pub(super) fn event_logs(&self, place: &Place) -> Result<Option<PathBuf>, String> {
        let folder = self.folder.join(EVENTS);
        let logs = contents(&place.root.join(EVENT_LOGS))?;
        if !logs.is_empty() && !folder.exists() {
            std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
            let mut written = 0;
            for (i, log) in logs.iter().cycle().enumerate() {
                std::fs::write(folder.join(format!("{i}.evtx")), log).map_err(|e| e.to_string())?;
                written += log.len();
                if written > REPEATED_BYTES {
                    break;
                }
            }
        }
        Ok((!logs.is_empty()).then_some(folder))
    }

    /// A list of ten million: the largest one, and values that nothing in the text equals.
    pub(super) fn ten_million(&self) -> Result<PathBuf, String> {
        let path = self.list(10_000_000);
        if !path.exists() {
            let mut list = std::fs::read_to_string(self.list(1_000_000)).map_err(|e| e.to_string())?;
            let mut state = 0x9e37_79b9_7f4a_7c15_u64;
            for n in 0..9_000_000u32 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let word = state >> 20;
                let _written = match n % 4 {
                    0 | 1 => writeln!(list, "domain\tq{word:x}-{n:x}.com"),
                    2 => writeln!(list, "url\thttp://w{word:x}.q{n:x}.net/a/{n}"),
                    _ => writeln!(list, "sha256\t{state:016x}{word:016x}{state:016x}{n:016x}"),
                };
            }
            run::kept(&path, list.as_bytes())?;
        }
        Ok(path)
    }
}

/// What the files of a folder hold, but for empty ones; nothing where there is no folder.
fn contents(folder: &Path) -> Result<Vec<Vec<u8>>, String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|p| p.is_file()).collect();
    paths.sort();
    let read = |path: &PathBuf| std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
    let all: Vec<Vec<u8>> = paths.iter().map(read).collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|bytes| !bytes.is_empty()).collect())
}

/// File and line of each hit of a sweep's JSON lines.
pub(super) fn hits(output: &str) -> Vec<Line> {
    let of = |line: &str| {
        let hit: serde_json::Value = serde_json::from_str(line).ok()?;
        Some((file_name(hit.get("file")?.as_str()?), hit.get("line")?.as_u64()?))
    };
    output.lines().filter_map(of).collect()
}

/// The bytes that a sweep's summary counts.
pub(super) fn bytes_read(output: &str) -> Option<f64> {
    let summary: serde_json::Value = serde_json::from_str(output.lines().last()?).ok()?;
    summary.get("summary")?.get("bytes")?.as_f64()
}

/// `FILE:LINE…`, as line tools print.
pub(super) fn printed(output: &str) -> Vec<Line> {
    let of = |line: &str| {
        let mut fields = line.splitn(3, ':');
        Some((file_name(fields.next()?), fields.next()?.parse().ok()?))
    };
    output.lines().filter_map(of).collect()
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
