//! Rules: a period from a trigger, counted in one place, gives a due time.
//!
//! The arithmetic alone. Several rules for one stage, and stages that hang on one another, are in [`super::duty`]; the
//! words are in [`super::explain`].

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan, ZonedDateTime};

use super::calendar::Calendar;
use super::holiday::Holiday;
use crate::named::named;

/// The longest period, in its own unit. 10,000 hours are over a year, 10,000 days 27 years: more is a typing error.
pub const PERIOD_MAX: u32 = 10_000;

named! {
    /// What starts a clock.
    pub enum Trigger {
        /// Somebody of the organisation came to know of the incident.
        Awareness = "awareness",
        /// Somebody came to suspect it.
        Suspicion = "suspicion",
        /// The incident was classified (as major, as significant).
        Classification = "classification",
        /// A ransom was paid.
        Payment = "payment",
    }
}

named! {
    /// At which time of the last day a period of days ends.
    pub enum Ending {
        /// At the time of day at which it began. The earlier reading, and so the safe one where the rule is silent.
        SameTime = "same-time",
        /// With the last second of the day.
        EndOfDay = "end-of-day",
    }
}

named! {
    /// What happens when a period ends on a day that does not count.
    pub enum Roll {
        /// Nothing.
        Stays = "stays",
        /// It ends on the next day that counts.
        Next = "next-business-day",
        /// It ends on the day before that counts.
        Previous = "previous-business-day",
    }
}

/// A length of time as a law or contract words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Hours that pass, whatever the clocks on the wall do.
    Hours(u32),
    /// Days of the calendar; the day of the trigger is not counted.
    Days(u32),
    /// Days that count in the place's calendar; the day of the trigger is not counted.
    BusinessDays(u32),
    /// Months of the calendar; a day that the month does not have becomes its last.
    Months(u32),
}

/// A period from a trigger, and how it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How long.
    pub period: Period,
    /// At which time of day.
    pub ending: Ending,
    /// And if that day does not count.
    pub roll: Roll,
}

/// Where days begin and which of them count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The time zone; from jiff's bundled copy of the IANA data.
    pub zone: TimeZone,
    /// The days that count.
    pub calendar: Calendar,
}

impl Place {
    /// A place by the IANA name of its time zone; `None` when the name is unknown.
    #[must_use]
    pub fn new(zone: &str, calendar: Calendar) -> Option<Self> {
        let zone = TimeZone::get(zone).ok()?;
        Some(Self { zone, calendar })
    }
}

/// Why no due time could be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockFault {
    /// The period is over [`PERIOD_MAX`].
    TooLong,
    /// The result lies outside the years that can be written.
    OutOfRange,
    /// The calendar does not know the holidays of this year.
    NoCalendar(i16),
}

impl fmt::Display for ClockFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a period is at most {PERIOD_MAX} of its unit"),
            Self::OutOfRange => f.write_str("the due time is outside the years that can be written"),
            Self::NoCalendar(year) => write!(f, "the holidays of {year} are not known"),
        }
    }
}

impl std::error::Error for ClockFault {}

/// A due time, with all that is needed to explain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// When the clock started, in the place's zone.
    pub start: ZonedDateTime,
    /// When it runs out: late is what comes after this instant.
    pub at: ZonedDateTime,
    /// The rule.
    pub limit: Limit,
    /// The calendar it was counted in.
    pub calendar: Calendar,
    /// Holidays that were not counted on the way (weekends are not listed).
    pub holidays: Vec<(Date, Holiday)>,
    /// The day on which the period itself ended, if it was moved from there.
    pub rolled_from: Option<Date>,
}

impl Due {
    /// Whether something done at `done` was late.
    #[must_use]
    pub fn is_late(&self, done: Timestamp) -> bool {
        done > self.at.timestamp()
    }
}

/// Days walked over, and what was found not to count.
struct Walk {
    calendar: Calendar,
    holidays: Vec<(Date, Holiday)>,
}

impl Walk {
    /// Whether the day counts; a holiday that does not is noted.
    fn counts(&mut self, day: Date) -> Result<bool, ClockFault> {
        if !self.calendar.covers(day.year()) {
            return Err(ClockFault::NoCalendar(day.year()));
        }
        let closed = self.calendar.closed(day);
        if let Some(super::calendar::Closed::Holiday(holiday)) = closed {
            self.holidays.push((day, holiday));
        }
        Ok(closed.is_none())
    }

