//! Dates as people write them: era dates of Japan (令和8年11月23日, R8.11.23, 元年, ㋿) and plain ones.
//!
//! Reading and showing only; times of day and zones are left to the callers.

use std::fmt;

use jiff::civil::{Date, date};

/// The longest text that is looked at, in characters. "令和六十四年十二月三十一日（木）" has 16.
const DATE_CHARS_MAX: usize = 40;

/// An era: its names and its days.
struct Era {
    kanji: &'static str,
    letter: char,
    /// The era in one character, as calendars and forms print it.
    square: char,
    first: Date,
    last: Date,
}

/// From the newest. Meiji begins with the Gregorian calendar, 1 January 1873: earlier dates need another calendar.
const ERAS: [Era; 5] = [
    Era { kanji: "令和", letter: 'R', square: '㋿', first: date(2019, 5, 1), last: date(9999, 12, 31) },
    Era { kanji: "平成", letter: 'H', square: '㍻', first: date(1989, 1, 8), last: date(2019, 4, 30) },
    Era { kanji: "昭和", letter: 'S', square: '㍼', first: date(1926, 12, 25), last: date(1989, 1, 7) },
    Era { kanji: "大正", letter: 'T', square: '㍽', first: date(1912, 7, 30), last: date(1926, 12, 24) },
    Era { kanji: "明治", letter: 'M', square: '㍾', first: date(1873, 1, 1), last: date(1912, 7, 29) },
];

/// Year 1 of Meiji is 1868, though its dates are read from 1873 only.
const MEIJI_FIRST_YEAR: i16 = 1868;

impl Era {
    fn first_year(&self) -> i16 {
        if self.letter == 'M' { MEIJI_FIRST_YEAR } else { self.first.year() }
    }

    fn of(day: Date) -> Option<&'static Self> {
        ERAS.iter().find(|era| (era.first..=era.last).contains(&day))
    }
}

/// Why a text was not read as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// No form of date that is known here.
    Form,
    /// The form is right, but there is no such day.
    NoSuchDay,
    /// The day lies outside the era it is written in (平成32年…). This is the day that counting on would give; a person
    /// must say whether it is meant.
    OutsideEra(Date),
}

impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("not a date; write 令和8年11月23日, R8.11.23 or 2026-11-23"),
            Self::NoSuchDay => f.write_str("there is no such day"),
            Self::OutsideEra(day) => write!(f, "outside its era; is {day} meant?"),
        }
    }
}

impl std::error::Error for DateFault {}

/// Reads a date: `令和8年11月23日`, `令和元年5月1日`, `R8.11.23`, `㋿8年11月23日`, `2026年11月23日`, `2026-11-23`,
/// `2026/11/23`, full-width and kanji digits too. A weekday in brackets after it is not looked at.
pub fn read_date(text: &str) -> Result<Date, DateFault> {
    if text.chars().count() > DATE_CHARS_MAX {
        return Err(DateFault::Form);
    }
    let folded: String = text.chars().filter(|c| !c.is_whitespace()).map(fold).collect();
    let body = folded.split('(').next().unwrap_or_default();
    let (era, rest) = split_era(body);
    let [year, month, day] = numbers(rest).ok_or(DateFault::Form)?;
    let base = match era {
        Some(era) if year >= 1 => era.first_year() - 1,
        Some(_) => return Err(DateFault::NoSuchDay),
        // Two digits without an era could be either century or an era: a person must say.
        None if year >= 1000 => 0,
        None => return Err(DateFault::Form),
    };
    let fits = |number: i16| i8::try_from(number).map_err(|_| DateFault::NoSuchDay);
    let read = Date::new(base + year, fits(month)?, fits(day)?).map_err(|_| DateFault::NoSuchDay)?;
    match era {
        Some(era) if !(era.first..=era.last).contains(&read) => Err(DateFault::OutsideEra(read)),
        _ => Ok(read),
    }
}

/// Full-width signs become ASCII, dashes and dots one kind each.
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '−' | '‐' | '–' | 'ー' => '-',
        '・' => '.',
        _ => c,
    }
}

fn split_era(text: &str) -> (Option<&'static Era>, &str) {
    for era in &ERAS {
        let rest = text.strip_prefix(era.kanji).or_else(|| text.strip_prefix(era.square));
        let rest = rest.or_else(|| text.strip_prefix([era.letter, era.letter.to_ascii_lowercase()]));
        if let Some(rest) = rest {
            return (Some(era), rest);
        }
    }
    (None, text)
}

