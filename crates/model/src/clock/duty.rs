//! A regime held against what happened: which stages are due, by when, and what is late.
//!
//! Pure: the caller brings the times and, where it asks for what is late *now*, the present. The words are in
//! [`super::explain`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::regime::{Amount, Circumstance, CountedFrom, Regime, Stage, StageLimit};
use super::rule::{ClockFault, Due, Limit, Period, Trigger, due};

/// A later due time that an office granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The stage, by id.
    pub stage: String,
    /// Until when.
    pub until: Timestamp,
    /// Who granted it.
    pub by: String,
    /// On what ground. An extension without one does not count.
    pub reason: String,
}

/// What is known of one incident, as far as clocks are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Happened {
    /// When which clock started.
    pub triggers: BTreeMap<Trigger, Timestamp>,
    /// When which stage was sent, by stage id.
    pub sent: BTreeMap<String, Timestamp>,
    /// Circumstances that change rules.
    pub circumstances: BTreeSet<Circumstance>,
    /// The hours that the office or customer set, by setting.
    pub hours: BTreeMap<String, u32>,
    /// Extensions granted.
    pub extensions: Vec<Extension>,
}

/// What a reporter says of the clocks of one regime, as a form that was sent holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Started {
    /// When which clock started; those of this regime only.
    pub triggers: BTreeMap<Trigger, Timestamp>,
    /// Circumstances that change this regime's rules.
    pub circumstances: BTreeSet<Circumstance>,
}

impl Started {
    /// What of `happened` is this regime's: an office is not told of clocks that are none of its own.
    #[must_use]
    pub fn under(regime: &Regime, happened: &Happened) -> Self {
        let (triggers, circumstances) = (regime.triggers(), regime.circumstances());
        let mut out = Self {
            triggers: happened.triggers.clone(),
            circumstances: &happened.circumstances & &circumstances,
        };
        out.triggers.retain(|trigger, _| triggers.contains(trigger));
        out
    }
}

/// How a stage stands as far as its clock goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DutyState {
    /// A due time.
    Due {
        /// The rule that runs out first, worked out.
        due: Box<Due>,
        /// What it counts from.
        from: CountedFrom,
        /// It counts from a stage that is not sent yet: the due time moves once that is.
        provisional: bool,
    },
    /// At once; there is no number to be late against.
    AtOnce {
        /// Since when.
        since: Timestamp,
        /// What it counts from.
        from: CountedFrom,
    },
    /// The office has not set the hours yet.
    Unset(String),
    /// The number of hours or days was not confirmed: no due time can be shown.
    NotConfirmed,
    /// Nothing has started a clock.
    Waiting,
    /// It could not be computed.
    Fault(ClockFault),
}

/// A stage of a regime for one incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty<'r> {
    /// The regime.
    pub regime: &'r Regime,
    /// The stage.
    pub stage: &'r Stage,
    /// Its clock.
    pub state: DutyState,
    /// When it was sent, if it was.
    pub sent: Option<Timestamp>,
    /// The extension that counts, if one does.
    pub extension: Option<Extension>,
}

/// How far something is from its due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Margin {
    /// Sent, with this much to spare.
    InTime(SignedDuration),
    /// Sent this much too late.
    Late(SignedDuration),
    /// Not sent; this much is left.
    Running(SignedDuration),
    /// Not sent, and this much over.
    Overdue(SignedDuration),
}

impl Margin {
    /// Whether it is or was over time.
    #[must_use]
    pub fn is_late(self) -> bool {
        matches!(self, Self::Late(_) | Self::Overdue(_))
    }
}

impl Duty<'_> {
    /// The instant after which it is late: the extension's where one counts, else the rule's.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        let extended = self.extension.as_ref().map(|extension| extension.until);
        match &self.state {
            DutyState::Due { due, .. } => Some(extended.unwrap_or(due.at.timestamp())),
            _ => extended,
        }
    }

    /// How it stands at `now`; `None` when there is no due time to hold it against.
    #[must_use]
    pub fn margin(&self, now: Timestamp) -> Option<Margin> {
        let until = self.until()?;
        Some(match self.sent {
            Some(sent) if sent <= until => Margin::InTime(until.duration_since(sent)),
            Some(sent) => Margin::Late(sent.duration_since(until)),
            None if now <= until => Margin::Running(until.duration_since(now)),
            None => Margin::Overdue(now.duration_since(until)),
        })
    }
}

/// All stages of a regime for one incident, in the regime's order.
#[must_use]
pub fn duties<'r>(regime: &'r Regime, happened: &Happened) -> Vec<Duty<'r>> {
    let mut duties: Vec<Duty<'r>> = Vec::new();
    for stage in &regime.stages {
        let clocks: Vec<DutyState> =
            stage.limits.iter().filter_map(|limit| run(regime, limit, happened, &duties)).collect();
        let state = clocks.into_iter().min_by_key(urgency).unwrap_or(DutyState::Waiting);
        let mut duty =
            Duty { regime, stage, state, sent: happened.sent.get(&stage.id).copied(), extension: None };
        duty.extension = extension(&duty, happened);
        duties.push(duty);
    }
    duties
}

/// What goes before what when a stage has several clocks: "at once" before any time, then the earliest time, then
/// what cannot be counted.
fn urgency(state: &DutyState) -> (u8, Timestamp) {
    match state {
        DutyState::AtOnce { since, .. } => (0, *since),
        DutyState::Due { due, .. } => (1, due.at.timestamp()),
        DutyState::Unset(_) => (2, Timestamp::MAX),
        DutyState::NotConfirmed => (3, Timestamp::MAX),
        DutyState::Fault(_) => (4, Timestamp::MAX),
        DutyState::Waiting => (5, Timestamp::MAX),
    }
}

