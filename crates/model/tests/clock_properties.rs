//! What holds for every deadline, every date and every spoilt regime file.
#![expect(clippy::unwrap_used, reason = "a failing set-up must fail the test")]

use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use model::clock::duty::duties;
use model::clock::explain::due_line;
use model::clock::remind::{next_reminder, reminders};
use model::clock::rule::due;
use model::clock::shipped::{SHIPPED, shipped};
use model::clock::{Calendar, Due, Ending, Happened, Limit, Period, Place, Regime, Roll, Trigger, era};
use model::lang::Lang;
use proptest::prelude::*;
use proptest::sample::select;

const ZONES: &[&str] =
    &["Asia/Tokyo", "America/New_York", "Europe/Brussels", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1_u32..3000).prop_map(Period::Hours),
        (1_u32..800).prop_map(Period::Days),
        (1_u32..200).prop_map(Period::BusinessDays),
        (1_u32..40).prop_map(Period::Months),
    ]
}

fn one_more(period: Period) -> Period {
    match period {
        Period::Hours(n) => Period::Hours(n + 1),
        Period::Days(n) => Period::Days(n + 1),
        Period::BusinessDays(n) => Period::BusinessDays(n + 1),
        Period::Months(n) => Period::Months(n + 1),
    }
}

/// 2008 to 2040, so that all holidays on the way are known.
fn start() -> impl Strategy<Value = Timestamp> {
    (1_199_145_600_i64..2_208_988_800).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn run(limit: Limit, start: Timestamp, zone: &str, calendar: Calendar) -> Due {
    due(limit, start, &Place::new(zone, calendar).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn deadlines(
        period in period(),
        start in start(),
        zone in select(ZONES),
        calendar in select(Calendar::ALL),
        ending in select(Ending::ALL),
        roll in select(Roll::ALL),
    ) {
        let limit = Limit { period, ending, roll };
        let got = run(limit, start, zone, calendar);
        if roll != Roll::Previous {
            prop_assert!(got.at.timestamp() >= start);
        }
        if roll != Roll::Stays || matches!(period, Period::BusinessDays(_)) {
            prop_assert_eq!(calendar.closed(got.at.date()), None, "{}", got.at);
        }
        // Moved to another day at the same time, the end of a Saturday comes after the beginning of a Sunday.
        if roll == Roll::Stays {
            let longer = run(Limit { period: one_more(period), ..limit }, start, zone, calendar);
            prop_assert!(longer.at >= got.at, "a longer period ends no earlier");
        }
        let same_time = run(Limit { ending: Ending::SameTime, ..limit }, start, zone, calendar);
        let end_of_day = run(Limit { ending: Ending::EndOfDay, ..limit }, start, zone, calendar);
        // A day has 24 hours and, where clocks go back, up to one more.
        let gap = end_of_day.at.duration_since(&same_time.at).as_hours();
        prop_assert!(end_of_day.at.date() == same_time.at.date() && (-1..=25).contains(&gap));
        for lang in Lang::ALL {
            let line = due_line(&got, "x", *lang);
            prop_assert!(line.ends_with(&model::clock::explain::instant(&got.at, *lang)), "{}", line);
        }
    }

    #[test]
    fn reminders_are_in_order(start in start(), minutes in -10_i64..100_000, after in start()) {
        let due = start.checked_add(minutes.minutes()).unwrap();
        let all = reminders(start, due);
        prop_assert!(all.is_sorted_by_key(|reminder| reminder.at));
        prop_assert_eq!(all.last().map(|reminder| reminder.at), Some(due));
        prop_assert!(next_reminder(start, due, after).is_some_and(|next| next.at > after));
    }

    #[test]
    fn era_dates_are_read_as_they_are_shown(days in 0_i64..120_000) {
        let day = date(1873, 1, 1).checked_add(days.days()).unwrap();
        for text in [era::long(day), era::short(day), Some(day.to_string())] {
            prop_assert_eq!(era::read_date(&text.unwrap()), Ok(day));
        }
    }

    #[test]
    fn any_text_is_answered_as_a_date(text in "[令和平成昭元年月日㋿RHS0-9０-９一十〇./（）-]{0,14}", other in any::<String>()) {
        for text in [text, other] {
            if let Ok(day) = era::read_date(&text) {
                prop_assert!(day.year() >= 1000, "{} gave {}", text, day);
            }
        }
    }

    #[test]
    fn a_spoilt_regime_is_read_or_its_lines_are_named(
        which in 0..SHIPPED.len(), from in any::<usize>(), cut in 0_usize..30, put in "[a-z0-9\" =\\[\\]{},\n-]{0,6}"
    ) {
        let chars: Vec<char> = SHIPPED[which].1.chars().collect();
        let from = from % chars.len();
        let to = (from + cut).min(chars.len());
        let spoilt: String = chars[..from].iter().copied().chain(put.chars()).chain(chars[to..].iter().copied()).collect();
        let lines = spoilt.split('\n').count();
        match Regime::parse(&spoilt) {
            Ok(regime) => prop_assert!(!regime.stages.is_empty()),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|f| (1..=lines).contains(&f.line) && !f.reason.is_empty()), "{:?}", faults);
            }
        }
    }

    #[test]
    fn every_regime_explains_every_stage(aware in start(), suspicion in start(), sent in start(), now in start()) {
        for regime in shipped().unwrap() {
            let mut happened = Happened::default();
            happened.triggers.insert(Trigger::Awareness, aware);
            happened.triggers.insert(Trigger::Suspicion, suspicion);
            happened.sent.insert(regime.stages[0].id.clone(), sent);
            for duty in duties(&regime, &happened) {
                for lang in Lang::ALL {
                    prop_assert!(!duty.explain(*lang).is_empty());
                    prop_assert_eq!(duty.margin_words(now, *lang).is_empty(), duty.until().is_none());
                }
            }
        }
    }
}
