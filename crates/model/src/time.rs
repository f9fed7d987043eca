//! The grid on which things leave, and days. The clock itself is always an argument.

use jiff::{SignedDuration, Timestamp};

/// Minutes between two release slots. 15: two in five attacks reach a second institution within the hour, so a quarter
/// of it costs little, and a reader cannot tell from the minute when the source was hit.
pub const SLOT_MINUTES: i64 = 15;

const SLOT_MICROS: i64 = SLOT_MINUTES * 60 * 1_000_000;

/// The next release slot strictly after `now`.
#[must_use]
pub fn next_slot(now: Timestamp) -> Timestamp {
    let next = (now.as_microsecond().div_euclid(SLOT_MICROS) + 1) * SLOT_MICROS;
    Timestamp::from_microsecond(next).unwrap_or(Timestamp::MAX)
}

/// The day of `at` in UTC, as its first instant. Times of observation leave only so.
#[must_use]
pub fn day(at: Timestamp) -> Timestamp {
    const DAY_MICROS: i64 = 86_400_000_000;
    let midnight = at.as_microsecond().div_euclid(DAY_MICROS) * DAY_MICROS;
    Timestamp::from_microsecond(midnight).unwrap_or(at)
}

/// `at` plus whole days of 24 hours; the last representable instant when that is beyond the calendar.
#[must_use]
pub fn plus_days(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(days.saturating_mul(24))).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn slots_are_quarters_of_an_hour() {
        assert_eq!(next_slot(at("2026-11-24T04:01:02.5Z")), at("2026-11-24T04:15:00Z"));
        assert_eq!(next_slot(at("2026-11-24T04:15:00Z")), at("2026-11-24T04:30:00Z"));
        assert_eq!(next_slot(at("1969-12-31T23:59:59Z")), at("1970-01-01T00:00:00Z"));
    }

    #[test]
    fn a_day_begins_at_midnight_utc() {
        assert_eq!(day(at("2026-11-24T23:59:59Z")), at("2026-11-24T00:00:00Z"));
    }
}
