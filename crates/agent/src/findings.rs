//! What a sweep means for each warning: seen, not seen, or checked without being able to say that nothing is there.

use std::collections::BTreeSet;

use model::answer::Progress;
use model::check::{CheckAnswer, CouldNot, Leaving};

use crate::sources::Tally;

/// The answer to each of `items`, in their order: found, not found; and only "checked" where something could not be
/// read, because nobody can say then that nothing was there.
pub fn answers<'i>(
    items: impl IntoIterator<Item = &'i str>,
    seen: &BTreeSet<String>,
    tally: &Tally,
) -> Vec<(&'i str, Progress)> {
    let unseen = if tally.skipped.is_empty() { Progress::NotSeen } else { Progress::Swept };
    items.into_iter().map(|item| (item, if seen.contains(item) { Progress::Seen } else { unseen })).collect()
}

/// What a person knows beside the sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Machines whose data lies under the paths.
    pub machines: u32,
    /// Machines with hits among them; files do not tell machines apart, so that one is claimed where nobody says.
    pub with_hits: Option<u32>,
    /// Signs of data leaving.
    pub leaving: Leaving,
    /// Evidence is kept.
    pub evidence: bool,
    /// A remark to whoever asked.
    pub words: String,
}

/// The answer to a check. Where something could not be read, or `left_out` of its indicators could not be looked for, it says so,
/// with `unread` for a remark where the person made none: nobody can say that nothing was there.
pub fn check_answer(known: Known, tally: &Tally, left_out: usize, unread: &str) -> CheckAnswer {
    let all_read = tally.skipped.is_empty() && left_out == 0;
    let hits = if tally.hits > 0 { known.with_hits.unwrap_or(1).max(1) } else { 0 };
    let words = if known.words.is_empty() && !all_read { unread.to_owned() } else { known.words };
    CheckAnswer {
        checked: known.machines,
        hits,
        leaving: known.leaving,
        evidence: known.evidence,
        could_not: (!all_read).then_some(CouldNot::Other),
        words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Skipped;

    #[test]
    fn not_seen_is_said_only_when_all_was_read() {
        let seen = BTreeSet::from(["b".to_owned()]);
        let mut tally = Tally::default();
        let expected = [("a", Progress::NotSeen), ("b", Progress::Seen)];
        assert_eq!(answers(["a", "b"], &seen, &tally), expected);
        tally.skipped.push(Skipped { file: "f".to_owned(), why: "cut off".to_owned() });
        let expected = [("a", Progress::Swept), ("b", Progress::Seen)];
        assert_eq!(answers(["a", "b"], &seen, &tally), expected);
    }

    #[test]
    fn a_check_is_answered_with_what_was_read() {
        let known = Known {
            machines: 12,
            with_hits: None,
            leaving: Leaving::Unknown,
            evidence: false,
            words: String::new(),
        };
        let check = |hits, with_hits, skipped: &[&str], left_out, expected: (u32, Option<CouldNot>, &str)| {
            let skipped =
                skipped.iter().map(|f| Skipped { file: (*f).to_owned(), why: "cut off".to_owned() });
            let tally = Tally { hits, skipped: skipped.collect(), ..Tally::default() };
            let answer = check_answer(Known { with_hits, ..known.clone() }, &tally, left_out, "1 not read");
            assert_eq!((answer.hits, answer.could_not, answer.words.as_str()), expected);
            assert_eq!((answer.checked, answer.check()), (12, Ok(())));
        };
        check(0, None, &[], 0, (0, None, ""));
        check(40, None, &[], 0, (1, None, ""));
        check(40, Some(3), &[], 0, (3, None, ""));
        check(0, Some(3), &[], 0, (0, None, ""));
        check(0, None, &["f"], 0, (0, Some(CouldNot::Other), "1 not read"));
        check(1, None, &["f"], 0, (1, Some(CouldNot::Other), "1 not read"));
        check(0, None, &[], 1, (0, Some(CouldNot::Other), "1 not read"));
        check(40, Some(0), &[], 0, (1, None, ""));
    }
}
