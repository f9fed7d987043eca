//! What a sweep means for each warning: seen, not seen, or checked without being able to say that nothing is there.

use std::collections::BTreeSet;

use model::answer::Progress;

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
}
