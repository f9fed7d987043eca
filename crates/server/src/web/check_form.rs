//! The form in which a check is answered, the same for the asked organisation, for the holder of a link and for a slip.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use hub::ops::check::put::Given;
use model::check::{CheckAnswer, CouldNot, Leaving};

/// What the form can say about data that left, the harmless first.
pub(crate) const LEAVING: &[Leaving] = &[Leaving::No, Leaving::Suspected, Leaving::Yes, Leaving::Unknown];

/// The form as it is shown: where it goes, and what was answered before.
#[derive(Clone, Debug)]
pub(crate) struct AnswerForm {
    /// Where it is sent.
    pub(crate) action: String,
    /// The answer so far, to correct.
    pub(crate) given: Option<Given>,
    /// What is wrong with what was just sent, in words.
    pub(crate) problem: Option<String>,
    /// Told apart from other forms of the page.
    pub(crate) n: String,
}

impl AnswerForm {
    /// An empty form, or the one that corrects `given`.
    pub(crate) fn new(action: String, given: Option<Given>) -> Self {
        Self { action, given, problem: None, n: String::new() }
    }

    fn answer(&self) -> Option<&CheckAnswer> {
        self.given.as_ref().map(|g| &g.answer)
    }

    /// The number in a field.
    pub(crate) fn checked(&self) -> String {
        self.answer().map_or_else(String::new, |a| a.checked.to_string())
    }

    /// The number in a field.
    pub(crate) fn hits(&self) -> String {
        self.answer().map_or_else(String::new, |a| a.hits.to_string())
    }

    /// Whether this choice is ticked.
    pub(crate) fn leaving_is(&self, one: &Leaving) -> bool {
        self.answer().is_some_and(|a| a.leaving == *one)
    }

    /// Whether this reason is chosen.
    pub(crate) fn could_not_is(&self, one: &CouldNot) -> bool {
        self.answer().is_some_and(|a| a.could_not == Some(*one))
    }

    /// Whether the box is ticked.
    pub(crate) fn evidence(&self) -> bool {
        self.answer().is_some_and(|a| a.evidence)
    }

    /// The remark.
    pub(crate) fn words(&self) -> &str {
        self.answer().map_or("", |a| &a.words)
    }

    /// The choices.
    pub(crate) fn leavings(&self) -> &'static [Leaving] {
        LEAVING
    }

    /// The reasons.
    pub(crate) fn reasons(&self) -> &'static [CouldNot] {
        CouldNot::ALL
    }
}

/// The answer in the fields. Numbers that are not there are none.
pub(crate) fn read(fields: &Fields) -> Result<CheckAnswer, Fault> {
    Ok(CheckAnswer {
        checked: fields.perhaps("checked")?.unwrap_or(0),
        hits: fields.perhaps("hits")?.unwrap_or(0),
        leaving: fields.perhaps("leaving")?.unwrap_or(Leaving::Unknown),
        evidence: fields.ticked("evidence"),
        could_not: fields.perhaps("could_not")?,
        words: fields.one("words").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_in_the_fields() {
        let fields = |pairs: &[(&str, &str)]| {
            Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
        };
        let read = |pairs: &[(&str, &str)]| read(&fields(pairs)).ok();
        let clean =
            read(&[("checked", "38"), ("hits", "0"), ("leaving", "no"), ("evidence", "yes")]).unwrap();
        assert_eq!((clean.checked, clean.hits, clean.leaving, clean.evidence), (38, 0, Leaving::No, true));
        let none = read(&[("could_not", "no-logs")]).unwrap();
        assert_eq!(
            (none.checked, none.could_not, none.leaving),
            (0, Some(CouldNot::NoLogs), Leaving::Unknown)
        );
        assert_eq!(read(&[("checked", "many")]), None);
    }
}
