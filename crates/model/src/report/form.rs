//! The form of one stage for one addressee, worked out from facts and regime: what a page, JSON, a spreadsheet and paper show.

use super::facts::{Facts, Filled};
use super::say;
use crate::clock::duty::{Contradiction, Started};
use crate::clock::regime::{Fact, Field, Regime};
use crate::lang::Bilingual;
use serde::{Deserialize, Serialize};

/// A form, filled. It keeps both languages; an office prints one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The regime's id.
    pub regime: String,
    /// Its name.
    pub regime_name: Bilingual,
    /// The stage's id.
    pub stage: String,
    /// Its name.
    pub stage_name: Bilingual,
    /// The addressee.
    pub addressee: Bilingual,
    /// Who reports.
    pub reporter: Bilingual,
    /// The code of the incident, to be read aloud.
    pub code: String,
    /// Part of an exercise.
    pub exercise: bool,
    /// The rows in the order of the regime's form.
    pub rows: Vec<FormRow>,
    /// What of the regime was not confirmed: shown with every form.
    pub not_confirmed: Vec<Bilingual>,
    /// When the regime's clocks started, as the reporter says: what its due times rest on. Forms of old have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Started>,
    /// The newest checkpoint of the hub's log when the form was sent: it was not made before that. Empty until it is sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub checkpoint: String,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// What is asked.
    pub fact: Fact,
    /// In the regime's words.
    pub label: Bilingual,
    /// The answer; empty when there is none.
    pub value: Bilingual,
    /// `empty`, `unknown` or `known`.
    pub filled: String,
    /// Whether the stage can only be sent with an answer, "unknown" being one.
    pub required: bool,
}

/// Who tells whom: what stands above the rows.
#[derive(Clone, Debug)]
pub struct Head {
    /// The addressee.
    pub addressee: Bilingual,
    /// Who reports.
    pub reporter: Bilingual,
    /// The incident's code.
    pub code: String,
    /// Part of an exercise.
    pub exercise: bool,
    /// Numbers that offices gave so far: (office, number). They pass up the chain.
    pub numbers: Vec<(Bilingual, String)>,
}

/// The fields that a stage asks.
pub fn asked<'r>(regime: &'r Regime, stage: &str) -> impl Iterator<Item = &'r Field> {
    regime.fields.iter().filter(move |field| field.stages.iter().any(|s| s == stage))
}

/// The form of `stage`; `None` when the regime has no such stage.
#[must_use]
pub fn fill(regime: &Regime, stage: &str, facts: &Facts, head: &Head) -> Option<Form> {
    let named = regime.stage(stage)?;
    Some(Form {
        regime: regime.id.clone(),
        regime_name: regime.name.clone(),
        stage: named.id.clone(),
        stage_name: named.name.clone(),
        addressee: head.addressee.clone(),
        reporter: head.reporter.clone(),
        code: head.code.clone(),
        exercise: head.exercise,
        rows: asked(regime, stage).map(|field| row(regime, field, facts, head)).collect(),
        not_confirmed: regime.not_confirmed.clone(),
        started: Some(Started::under(regime, &facts.happened)),
        checkpoint: String::new(),
    })
}

fn row(regime: &Regime, field: &Field, facts: &Facts, head: &Head) -> FormRow {
    let mut value = say::answer(facts, field, regime);
    let mut filled = facts.filled(field.fact);
    match field.fact {
        Fact::Organisation if value.ja.is_empty() => {
            value = head.reporter.clone();
            filled = Filled::Known;
        }
        Fact::Reference if !head.numbers.is_empty() => {
            add_numbers(&mut value, &head.numbers);
            filled = Filled::Known;
        }
        _ => {}
    }
    if filled == Filled::Unknown && value.ja.is_empty() {
        value = Bilingual { ja: "不明".to_owned(), en: "unknown".to_owned() };
    }
    FormRow {
        fact: field.fact,
        label: field.name.clone(),
        value,
        filled: filled.as_str().to_owned(),
        required: field.required,
    }
}

fn add_numbers(value: &mut Bilingual, numbers: &[(Bilingual, String)]) {
    for (office, number) in numbers {
        for (text, office) in [(&mut value.ja, &office.ja), (&mut value.en, &office.en)] {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("{number} ({office})"));
        }
    }
}

impl Form {
    /// The rows that must be answered, if only by "unknown", before the stage can be sent.
    pub fn missing(&self) -> impl Iterator<Item = &FormRow> {
        self.rows.iter().filter(|row| row.required && row.filled == Filled::Empty.as_str())
    }
}

/// A contradiction in words: (what, what to do).
#[must_use]
pub fn contradiction(one: &Contradiction) -> Bilingual {
    let (ja, en) = match one {
        Contradiction::TriggerInFuture(t) => {
            (format!("起算の時刻（{t}）が未来です"), format!("the time of {t} lies in the future"))
        }
        Contradiction::SentInFuture(s) => {
            (format!("段階「{s}」の提出が未来です"), format!("stage {s} is said to be sent in the future"))
        }
        Contradiction::SentBeforeKnown(s) => (
            format!("段階「{s}」が認知より前に提出されています"),
            format!("stage {s} was sent before anybody knew of the incident"),
        ),
        Contradiction::SentBefore { stage, earlier } => (
            format!("段階「{stage}」が「{earlier}」より前に提出されています"),
            format!("stage {stage} was sent before {earlier}"),
        ),
        Contradiction::SuspicionAfterAwareness => {
            ("疑いの認知が認知より後です".to_owned(), "suspicion is said to come after awareness".to_owned())
        }
        Contradiction::UnknownStage(s) => {
            (format!("段階「{s}」はこの制度にありません"), format!("the regime has no stage {s}"))
        }
        Contradiction::ExtensionWithoutReason(s) => (
            format!("段階「{s}」の延長に理由がないため数えません"),
            format!("the extension of {s} gives no reason and does not count"),
        ),
    };
    Bilingual { ja, en }
}