/// `8年11月23日`, `8.11.23`, `8/11/23` or `8-11-23` as three numbers; separators are not mixed.
fn numbers(text: &str) -> Option<[i16; 3]> {
    let parts: Vec<&str> = match text.split_once('年') {
        Some((year, rest)) => {
            let (month, day) = rest.split_once('月')?;
            vec![year, month, day.strip_suffix('日')?]
        }
        None => text.split(['.', '/', '-'].into_iter().find(|c| text.contains(*c))?).collect(),
    };
    let [year, month, day] = parts.as_slice() else { return None };
    Some([number(year)?, number(month)?, number(day)?])
}

/// ASCII digits, kanji numerals up to 99, or 元 for 1.
fn number(text: &str) -> Option<i16> {
    if text == "元" {
        return Some(1);
    }
    if !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).map(|p| p as i16);
    let one = |text: &str, none: i16| match text.chars().collect::<Vec<_>>().as_slice() {
        [] => Some(none),
        [c] => digit(*c),
        _ => None,
    };
    match text.split_once('十') {
        Some((tens, ones)) => Some(one(tens, 1)? * 10 + one(ones, 0)?),
        None => one(text, -1).filter(|n| *n >= 0),
    }
}

/// `令和8年11月23日`; `None` before 1873.
#[must_use]
pub fn long(day: Date) -> Option<String> {
    let era = Era::of(day)?;
    let year = match day.year() - era.first_year() + 1 {
        1 => "元".to_owned(),
        year => year.to_string(),
    };
    Some(format!("{}{year}年{}月{}日", era.kanji, day.month(), day.day()))
}

/// `R8.11.23`; `None` before 1873.
#[must_use]
pub fn short(day: Date) -> Option<String> {
    let era = Era::of(day)?;
    Some(format!("{}{}.{}.{}", era.letter, day.year() - era.first_year() + 1, day.month(), day.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, DateFault>) {
        assert_eq!(read_date(text).map(|d| d.to_string()), expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn era_dates() {
        for text in [
            "令和8年11月23日",
            "令和８年１１月２３日",
            "令和八年十一月二十三日",
            "R8.11.23",
            "Ｒ８．１１．２３",
            "r8/11/23",
            "R08-11-23",
            "㋿8年11月23日",
            "令和 8年 11月 23日",
            "令和8年11月23日（月）",
            "2026年11月23日",
            "2026-11-23",
            "2026/11/23",
            "２０２６／１１／２３",
        ] {
            check(text, Ok("2026-11-23"));
        }
        check("令和元年5月1日", Ok("2019-05-01"));
        check("令和1年5月1日", Ok("2019-05-01"));
        check("平成23年8月11日", Ok("2011-08-11"));
        check("㍻23年8月11日", Ok("2011-08-11"));
        check("H23.8.11", Ok("2011-08-11"));
        check("昭和64年1月7日", Ok("1989-01-07"));
        check("T15.12.24", Ok("1926-12-24"));
        check("明治45年7月29日", Ok("1912-07-29"));
        check("昭和六十年十月十日", Ok("1985-10-10"));
    }

    #[test]
    fn faults() {
        check("令和元年4月30日", Err(DateFault::OutsideEra(date(2019, 4, 30))));
        check("平成32年3月31日", Err(DateFault::OutsideEra(date(2020, 3, 31))));
        check("昭和64年1月8日", Err(DateFault::OutsideEra(date(1989, 1, 8))));
        check("明治5年12月3日", Err(DateFault::OutsideEra(date(1872, 12, 3))));
        check("令和8年2月29日", Err(DateFault::NoSuchDay));
        check("令和0年1月1日", Err(DateFault::NoSuchDay));
        check("R8.13.1", Err(DateFault::NoSuchDay));
        check("R8.1.999", Err(DateFault::NoSuchDay));
        check("R9999.1.1", Err(DateFault::NoSuchDay));
        for text in [
            "",
            "令和",
            "8.11.23",
            "26-11-23",
            "R8.11",
            "R8.11.23.1",
            "R8.11/23",
            "Z8.1.1",
            "令和8年11月",
            "R-8.1.1",
            "R八百.1.1",
            "十",
        ] {
            check(text, Err(DateFault::Form));
        }
        check(&"令".repeat(41), Err(DateFault::Form));
    }

    #[test]
    fn shown_and_read_again() {
        for day in
            [date(2026, 11, 23), date(2019, 5, 1), date(2019, 4, 30), date(1989, 1, 7), date(1873, 1, 1)]
        {
            check(&long(day).unwrap(), Ok(&day.to_string()));
            check(&short(day).unwrap(), Ok(&day.to_string()));
        }
        assert_eq!(long(date(2019, 5, 1)).as_deref(), Some("令和元年5月1日"));
        assert_eq!(short(date(2026, 11, 23)).as_deref(), Some("R8.11.23"));
        assert_eq!(long(date(1872, 12, 31)), None);
    }
}