/// One clock; `None` when its circumstance does not hold.
fn run(regime: &Regime, limit: &StageLimit, happened: &Happened, before: &[Duty<'_>]) -> Option<DutyState> {
    let holds = |circumstance: &Circumstance| happened.circumstances.contains(circumstance);
    if !limit.when.as_ref().is_none_or(holds) || limit.unless.as_ref().is_some_and(holds) {
        return None;
    }
    let Some((start, provisional)) = start(&limit.from, happened, before) else {
        return Some(DutyState::Waiting);
    };
    let from = limit.from.clone();
    let rule = match &limit.amount {
        Amount::Fixed(rule) => *rule,
        Amount::AtOnce => return Some(DutyState::AtOnce { since: start, from }),
        Amount::NotConfirmed => return Some(DutyState::NotConfirmed),
        Amount::SetByOffice { setting, limit } => match happened.hours.get(setting) {
            Some(hours) => Limit { period: Period::Hours(*hours), ..*limit },
            None => return Some(DutyState::Unset(setting.clone())),
        },
    };
    Some(match due(rule, start, &regime.place) {
        Ok(due) => DutyState::Due { due: Box::new(due), from, provisional },
        Err(fault) => DutyState::Fault(fault),
    })
}

/// When a clock started, and whether that may still move.
fn start(from: &CountedFrom, happened: &Happened, before: &[Duty<'_>]) -> Option<(Timestamp, bool)> {
    match from {
        CountedFrom::Trigger(trigger) => happened.triggers.get(trigger).map(|at| (*at, false)),
        CountedFrom::Sent(stage) => match happened.sent.get(stage) {
            Some(sent) => Some((*sent, false)),
            None => before.iter().find(|duty| &duty.stage.id == stage)?.until().map(|until| (until, true)),
        },
    }
}

/// The last extension with a ground that is later than the rule's own due time.
fn extension(duty: &Duty<'_>, happened: &Happened) -> Option<Extension> {
    let until = duty.until();
    let for_stage = happened.extensions.iter().filter(|extension| extension.stage == duty.stage.id);
    let counts =
        for_stage.filter(|e| !e.reason.trim().is_empty() && until.is_none_or(|until| e.until > until));
    counts.max_by_key(|extension| extension.until).cloned()
}

/// Until when evidence must be kept; `None` while the stage it counts from is not sent, or if nothing is asked.
pub fn keep_until(regime: &Regime, happened: &Happened) -> Option<Result<Due, ClockFault>> {
    let retention = regime.retention.as_ref()?;
    let sent = happened.sent.get(&retention.from)?;
    let ending = super::rule::Ending::EndOfDay;
    let limit = Limit { period: Period::Days(retention.days), ending, roll: super::rule::Roll::Stays };
    Some(due(limit, *sent, &regime.place))
}

/// Times that contradict each other. They are told, never silently put right: which of them is wrong only people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// This trigger lies after `now`: a slip of the hand, or a clock that jumped back.
    TriggerInFuture(Trigger),
    /// This stage is said to be sent after `now`.
    SentInFuture(String),
    /// This stage was sent before anybody knew or suspected anything.
    SentBeforeKnown(String),
    /// This stage was sent before the one that it counts from.
    SentBefore {
        /// The stage.
        stage: String,
        /// The stage that should have gone before it.
        earlier: String,
    },
    /// Suspicion is said to have come after knowledge.
    SuspicionAfterAwareness,
    /// This stage is not in the regime (sent or extended).
    UnknownStage(String),
    /// An extension of this stage gives no ground, and does not count.
    ExtensionWithoutReason(String),
}

/// All contradictions, as known at `now`.
#[must_use]
pub fn contradictions(regime: &Regime, happened: &Happened, now: Timestamp) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let future = happened.triggers.iter().filter(|(_, at)| **at > now);
    found.extend(future.map(|(trigger, _)| Contradiction::TriggerInFuture(*trigger)));
    let known = |trigger| happened.triggers.get(&trigger);
    if known(Trigger::Suspicion).zip(known(Trigger::Awareness)).is_some_and(|(s, a)| s > a) {
        found.push(Contradiction::SuspicionAfterAwareness);
    }
    let first = known(Trigger::Awareness).into_iter().chain(known(Trigger::Suspicion)).min();
    for (stage, sent) in &happened.sent {
        if *sent > now {
            found.push(Contradiction::SentInFuture(stage.clone()));
        }
        if first.is_some_and(|first| sent < first) {
            found.push(Contradiction::SentBeforeKnown(stage.clone()));
        }
        let counted = regime.stage(stage).into_iter().flat_map(|stage| &stage.limits);
        let earlier = counted.filter_map(|limit| match &limit.from {
            CountedFrom::Sent(earlier) => Some(earlier),
            CountedFrom::Trigger(_) => None,
        });
        let earlier = earlier.filter(|earlier| happened.sent.get(*earlier).is_some_and(|at| at > sent));
        found.extend(earlier.map(|e| Contradiction::SentBefore { stage: stage.clone(), earlier: e.clone() }));
    }
    let named = happened.sent.keys().chain(happened.extensions.iter().map(|extension| &extension.stage));
    let unknown: BTreeSet<&String> = named.filter(|stage| regime.stage(stage).is_none()).collect();
    found.extend(unknown.into_iter().map(|stage| Contradiction::UnknownStage(stage.clone())));
    let groundless = happened.extensions.iter().filter(|extension| extension.reason.trim().is_empty());
    found.extend(groundless.map(|extension| Contradiction::ExtensionWithoutReason(extension.stage.clone())));
    found
}
