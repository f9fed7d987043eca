//! Clocks in words, Japanese and English: why something is due when it is, and by how much it was late.
//!
//! No arithmetic beyond differences of times that [`super::rule`] and [`super::duty`] worked out.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Unit, ZonedDateTime};

use super::calendar::Calendar;
use super::duty::{Duty, DutyState, Margin};
use super::era;
use super::regime::{CountedFrom, Regime};
use super::rule::{Due, Ending, Period, Trigger};
use crate::lang::Lang;

/// From here on a difference is told in days of the calendar, below it in hours and minutes.
const DAYS_FROM: SignedDuration = SignedDuration::from_hours(48);

/// A day: `11 August 2011`, `2011年8月11日（平成23年8月11日）`.
#[must_use]
pub fn day(day: Date, lang: Lang) -> String {
    match lang {
        Lang::En => day.strftime("%-d %B %Y").to_string(),
        Lang::Ja => {
            let plain = day.strftime("%Y年%-m月%-d日");
            era::long(day).map_or_else(|| plain.to_string(), |era| format!("{plain}（{era}）"))
        }
    }
}

/// An instant in its zone: `2011-08-11 09:40 JST`, in Japanese with the era date after it. Seconds only if there are any.
#[must_use]
pub fn instant(at: &ZonedDateTime, lang: Lang) -> String {
    let form = if at.second() == 0 { "%F %H:%M %Z" } else { "%F %T %Z" };
    let plain = at.strftime(form).to_string();
    match (lang, era::long(at.date())) {
        (Lang::Ja, Some(era)) => format!("{plain}（{era}）"),
        _ => plain,
    }
}

/// A period: `72 h`, `72時間`.
#[must_use]
pub fn period(period: Period, lang: Lang) -> String {
    let (count, ja, one, many) = match period {
        Period::Hours(n) => (n, "時間", " h", " h"),
        Period::Days(n) => (n, "日", " day", " days"),
        Period::BusinessDays(n) => (n, "営業日", " business day", " business days"),
        Period::Months(n) => (n, "か月", " month", " months"),
    };
    match lang {
        Lang::Ja => format!("{count}{ja}"),
        Lang::En => format!("{count}{}", if count == 1 { one } else { many }),
    }
}

/// What a clock counts from: `awareness`, `認知`, or the sending of a stage.
#[must_use]
pub fn counted_from(from: &CountedFrom, regime: &Regime, lang: Lang) -> String {
    let trigger = match from {
        CountedFrom::Trigger(trigger) => trigger,
        CountedFrom::Sent(id) => {
            let name = regime.stage(id).map_or(id.as_str(), |stage| stage.name.in_lang(lang));
            return match lang {
                Lang::Ja => format!("「{name}」の提出"),
                Lang::En => format!("sending “{name}”"),
            };
        }
    };
    let (ja, en) = match trigger {
        Trigger::Awareness => ("認知", "awareness"),
        Trigger::Suspicion => ("疑いの認知", "suspicion"),
        Trigger::Classification => ("判定", "classification"),
        Trigger::Payment => ("支払い", "payment"),
    };
    if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() }
}

/// Which days were counted.
fn counting(due: &Due, lang: Lang) -> &'static str {
    let business = matches!(due.limit.period, Period::BusinessDays(_));
    match (business, due.calendar, lang) {
        (false, _, Lang::En) | (true, Calendar::EveryDay, Lang::En) => "weekends count",
        (false, _, Lang::Ja) | (true, Calendar::EveryDay, Lang::Ja) => "土日祝日を含む",
        (true, Calendar::Weekdays, Lang::En) => "weekends do not count",
        (true, Calendar::Weekdays, Lang::Ja) => "土日を除く",
        (true, Calendar::Japan, Lang::En) => "weekends and Japanese holidays do not count",
        (true, Calendar::Japan, Lang::Ja) => "土日祝日を除く",
        (true, Calendar::JapanOffices, Lang::En) => {
            "weekends, Japanese holidays and 29 December to 3 January do not count"
        }
        (true, Calendar::JapanOffices, Lang::Ja) => "土日祝日と年末年始（12月29日から1月3日）を除く",
    }
}

