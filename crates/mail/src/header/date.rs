//! Dates of mail, as RFC 5322 asks for them and as programs write them.

use crate::message::MailDate;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// How the names of the months begin, in English and then in the languages whose mail programs translate them.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "янв"],
    &["feb", "fév", "fev", "фев"],
    &["mar", "mär", "mrz", "мар"],
    &["apr", "avr", "abr", "апр"],
    &["may", "mai", "mag", "мая"],
    &["jun", "juin", "giu", "июн"],
    &["jul", "juil", "lug", "июл"],
    &["aug", "aoû", "aou", "ago", "авг"],
    &["sep", "set", "сен"],
    &["oct", "okt", "out", "ott", "окт"],
    &["nov", "ноя"],
    &["dec", "dez", "déc", "dic", "дек"],
];

/// Zone names that mail uses, in minutes east.
const ZONES: &[(&str, i32)] = &[
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("jst", 540),
    ("kst", 540),
    ("hkt", 480),
    ("sgt", 480),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("cest", 120),
    ("mest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("aest", 600),
    ("aedt", 660),
];

#[derive(Debug, Default)]
struct Fields {
    year: Option<i16>,
    month: Option<i8>,
    month_before_day: bool,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    offset: Option<i32>,
    afternoon: Option<bool>,
}

/// Reads a date; `None` when no day and time can be made out.
pub(crate) fn read(text: &str) -> Option<MailDate> {
    let mut fields = Fields::default();
    let spaced = in_usual_signs(&without_comments(text));
    for token in spaced.split_whitespace().take(16) {
        fields.take(token);
    }
    fields.build()
}

/// The zone name in brackets repeats the offset; everything in brackets is left out.
fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let kept: String = text
        .chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => {
                    let inside = depth > 0;
                    depth = depth.saturating_sub(1);
                    return !inside;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    if kept.trim().is_empty() { text.replace(['(', ')'], " ") } else { kept }
}

impl Fields {
    fn take(&mut self, token: &str) {
        let lower = token.to_ascii_lowercase();
        if let Some((date, time)) =
            lower.split_once('t').filter(|(date, _)| date.len() >= 8 && self.numbers(date))
        {
            self.numbers_of(date);
            return self.take_time(time);
        }
        if lower.contains(':') && lower.starts_with(|c: char| c.is_ascii_digit()) {
            return self.take_time(&lower);
        }
        if (self.time.is_some() || lower.starts_with(['+']))
            && let Some(offset) = offset(&lower)
        {
            self.offset.get_or_insert(offset);
            return;
        }
        if lower == "am" || lower == "pm" {
            self.afternoon = Some(lower == "pm");
            return;
        }
        // some languages write a time as others write a date: 09.14.07
        if self.has_day() && self.time.is_none() && is_dotted_time(&lower) {
            return self.take_time(&lower);
        }
        if self.numbers(&lower) {
            return self.numbers_of(&lower);
        }
        for piece in lower.split(['-', '/', '.']) {
            self.take_piece(piece);
        }
    }

    fn has_day(&self) -> bool {
        self.year.is_some() && self.month.is_some() && self.day.is_some()
    }

    /// `2026-11-24`, `2026/11/24`, `24.11.2026`.
    fn numbers(&self, token: &str) -> bool {
        let pieces: Vec<&str> = token.split(['-', '/', '.']).collect();
        pieces.len() == 3
            && pieces.iter().all(|piece| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit()))
    }

    fn numbers_of(&mut self, token: &str) {
        let pieces: Vec<i16> = token.split(['-', '/', '.']).filter_map(|piece| piece.parse().ok()).collect();
        if let [a, b, c] = pieces[..] {
            let (year, month, day) = if a > 31 { (a, b, c) } else { (c, b, a) };
            // 11/24/2026: the American order, when only that one fits
            let (month, day) = if month > 12 { (day, month) } else { (month, day) };
            self.year = Some(full_year(year));
            self.month = i8::try_from(month).ok();
            self.day = i8::try_from(day).ok();
        }
    }

    fn take_piece(&mut self, piece: &str) {
        if let Some(month) = month(piece) {
            // `mar. 24 nov. 2026`: the first is a day of the week
            if self.month.is_none() || self.month_before_day {
                self.month = Some(month);
                self.month_before_day = self.day.is_none();
            }
        } else if let Ok(number) = piece.parse::<i16>() {
            if self.day.is_none() && (1..=31).contains(&number) && piece.len() <= 2 {
                self.day = Some(number as i8);
            } else if self.year.is_none() && number >= 0 {
                self.year = Some(full_year(number));
            }
        }
    }

    fn take_time(&mut self, token: &str) {
        let digits =
            token.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(token.len());
        let (clock, zone) = token.split_at(digits);
        let mut pieces = clock.split([':', '.']).map(|piece| piece.parse::<i8>().ok());
        if let (Some(Some(hour)), Some(Some(minute))) = (pieces.next(), pieces.next()) {
            let second = pieces.next().flatten().unwrap_or(0);
            self.time = Some((hour, minute, second.min(59)));
        }
        match zone {
            "" => {}
            "am" | "pm" => self.afternoon = Some(zone == "pm"),
            _ => self.offset = offset(zone),
        }
    }

    fn build(self) -> Option<MailDate> {
        let (mut hour, minute, second) = self.time.unwrap_or((0, 0, 0));
        match self.afternoon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        let local = DateTime::new(self.year?, self.month?, self.day?, hour, minute, second, 0).ok()?;
        let minutes = self.offset.filter(|minutes| minutes.abs() <= 14 * 60).unwrap_or(0);
        let timestamp = Offset::from_seconds(minutes * 60).ok()?.to_timestamp(local).ok()?;
        let zone = if minutes == 0 {
            "Z".to_owned()
        } else {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        };
        Some(MailDate {
            timestamp,
            offset_minutes: minutes,
            rfc3339: format!("{}{zone}", local.strftime("%Y-%m-%dT%H:%M:%S")),
        })
    }
}

