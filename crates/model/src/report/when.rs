//! Times as people write them in forms: era dates too, in the writer's zone unless the text names an offset.

use crate::clock::era::{self, DateFault};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::fmt;

/// The longest text that is looked at, in characters: an era date, a weekday, a time and a zone.
const WHEN_CHARS_MAX: usize = 60;

/// Why a text was not read as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFault {
    /// The date.
    Date(DateFault),
    /// The time of day is missing or none.
    Time,
    /// This time does not exist in the zone, or twice: the clocks change then.
    ClocksChange,
}

impl fmt::Display for WhenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(why) => why.fmt(f),
            Self::Time => f.write_str("add the time of day: 2026-11-23 09:40"),
            Self::ClocksChange => f.write_str("the clocks change then; add UTC or an offset like +09:00"),
        }
    }
}

impl std::error::Error for WhenFault {}

/// Reads `令和8年11月23日 9:40`, `R8.11.23 午後3時05分`, `2026-11-23T09:40`, `2026/11/23 9:40 UTC`, RFC 3339.
///
/// # Errors
/// [`WhenFault`].
pub fn read_when(text: &str, zone: &TimeZone) -> Result<Timestamp, WhenFault> {
    let text = text.trim();
    if text.chars().count() > WHEN_CHARS_MAX {
        return Err(WhenFault::Date(DateFault::Form));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let folded: String = text.chars().map(fold).collect();
    let (folded, zone) = match folded.trim_end().strip_suffix("UTC") {
        Some(rest) => (rest.to_owned(), TimeZone::UTC),
        None => (folded.trim_end_matches("JST").to_owned(), zone_of(&folded, zone)),
    };
    let (day, time) = halves(folded.trim()).ok_or(WhenFault::Time)?;
    let day = era::read_date(day).map_err(WhenFault::Date)?;
    let time = read_time(time.trim()).ok_or(WhenFault::Time)?;
    let zoned = zone.to_ambiguous_zoned_datetime(day.to_datetime(time));
    zoned.unambiguous().map(|at| at.timestamp()).map_err(|_| WhenFault::ClocksChange)
}

fn zone_of(text: &str, zone: &TimeZone) -> TimeZone {
    if text.ends_with("JST") {
        TimeZone::get("Asia/Tokyo").unwrap_or_else(|_| zone.clone())
    } else {
        zone.clone()
    }
}

fn fold(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The date and the time of day: parted by a blank, a `T`, or behind `日`.
fn halves(text: &str) -> Option<(&str, &str)> {
    if let Some(at) = text.find('日') {
        let (day, rest) = text.split_at(at + '日'.len_utf8());
        let rest = rest.trim_start();
        // a weekday in brackets after the date says nothing more
        return Some((day, rest.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(rest, |(_, r)| r)));
    }
    text.split_once([' ', 'T'])
}

/// `9:40`, `09:40:12`, `9時40分`, `9時`, each with `午前` or `午後` before it.
fn read_time(text: &str) -> Option<Time> {
    let (text, noon) = match (text.strip_prefix("午前"), text.strip_prefix("午後")) {
        (Some(rest), _) => (rest, 0),
        (_, Some(rest)) => (rest, 12),
        _ => (text, 0),
    };
    let spelled = text.replace(['時', '分'], ":").replace('秒', "");
    let mut parts = spelled.trim_end_matches(':').split(':');
    let mut next = || parts.next().map_or(Some(0), |part| part.trim().parse::<i8>().ok());
    let (hour, minute, second) = (next()?, next()?, next()?);
    if parts.next().is_some() || !text.contains([':', '時']) || (noon == 12 && hour > 12) {
        return None;
    }
    let hour = if noon == 12 && hour < 12 { hour + 12 } else { hour };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let read = read_when(text, &zone).map(|at| at.to_string()).map_err(|why| why.to_string());
        assert_eq!(read.unwrap_or_else(|why| why), expected, "{text}");
    }

    #[test]
    fn times_as_people_write_them() {
        check("令和8年11月23日 9:40", "2026-11-23T00:40:00Z");
        check("平成２３年８月１１日（木）　午前９時４０分", "2011-08-11T00:40:00Z");
        check("R8.11.23 午後3時05分", "2026-11-23T06:05:00Z");
        check("2026-11-23T09:40", "2026-11-23T00:40:00Z");
        check("2026/11/23 9:40 UTC", "2026-11-23T09:40:00Z");
        check("2026-11-23 09:40 JST", "2026-11-23T00:40:00Z");
        check("2026-11-23T09:40:00-05:00", "2026-11-23T14:40:00Z");
        check("2026-11-23", "add the time of day: 2026-11-23 09:40");
        check("2026-11-23 25:00", "add the time of day: 2026-11-23 09:40");
        check("2026-02-30 09:00", "there is no such day");
        check("平成33年1月1日 9:00", "outside its era; is 2021-01-01 meant?");
    }

    #[test]
    fn an_hour_that_does_not_exist_is_told() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(read_when("2026-03-29 02:30", &zone), Err(WhenFault::ClocksChange));
        assert_eq!(read_when("2026-10-25 02:30", &zone), Err(WhenFault::ClocksChange));
    }
}
