//! The questions of an incident as fields of a form, and back: facts to values, values to facts with what was not understood.

use crate::web::fields::Fields;
use jiff::tz::TimeZone;
use model::clock::Trigger;
use model::clock::regime::{Circumstance, Fact, Regime};
use model::lang::Bilingual;
use model::report::facts::ReportKind;
use model::report::lines::{self, Entry, time_text};
use model::report::when::read_when;
use model::report::{Announcement, ClassStatement, Count, Evidence, Facts, Leaving, Noticed, SiteCount};
use std::collections::BTreeMap;

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A list, one line an entry.
    Lines,
    /// A count or range.
    Count,
    /// One of the regime's choices.
    Choice,
    /// Words.
    Text,
}

/// A question.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// What is asked.
    pub(crate) fact: Fact,
    /// How.
    pub(crate) input: Input,
    /// In the words of the regimes that ask it.
    pub(crate) asked: Vec<Bilingual>,
    /// What the regimes offer.
    pub(crate) choices: Vec<(String, Bilingual)>,
    /// Whether a stage cannot be sent without an answer.
    pub(crate) required: bool,
    /// The answer.
    pub(crate) value: String,
    /// Marked as unknown.
    pub(crate) unknown: bool,
}

/// The values of a form by name: those of facts, or what somebody typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values(BTreeMap<String, String>);

/// The clocks that people start: trigger and field name.
pub(crate) const TRIGGERS: [(Trigger, &str); 4] = [
    (Trigger::Awareness, "t-awareness"),
    (Trigger::Suspicion, "t-suspicion"),
    (Trigger::Classification, "t-classification"),
    (Trigger::Payment, "t-payment"),
];

fn input(fact: Fact, choices: bool) -> Input {
    match fact {
        Fact::Noticed
        | Fact::Systems
        | Fact::DataAffected
        | Fact::Exfiltration
        | Fact::Evidence
        | Fact::Publication => Input::Lines,
        Fact::People => Input::Count,
        _ if choices => Input::Choice,
        _ => Input::Text,
    }
}

/// The question under which a fact is answered: the class of data is a part of each line on data.
fn line_of(fact: Fact) -> Fact {
    if fact == Fact::DataClass { Fact::DataAffected } else { fact }
}

/// The questions that these regimes ask, in the order of the vocabulary; `asked` false gives those that none of them asks.
pub(crate) fn questions(regimes: &[&Regime], values: &Values, asked: bool) -> Vec<Question> {
    let facts = Fact::ALL.iter().copied().filter(|fact| line_of(*fact) == *fact);
    facts
        .filter_map(|fact| {
            let fields: Vec<_> =
                regimes.iter().flat_map(|r| r.fields.iter()).filter(|f| line_of(f.fact) == fact).collect();
            if fields.is_empty() == asked {
                return None;
            }
            let mut words: Vec<Bilingual> = Vec::new();
            let mut choices: Vec<(String, Bilingual)> = Vec::new();
            for field in &fields {
                if !words.contains(&field.name) {
                    words.push(field.name.clone());
                }
                choices.extend(field.choices.iter().map(|c| (c.id.clone(), c.name.clone())));
            }
            choices.dedup();
            Some(Question {
                fact,
                input: input(fact, !choices.is_empty()),
                asked: words,
                required: fields.iter().any(|f| f.required),
                choices,
                value: values.get(&format!("f-{fact}")).to_owned(),
                unknown: !values.get(&format!("u-{fact}")).is_empty(),
            })
        })
        .collect()
}

impl Values {
    /// What somebody typed.
    pub(crate) fn typed(fields: &Fields) -> Self {
        let names = Fact::ALL.iter().flat_map(|fact| [format!("f-{fact}"), format!("u-{fact}")]);
        let times = TRIGGERS.iter().map(|(_, name)| (*name).to_owned());
        let rest = ["kind", "malicious"].map(str::to_owned);
        let all = names.chain(times).chain(rest);
        Self(all.map(|name| (name.clone(), fields.one(&name).to_owned())).collect())
    }

    /// The facts as they stand in a form.
    pub(crate) fn of(facts: &Facts, zone: &TimeZone) -> Self {
        let mut out = BTreeMap::new();
        for (fact, text) in &facts.texts {
            out.insert(format!("f-{fact}"), text.clone());
        }
        for fact in &facts.unknown {
            out.insert(format!("u-{fact}"), "yes".to_owned());
        }
        for (fact, text) in [
            (Fact::Noticed, lines::write(&facts.noticed, zone)),
            (Fact::Systems, lines::write(&facts.systems, zone)),
            (Fact::DataAffected, lines::write(&facts.data, zone)),
            (Fact::Exfiltration, lines::write(&facts.exfiltration, zone)),
            (Fact::Evidence, lines::write(&facts.custody, zone)),
            (Fact::Publication, lines::write(&facts.publication, zone)),
            (Fact::People, facts.people.map(|p| p.to_string()).unwrap_or_default()),
        ] {
            out.insert(format!("f-{fact}"), text);
        }
        for (trigger, name) in TRIGGERS {
            let at = facts.happened.triggers.get(&trigger).copied();
            out.insert(name.to_owned(), time_text(at, zone));
        }
        out.insert("kind".to_owned(), facts.kind.unwrap_or(ReportKind::Incident).to_string());
        if facts.is_malicious() {
            out.insert("malicious".to_owned(), "yes".to_owned());
        }
        Self(out)
    }

