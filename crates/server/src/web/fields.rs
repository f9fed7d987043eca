//! The fields of a form as pages send them: names may stand several times, and what cannot be read is said by name.

use crate::web::fault::Fault;
use hub::problem::quoted;
use hub::{HubError, Problem};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::lang::Bilingual;
use model::report::when::{WhenFault, read_when};
use std::collections::BTreeSet;
use std::str::FromStr;

/// The fields of one form, in order.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// From names and values.
    pub(crate) fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// All of them, as they were sent.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value of a field, trimmed; empty when it is not there.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// Whether a box is ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// Every value of a field.
    pub(crate) fn all(&self, name: &str) -> BTreeSet<String> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
    }

    /// The value as what it must be.
    ///
    /// # Errors
    /// A fault that names the field.
    pub(crate) fn read<T: FromStr>(&self, name: &'static str) -> Result<T, Fault> {
        self.one(name).parse().map_err(|_| unread(name, self.one(name)))
    }

    /// The value as what it must be, `None` when the field is empty.
    ///
    /// # Errors
    /// A fault that names the field when something else stands there.
    pub(crate) fn perhaps<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Fault> {
        if self.one(name).is_empty() { Ok(None) } else { self.read(name).map(Some) }
    }

    /// The value as a time, as people write it.
    ///
    /// # Errors
    /// A fault that names the field.
    pub(crate) fn when(&self, name: &'static str, zone: &TimeZone) -> Result<Timestamp, Fault> {
        let written = self.one(name);
        let problem = |why| match why {
            WhenFault::ClocksChange => Problem::ClocksChange,
            WhenFault::Date(_) | WhenFault::Time => Problem::NotATime { value: quoted(written) },
        };
        if written.is_empty() {
            return Err(unread(name, written));
        }
        read_when(written, zone).map_err(|why| Fault::Hub(HubError::Invalid(name, problem(why))))
    }

    /// Every value of a field as what it must be.
    ///
    /// # Errors
    /// A fault that names the field.
    pub(crate) fn read_all<T: FromStr + Ord>(&self, name: &'static str) -> Result<BTreeSet<T>, Fault> {
        self.all(name).iter().map(|value| value.parse().map_err(|_| unread(name, value))).collect()
    }

    /// A text of people, `None` when it is empty.
    pub(crate) fn words(&self, name: &str) -> Option<String> {
        let text = self.one(name);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A name in both languages, from the fields `ja` and `en`.
    pub(crate) fn bilingual(&self) -> Bilingual {
        Bilingual { ja: self.one("ja").to_owned(), en: self.one("en").to_owned() }
    }

    /// The lines of a text, without empty ones.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        self.one(name).lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    }
}

/// What is wrong with a text that is no day.
pub(crate) fn not_a_day(written: &str) -> Problem {
    match written.trim() {
        "" => Problem::Empty,
        written => Problem::NotADate { value: quoted(written) },
    }
}

fn unread(name: &'static str, value: &str) -> Fault {
    let problem = match value.trim() {
        "" => Problem::Empty,
        value => Problem::NotPossible { value: quoted(value) },
    };
    Fault::Hub(HubError::Invalid(name, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::tlp::Tlp;

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn repeated_and_missing_fields() {
        let fields = form(&[
            ("cut", "a b"),
            ("cut", "c d"),
            ("tlp", "amber+strict"),
            ("machines", " "),
            ("all", "yes"),
        ]);
        assert_eq!(fields.all("cut"), ["a b".to_owned(), "c d".to_owned()].into());
        assert_eq!(fields.read::<Tlp>("tlp").ok(), Some(Tlp::AmberStrict));
        assert_eq!(fields.perhaps::<u64>("machines").ok(), Some(None));
        assert!(fields.ticked("all") && !fields.ticked("police"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let fault = form(&[("tlp", "white")]).read::<Tlp>("tlp").err();
        assert!(
            matches!(fault, Some(Fault::Hub(HubError::Invalid("tlp", Problem::NotPossible { value }))) if value == "white")
        );
        let fault = form(&[("tlp", " ")]).read::<Tlp>("tlp").err();
        assert!(matches!(fault, Some(Fault::Hub(HubError::Invalid("tlp", Problem::Empty)))));
    }

    #[test]
    fn lines_of_a_text() {
        assert_eq!(form(&[("names", " a \r\n\r\nb ")]).lines("names"), ["a", "b"]);
    }
}
