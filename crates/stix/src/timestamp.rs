//! Timestamps (section 2.16 of the common data types): kept as written, compared to the microsecond.

use crate::fault::shown;
use crate::{Fault, code};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::{Hash, Hasher};

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A moment in UTC. Two texts of one moment are equal; the text that came is the text that leaves.
#[derive(Debug, Clone)]
pub struct Timestamp {
    text: String,
    micros: i64,
}

impl Timestamp {
    /// Reads `YYYY-MM-DDTHH:MM:SS[.s+]Z`. Digits beyond the microsecond stay in the text and are not compared.
    pub fn parse(text: &str) -> Result<Timestamp, Fault> {
        match parse_micros(text) {
            Ok(micros) => Ok(Timestamp { text: text.to_owned(), micros }),
            Err(reason) => {
                let said = format!("{text:?}: {reason}");
                let values = [shown(text), reason.to_owned()];
                Err(Fault::read(code::TIMESTAMP_MALFORMED, "", said).with(values))
            }
        }
    }

    /// The moment `micros` microseconds after 1970-01-01T00:00:00Z, written with three digits of the second, or six
    /// where three would lose something. Moments outside the years 0000 to 9999 are moved to the nearest end.
    pub fn from_micros(micros: i64) -> Timestamp {
        let micros = micros.clamp(MICROS_MIN, MICROS_MAX);
        let text = write_micros(micros, micros % 1000 != 0);
        Timestamp { text, micros }
    }

    /// As [`Timestamp::from_micros`], always with six digits (TAXII wants them for `date_added`).
    pub fn from_micros_six_digits(micros: i64) -> Timestamp {
        let micros = micros.clamp(MICROS_MIN, MICROS_MAX);
        Timestamp { text: write_micros(micros, true), micros }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(&self) -> i64 {
        self.micros
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

const MICROS_MIN: i64 = days_of(0, 1, 1) * SECONDS_PER_DAY * MICROS_PER_SECOND;
const MICROS_MAX: i64 = days_of(10_000, 1, 1) * SECONDS_PER_DAY * MICROS_PER_SECOND - 1;

/// The microseconds of a timestamp's text, without keeping it.
pub(crate) fn parse_micros(text: &str) -> Result<i64, &'static str> {
    let b = text.as_bytes();
    if b.len() < 20 {
        return Err("not of the form YYYY-MM-DDTHH:MM:SS[.s+]Z");
    }
    let marks = b[4] == b'-' && b[7] == b'-' && b[10] == b'T' && b[13] == b':' && b[16] == b':';
    let (Some(year), Some(month), Some(day)) = (digits(&b[0..4]), digits(&b[5..7]), digits(&b[8..10])) else {
        return Err("not of the form YYYY-MM-DDTHH:MM:SS[.s+]Z");
    };
    let (Some(hour), Some(minute), Some(second)) =
        (digits(&b[11..13]), digits(&b[14..16]), digits(&b[17..19]))
    else {
        return Err("not of the form YYYY-MM-DDTHH:MM:SS[.s+]Z");
    };
    if !marks {
        return Err("not of the form YYYY-MM-DDTHH:MM:SS[.s+]Z");
    }
    if !(1..=12).contains(&month) || day < 1 || day > month_days(year, month) {
        return Err("no such day");
    }
    if hour > 23 || minute > 59 || second > 60 {
        return Err("no such time of day");
    }
    let fraction = fraction_micros(&b[19..])?;
    let seconds = days_of(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60;
    if second == 60 {
        // RFC 3339 allows a leap second; it sorts as the last microsecond before the next minute.
        return Ok((seconds + 60) * MICROS_PER_SECOND - 1);
    }
    Ok((seconds + second) * MICROS_PER_SECOND + fraction)
}

fn fraction_micros(rest: &[u8]) -> Result<i64, &'static str> {
    match rest {
        [b'Z'] => Ok(0),
        [b'.', digits @ .., b'Z'] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            let six = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
            Ok(six.fold(0, |sum, d| sum * 10 + i64::from(d - b'0')))
        }
        _ => Err("must end in Z after an optional fraction of the second"),
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, d| d.is_ascii_digit().then(|| sum * 10 + i64::from(d - b'0')))
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

fn write_micros(micros: i64, six_digits: bool) -> String {
    let seconds = micros.div_euclid(MICROS_PER_SECOND);
    let fraction = micros.rem_euclid(MICROS_PER_SECOND);
    let (year, month, day) = civil_of(seconds.div_euclid(SECONDS_PER_DAY));
    let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let head = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if six_digits { format!("{head}.{fraction:06}Z") } else { format!("{head}.{:03}Z", fraction / 1000) }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Timestamp) -> bool {
        self.micros == other.micros
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Timestamp) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Timestamp) -> std::cmp::Ordering {
        self.micros.cmp(&other.micros)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.micros.hash(state);
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Timestamp, Fault> {
        Timestamp::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &str, expected: Option<i64>) {
        assert_eq!(Timestamp::parse(input).ok().map(|t| t.micros()), expected, "{input}");
    }

    #[test]
    fn reads_what_the_standard_allows() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("1970-01-01T00:00:00.5Z", Some(500_000));
        check("2016-01-20T12:31:12.12345Z", Some(1_453_293_072_123_450));
        check("2016-01-20T12:31:12.123456789Z", Some(1_453_293_072_123_456));
        check("2016-12-31T23:59:60Z", Some(1_483_228_799_999_999));
        check("2016-02-29T00:00:00Z", Some(1_456_704_000_000_000));
        check("1601-01-01T00:00:00Z", Some(-11_644_473_600_000_000));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for bad in ["", "2016-11-31T08:17:27.000000Z", "2015-02-29T00:00:00Z", "2016-01-20T12:31:12+09:00"] {
            check(bad, None);
        }
        for bad in
            ["2016-01-20 12:31:12Z", "2016-01-20T25:31:12Z", "2016-01-20T12:31:12.Z", "2016-01-20t12:31:12z"]
        {
            check(bad, None);
        }
        check("２０１６-01-20T12:31:12Z", None);
    }

    #[test]
    fn equal_moments_are_equal_however_written() {
        let (short, long) =
            (Timestamp::parse("2020-01-01T00:00:00Z"), Timestamp::parse("2020-01-01T00:00:00.000Z"));
        assert_eq!(short, long);
        assert_eq!(long.unwrap().as_str(), "2020-01-01T00:00:00.000Z");
    }

    proptest! {
        #[test]
        fn writing_and_reading_agree(micros in MICROS_MIN..=MICROS_MAX) {
            for made in [Timestamp::from_micros(micros), Timestamp::from_micros_six_digits(micros)] {
                prop_assert_eq!(Timestamp::parse(made.as_str()).unwrap().micros(), micros);
            }
        }

        #[test]
        fn any_text_is_an_answer(text in "\\PC{0,40}") {
            if let Ok(read) = Timestamp::parse(&text) {
                prop_assert_eq!(read.as_str(), text);
            }
        }
    }
}
