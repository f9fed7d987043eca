//! Dates of mail, as RFC 5322 asks for them and as programs write them.

use crate::message::MailDate;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

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
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    offset: Option<i32>,
    afternoon: Option<bool>,
}

/// Reads a date; `None` when no day and time can be made out.
pub(crate) fn read(text: &str) -> Option<MailDate> {
    let mut fields = Fields::default();
    let bare: String = without_comments(text);
    let spaced = bare.replace(',', " ");
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
        if let Some(month) = piece.get(..3).and_then(|start| MONTHS.iter().position(|name| *name == start)) {
            self.month.get_or_insert(month as i8 + 1);
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