/// The remarks on how it was counted.
fn remarks(due: &Due, lang: Lang) -> Vec<String> {
    let ja = lang == Lang::Ja;
    let mut remarks = vec![counting(due, lang).to_owned()];
    for (day, holiday) in &due.holidays {
        let name = holiday.name(lang);
        remarks.push(if ja { format!("{day}は{name}") } else { format!("{day} is {name}") });
    }
    if let Some(day) = due.rolled_from {
        let why = due.calendar.closed(day).map_or("", |closed| closed.words(lang));
        remarks.push(if ja {
            format!("{day}（{why}）から移動")
        } else {
            format!("moved from {day} ({why})")
        });
    }
    if due.limit.ending == Ending::EndOfDay {
        remarks.push(if ja { "その日の終わりまで" } else { "until the end of the day" }.to_owned());
    }
    if due.start.offset() != due.at.offset() {
        remarks.push(if ja { "途中で夏時間の切替あり" } else { "the clocks change in between" }.to_owned());
    }
    remarks
}

/// `72 h from awareness 2011-08-11 09:40 JST, weekends count → 2011-08-14 09:40 JST`.
#[must_use]
pub fn due_line(due: &Due, from: &str, lang: Lang) -> String {
    let (long, start, at) =
        (period(due.limit.period, lang), instant(&due.start, lang), instant(&due.at, lang));
    match lang {
        Lang::En => format!("{long} from {from} {start}, {} → {at}", remarks(due, lang).join(", ")),
        Lang::Ja => format!("{from} {start}から{long}、{} → {at}", remarks(due, lang).join("、")),
    }
}

/// The difference between two times in words: days of the calendar in `zone`'s days, or hours and minutes.
fn apart(earlier: &ZonedDateTime, later: &ZonedDateTime, lang: Lang) -> String {
    let passed = later.duration_since(earlier);
    let days = earlier.date().until((Unit::Day, later.date())).map_or(0, |span| i64::from(span.get_days()));
    let (hours, minutes) = (passed.as_hours(), passed.as_mins() % 60);
    let many =
        |count: i64, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    match lang {
        Lang::En if passed >= DAYS_FROM => many(days, "day"),
        Lang::Ja if passed >= DAYS_FROM => format!("{days}日"),
        Lang::En if hours == 0 => many(minutes, "minute"),
        Lang::Ja if hours == 0 => format!("{minutes}分"),
        Lang::En if minutes == 0 => many(hours, "hour"),
        Lang::Ja if minutes == 0 => format!("{hours}時間"),
        Lang::En => format!("{} {}", many(hours, "hour"), many(minutes, "minute")),
        Lang::Ja => format!("{hours}時間{minutes}分"),
    }
}