    /// From the day after `day`, the `count`-th day that counts.
    fn business_days(&mut self, mut day: Date, count: u32) -> Result<Date, ClockFault> {
        let mut left = count;
        while left > 0 {
            day = day.tomorrow().map_err(|_| ClockFault::OutOfRange)?;
            left -= u32::from(self.counts(day)?);
        }
        Ok(day)
    }

    /// The day itself if it counts, else the nearest in the direction of `roll`.
    fn roll(&mut self, mut day: Date, roll: Roll) -> Result<Date, ClockFault> {
        while roll != Roll::Stays && !self.counts(day)? {
            let moved = if roll == Roll::Next { day.tomorrow() } else { day.yesterday() };
            day = moved.map_err(|_| ClockFault::OutOfRange)?;
        }
        Ok(day)
    }
}

/// Adds a span of calendar units to a wall-clock time. Where that time does not exist (clocks go forward) the later
/// instant counts, where it exists twice the earlier: the reading of RFC 5545 that jiff calls "compatible".
fn on_the_wall(start: &ZonedDateTime, span: Span) -> Result<ZonedDateTime, ClockFault> {
    start.checked_add(span).map_err(|_| ClockFault::OutOfRange)
}

/// When `limit`, started at `start`, runs out in `place`.
pub fn due(limit: Limit, start: Timestamp, place: &Place) -> Result<Due, ClockFault> {
    let (Period::Hours(count) | Period::Days(count) | Period::BusinessDays(count) | Period::Months(count)) =
        limit.period;
    if count > PERIOD_MAX {
        return Err(ClockFault::TooLong);
    }
    let start = start.to_zoned_datetime(place.zone.clone());
    let mut walk = Walk { calendar: place.calendar, holidays: Vec::new() };
    let plain = match limit.period {
        Period::Hours(hours) => start
            .checked_add(SignedDuration::from_hours(i64::from(hours)))
            .map_err(|_| ClockFault::OutOfRange)?,
        Period::Days(days) => on_the_wall(&start, i64::from(days).days())?,
        Period::Months(months) => on_the_wall(&start, i64::from(months).months())?,
        Period::BusinessDays(days) => {
            let last = walk.business_days(start.date(), days)?;
            at_time_of(&start, last, place)?
        }
    };
    let last = walk.roll(plain.date(), limit.roll)?;
    let rolled_from = (last != plain.date()).then_some(plain.date());
    let same_time = if rolled_from.is_some() { at_time_of(&plain, last, place)? } else { plain };
    let at = match limit.ending {
        Ending::SameTime => same_time,
        Ending::EndOfDay => last_second(last, place)?,
    };
    Ok(Due { start, at, limit, calendar: place.calendar, holidays: walk.holidays, rolled_from })
}

/// The wall-clock time of `time` on another day.
fn at_time_of(time: &ZonedDateTime, day: Date, place: &Place) -> Result<ZonedDateTime, ClockFault> {
    day.to_datetime(time.time()).to_zoned_datetime(place.zone.clone()).map_err(|_| ClockFault::OutOfRange)
}