    /// The same with whoever fills the form as its contact, where nobody stands there yet.
    pub(crate) fn with_contact(mut self, name: &str) -> Self {
        let contact = self.0.entry(format!("f-{}", Fact::Contact)).or_default();
        if contact.is_empty() {
            name.clone_into(contact);
        }
        self
    }

    /// One value, empty when it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The facts over those of `before`, and what was not understood: (field, why).
    pub(crate) fn facts(&self, before: &Facts, zone: &TimeZone) -> (Facts, Vec<(String, String)>) {
        let mut facts = before.clone();
        let mut problems = Vec::new();
        facts.kind = self.get("kind").parse().ok();
        for fact in Fact::ALL {
            self.words(*fact, &mut facts);
        }
        self.lists(&mut facts, zone, &mut problems);
        self.clocks(&mut facts, zone, &mut problems);
        (facts, problems)
    }

    fn words(&self, fact: Fact, facts: &mut Facts) {
        let unknown = !self.get(&format!("u-{}", line_of(fact))).is_empty();
        if unknown {
            facts.unknown.insert(fact)
        } else {
            facts.unknown.remove(&fact)
        };
        let value = self.get(&format!("f-{fact}"));
        if matches!(input(fact, false), Input::Text) && fact != Fact::DataClass {
            if value.is_empty() {
                facts.texts.remove(&fact);
            } else {
                facts.texts.insert(fact, value.to_owned());
            }
        }
    }

    fn lists(&self, facts: &mut Facts, zone: &TimeZone, problems: &mut Vec<(String, String)>) {
        let mut told = |fact: Fact, found: Vec<lines::LineProblem>| {
            problems.extend(found.into_iter().map(|p| (format!("fact-{fact}"), p.to_string())));
        };
        fn list<T: Entry>(values: &Values, fact: Fact, zone: &TimeZone) -> (Vec<T>, Vec<lines::LineProblem>) {
            lines::read(values.get(&format!("f-{fact}")), zone)
        }
        let (noticed, found) = list::<Noticed>(self, Fact::Noticed, zone);
        told(Fact::Noticed, found);
        let (systems, found) = list::<SiteCount>(self, Fact::Systems, zone);
        told(Fact::Systems, found);
        let (data, found) = list::<ClassStatement>(self, Fact::DataAffected, zone);
        told(Fact::DataAffected, found);
        let (exfiltration, found) = list::<Leaving>(self, Fact::Exfiltration, zone);
        told(Fact::Exfiltration, found);
        let (custody, found) = list::<Evidence>(self, Fact::Evidence, zone);
        told(Fact::Evidence, found);
        let (publication, found) = list::<Announcement>(self, Fact::Publication, zone);
        told(Fact::Publication, found);
        (facts.noticed, facts.systems, facts.data) = (noticed, systems, data);
        (facts.exfiltration, facts.custody, facts.publication) = (exfiltration, custody, publication);
        let people = self.get("f-people");
        facts.people = match people.parse::<Count>() {
            _ if people.is_empty() => None,
            Ok(count) => Some(count),
            Err(why) => {
                problems.push(("fact-people".to_owned(), format!("`{people}`: {why}")));
                None
            }
        };
    }

    fn clocks(&self, facts: &mut Facts, zone: &TimeZone, problems: &mut Vec<(String, String)>) {
        for (trigger, name) in TRIGGERS {
            let text = self.get(name);
            if text.is_empty() {
                facts.happened.triggers.remove(&trigger);
                continue;
            }
            match read_when(text, zone) {
                Ok(at) => {
                    facts.happened.triggers.insert(trigger, at);
                }
                Err(why) => problems.push((format!("reports-{name}"), format!("`{text}`: {why}"))),
            }
        }
        if self.get("malicious").is_empty() {
            facts.happened.circumstances.remove(&Circumstance::MaliciousPurpose);
        } else {
            facts.happened.circumstances.insert(Circumstance::MaliciousPurpose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    fn typed(fields: &[(&str, &str)]) -> Values {
        Values::typed(&Fields::new(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()))
    }

    #[test]
    fn what_is_typed_becomes_facts_and_stands_in_the_form_again() {
        let values = typed(&[
            ("t-awareness", "平成23年8月11日 9:40"),
            ("f-outline", "83台の感染"),
            ("f-systems", "本社 | サーバ | 45"),
            ("f-people", "100以上"),
            ("u-cause", "yes"),
            ("kind", "checking"),
            ("malicious", "yes"),
        ]);
        let (facts, problems) = values.facts(&Facts::default(), &tokyo());
        assert_eq!(problems, []);
        assert_eq!(facts.happened.triggers[&Trigger::Awareness].to_string(), "2011-08-11T00:40:00Z");
        assert!(facts.is_malicious() && facts.unknown.contains(&Fact::Cause));
        let shown = Values::of(&facts, &tokyo());
        assert_eq!(shown.get("t-awareness"), "2011-08-11 09:40");
        let (again, _) = shown.facts(&Facts::default(), &tokyo());
        assert_eq!(again, facts);
    }

    #[test]
    fn what_is_not_understood_is_told_by_field() {
        let values = typed(&[("t-awareness", "yesterday"), ("f-people", "many"), ("f-systems", "a | b | c")]);
        let (_, problems) = values.facts(&Facts::default(), &tokyo());
        let fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["fact-systems", "fact-people", "reports-t-awareness"]);
    }
}
