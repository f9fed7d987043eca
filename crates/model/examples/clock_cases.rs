//! Reads deadline cases, one a line, and writes the due time of each: for `tests/clock_reference.py`, which holds them
//! against an independent reference.
//!
//! A line is `start zone calendar unit count ending roll` with the start in seconds since 1970; the answer is the due
//! time in the same form, or the fault.

use std::io::{self, BufRead, Write};

use jiff::Timestamp;
use model::clock::{Due, Limit, Period, Place, rule::due};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        match answer(&line?) {
            Ok(due) => writeln!(out, "{}", due.at.timestamp().as_second())?,
            Err(fault) => writeln!(out, "{fault}")?,
        }
    }
    out.flush()
}

fn answer(line: &str) -> Result<Due, String> {
    let words: Vec<&str> = line.split(' ').collect();
    let [start, zone, calendar, unit, count, ending, roll] = words.as_slice() else {
        return Err("seven words are needed".to_owned());
    };
    let start: i64 = start.parse().map_err(|_| "start is no number".to_owned())?;
    let start = Timestamp::from_second(start).map_err(|error| error.to_string())?;
    let count: u32 = count.parse().map_err(|_| "count is no number".to_owned())?;
    let period = match *unit {
        "hours" => Period::Hours(count),
        "days" => Period::Days(count),
        "business-days" => Period::BusinessDays(count),
        "months" => Period::Months(count),
        _ => return Err(format!("{unit} is no unit")),
    };
    let text = |error: model::id::UnknownName| error.to_string();
    let place =
        Place::new(zone, calendar.parse().map_err(text)?).ok_or_else(|| format!("{zone} is no zone"))?;
    let limit = Limit { period, ending: ending.parse().map_err(text)?, roll: roll.parse().map_err(text)? };
    due(limit, start, &place).map_err(|fault| fault.to_string())
}
