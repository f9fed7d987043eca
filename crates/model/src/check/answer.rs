//! What an organisation answers to a check, and what an asker's board adds up. Damage information.

use crate::named::named;
use serde::{Deserialize, Serialize};

named! {
    /// Whether data left.
    pub enum Leaving {
        /// Looked for, no sign of it.
        No = "no",
        /// Signs, not yet certain.
        Suspected = "suspected",
        /// Certain.
        Yes = "yes",
        /// Not looked for.
        Unknown = "unknown",
    }
}

named! {
    /// Why an organisation could not check.
    pub enum CouldNot {
        /// The logs of the time are not kept.
        NoLogs = "no-logs",
        /// Nobody who can do it is there.
        NoStaff = "no-staff",
        /// The systems are run by somebody else, who has been asked.
        RunByOthers = "run-by-others",
        /// The indicators cannot be searched for with the means at hand.
        NoMeans = "no-means",
        /// Another reason, in words.
        Other = "other",
    }
}

/// The most machines that one answer can name. Ten million: more than any organisation has, small enough to find a slip of the hand.
pub const MACHINES_MAX: u32 = 10_000_000;

/// The longest remark, in characters.
pub const WORDS_CHARS_MAX: usize = 1_000;

/// One organisation's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAnswer {
    /// Machines that were checked; logs and mail boxes count as the machines they lie on.
    pub checked: u32,
    /// Machines with a hit.
    pub hits: u32,
    /// Signs of data leaving.
    pub leaving: Leaving,
    /// Logs, images and mails of the hits are kept as evidence.
    pub evidence: bool,
    /// Why it could not check, or not everything.
    pub could_not: Option<CouldNot>,
    /// A remark to whoever asked.
    #[serde(default)]
    pub words: String,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// More machines than any organisation has.
    TooManyMachines,
    /// More machines with hits than were checked.
    MoreHitsThanMachines,
    /// Nothing was checked, and no reason is given.
    MachinesOrWhy,
    /// Another reason, and no words.
    WhyInWords,
    /// Data left, and no machine has a hit.
    LeavingWithoutHits,
    /// The remark is too long.
    LongWords,
}

impl AnswerFault {
    /// The field at fault.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::TooManyMachines | Self::MachinesOrWhy => "checked",
            Self::MoreHitsThanMachines => "hits",
            Self::WhyInWords | Self::LongWords => "words",
            Self::LeavingWithoutHits => "leaving",
        }
    }
}

/// What to do, for the command line; pages have words of their own.
impl std::fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooManyMachines => {
                write!(f, "more than {MACHINES_MAX} machines; is there a slip of the hand?")
            }
            Self::MoreHitsThanMachines => f.write_str("more machines with hits than machines checked"),
            Self::MachinesOrWhy => f.write_str("name at least one machine, or say why you could not check"),
            Self::WhyInWords => f.write_str("say in words why you could not check"),
            Self::LeavingWithoutHits => f.write_str("data left, but no machine has a hit; name the machines"),
            Self::LongWords => write!(f, "at most {WORDS_CHARS_MAX} characters"),
        }
    }
}

impl CheckAnswer {
    /// Whether the answer says something and does not contradict itself.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), AnswerFault> {
        if self.checked > MACHINES_MAX {
            return Err(AnswerFault::TooManyMachines);
        }
        if self.hits > self.checked {
            return Err(AnswerFault::MoreHitsThanMachines);
        }
        if self.checked == 0 && self.could_not.is_none() {
            return Err(AnswerFault::MachinesOrWhy);
        }
        if self.could_not == Some(CouldNot::Other) && self.words.trim().is_empty() {
            return Err(AnswerFault::WhyInWords);
        }
        if self.hits == 0 && matches!(self.leaving, Leaving::Yes) && self.could_not.is_none() {
            return Err(AnswerFault::LeavingWithoutHits);
        }
        if self.words.chars().count() > WORDS_CHARS_MAX {
            return Err(AnswerFault::LongWords);
        }
        Ok(())
    }
}

/// What a board adds up over the answers it may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Organisations asked.
    pub asked: u32,
    /// Opened, whether or not answered.
    pub opened: u32,
    /// Answered.
    pub answered: u32,
    /// Overdue.
    pub overdue: u32,
    /// Organisations with at least one hit.
    pub with_hits: u32,
    /// Organisations that could not check, or not everything.
    pub could_not: u32,
    /// Machines checked.
    pub machines: u64,
    /// Machines with hits.
    pub machine_hits: u64,
    /// Organisations with certain or suspected loss of data.
    pub leaving: u32,
}

impl Totals {
    /// Adds an answer that the board shows.
    pub fn add(&mut self, answer: &CheckAnswer) {
        self.with_hits += u32::from(answer.hits > 0);
        self.could_not += u32::from(answer.could_not.is_some());
        self.machines += u64::from(answer.checked);
        self.machine_hits += u64::from(answer.hits);
        self.leaving += u32::from(matches!(answer.leaving, Leaving::Yes | Leaving::Suspected));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean() -> CheckAnswer {
        CheckAnswer {
            checked: 38,
            hits: 0,
            leaving: Leaving::No,
            evidence: true,
            could_not: None,
            words: String::new(),
        }
    }

    #[test]
    fn what_contradicts_itself_is_told_by_field() {
        let check = |answer: CheckAnswer, field: Option<&str>| {
            assert_eq!(answer.check().err().map(AnswerFault::field), field, "{answer:?}");
        };
        check(clean(), None);
        check(CheckAnswer { checked: 0, ..clean() }, Some("checked"));
        check(CheckAnswer { checked: 0, could_not: Some(CouldNot::NoLogs), ..clean() }, None);
        check(CheckAnswer { could_not: Some(CouldNot::Other), ..clean() }, Some("words"));
        check(CheckAnswer { could_not: Some(CouldNot::Other), words: "no key".to_owned(), ..clean() }, None);
        check(CheckAnswer { hits: 39, ..clean() }, Some("hits"));
        check(CheckAnswer { hits: 38, leaving: Leaving::Yes, ..clean() }, None);
        check(CheckAnswer { leaving: Leaving::Yes, ..clean() }, Some("leaving"));
        check(CheckAnswer { checked: MACHINES_MAX + 1, ..clean() }, Some("checked"));
        check(CheckAnswer { words: "あ".repeat(1_000), ..clean() }, None);
        check(CheckAnswer { words: "あ".repeat(1_001), ..clean() }, Some("words"));
    }

    #[test]
    fn totals_add_up() {
        let mut totals = Totals::default();
        totals.add(&clean());
        totals.add(&CheckAnswer { hits: 3, leaving: Leaving::Suspected, ..clean() });
        totals.add(&CheckAnswer { checked: 0, could_not: Some(CouldNot::NoStaff), ..clean() });
        let expected = Totals {
            with_hits: 1,
            could_not: 1,
            machines: 76,
            machine_hits: 3,
            leaving: 1,
            ..Totals::default()
        };
        assert_eq!(totals, expected);
    }
}
