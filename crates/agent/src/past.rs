//! An item answered from the journal: the days that may hold it, and only on a perhaps the lines of the logs.

use crate::journal::{Question, Verdict, day};
use crate::policy::Found;
use crate::sources::{self, Located, Progress};
use crate::watch::parts_of;
use indicator::Indicator;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use sweep::{Entry, SetBuilder};

/// What was found, with the places for the person who looks at them.
#[derive(Debug)]
pub struct Answer {
    /// In one word.
    pub found: Found,
    /// Lines with hits, at most [`SHOWN_MAX`].
    pub places: Vec<Located>,
    /// Days asked, of all sources.
    pub days: usize,
}

/// Places kept for a person. A thousand lines are more than anybody reads; the number counts them all.
pub const SHOWN_MAX: usize = 1_000;

/// Asks every day of the journal. Cost: a few small reads a day and indicator; logs are read only where a day says perhaps.
///
/// # Errors
/// The disk's.
pub fn ask(journal: &Path, indicators: &[Indicator]) -> io::Result<Answer> {
    let question = Question::new(indicators);
    let days = day::list(journal)?;
    let mut logs: BTreeSet<String> = BTreeSet::new();
    let mut kept = false;
    for file in day::open_all(&days) {
        let file = file?;
        let verdicts = question.ask(&file)?;
        kept |= verdicts.iter().any(|v| *v != Verdict::NotKept);
        if verdicts.contains(&Verdict::Perhaps) {
            logs.insert(file.head().source.clone());
        }
    }
    if !days.is_empty() && !kept {
        return Ok(Answer { found: Found::NothingToLookFor, places: Vec::new(), days: days.len() });
    }
    let (found, places) = settle(&logs, indicators)?;
    Ok(Answer { found, places, days: days.len() })
}

/// Sweeps the logs that may hold something, with their rotated parts.
fn settle(logs: &BTreeSet<String>, indicators: &[Indicator]) -> io::Result<(Found, Vec<Located>)> {
    if logs.is_empty() {
        return Ok((Found::Nothing, Vec::new()));
    }
    let mut builder = SetBuilder::new();
    for indicator in indicators {
        builder.add(Entry { indicator: indicator.clone(), labels: Vec::new(), item: None });
    }
    let (set, _) = builder.compile();
    let paths: Vec<PathBuf> = logs.iter().flat_map(|log| parts_of(Path::new(log))).collect();
    let mut places = Vec::new();
    let tally = sources::sweep(&set, &paths, 1, &Progress::default(), |located| {
        if places.len() < SHOWN_MAX {
            places.push(located.clone());
        }
        Ok(())
    })?;
    // A perhaps that no log confirms: the line may have been in a part that is gone.
    let found = if tally.hits > 0 { Found::Hits(tally.hits) } else { Found::LogGone };
    Ok((found, places))
}
