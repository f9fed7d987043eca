//! Which days count: every day, weekdays, or the working days of Japan.
//!
//! Holidays themselves are computed in [`super::holiday`].

use jiff::civil::{Date, Weekday};

use super::holiday;
use crate::lang::Lang;
use crate::named::named;

named! {
    /// A calendar of working days.
    pub enum Calendar {
        /// Every day counts.
        EveryDay = "every-day",
        /// Monday to Friday.
        Weekdays = "weekdays",
        /// Monday to Friday without the national holidays of Japan.
        Japan = "japan",
        /// As [`Calendar::Japan`], and without 29 December to 3 January, when Japanese government offices are closed
        /// (行政機関の休日に関する法律, Act No. 91 of 1988, art. 1).
        JapanOffices = "japan-offices",
    }
}

/// Why a day does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Saturday or Sunday.
    Weekend(Weekday),
    /// A national holiday.
    Holiday(holiday::Holiday),
    /// The turn of the year at Japanese offices.
    YearEnd,
}

impl Closed {
    /// The reason in words.
    #[must_use]
    pub fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Weekend(Weekday::Saturday), Lang::Ja) => "土曜日",
            (Self::Weekend(Weekday::Saturday), Lang::En) => "Saturday",
            (Self::Weekend(_), Lang::Ja) => "日曜日",
            (Self::Weekend(_), Lang::En) => "Sunday",
            (Self::Holiday(holiday), lang) => holiday.name(lang),
            (Self::YearEnd, Lang::Ja) => "年末年始",
            (Self::YearEnd, Lang::En) => "turn of the year",
        }
    }
}

impl Calendar {
    /// Whether this calendar can answer for the year at all: holidays are computed for some years only.
    #[must_use]
    pub fn covers(self, year: i16) -> bool {
        match self {
            Self::EveryDay | Self::Weekdays => true,
            Self::Japan | Self::JapanOffices => (holiday::YEAR_MIN..=holiday::YEAR_MAX).contains(&year),
        }
    }

    /// Why the day does not count, or `None` when it does.
    #[must_use]
    pub fn closed(self, day: Date) -> Option<Closed> {
        let weekday = day.weekday();
        let weekend =
            matches!(weekday, Weekday::Saturday | Weekday::Sunday).then_some(Closed::Weekend(weekday));
        let holiday = || holiday::holiday(day).map(Closed::Holiday);
        match self {
            Self::EveryDay => None,
            Self::Weekdays => weekend,
            Self::Japan => weekend.or_else(holiday),
            Self::JapanOffices => weekend.or_else(holiday).or_else(|| year_end(day)),
        }
    }
}

fn year_end(day: Date) -> Option<Closed> {
    matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3)).then_some(Closed::YearEnd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(calendar: Calendar, day: Date, expected: Option<&str>) {
        assert_eq!(calendar.closed(day).map(|c| c.words(Lang::Ja)), expected, "{calendar} {day}");
    }

    #[test]
    fn closed_days() {
        check(Calendar::EveryDay, date(2026, 11, 22), None);
        check(Calendar::Weekdays, date(2026, 11, 22), Some("日曜日"));
        check(Calendar::Weekdays, date(2026, 11, 23), None);
        check(Calendar::Japan, date(2026, 11, 23), Some("勤労感謝の日"));
        check(Calendar::Japan, date(2026, 11, 21), Some("土曜日"));
        check(Calendar::Japan, date(2026, 12, 30), None);
        check(Calendar::JapanOffices, date(2026, 12, 30), Some("年末年始"));
        check(Calendar::JapanOffices, date(2027, 1, 1), Some("元日"));
        check(Calendar::JapanOffices, date(2027, 1, 4), None);
    }

    #[test]
    fn years_that_can_be_answered() {
        assert!(Calendar::Weekdays.covers(1900));
        assert!(Calendar::Japan.covers(2011));
        assert!(!Calendar::Japan.covers(2006));
        assert!(!Calendar::JapanOffices.covers(2100));
    }
}
