//! The TOML shape of a regime file, and every check that makes it a [`Regime`].
//!
//! Kept apart from the types so that nothing outside ever holds an unchecked regime.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

use super::calendar::Calendar;
use super::regime::{
    Addressee, Amount, Circumstance, CountedFrom, Fact, Field, Layout, REGIME_BYTES_MAX, Regime, RegimeFault,
    RegimeKind, Retention, Source, Stage, StageLimit,
};
use super::rule::{Ending, Limit, PERIOD_MAX, Period, Place, Roll, Trigger};
use crate::lang::Bilingual;

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRegime {
    id: Text,
    kind: Text,
    name: Spanned<Bilingual>,
    zone: Text,
    calendar: Text,
    source: Vec<RawSource>,
    #[serde(default)]
    not_confirmed: Vec<Spanned<Bilingual>>,
    addressee: Vec<RawNamed>,
    stage: Vec<RawStage>,
    #[serde(default)]
    field: Vec<RawField>,
    evidence: Option<RawRetention>,
    layout: RawLayout,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    title: Text,
    date: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNamed {
    id: Text,
    name: Spanned<Bilingual>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStage {
    id: Text,
    name: Spanned<Bilingual>,
    #[serde(default)]
    limits: Vec<Spanned<RawLimit>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLimit {
    from: Text,
    hours: Option<u32>,
    days: Option<u32>,
    business_days: Option<u32>,
    months: Option<u32>,
    #[serde(default)]
    at_once: bool,
    hours_set_by_office: Option<Text>,
    #[serde(default)]
    not_confirmed: bool,
    ending: Option<Text>,
    roll: Option<Text>,
    when: Option<Text>,
    unless: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    fact: Text,
    name: Spanned<Bilingual>,
    /// Absent means: every stage.
    stages: Option<Vec<Text>>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    choices: Vec<RawNamed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRetention {
    days: Spanned<u32>,
    from: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLayout {
    sheet: Spanned<Bilingual>,
    first_row: Spanned<u32>,
    label_column: Text,
    value_column: Text,
}

/// The text for the line numbers, and the faults found so far.
struct Checker<'t> {
    text: &'t str,
    faults: Vec<RegimeFault>,
}

/// Reads a regime file.
pub(super) fn read(text: &str) -> Result<Regime, Vec<RegimeFault>> {
    let mut checker = Checker { text, faults: Vec::new() };
    if text.len() > REGIME_BYTES_MAX {
        checker.fault(0, format!("longer than {REGIME_BYTES_MAX} bytes"));
        return Err(checker.faults);
    }
    let regime = match toml::from_str::<RawRegime>(text) {
        Ok(raw) => checker.regime(raw),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            checker.fault(at, error.message().to_owned());
            None
        }
    };
    checker.faults.sort_by_key(|fault| fault.line);
    match regime {
        Some(regime) if checker.faults.is_empty() => Ok(regime),
        _ => Err(checker.faults),
    }
}

impl Checker<'_> {
    fn fault(&mut self, at: usize, reason: String) {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        self.faults.push(RegimeFault { line, reason });
    }

    /// One of the names of a vocabulary.
    fn one_of<T: FromStr>(&mut self, what: &str, text: &Text) -> Option<T> {
        let value = text.get_ref().parse().ok();
        if value.is_none() {
            self.fault(text.span().start, format!("{what} {:?} is not known", text.get_ref()));
        }
        value
    }

    /// The same where the file may be silent.
    fn one_of_or<T: FromStr>(&mut self, what: &str, text: Option<&Text>, silent: T) -> Option<T> {
        text.map_or(Some(silent), |text| self.one_of(what, text))
    }

    fn id(&mut self, text: &Text) -> String {
        let id = text.get_ref();
        let good =
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good {
            self.fault(text.span().start, format!("{id:?} is no id: lower case letters, digits and hyphens"));
        }
        id.clone()
    }

    fn bilingual(&mut self, text: &Spanned<Bilingual>) -> Bilingual {
        let words = text.get_ref();
        if words.ja.trim().is_empty() || words.en.trim().is_empty() {
            self.fault(text.span().start, "empty in one language".to_owned());
        }
        words.clone()
    }

    fn filled(&mut self, text: &Text) -> String {
        if text.get_ref().trim().is_empty() {
            self.fault(text.span().start, "empty".to_owned());
        }
        text.get_ref().clone()
    }

    fn named(&mut self, raw: &[RawNamed]) -> Vec<Addressee> {
        let mut seen = BTreeSet::new();
        let mut named = Vec::new();
        for one in raw {
            if !seen.insert(one.id.get_ref()) {
                self.fault(one.id.span().start, format!("{:?} stands here twice", one.id.get_ref()));
            }
            named.push(Addressee { id: self.id(&one.id), name: self.bilingual(&one.name) });
        }
        named
    }

    fn regime(&mut self, raw: RawRegime) -> Option<Regime> {
        let calendar: Option<Calendar> = self.one_of("calendar", &raw.calendar);
        let place = Place::new(raw.zone.get_ref(), calendar.unwrap_or(Calendar::EveryDay));
        if place.is_none() {
            self.fault(raw.zone.span().start, format!("time zone {:?} is not known", raw.zone.get_ref()));
        }
        if raw.source.is_empty() {
            self.fault(raw.id.span().start, "a regime cites at least one source".to_owned());
        }
        let sources =
            raw.source.iter().map(|s| Source { title: self.filled(&s.title), date: self.filled(&s.date) });
        let sources = sources.collect();
        let kind: Option<RegimeKind> = self.one_of("kind", &raw.kind);
        let stages = self.stages(&raw.stage);
        if stages.is_empty() {
            self.fault(raw.id.span().start, "a regime has at least one stage".to_owned());
        }
        let fields = self.fields(&raw.field, &stages);
        let retention = raw.evidence.as_ref().map(|evidence| self.retention(evidence, &stages));
        Some(Regime {
            id: self.id(&raw.id),
            kind: kind?,
            name: self.bilingual(&raw.name),
            zone: raw.zone.get_ref().clone(),
            place: place?,
            sources,
            not_confirmed: raw.not_confirmed.iter().map(|words| self.bilingual(words)).collect(),
            addressees: self.named(&raw.addressee),
            stages,
            fields,
            retention,
            layout: self.layout(&raw.layout),
        })
    }

    fn stages(&mut self, raw: &[RawStage]) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        for stage in raw {
            let id = self.id(&stage.id);
            if stages.iter().any(|other| other.id == id) {
                self.fault(stage.id.span().start, format!("the stage {id:?} stands here twice"));
            }
            let limits = stage.limits.iter().filter_map(|limit| self.limit(limit, &stages)).collect();
            stages.push(Stage { id, name: self.bilingual(&stage.name), limits });
        }
        stages
    }

    fn limit(&mut self, spanned: &Spanned<RawLimit>, before: &[Stage]) -> Option<StageLimit> {
        let raw = spanned.get_ref();
        let from = self.counted_from(&raw.from, before);
        let ending = self.one_of_or("ending", raw.ending.as_ref(), Ending::SameTime)?;
        let roll = self.one_of_or("roll", raw.roll.as_ref(), Roll::Stays)?;
        let circumstance = |this: &mut Self, text: &Option<Text>| -> Option<Circumstance> {
            text.as_ref().and_then(|text| this.one_of("circumstance", text))
        };
        let (when, unless) = (circumstance(self, &raw.when), circumstance(self, &raw.unless));
        let fixed = |period| Amount::Fixed(Limit { period, ending, roll });
        let set = raw.hours_set_by_office.as_ref().map(|setting| Amount::SetByOffice {
            setting: self.id(setting),
            limit: Limit { period: Period::Hours(0), ending, roll },
        });
        let named = [
            raw.hours.map(|n| (n, fixed(Period::Hours(n)))),
            raw.days.map(|n| (n, fixed(Period::Days(n)))),
            raw.business_days.map(|n| (n, fixed(Period::BusinessDays(n)))),
            raw.months.map(|n| (n, fixed(Period::Months(n)))),
            raw.at_once.then_some((1, Amount::AtOnce)),
            raw.not_confirmed.then_some((1, Amount::NotConfirmed)),
            set.map(|amount| (1, amount)),
        ];
        let mut amounts = named.into_iter().flatten();
        let (Some((count, amount)), None) = (amounts.next(), amounts.next()) else {
            let reason = "a limit has exactly one of hours, days, business-days, months, at-once, \
                          hours-set-by-office, not-confirmed";
            self.fault(spanned.span().start, reason.to_owned());
            return None;
        };
        if !(1..=PERIOD_MAX).contains(&count) {
            self.fault(spanned.span().start, format!("a period is from 1 to {PERIOD_MAX}"));
        }
        Some(StageLimit { from: from?, amount, when, unless })
    }

    fn counted_from(&mut self, text: &Text, before: &[Stage]) -> Option<CountedFrom> {
        let Some(stage) = text.get_ref().strip_prefix("sent:") else {
            return self.one_of::<Trigger>("trigger", text).map(CountedFrom::Trigger);
        };
        if before.iter().any(|earlier| earlier.id == stage) {
            return Some(CountedFrom::Sent(stage.to_owned()));
        }
        self.fault(text.span().start, format!("no stage {stage:?} stands before this one"));
        None
    }

    fn fields(&mut self, raw: &[RawField], stages: &[Stage]) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for field in raw {
            let fact: Option<Fact> = self.one_of("fact", &field.fact);
            if fact.is_some_and(|fact| fields.iter().any(|other| other.fact == fact)) {
                self.fault(field.fact.span().start, format!("{:?} is asked twice", field.fact.get_ref()));
            }
            let all = || stages.iter().map(|stage| stage.id.clone()).collect();
            let asked = field
                .stages
                .as_ref()
                .map_or_else(all, |ids| ids.iter().map(|id| id.get_ref().clone()).collect());
            for id in field.stages.iter().flatten() {
                self.known_stage(id, stages);
            }
            let (name, choices) = (self.bilingual(&field.name), self.named(&field.choices));
            fields.extend(fact.map(|fact| Field {
                fact,
                name,
                stages: asked,
                required: field.required,
                choices,
            }));
        }
        fields
    }

    fn known_stage(&mut self, id: &Text, stages: &[Stage]) {
        if !stages.iter().any(|stage| &stage.id == id.get_ref()) {
            self.fault(id.span().start, format!("there is no stage {:?}", id.get_ref()));
        }
    }

    fn retention(&mut self, raw: &RawRetention, stages: &[Stage]) -> Retention {
        self.known_stage(&raw.from, stages);
        let days = *raw.days.get_ref();
        if !(1..=PERIOD_MAX).contains(&days) {
            self.fault(raw.days.span().start, format!("a period is from 1 to {PERIOD_MAX}"));
        }
        Retention { days, from: raw.from.get_ref().clone() }
    }

    fn layout(&mut self, raw: &RawLayout) -> Layout {
        if *raw.first_row.get_ref() == 0 {
            self.fault(raw.first_row.span().start, "rows are counted from 1".to_owned());
        }
        let mut column = |text: &Text| {
            // Two letters reach column 702: no form is wider.
            let good = (1..=2).contains(&text.get_ref().len())
                && text.get_ref().bytes().all(|b| b.is_ascii_uppercase());
            if !good {
                self.fault(text.span().start, format!("{:?} is no column", text.get_ref()));
            }
            text.get_ref().clone()
        };
        let (label_column, value_column) = (column(&raw.label_column), column(&raw.value_column));
        Layout {
            sheet: self.bilingual(&raw.sheet),
            first_row: *raw.first_row.get_ref(),
            label_column,
            value_column,
        }
    }
}
