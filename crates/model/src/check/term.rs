//! When a check is due, when it is reminded of, and what an asker is told at a time.
//!
//! An unnamed put runs on the hub's own terms, whoever asks: the same days, the same reminders, the same end. So no date that
//! the asked organisation sees depends on a second asker. And an asker is told of what happened at the slots of the release grid;
//! what had happened before it asked is told it at a drawn slot, as if it had happened then. So no asker can tell that it
//! was not the first.

use super::state::CheckState;
use crate::named::named;
use crate::time::{next_slot, plus_days};
use jiff::Timestamp;

/// Days that an unnamed check gives. Three: "check yourself by Friday", said on a Tuesday.
pub const UNNAMED_DAYS: i64 = 3;

/// Days after the due time at which the hub closes a put. A month: late answers are answers.
pub const CLOSE_DAYS: i64 = 30;

/// The farthest due time, in days. A quarter: a check that may take longer is none.
pub const DUE_DAYS_MAX: i64 = 92;

/// Hours within which something that happened before an asker asked is told it.
pub const TELL_HOURS: i64 = 24;

named! {
    /// What happens on a day of a put's term.
    pub enum Step {
        /// A reminder before the due time.
        Remind = "remind",
        /// The due time is over.
        FallDue = "fall-due",
        /// A reminder after the due time.
        RemindLate = "remind-late",
        /// The end.
        Close = "close",
    }
}

/// Days from the due time, and what happens then.
pub const STEPS: &[(i64, Step)] = &[
    (-1, Step::Remind),
    (0, Step::FallDue),
    (1, Step::RemindLate),
    (3, Step::RemindLate),
    (7, Step::RemindLate),
    (CLOSE_DAYS, Step::Close),
];

/// The first step of a term that comes after `after`. `None` after the end.
#[must_use]
pub fn next_step(due: Timestamp, after: Timestamp) -> Option<(Timestamp, Step)> {
    STEPS.iter().map(|(days, step)| (plus_days(due, *days), *step)).find(|(at, _)| *at > after)
}

/// What happened to a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// First opened.
    pub opened_at: Option<Timestamp>,
    /// First answered.
    pub answered_at: Option<Timestamp>,
}

/// One asker's share in a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// When this asker asked.
    pub joined_at: Timestamp,
    /// The slot at which this asker is told of what had happened before.
    pub tell_at: Timestamp,
    /// Whether the asker is named: then it alone asks, and is told at once.
    pub named: bool,
    /// This asker's own due time.
    pub due_at: Timestamp,
    /// Whether this asker has ended it for itself.
    pub closed: bool,
}

/// What an asker is told of one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The state.
    pub state: CheckState,
    /// Whether it was opened.
    pub opened: bool,
    /// Whether the answer is shown.
    pub answered: bool,
}

impl Share {
    /// What this asker is told at `now`.
    #[must_use]
    pub fn told(&self, course: &Course, now: Timestamp) -> Told {
        let visible = |at: Option<Timestamp>| at.is_some_and(|at| self.shown_at(at) <= now);
        let (opened, answered) = (visible(course.opened_at), visible(course.answered_at));
        let state = match () {
            () if self.closed => CheckState::Closed,
            () if answered => CheckState::Answered,
            () if now >= self.due_at => CheckState::Overdue,
            () if opened => CheckState::Opened,
            () => CheckState::Asked,
        };
        Told { state, opened: opened || answered, answered }
    }

    /// When this asker is told of something that happened at `at`.
    #[must_use]
    pub fn shown_at(&self, at: Timestamp) -> Timestamp {
        match () {
            () if self.named => at,
            () if at < self.joined_at => self.tell_at,
            () => next_slot(at),
        }
    }
}

/// The slot at which an asker who joined at `joined` and has until `due` is told of what had happened before: drawn evenly from
/// the slots of the first [`TELL_HOURS`], but before its due time.
#[must_use]
pub fn tell_slot(joined: Timestamp, due: Timestamp, random: u32) -> Timestamp {
    let first = next_slot(joined);
    let last = due.min(joined.checked_add(jiff::SignedDuration::from_hours(TELL_HOURS)).unwrap_or(due));
    let slots = last.duration_since(first).as_mins() / crate::time::SLOT_MINUTES;
    let chosen = i64::from(random) % slots.max(1);
    let minutes = jiff::SignedDuration::from_mins(chosen * crate::time::SLOT_MINUTES);
    first.checked_add(minutes).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_steps_of_a_term_in_order() {
        let due = at("2026-11-27T08:00:00Z");
        let mut now = at("2026-11-24T00:00:00Z");
        let mut seen = Vec::new();
        while let Some((then, step)) = next_step(due, now) {
            seen.push(format!("{} {step}", &then.to_string()[5..10]));
            now = then;
        }
        let expected = [
            "11-26 remind",
            "11-27 fall-due",
            "11-28 remind-late",
            "11-30 remind-late",
            "12-04 remind-late",
            "12-27 close",
        ];
        assert_eq!(seen, expected);
        assert!(STEPS.is_sorted_by_key(|s| s.0), "in order");
    }

    fn share(named: bool) -> Share {
        Share {
            joined_at: at("2026-11-24T01:00:01Z"),
            tell_at: at("2026-11-24T09:30:00Z"),
            named,
            due_at: at("2026-11-27T08:00:00Z"),
            closed: false,
        }
    }

    fn check(share: Share, opened: Option<&str>, answered: Option<&str>, now: &str, expected: &str) {
        let course = Course { opened_at: opened.map(at), answered_at: answered.map(at) };
        assert_eq!(share.told(&course, at(now)).state.as_str(), expected, "{opened:?} {answered:?} at {now}");
    }

    #[test]
    fn an_unnamed_asker_is_told_at_slots() {
        let opened = Some("2026-11-24T02:03:04Z");
        check(share(false), opened, None, "2026-11-24T02:14:59Z", "asked");
        check(share(false), opened, None, "2026-11-24T02:15:00Z", "opened");
        check(share(true), opened, None, "2026-11-24T02:03:04Z", "opened");
        check(share(false), opened, None, "2026-11-27T08:00:00Z", "overdue");
        check(share(false), opened, Some("2026-11-28T08:00:00Z"), "2026-11-28T08:15:00Z", "answered");
        let closed = Share { closed: true, ..share(false) };
        check(closed, opened, Some("2026-11-28T08:00:00Z"), "2026-11-28T08:15:00Z", "closed");
    }

    #[test]
    fn what_happened_before_the_asking_is_told_at_the_drawn_slot() {
        let before = Some("2026-11-20T00:00:00Z");
        check(share(false), before, before, "2026-11-24T09:29:59Z", "asked");
        check(share(false), before, before, "2026-11-24T09:30:00Z", "answered");
    }

    #[test]
    fn a_drawn_slot_is_a_slot_after_the_asking_and_before_the_due_time() {
        let joined = at("2026-11-24T01:00:01Z");
        for due in ["2026-11-24T01:20:00Z", "2026-11-24T04:00:00Z", "2026-12-24T04:00:00Z"].map(at) {
            for random in (0..5_000).chain([u32::MAX]) {
                let slot = tell_slot(joined, due, random);
                assert_eq!(next_slot(slot - jiff::SignedDuration::from_mins(1)), slot);
                assert!(slot > joined && slot <= due, "{slot} for {due}");
                assert!(slot.duration_since(joined).as_hours() < TELL_HOURS, "{slot}");
            }
        }
    }
}
