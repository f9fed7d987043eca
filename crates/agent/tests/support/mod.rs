//! Files as other programs write them, and a sweep over them in one line.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

pub(crate) mod event_log;

use agent::sources::{Progress, Tally, sweep};
use std::path::Path;
use sweep::{Set, SetBuilder};

/// The set of a `kind<TAB>value` list.
pub(crate) fn set(list: &str) -> Set {
    let mut builder = SetBuilder::new();
    let (_, problems) = agent::lists::add(list.as_bytes(), &mut builder);
    assert_eq!(problems, [], "{list}");
    builder.compile().0
}

/// Sweeps a folder. Hits as `file:line rule written`, files named from the folder on.
pub(crate) fn swept(set: &Set, folder: &Path, threads: usize) -> (Vec<String>, Tally) {
    let mut hits = Vec::new();
    let from = format!("{}/", folder.display());
    let tally = sweep(set, &[folder.to_owned()], threads, &Progress::default(), |found| {
        let file = found.file.replace(&from, "");
        hits.push(format!("{file}:{} {} {}", found.hit.line, found.hit.rule, found.hit.written));
        Ok(())
    });
    (hits, tally.unwrap())
}
