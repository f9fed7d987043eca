//! Regimes as data: what an office or contract wants to be told, in which stages, by when, and how it is laid out.
//!
//! A regime is a TOML file (see `regimes/` for those that ship). The types are here with [`Regime::parse`]; the file's
//! shape and its checks are in the private module `raw`. A regime that names a rule which nobody has confirmed says so
//! in `not-confirmed`: pages and exports must show that list.

use std::collections::BTreeSet;
use std::fmt;

use super::calendar::Calendar;
use super::rule::{Limit, Place, Trigger};
use crate::lang::Bilingual;
use crate::named::named;

/// The longest regime file we read, in bytes. The longest that ships has under 10,000.
pub const REGIME_BYTES_MAX: usize = 256 * 1024;

named! {
    /// What binds.
    pub enum RegimeKind {
        /// A law or order.
        Law = "law",
        /// A contract clause.
        Contract = "contract",
        /// A form without a clock of its own.
        Form = "form",
    }
}

named! {
    /// A circumstance of the incident that changes a rule.
    pub enum Circumstance {
        /// The incident was done on purpose by somebody from outside or inside.
        MaliciousPurpose = "malicious-purpose",
    }
}

named! {
    /// What a field asks for. One fact is filled once and stands in the form of every regime that asks for it.
    pub enum Fact {
        /// Kind of report.
        ReportKind = "report-kind",
        /// The organisation that reports.
        Organisation = "organisation",
        /// Whom to ask back.
        Contact = "contact",
        /// Numbers that the addressee gave to earlier reports.
        Reference = "reference",
        /// What happened, in a few sentences.
        Outline = "outline",
        /// Who noticed what, when, and who says so.
        Noticed = "noticed",
        /// When it happened.
        Occurred = "occurred",
        /// Systems and their counts by site.
        Systems = "systems",
        /// Place of the incident.
        Location = "location",
        /// Kind of attack (ATT&CK).
        AttackKind = "attack-kind",
        /// Way in.
        WayIn = "way-in",
        /// Cause.
        Cause = "cause",
        /// Technical matters and indicators.
        Indicators = "indicators",
        /// Malware samples and how they were sent.
        Samples = "samples",
        /// Volume of an attack on availability (bits and packets a second).
        Volume = "volume",
        /// How long it lasted.
        Duration = "duration",
        /// What was done against it, and with what result.
        Mitigation = "mitigation",
        /// Text or picture of the ransom note.
        RansomNote = "ransom-note",
        /// Extension of encrypted files.
        EncryptedExtension = "encrypted-extension",
        /// Encryption, threat to publish, demand of money.
        RansomKind = "ransom-kind",
        /// Severity and effect.
        Impact = "impact",
        /// Whether it is thought to be malicious.
        Malicious = "malicious",
        /// Whether other countries are touched.
        CrossBorder = "cross-border",
        /// Data affected.
        DataAffected = "data-affected",
        /// Class of the data, with its history.
        DataClass = "data-class",
        /// Number of people whose data is affected.
        People = "people",
        /// Secondary harm, or the fear of it.
        SecondaryHarm = "secondary-harm",
        /// Signs of data leaving.
        Exfiltration = "exfiltration",
        /// Contracts and offices affected.
        Contracts = "contracts",
        /// Subcontractors.
        Subcontractors = "subcontractors",
        /// What was done towards the people concerned.
        PeopleInformed = "people-informed",
        /// Measures taken and planned.
        Actions = "actions",
        /// Recurrence prevention.
        Prevention = "prevention",
        /// Evidence kept: hash, holder, place, until when.
        Evidence = "evidence",
        /// Publication: what, when, who is told before.
        Publication = "publication",
        /// Consent to passing the report to the National Cybersecurity Office.
        PassOnConsent = "pass-on-consent",
        /// Anything else.
        Other = "other",
    }
}

/// Where a statement of the file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Title, with article or clause.
    pub title: String,
    /// Date of the text, as exact as it is known (`2024-05`).
    pub date: String,
}

/// Somebody to whom reports under the regime go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub name: Bilingual,
}

/// What a clock of a stage counts from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedFrom {
    /// Something that happened.
    Trigger(Trigger),
    /// The sending of an earlier stage, by its id.
    Sent(String),
}

