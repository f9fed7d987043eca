//! What happens to a report. Events are only added; the office's and the reporter's stand in one list, each a leaf of the log.

use super::facts::ClassStatement;
use crate::clock::{Extension, Happened};
use crate::named::named;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest line of a thread, number or ground, in characters.
pub const WORDS_CHARS_MAX: usize = 4_000;

/// The longest number that an office gives, in characters.
pub const NUMBER_CHARS_MAX: usize = 80;

/// Days for which a look may lawfully stay untold. Half a year; longer needs a new ground.
pub const LOOK_DELAY_DAYS_MAX: i64 = 180;

named! {
    /// What happened, by name: in the clear beside the sealed event, for lists.
    pub enum What {
        /// A stage was sent.
        Sent = "sent",
        /// A stage is said to have been sent elsewhere.
        Declared = "declared",
        /// The office gave its number.
        Acknowledged = "acknowledged",
        /// The office stated a class.
        ClassStated = "class-stated",
        /// Another office took over.
        HandedOver = "handed-over",
        /// A line of the thread.
        Line = "line",
        /// The office looked.
        Looked = "looked",
        /// The office granted more time.
        Extended = "extended",
        /// The office closed it.
        Closed = "closed",
    }
}

/// A stage that was told on another channel. Shown as declared, never as proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The stage.
    pub stage: String,
    /// The form used.
    pub form: String,
    /// The channel: portal, mail, fax, by hand.
    pub channel: String,
    /// To whom.
    pub addressee: String,
    /// When, as declared.
    pub at: Timestamp,
    /// What came back: a number, a name.
    pub acknowledgement: String,
}

/// A lawful delay of telling the reporter of a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// On what ground.
    pub ground: String,
    /// Until when.
    pub until: Timestamp,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Event {
    /// A stage was sent: its form is kept as it was.
    Sent {
        /// The stage.
        stage: String,
        /// The version of the facts.
        version: i64,
        /// SHA-256 of the stage's form as JSON, in hex.
        sha256: String,
    },
    /// Sent elsewhere.
    Declared(Declared),
    /// The office's number.
    Acknowledged {
        /// The number.
        number: String,
    },
    /// A class, stated by whoever decides it.
    ClassStated(ClassStatement),
    /// Another office.
    HandedOver {
        /// Its name.
        to: String,
        /// Why.
        reason: String,
    },
    /// Words.
    Line {
        /// The words.
        text: String,
    },
    /// A look.
    Looked {
        /// Until when and why the reporter is not told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay: Option<Delay>,
    },
    /// More time.
    Extended(Extension),
    /// Closed.
    Closed,
}

impl Event {
    /// Its name.
    #[must_use]
    pub fn what(&self) -> What {
        match self {
            Self::Sent { .. } => What::Sent,
            Self::Declared(_) => What::Declared,
            Self::Acknowledged { .. } => What::Acknowledged,
            Self::ClassStated(_) => What::ClassStated,
            Self::HandedOver { .. } => What::HandedOver,
            Self::Line { .. } => What::Line,
            Self::Looked { .. } => What::Looked,
            Self::Extended(_) => What::Extended,
            Self::Closed => What::Closed,
        }
    }
}

/// What a report's clocks count from: the facts, and what happened to this report since. The first sending of a stage counts;
/// a declared one only where nothing was sent here.
#[must_use]
pub fn happened<'e>(
    facts: &Happened,
    events: impl Iterator<Item = (Timestamp, &'e Event)>,
    hours: &BTreeMap<String, u32>,
) -> Happened {
    let mut out = facts.clone();
    out.hours.extend(hours.iter().map(|(setting, hours)| (setting.clone(), *hours)));
    let mut declared = BTreeMap::new();
    for (at, event) in events {
        match event {
            Event::Sent { stage, .. } => {
                out.sent.entry(stage.clone()).or_insert(at);
            }
            Event::Declared(said) => {
                declared.entry(said.stage.clone()).or_insert(said.at);
            }
            Event::Extended(extension) => out.extensions.push(extension.clone()),
            _ => {}
        }
    }
    for (stage, at) in declared {
        out.sent.entry(stage).or_insert(at);
    }
    out
}

/// Why a delay is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelayFault {
    /// It has no ground.
    Ground,
    /// It ends before it begins.
    Past,
    /// It is longer than [`LOOK_DELAY_DAYS_MAX`].
    Long,
}

impl Delay {
    /// Why the delay is none, at `now`; `None` for a lawful one.
    #[must_use]
    pub fn fault(&self, now: Timestamp) -> Option<DelayFault> {
        if self.ground.trim().is_empty() {
            Some(DelayFault::Ground)
        } else if self.until <= now {
            Some(DelayFault::Past)
        } else if self.until > crate::time::plus_days(now, LOOK_DELAY_DAYS_MAX) {
            Some(DelayFault::Long)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_needs_ground_and_end() {
        let now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let check = |ground: &str, until: &str, good: bool| {
            let delay = Delay { ground: ground.to_owned(), until: until.parse().unwrap() };
            assert_eq!(delay.fault(now).is_none(), good, "{ground} {until}");
        };
        check("running investigation, Code 197", "2026-12-24T00:00:00Z", true);
        check(" ", "2026-12-24T00:00:00Z", false);
        check("x", "2026-11-24T00:00:00Z", false);
        check("x", "2027-12-24T00:00:00Z", false);
    }

    #[test]
    fn events_are_stored_by_name() {
        let event = Event::Acknowledged { number: "2026-17".to_owned() };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(text, r#"{"what":"acknowledged","number":"2026-17"}"#);
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}
