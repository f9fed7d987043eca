//! What of an incident may be offered for sharing: attack technical information, and nothing of the damage.
//!
//! An allow-list of facts: the answers that hold indicators and samples, and the destinations of data that left. The text
//! that comes out goes the way of every submission; `deid` builds anew from it and takes only what it recognises.

use super::facts::Facts;
use crate::clock::regime::Fact;

/// The facts whose words may be offered. Names of files, notes and ways in tell of the victim and stay.
const OFFERED: &[Fact] = &[Fact::Indicators, Fact::Samples, Fact::AttackKind];

/// The text to submit, `None` when there is nothing technical in the incident.
#[must_use]
pub fn technical(facts: &Facts) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for fact in OFFERED {
        lines.extend(facts.texts.get(fact).into_iter().flat_map(|text| text.lines()));
    }
    lines.extend(facts.exfiltration.iter().map(|l| l.destination.as_str()));
    let text: Vec<&str> = lines.into_iter().map(str::trim).filter(|l| !l.is_empty()).collect();
    (!text.is_empty()).then(|| text.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::facts::{Certainty, Leaving};
    use crate::report::range::Count;

    #[test]
    fn damage_is_not_offered() {
        let mut facts = Facts::default();
        for fact in Fact::ALL {
            facts.texts.insert(*fact, format!("words of {fact}"));
        }
        facts.exfiltration.push(Leaving {
            destination: "203.0.113.7".to_owned(),
            bytes: Count::exactly(5),
            certainty: Certainty::Likely,
            at: None,
        });
        let offered = "words of indicators\nwords of samples\nwords of attack-kind\n203.0.113.7\n";
        assert_eq!(technical(&facts).as_deref(), Some(offered));
        assert_eq!(technical(&Facts::default()), None);
    }
}