fn month(piece: &str) -> Option<i8> {
    let number = MONTHS.iter().position(|names| names.iter().any(|name| piece.starts_with(name)))?;
    i8::try_from(number + 1).ok()
}

/// With the signs of other programs: `2026年11月24日 10時05分30秒`, `24 11月 2026`, quotes, long dashes.
fn in_usual_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut digits, mut after_year) = (0, false);
    for letter in text.chars() {
        match letter {
            '年' => {
                after_year = true;
                out.push('-');
            }
            '月' if after_year => out.push('-'),
            // a month by itself has no name but its number
            '月' => {
                let number: usize = out.split_off(out.len() - digits).parse().unwrap_or(0);
                let name = number.checked_sub(1).and_then(|at| MONTHS.get(at)?.first());
                out.push_str(name.unwrap_or(&""));
                out.push(' ');
            }
            '時' | '分' => out.push(':'),
            '日' | '秒' | '"' | ',' | '\u{3000}' => out.push(' '),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            _ => out.push(letter),
        }
        digits = if letter.is_ascii_digit() { digits + 1 } else { 0 };
    }
    out
}

/// Two or three numbers of at most two digits with dots between.
fn is_dotted_time(token: &str) -> bool {
    let part = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (1..=2).contains(&token.matches('.').count()) && token.split('.').all(part)
}

/// Two-digit years as RFC 5322 reads them.
fn full_year(year: i16) -> i16 {
    match year {
        0..=49 => year + 2000,
        50..=999 => year + 1900,
        _ => year,
    }
}

/// `+0900`, `-05:00`, `GMT+9`, `JST`, in minutes east.
fn offset(token: &str) -> Option<i32> {
    let named = ZONES.iter().find(|(name, _)| *name == token).map(|(_, minutes)| *minutes);
    if named.is_some() {
        return named;
    }
    let token = token.trim_start_matches("gmt").trim_start_matches("utc");
    let (sign, digits) = match token.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let number: i32 = digits.parse().ok()?;
    let minutes = match digits.len() {
        1 | 2 => number * 60,
        3 | 4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    Some(sign * minutes)
}

#[cfg(test)]
mod tests {
    fn check(written: &str, expected: &str) {
        let found = super::read(written).map(|date| date.rfc3339);
        assert_eq!(found.as_deref(), Some(expected), "{written}");
    }

    #[test]
    fn dates_of_programs_that_translate_them() {
        check("火, 24 11月 2026 10:00:00 +0900", "2026-11-24T10:00:00+09:00");
        check("24-11月-2026 10:00:00 +0900", "2026-11-24T10:00:00+09:00");
        check("2026年11月24日(火) 10時05分30秒 +0900", "2026-11-24T10:05:30+09:00");
        check("2026年1月4日 10:00 JST", "2026-01-04T10:00:00+09:00");
        check("mar., 24 nov. 2026 10:00:00 +0100", "2026-11-24T10:00:00+01:00");
        check("Di, 24 Dez 2026 10:00:00 +0100", "2026-12-24T10:00:00+01:00");
        check("mié, 24 dic 2026 10:00:00 +0100", "2026-12-24T10:00:00+01:00");
        check("mar. 24 août 2026 10:00:00 +0200", "2026-08-24T10:00:00+02:00");
        check("вт, 24 ноя 2026 10:00:00 +0300", "2026-11-24T10:00:00+03:00");
        check("Tue, 24 Mar 2026 10:00:00 \"JST\"", "2026-03-24T10:00:00+09:00");
        check("Tue, 24 Nov 2026 10:00:00 –0500", "2026-11-24T10:00:00-05:00");
        check("Mar 24, 2026 10:00 AM", "2026-03-24T10:00:00Z");
    }
}