/// How long a stage may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// This long.
    Fixed(Limit),
    /// At once: no number of hours; what counts is when it was known and when it was sent.
    AtOnce,
    /// The office or customer sets the number of hours, under this name.
    SetByOffice {
        /// The setting's name.
        setting: String,
        /// The rule with a period of 0, to be replaced by the setting.
        limit: Limit,
    },
    /// The rule exists, its number was not confirmed. No due time may be shown.
    NotConfirmed,
}

/// One clock of a stage. When a stage has several, the earliest counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageLimit {
    /// What it counts from.
    pub from: CountedFrom,
    /// How long it runs.
    pub amount: Amount,
    /// It runs only under this circumstance.
    pub when: Option<Circumstance>,
    /// It does not run under this circumstance.
    pub unless: Option<Circumstance>,
}

/// A stage of reporting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub name: Bilingual,
    /// Its clocks; none means: whenever there is something to tell.
    pub limits: Vec<StageLimit>,
}

/// Something that the form asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What is asked.
    pub fact: Fact,
    /// How this regime words it.
    pub name: Bilingual,
    /// The stages that ask it, by id.
    pub stages: Vec<String>,
    /// Whether an empty answer must be marked as unknown before the stage can be sent.
    pub required: bool,
    /// The answers that the form offers, if it does not take free text.
    pub choices: Vec<Addressee>,
}

/// How long evidence must be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days.
    pub days: u32,
    /// Counted from the sending of this stage.
    pub from: String,
}

/// Where the spreadsheet has its fields, one a row in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Name of the sheet.
    pub sheet: Bilingual,
    /// Row of the first field, from 1.
    pub first_row: u32,
    /// Column of the wording.
    pub label_column: String,
    /// Column of the answer.
    pub value_column: String,
}

/// A regime that has been read without fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    /// Stable name.
    pub id: String,
    /// What binds.
    pub kind: RegimeKind,
    /// Name for people.
    pub name: Bilingual,
    /// IANA name of the zone in which days are counted and times are shown.
    pub zone: String,
    /// The same with the calendar, ready to count in.
    pub place: Place,
    /// Where its statements were read.
    pub sources: Vec<Source>,
    /// What could not be confirmed.
    pub not_confirmed: Vec<Bilingual>,
    /// To whom reports go.
    pub addressees: Vec<Addressee>,
    /// The stages in their order.
    pub stages: Vec<Stage>,
    /// The fields in the order of the form.
    pub fields: Vec<Field>,
    /// How long evidence is kept.
    pub retention: Option<Retention>,
    /// The spreadsheet.
    pub layout: Layout,
}

/// What is wrong with a regime file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegimeFault {
    /// The line, from 1.
    pub line: usize,
    /// The reason, in English, for the person who writes the file.
    pub reason: String,
}

impl fmt::Display for RegimeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for RegimeFault {}

impl Regime {
    /// Reads a regime file. Faults are listed in the order of their lines; a fault of TOML itself stands alone.
    pub fn parse(text: &str) -> Result<Self, Vec<RegimeFault>> {
        super::raw::read(text)
    }

    /// A stage by its id.
    #[must_use]
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The calendar in which days are counted.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.place.calendar
    }

    /// What starts the clocks of this regime.
    #[must_use]
    pub fn triggers(&self) -> BTreeSet<Trigger> {
        let limits = self.stages.iter().flat_map(|stage| &stage.limits);
        limits
            .filter_map(|limit| if let CountedFrom::Trigger(t) = limit.from { Some(t) } else { None })
            .collect()
    }

    /// The circumstances that change its rules.
    #[must_use]
    pub fn circumstances(&self) -> BTreeSet<Circumstance> {
        let limits = self.stages.iter().flat_map(|stage| &stage.limits);
        limits.flat_map(|limit| [limit.when, limit.unless]).flatten().collect()
    }

    /// The names of the numbers that the office or customer must set.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.stages.iter().flat_map(|stage| &stage.limits).filter_map(|limit| match &limit.amount {
            Amount::SetByOffice { setting, .. } => Some(setting.as_str()),
            _ => None,
        })
    }
}
