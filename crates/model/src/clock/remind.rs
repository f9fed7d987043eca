//! When to remind of a due time: at half, at four fifths, two hours before, at the due time and daily after it.
//!
//! The job that mails keeps the time of its last reminder and asks for the next; it needs no other state.

use jiff::{SignedDuration, Timestamp};

use crate::named::named;

/// The last reminder before the due time. Two hours are enough to reach a deputy by telephone.
pub const LAST_CALL: SignedDuration = SignedDuration::from_hours(2);

/// How often an overdue report is brought up again.
pub const OVERDUE_EVERY: SignedDuration = SignedDuration::from_hours(24);

named! {
    /// Which reminder.
    pub enum ReminderKind {
        /// Half of the time has passed.
        Half = "half",
        /// Four fifths have.
        FourFifths = "four-fifths",
        /// Two hours are left.
        LastCall = "last-call",
        /// The time has run out; repeated daily.
        Overdue = "overdue",
    }
}

/// A reminder and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Which.
    pub kind: ReminderKind,
    /// When.
    pub at: Timestamp,
}

/// The reminders up to the due time, in order. A clock of under two hours has no last call.
#[must_use]
pub fn reminders(start: Timestamp, due: Timestamp) -> Vec<Reminder> {
    let whole = due.duration_since(start);
    let part = |tenths: i32| start.checked_add((whole / 10) * tenths).unwrap_or(due);
    let last_call = due.checked_sub(LAST_CALL).unwrap_or(start);
    let mut all = vec![
        Reminder { kind: ReminderKind::Half, at: part(5) },
        Reminder { kind: ReminderKind::FourFifths, at: part(8) },
        Reminder { kind: ReminderKind::LastCall, at: last_call },
        Reminder { kind: ReminderKind::Overdue, at: due },
    ];
    // A due time at or before its start (a clock set back, a stage already late when it was opened) is only overdue.
    all.retain(|reminder| {
        reminder.kind == ReminderKind::Overdue || (reminder.at > start && reminder.at < due)
    });
    all.sort_by_key(|reminder| reminder.at);
    all
}

/// The first reminder after `after`. `None` only at the end of time.
#[must_use]
pub fn next_reminder(start: Timestamp, due: Timestamp, after: Timestamp) -> Option<Reminder> {
    let planned = reminders(start, due).into_iter().find(|reminder| reminder.at > after);
    planned.or_else(|| {
        let days = after.duration_since(due).as_hours() / OVERDUE_EVERY.as_hours() + 1;
        let at = due.checked_add(SignedDuration::from_hours(days * OVERDUE_EVERY.as_hours())).ok()?;
        Some(Reminder { kind: ReminderKind::Overdue, at })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn check(start: &str, due: &str, expected: &[&str]) {
        let all = reminders(at(start), at(due));
        let got: Vec<String> = all.iter().map(|r| format!("{} {}", r.kind, r.at)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn plans() {
        let three_days = [
            "half 2011-08-12T12:40:00Z",
            "four-fifths 2011-08-13T10:16:00Z",
            "last-call 2011-08-13T22:40:00Z",
            "overdue 2011-08-14T00:40:00Z",
        ];
        check("2011-08-11T00:40:00Z", "2011-08-14T00:40:00Z", &three_days);
        check(
            "2026-01-01T00:00:00Z",
            "2026-01-01T01:00:00Z",
            &[
                "half 2026-01-01T00:30:00Z",
                "four-fifths 2026-01-01T00:48:00Z",
                "overdue 2026-01-01T01:00:00Z",
            ],
        );
        check(
            "2026-01-01T00:00:00Z",
            "2026-01-01T03:00:00Z",
            &[
                "last-call 2026-01-01T01:00:00Z",
                "half 2026-01-01T01:30:00Z",
                "four-fifths 2026-01-01T02:24:00Z",
                "overdue 2026-01-01T03:00:00Z",
            ],
        );
        check("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", &["overdue 2026-01-01T00:00:00Z"]);
    }

    #[test]
    fn after_the_due_time_daily() {
        let next = |after| {
            next_reminder(at("2011-08-11T00:40:00Z"), at("2011-08-14T00:40:00Z"), at(after)).map(|r| r.at)
        };
        assert_eq!(next("2011-08-11T00:40:00Z"), Some(at("2011-08-12T12:40:00Z")));
        assert_eq!(next("2011-08-13T23:00:00Z"), Some(at("2011-08-14T00:40:00Z")));
        assert_eq!(next("2011-08-14T00:40:00Z"), Some(at("2011-08-15T00:40:00Z")));
        assert_eq!(next("2011-08-16T12:00:00Z"), Some(at("2011-08-17T00:40:00Z")));
        assert_eq!(next_reminder(Timestamp::MIN, Timestamp::MAX, Timestamp::MAX), None);
    }
}
