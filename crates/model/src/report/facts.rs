//! What is known of one incident: filled once, told to many. Unknown stays visible as unknown.

use super::range::Count;
use crate::clock::duty::Happened;
use crate::clock::regime::{Circumstance, Fact, Regime};
use crate::named::named;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The longest answer to one question, in characters. A form's cell is read by a person.
pub const TEXT_CHARS_MAX: usize = 8_000;

/// The longest reference to a document, in characters: a title or number, never the content.
pub const REFERENCE_CHARS_MAX: usize = 200;

/// The most lines of one list (sites, evidence, statements). A forensic team hands over thousands of hashes.
pub const LINES_MAX: usize = 20_000;

/// The largest facts of one incident, in bytes of JSON.
pub const FACTS_BYTES_MAX: usize = 8 * 1024 * 1024;

named! {
    /// What kind of thing is told. A near miss and "we are checking" are reports too.
    pub enum ReportKind {
        /// An incident.
        Incident = "incident",
        /// It nearly happened.
        NearMiss = "near-miss",
        /// Not known yet whether anything happened.
        Checking = "checking",
    }
}

named! {
    /// How far the class of data is known.
    pub enum ClassState {
        /// Nobody can say.
        Unknown = "unknown",
        /// Somebody thinks so.
        Suspected = "suspected",
        /// Whoever decides has said so.
        Stated = "stated",
    }
}

named! {
    /// How sure a sign of data leaving is.
    pub enum Certainty {
        /// Possible.
        Possible = "possible",
        /// Likely.
        Likely = "likely",
        /// Proven.
        Confirmed = "confirmed",
    }
}

/// Who noticed what, when, and who says so. Two lines may contradict each other: both stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Noticed {
    /// When.
    pub at: Option<Timestamp>,
    /// Who noticed.
    pub who: String,
    /// What.
    pub what: String,
    /// Who says so.
    pub says: String,
}

/// Systems of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteCount {
    /// The site.
    pub site: String,
    /// Kind of system: server, PC, controller.
    pub kind: String,
    /// How many.
    pub count: Count,
}

/// One statement on the class of some data. The history is the list of them; none is ever taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassStatement {
    /// The data, by title or number.
    pub reference: String,
    /// How far the class is known.
    pub state: ClassState,
    /// The class, in the scheme's words (`部内限り`, `CUI`); empty while unknown.
    #[serde(default)]
    pub class: String,
    /// The marking scheme.
    #[serde(default)]
    pub scheme: String,
    /// Who says so.
    #[serde(default)]
    pub by: String,
    /// When it was said.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// A sign of data leaving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// Where to.
    pub destination: String,
    /// How many bytes.
    #[serde(default)]
    pub bytes: Count,
    /// How sure.
    pub certainty: Certainty,
    /// When.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// A piece of evidence and who keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// What it is.
    pub what: String,
    /// Its hash, as text (`sha256:…`); empty when it has none.
    pub hash: String,
    /// Who has it.
    pub holder: String,
    /// Where.
    pub place: String,
    /// Until when it is kept.
    pub keep_until: Option<Timestamp>,
    /// Under legal hold: not to be deleted at that time either.
    pub hold: bool,
}

/// A line of the publication plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Announcement {
    /// When.
    pub at: Option<Timestamp>,
    /// What is published, where.
    pub what: String,
    /// Who is told before.
    pub before: String,
}

/// A record of another system that this incident was made from, kept word for word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Foreign {
    /// Its format: `veris`.
    pub format: String,
    /// The record.
    pub record: serde_json::Value,
}

/// Everything that is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Kind of report; an incident when nothing is said.
    pub kind: Option<ReportKind>,
    /// Answers in words, by fact.
    pub texts: BTreeMap<Fact, String>,
    /// What was asked and is not known.
    pub unknown: BTreeSet<Fact>,
    /// Who noticed what.
    pub noticed: Vec<Noticed>,
    /// Systems by site.
    pub systems: Vec<SiteCount>,
    /// People whose data is affected.
    pub people: Option<Count>,
    /// Data affected, with the history of its class.
    pub data: Vec<ClassStatement>,
    /// Signs of data leaving.
    pub exfiltration: Vec<Leaving>,
    /// Evidence kept.
    pub custody: Vec<Evidence>,
    /// Publication plan.
    pub publication: Vec<Announcement>,
    /// What starts and changes clocks. `sent` stays empty here: it follows from the events of each report.
    pub happened: Happened,
    /// What it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Foreign>,
}

/// How far a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// Not looked at.
    Empty,
    /// Asked, and not known.
    Unknown,
    /// Answered.
    Known,
}

impl Filled {
    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unknown => "unknown",
            Self::Known => "known",
        }
    }
}

impl Facts {
    /// How far `fact` is answered. What is both marked unknown and answered counts as answered.
    #[must_use]
    pub fn filled(&self, fact: Fact) -> Filled {
        let known = match fact {
            Fact::ReportKind => self.kind.is_some() || self.texts.contains_key(&fact),
            Fact::Noticed => !self.noticed.is_empty() || !self.happened.triggers.is_empty(),
            Fact::Systems => !self.systems.is_empty() || self.texts.contains_key(&fact),
            Fact::People => self.people.is_some_and(|p| !p.is_unknown()) || self.texts.contains_key(&fact),
            Fact::DataAffected => !self.data.is_empty() || self.texts.contains_key(&fact),
            Fact::DataClass => self.data.iter().any(|d| d.state != ClassState::Unknown),
            Fact::Exfiltration => !self.exfiltration.is_empty() || self.texts.contains_key(&fact),
            Fact::Evidence => !self.custody.is_empty() || self.texts.contains_key(&fact),
            Fact::Publication => !self.publication.is_empty() || self.texts.contains_key(&fact),
            Fact::Malicious => self.is_malicious() || self.texts.contains_key(&fact),
            other => self.texts.contains_key(&other),
        };
        let said_unknown = self.unknown.contains(&fact)
            || (fact == Fact::People && self.people.is_some())
            || (fact == Fact::DataClass && !self.data.is_empty());
        match (known, said_unknown) {
            (true, _) => Filled::Known,
            (false, true) => Filled::Unknown,
            (false, false) => Filled::Empty,
        }
    }