fn last_second(day: Date, place: &Place) -> Result<ZonedDateTime, ClockFault> {
    day.at(23, 59, 59, 0).to_zoned_datetime(place.zone.clone()).map_err(|_| ClockFault::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(period: Period) -> Limit {
        Limit { period, ending: Ending::SameTime, roll: Roll::Stays }
    }

    fn run(limit: Limit, zone: &str, calendar: Calendar, start: &str) -> Result<Due, ClockFault> {
        due(limit, start.parse().unwrap(), &Place::new(zone, calendar).unwrap())
    }

    fn check(limit: Limit, zone: &str, calendar: Calendar, start: &str, expected: &str) {
        let at = run(limit, zone, calendar, start).map(|due| due.at.strftime("%F %T %Z").to_string());
        assert_eq!(at, Ok(expected.to_owned()), "{limit:?} {zone} {start}");
    }

    const TOKYO: &str = "Asia/Tokyo";
    const PARIS: &str = "Europe/Paris";

    #[test]
    fn the_case_of_2011() {
        let hours = limit(Period::Hours(72));
        check(hours, TOKYO, Calendar::EveryDay, "2011-08-11T00:40:00Z", "2011-08-14 09:40:00 JST");
        let due = run(hours, TOKYO, Calendar::EveryDay, "2011-08-11T00:40:00Z").unwrap();
        assert!(due.is_late("2011-09-19T00:00:00Z".parse().unwrap()));
        assert!(!due.is_late("2011-08-14T00:40:00Z".parse().unwrap()));
        assert!(due.is_late("2011-08-14T00:40:00.000001Z".parse().unwrap()));
    }

    #[test]
    fn daylight_saving() {
        // Clocks go forward on 29 March 2026 at 02:00: hours pass, days keep the time on the wall.
        check(
            limit(Period::Hours(24)),
            PARIS,
            Calendar::EveryDay,
            "2026-03-28T11:00:00Z",
            "2026-03-29 13:00:00 CEST",
        );
        check(
            limit(Period::Days(1)),
            PARIS,
            Calendar::EveryDay,
            "2026-03-28T11:00:00Z",
            "2026-03-29 12:00:00 CEST",
        );
        check(
            limit(Period::Days(1)),
            PARIS,
            Calendar::EveryDay,
            "2026-03-28T01:30:00Z",
            "2026-03-29 03:30:00 CEST",
        );
        check(
            limit(Period::Days(1)),
            PARIS,
            Calendar::EveryDay,
            "2026-10-24T00:30:00Z",
            "2026-10-25 02:30:00 CEST",
        );
    }

    #[test]
    fn months_end_on_their_last_day() {
        check(
            limit(Period::Months(1)),
            PARIS,
            Calendar::EveryDay,
            "2027-01-31T09:00:00Z",
            "2027-02-28 10:00:00 CET",
        );
        check(
            limit(Period::Months(1)),
            PARIS,
            Calendar::EveryDay,
            "2027-12-15T09:00:00Z",
            "2028-01-15 10:00:00 CET",
        );
    }

    #[test]
    fn business_days_skip_what_does_not_count() {
        let three = limit(Period::BusinessDays(3));
        // Friday 20 November 2026; Monday the 23rd is a holiday in Japan.
        check(three, TOKYO, Calendar::Weekdays, "2026-11-20T03:00:00Z", "2026-11-25 12:00:00 JST");
        check(three, TOKYO, Calendar::Japan, "2026-11-20T03:00:00Z", "2026-11-26 12:00:00 JST");
        let due = run(three, TOKYO, Calendar::Japan, "2026-11-20T03:00:00Z").unwrap();
        assert_eq!(due.holidays.iter().map(|(d, _)| d.to_string()).collect::<Vec<_>>(), ["2026-11-23"]);
        let end = Limit { ending: Ending::EndOfDay, ..limit(Period::BusinessDays(1)) };
        check(end, TOKYO, Calendar::JapanOffices, "2026-12-28T03:00:00Z", "2027-01-04 23:59:59 JST");
    }

    #[test]
    fn rolled_when_the_last_day_does_not_count() {
        let next = Limit { roll: Roll::Next, ..limit(Period::Days(1)) };
        check(next, TOKYO, Calendar::Japan, "2026-11-20T03:00:00Z", "2026-11-24 12:00:00 JST");
        let before = Limit { roll: Roll::Previous, ..limit(Period::Days(3)) };
        check(before, TOKYO, Calendar::Japan, "2026-11-20T03:00:00Z", "2026-11-20 12:00:00 JST");
        let due = run(next, TOKYO, Calendar::Japan, "2026-11-20T03:00:00Z").unwrap();
        assert_eq!(due.rolled_from.map(|d| d.to_string()).as_deref(), Some("2026-11-21"));
    }

    #[test]
    fn faults() {
        let run = |period, calendar, start| run(limit(period), TOKYO, calendar, start).map(|due| due.at);
        let now = "2026-11-20T03:00:00Z";
        assert_eq!(run(Period::Hours(10_001), Calendar::EveryDay, now), Err(ClockFault::TooLong));
        assert_eq!(
            run(Period::BusinessDays(1), Calendar::Japan, "2006-01-05T00:00:00Z"),
            Err(ClockFault::NoCalendar(2006))
        );
        assert_eq!(
            run(Period::BusinessDays(9999), Calendar::Japan, "2090-01-05T00:00:00Z"),
            Err(ClockFault::NoCalendar(2100))
        );
        assert_eq!(
            run(Period::Months(10_000), Calendar::EveryDay, "9990-01-01T00:00:00Z"),
            Err(ClockFault::OutOfRange)
        );
        assert_eq!(Place::new("Asia/Nowhere", Calendar::Japan), None);
    }
}