impl Duty<'_> {
    fn here(&self, at: Timestamp) -> ZonedDateTime {
        at.to_zoned_datetime(self.regime.place.zone.clone())
    }

    /// Why the stage is due when it is, or why no time can be told.
    #[must_use]
    pub fn explain(&self, lang: Lang) -> String {
        let ja = lang == Lang::Ja;
        let rule = match &self.state {
            DutyState::Due { due, from, provisional } => {
                let line = due_line(due, &counted_from(from, self.regime, lang), lang);
                match (provisional, ja) {
                    (false, _) => line,
                    (true, true) => format!("{line}（前の段階の提出後に確定）"),
                    (true, false) => format!("{line} (moves once the stage before is sent)"),
                }
            }
            DutyState::AtOnce { since, from } => {
                let (from, since) =
                    (counted_from(from, self.regime, lang), instant(&self.here(*since), lang));
                if ja {
                    format!(
                        "{from} {since}から直ちに。時間数の定めは確認されておらず、知った時刻と送った時刻が問われる"
                    )
                } else {
                    format!(
                        "at once from {from} {since}; no number of hours is set: what counts is when it was known and when it was sent"
                    )
                }
            }
            DutyState::Unset(setting) if ja => format!("期限の時間数（{setting}）を発注者がまだ定めていない"),
            DutyState::Unset(setting) => format!("the contracting office has not set the hours ({setting})"),
            DutyState::NotConfirmed if ja => "期限の数値は確認できていないため表示しない".to_owned(),
            DutyState::NotConfirmed => {
                "the number could not be confirmed, so no due time is shown".to_owned()
            }
            DutyState::Waiting if ja => "起算の事実がまだない".to_owned(),
            DutyState::Waiting => "nothing has started this clock".to_owned(),
            DutyState::Fault(fault) if ja => format!("計算できない（{fault}）"),
            DutyState::Fault(fault) => format!("cannot be computed: {fault}"),
        };
        let Some(extension) = &self.extension else { return rule };
        let until = instant(&self.here(extension.until), lang);
        let (by, reason) = (&extension.by, &extension.reason);
        if ja {
            format!("{rule}。{by}が{until}まで延長（理由：{reason}）")
        } else {
            format!("{rule}; extended by {by} to {until} ({reason})")
        }
    }

    /// How it stands at `now`: `late by 36 days`, `36日の遅れ`; empty when there is no due time.
    #[must_use]
    pub fn margin_words(&self, now: Timestamp, lang: Lang) -> String {
        let (Some(margin), Some(until)) = (self.margin(now), self.until()) else { return String::new() };
        let (done, until) = (self.here(self.sent.unwrap_or(now)), self.here(until));
        let apart = if margin.is_late() { apart(&until, &done, lang) } else { apart(&done, &until, lang) };
        match (margin, lang) {
            (Margin::InTime(_), Lang::En) => format!("in time, {apart} to spare"),
            (Margin::InTime(_), Lang::Ja) => format!("期限内（{apart}の余裕）"),
            (Margin::Late(_), Lang::En) => format!("late by {apart}"),
            (Margin::Late(_), Lang::Ja) => format!("{apart}の遅れ"),
            (Margin::Running(_), Lang::En) => format!("{apart} left"),
            (Margin::Running(_), Lang::Ja) => format!("残り{apart}"),
            (Margin::Overdue(_), Lang::En) => format!("overdue by {apart}"),
            (Margin::Overdue(_), Lang::Ja) => format!("{apart}超過"),
        }
    }

    /// The stage in one sentence: `awareness 11 August 2011, due 14 August 2011 (72 h), reported 19 September 2011,
    /// late by 36 days`. What is not known is left out.
    #[must_use]
    pub fn timeline(&self, now: Timestamp, lang: Lang) -> String {
        let ja = lang == Lang::Ja;
        let mut parts = Vec::new();
        if let DutyState::Due { due, from, .. } = &self.state {
            let (from, start) = (counted_from(from, self.regime, lang), day(due.start.date(), lang));
            parts.push(format!("{from} {start}"));
            let (at, long) = (day(due.at.date(), lang), period(due.limit.period, lang));
            parts.push(if ja { format!("期限 {at}（{long}）") } else { format!("due {at} ({long})") });
        }
        if let Some(extension) = &self.extension {
            let until = day(self.here(extension.until).date(), lang);
            parts.push(if ja {
                format!("延長後の期限 {until}")
            } else {
                format!("extended to {until}")
            });
        }
        if let Some(sent) = self.sent {
            let sent = day(self.here(sent).date(), lang);
            parts.push(if ja { format!("報告 {sent}") } else { format!("reported {sent}") });
        }
        parts.push(self.margin_words(now, lang));
        parts.retain(|part| !part.is_empty());
        parts.join(if ja { "、" } else { ", " })
    }
}