    /// Marks as unknown what these regimes require and nobody has answered: visible as such in every form, never left out.
    pub fn rest_is_unknown<'r>(&mut self, regimes: impl Iterator<Item = &'r Regime>) {
        let required = regimes.flat_map(|regime| &regime.fields).filter(|field| field.required);
        let open: Vec<Fact> = required.map(|f| f.fact).filter(|f| self.filled(*f) == Filled::Empty).collect();
        self.unknown.extend(open);
    }

    /// Whether it was done on purpose, as far as is known.
    #[must_use]
    pub fn is_malicious(&self) -> bool {
        self.happened.circumstances.contains(&Circumstance::MaliciousPurpose)
    }

    /// The newest version over `before`: the history of classes is only added to.
    #[must_use]
    pub fn over(mut self, before: &Self) -> Self {
        let mut history = before.data.clone();
        history.extend(self.data.drain(..).filter(|statement| !before.data.contains(statement)));
        self.data = history;
        if self.foreign.is_none() {
            self.foreign.clone_from(&before.foreign);
        }
        self.happened.sent.clear();
        self
    }

    /// What is too long or too many, each with where and what to do. An empty list means that it can be kept.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (fact, text) in &self.texts {
            if text.chars().count() > TEXT_CHARS_MAX {
                out.push(format!("{fact}: longer than {TEXT_CHARS_MAX} characters; shorten it"));
            }
        }
        let lists = [
            ("noticed", self.noticed.len()),
            ("systems", self.systems.len()),
            ("data-affected", self.data.len()),
            ("exfiltration", self.exfiltration.len()),
            ("evidence", self.custody.len()),
            ("publication", self.publication.len()),
        ];
        out.extend(
            lists
                .iter()
                .filter(|(_, n)| *n > LINES_MAX)
                .map(|(name, n)| format!("{name}: {n} lines; at most {LINES_MAX}, attach a list instead")),
        );
        let long = self.data.iter().filter(|d| d.reference.chars().count() > REFERENCE_CHARS_MAX);
        out.extend(long.map(|d| {
            let head: String = d.reference.chars().take(20).collect();
            format!("data-affected: `{head}…` is longer than a reference ({REFERENCE_CHARS_MAX} characters); never write the content itself")
        }));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(reference: &str, state: ClassState) -> ClassStatement {
        let nothing = String::new();
        ClassStatement {
            reference: reference.to_owned(),
            state,
            class: nothing.clone(),
            scheme: nothing.clone(),
            by: nothing,
            at: None,
        }
    }

    #[test]
    fn the_history_of_a_class_is_only_added_to() {
        let before = Facts { data: vec![statement("tender", ClassState::Unknown)], ..Facts::default() };
        let later = Facts { data: vec![statement("tender", ClassState::Suspected)], ..Facts::default() };
        let states: Vec<ClassState> = later.over(&before).data.iter().map(|d| d.state).collect();
        assert_eq!(states, [ClassState::Unknown, ClassState::Suspected]);
    }

    #[test]
    fn unknown_is_told_from_not_looked_at() {
        let mut facts = Facts::default();
        assert_eq!(facts.filled(Fact::People), Filled::Empty);
        facts.people = Some(Count::UNKNOWN);
        assert_eq!(facts.filled(Fact::People), Filled::Unknown);
        facts.people = Some(Count { low: Some(100), high: None });
        assert_eq!(facts.filled(Fact::People), Filled::Known);
        facts.data.push(statement("tender", ClassState::Unknown));
        assert_eq!(facts.filled(Fact::DataAffected), Filled::Known);
        assert_eq!(facts.filled(Fact::DataClass), Filled::Unknown);
        facts.unknown.insert(Fact::Cause);
        assert_eq!(facts.filled(Fact::Cause), Filled::Unknown);
    }

    #[test]
    fn limits_are_told_by_name() {
        let mut facts = Facts::default();
        facts.texts.insert(Fact::Outline, "あ".repeat(TEXT_CHARS_MAX + 1));
        facts.data.push(statement(&"x".repeat(REFERENCE_CHARS_MAX + 1), ClassState::Unknown));
        facts.custody = vec![Evidence::default(); LINES_MAX + 1];
        let problems = facts.problems();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].starts_with("outline:") && problems[1].starts_with("evidence: 20001 lines"));
        assert_eq!(
            Facts { custody: vec![Evidence::default(); 10_000], ..Facts::default() }.problems(),
            [""; 0]
        );
    }

    #[test]
    fn what_is_required_and_open_is_unknown_and_nothing_else() {
        let regimes = crate::clock::shipped::shipped().unwrap();
        let dfars = regimes.iter().filter(|regime| regime.id == "dfars-7012");
        let mut facts = Facts::default();
        facts.texts.insert(Fact::Outline, "83 machines".to_owned());
        facts.rest_is_unknown(dfars.clone());
        let required = dfars.flat_map(|r| &r.fields).filter(|f| f.required && f.fact != Fact::Outline);
        let expected: BTreeSet<Fact> = required.map(|field| field.fact).collect();
        assert!(!expected.is_empty());
        assert_eq!(facts.unknown, expected);
        assert_eq!(facts.filled(Fact::Outline), Filled::Known);
    }
}
