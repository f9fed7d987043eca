//! STIX bundles to entries of a set: what of an indicator's pattern can be looked for, with its markings as labels.

mod anchors;

use indicator::Indicator;
use indicator::warning::WarningLists;

pub use anchors::PART_OF_PATTERN;
use anchors::anchors;

use crate::{Entry, SetBuilder};

/// What cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The number of the object or the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub text: String,
}

impl From<indicator::files::Problem> for Problem {
    fn from(of_file: indicator::files::Problem) -> Self {
        Self { line: of_file.line, text: of_file.text }
    }
}

impl Entry {
    /// One indicator, with the warning lists on which it stands as labels: they describe indicators, so they are asked once
    /// here and never while sweeping.
    pub fn listed(indicator: Indicator, mut labels: Vec<String>, item: Option<String>) -> Self {
        labels.extend(
            WarningLists::built_in().labels(&indicator).into_iter().map(|list| format!("list:{list}")),
        );
        Self { indicator, labels, item }
    }
}

/// Adds the indicators of a STIX bundle, or of one object, that ask for values. `item` is theirs, or each one's own id; each gets
/// `more_labels` beside its own. Returns how many values there were and what could not
/// be looked for: the line of a problem is the number of its object, from 1.
pub fn add(
    bytes: &[u8],
    item: Option<&str>,
    more_labels: &[String],
    builder: &mut SetBuilder,
) -> (usize, Vec<Problem>) {
    let value: serde_json::Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(fault) => return (0, vec![Problem { line: fault.line(), text: fault.to_string() }]),
    };
    let objects =
        value.get("objects").and_then(|o| o.as_array()).map_or(std::slice::from_ref(&value), Vec::as_slice);
    let (mut count, mut problems) = (0, Vec::new());
    for (i, object) in objects.iter().enumerate() {
        let text = |name: &str| object.get(name).and_then(|v| v.as_str());
        let revoked = object.get("revoked").and_then(serde_json::Value::as_bool).unwrap_or(false);
        if text("type") != Some("indicator") || revoked {
            continue;
        }
        let pattern = text("pattern").unwrap_or_default();
        let Some(anchors) = anchors(pattern) else {
            problems.push(Problem {
                line: i + 1,
                text: format!("no value that can be looked for in {pattern:?}"),
            });
            continue;
        };
        let given = object.get("indicator_types").or(object.get("labels"));
        let given = given.and_then(|l| l.as_array()).into_iter().flatten();
        let mut labels: Vec<String> = given.filter_map(|l| l.as_str()).map(str::to_owned).collect();
        labels.extend(markings(object));
        labels.extend_from_slice(more_labels);
        if !anchors.whole {
            labels.push(PART_OF_PATTERN.to_owned());
        }
        count += anchors.values.len();
        let item = item.or(text("id")).map(str::to_owned);
        let entries = anchors.values.into_iter().map(|one| Entry::listed(one, labels.clone(), item.clone()));
        if anchors.whole {
            entries.for_each(|entry| builder.add(entry));
        } else {
            builder.add_pattern(pattern, entries.collect());
        }
    }
    (count, problems)
}

/// The TLP markings of an object, as labels.
fn markings(object: &serde_json::Value) -> Vec<String> {
    let ids = object.get("object_marking_refs").and_then(|refs| refs.as_array()).into_iter().flatten();
    let tlp = ids.filter_map(|id| id.as_str()).filter_map(stix::tlp::Tlp::of_id);
    tlp.map(|tlp| tlp.label().to_ascii_lowercase()).collect()
}
