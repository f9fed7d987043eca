//! The national holidays of Japan, computed.
//!
//! Source: 国民の祝日に関する法律 (Act No. 178 of 1948) as amended, with the one-off acts for 2019, 2020 and 2021.
//! Which days count for a deadline is told in [`super::calendar`].

use jiff::civil::{Date, Weekday, date};

use crate::lang::Lang;

/// The first year computed: since 2007 substitute holidays move past following holidays and 4 May is one of its own.
pub const YEAR_MIN: i16 = 2007;

/// The last year computed: the usual formula for the equinoxes is stated for 1980 to 2099.
pub const YEAR_MAX: i16 = 2099;

/// A national holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    ja: &'static str,
    en: &'static str,
}

impl Holiday {
    /// Its name.
    #[must_use]
    pub fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

const fn named(ja: &'static str, en: &'static str) -> Holiday {
    Holiday { ja, en }
}

const SUBSTITUTE: Holiday = named("振替休日", "substitute holiday");
const BETWEEN: Holiday = named("国民の休日", "citizens' holiday");
const ENTHRONEMENT: Holiday = named("即位の日", "Enthronement Day");

/// The holiday on this day, by whatever rule. `None` outside [`YEAR_MIN`] to [`YEAR_MAX`].
#[must_use]
pub fn holiday(day: Date) -> Option<Holiday> {
    if !(YEAR_MIN..=YEAR_MAX).contains(&day.year()) {
        return None;
    }
    named_day(day).or_else(|| substitute(day)).or_else(|| between(day))
}

/// A holiday on a Sunday moves to the next day that is no holiday itself (Act art. 3 (2)).
fn substitute(day: Date) -> Option<Holiday> {
    let mut before = day.yesterday().ok()?;
    loop {
        named_day(before)?;
        if before.weekday() == Weekday::Sunday {
            return Some(SUBSTITUTE);
        }
        before = before.yesterday().ok()?;
    }
}

/// A day between two holidays is one too (Act art. 3 (3)).
fn between(day: Date) -> Option<Holiday> {
    let (before, after) = (day.yesterday().ok()?, day.tomorrow().ok()?);
    (named_day(before).is_some() && named_day(after).is_some()).then_some(BETWEEN)
}

/// The days that the Act and the one-off acts name.
fn named_day(day: Date) -> Option<Holiday> {
    let (year, month, of_month) = (day.year(), day.month(), day.day());
    if let Some(holiday) = one_off(year, month, of_month) {
        return Some(holiday);
    }
    let monday = (day.weekday() == Weekday::Monday).then(|| (of_month - 1) / 7 + 1);
    let olympic = year == 2020 || year == 2021;
    let holiday = match (month, of_month) {
        (1, 1) => named("元日", "New Year's Day"),
        (1, _) if monday == Some(2) => named("成人の日", "Coming of Age Day"),
        (2, 11) => named("建国記念の日", "National Foundation Day"),
        (2, 23) if year >= 2020 => named("天皇誕生日", "Emperor's Birthday"),
        (3, d) if d == spring_equinox(year) => named("春分の日", "Vernal Equinox Day"),
        (4, 29) => named("昭和の日", "Showa Day"),
        (5, 3) => named("憲法記念日", "Constitution Memorial Day"),
        (5, 4) => named("みどりの日", "Greenery Day"),
        (5, 5) => named("こどもの日", "Children's Day"),
        (7, _) if monday == Some(3) && !olympic => named("海の日", "Marine Day"),
        (8, 11) if year >= 2016 && !olympic => named("山の日", "Mountain Day"),
        (9, _) if monday == Some(3) => named("敬老の日", "Respect for the Aged Day"),
        (9, d) if d == autumn_equinox(year) => named("秋分の日", "Autumnal Equinox Day"),
        (10, _) if monday == Some(2) && year >= 2022 => named("スポーツの日", "Sports Day"),
        (10, _) if monday == Some(2) && !olympic => named("体育の日", "Health and Sports Day"),
        (11, 3) => named("文化の日", "Culture Day"),
        (11, 23) => named("勤労感謝の日", "Labour Thanksgiving Day"),
        (12, 23) if year <= 2018 => named("天皇誕生日", "Emperor's Birthday"),
        _ => return None,
    };
    Some(holiday)
}

/// Days that one act made for one year: the change of emperor, and the moves for the Olympic games.
fn one_off(year: i16, month: i8, day: i8) -> Option<Holiday> {
    Some(match (year, month, day) {
        (2019, 5, 1) => ENTHRONEMENT,
        (2019, 10, 22) => named("即位礼正殿の儀の行われる日", "Day of the Enthronement Ceremony"),
        (2020, 7, 23) | (2021, 7, 22) => named("海の日", "Marine Day"),
        (2020, 7, 24) | (2021, 7, 23) => named("スポーツの日", "Sports Day"),
        (2020, 8, 10) | (2021, 8, 8) => named("山の日", "Mountain Day"),
        _ => return None,
    })
}

/// Day of March, by the usual approximation for 1980 to 2099. The day that binds is the one announced each February
/// for the next year; every announcement so far agrees.
fn spring_equinox(year: i16) -> i8 {
    equinox(year, 20_843_100)
}

/// Day of September; see [`spring_equinox`].
fn autumn_equinox(year: i16) -> i8 {
    equinox(year, 23_248_800)
}

/// In millionths of a day, so that no rounding of fractions decides.
fn equinox(year: i16, base_millionths: i64) -> i8 {
    let years = i64::from(year) - 1980;
    ((base_millionths + 242_194 * years) / 1_000_000 - years / 4) as i8
}

/// The holidays of a year in order, for a calendar page and for tests.
#[must_use]
pub fn holidays(year: i16) -> Vec<(Date, Holiday)> {
    if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
        return Vec::new();
    }
    let days = date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
    days.filter_map(|day| Some((day, holiday(day)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(year: i16, expected: &str) {
        let got: Vec<String> =
            holidays(year).iter().map(|(d, _)| format!("{}/{}", d.month(), d.day())).collect();
        assert_eq!(got.join(" "), expected, "{year}");
    }

    #[test]
    fn whole_years() {
        check(2011, "1/1 1/10 2/11 3/21 4/29 5/3 5/4 5/5 7/18 9/19 9/23 10/10 11/3 11/23 12/23");
        check(2015, "1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23");
        check(
            2019,
            "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 11/3 11/4 11/23",
        );
        check(2020, "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23");
        check(2021, "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23");
        check(2026, "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23");
        check(2006, "");
        check(2100, "");
    }

    #[test]
    fn names() {
        let name = |y, m, d, lang| holiday(date(y, m, d)).map(|h| h.name(lang));
        assert_eq!(name(2026, 11, 23, Lang::Ja), Some("勤労感謝の日"));
        assert_eq!(name(2026, 9, 22, Lang::Ja), Some("国民の休日"));
        assert_eq!(name(2026, 5, 6, Lang::En), Some("substitute holiday"));
        assert_eq!(name(2026, 11, 24, Lang::En), None);
    }
}
