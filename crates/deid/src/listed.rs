//! Lists, STIX objects and texts become a draft: the same constructors, without the evidence of a mail around them.

use crate::from_mail::listed;
use crate::victim::Victim;
use crate::{Draft, Known};
use indicator::files::Problem;
use indicator::{Indicator, Kind};
use model::item::DropReason;
use model::profile::Profile;
use std::collections::BTreeSet;

/// From a list of indicators. What the file says beside a value stays.
#[must_use]
pub fn from_indicators(lines: &[indicator::files::Listed], profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    let victim = Victim::of_profile(profile);
    let mut before = None;
    for one in lines {
        let path = format!("line {}", one.line);
        listed(&mut draft, one.indicator.clone(), 70, &path, &victim, known);
        // a line of two values has one comment
        if before != Some((one.line, &one.comment)) {
            draft.drop(&format!("{path} comment"), &one.comment, DropReason::FreeText);
        }
        before = Some((one.line, &one.comment));
    }
    // the file's own labels once each: tags and categories stand on every line
    let labels: BTreeSet<&str> = lines.iter().flat_map(|one| one.labels.iter().map(String::as_str)).collect();
    for label in labels {
        draft.drop("labels", label, DropReason::FreeText);
    }
    draft
}

/// From a MISP event: its indicators; titles, comments, reports and who wrote it stay. Also what could not be read.
#[must_use]
pub fn from_misp(file: &[u8], profile: &Profile, known: &Known<'_>) -> (Draft, Vec<Problem>) {
    let (lines, problems, words) = indicator::files::read_misp_words(file);
    let mut draft = from_indicators(&lines, profile, known);
    for one in words {
        let path =
            if one.line == 0 { one.name.to_owned() } else { format!("line {} {}", one.line, one.name) };
        let reason = match one.name {
            "event organisation" | "event author" => DropReason::NamesRecipient,
            "value" | "deleted value" => DropReason::NoConstructor,
            _ => DropReason::FreeText,
        };
        draft.drop(&path, &one.text, reason);
    }
    (draft, problems)
}

/// From STIX objects: only what maps to typed fields.
#[must_use]
pub fn from_stix(objects: &[stix::Object], profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    let victim = Victim::of_profile(profile);
    for object in objects {
        let path = object.id().as_str();
        let value = object.value();
        let text = |name: &str| value.get(name).and_then(|v| v.as_str());
        match (object.type_(), text("pattern")) {
            ("indicator", Some(pattern)) => of_pattern(&mut draft, pattern, path, &victim, known),
            (type_, _) => {
                let found = typed(type_, &value);
                if found.is_empty() {
                    draft.drop(path, type_, DropReason::NoConstructor);
                }
                for one in found {
                    listed(&mut draft, one, 70, path, &victim, known);
                }
            }
        }
        for words in ["name", "description", "abstract", "content"] {
            if let Some(text) = text(words) {
                draft.drop(&format!("{path} {words}"), text, DropReason::FreeText);
            }
        }
    }
    draft
}

/// What a pattern asks for alone is taken; what it asks for only together with something else is offered to a person.
fn of_pattern(draft: &mut Draft, pattern: &str, path: &str, victim: &Victim, known: &Known<'_>) {
    let parts = crate::pattern::read(pattern);
    for one in parts.alone {
        listed(draft, one, 70, path, victim, known);
    }
    let place = format!("{path} pattern");
    for one in parts.tied {
        let mut found = Draft::default();
        listed(&mut found, one, 50, &place, victim, known);
        draft.take_in(&place, found, |_| false);
    }
    for test in parts.stays {
        draft.drop(&place, &test, DropReason::NoConstructor);
    }
}

/// The values of one object: its value, its hashes, its names.
fn typed(type_: &str, value: &serde_json::Value) -> Vec<Indicator> {
    let text = |name: &str| value.get(name).and_then(|v| v.as_str());
    let one = |kinds: &[Kind], name: &str| -> Vec<Indicator> {
        let written = text(name).unwrap_or_default();
        kinds.iter().find_map(|kind| Indicator::new(*kind, written).ok()).into_iter().collect()
    };
    match type_ {
        "ipv4-addr" => one(&[Kind::Ipv4, Kind::Cidr4], "value"),
        "ipv6-addr" => one(&[Kind::Ipv6, Kind::Cidr6], "value"),
        "domain-name" => one(&[Kind::Domain], "value"),
        "url" => one(&[Kind::Url], "value"),
        "email-addr" => one(&[Kind::Email], "value"),
        "mutex" => one(&[Kind::Mutex], "name"),
        "windows-registry-key" => one(&[Kind::RegistryKey], "key"),
        "attack-pattern" => value["external_references"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|r| Indicator::new(Kind::AttackId, r.get("external_id")?.as_str()?).ok())
            .collect(),
        "file" => {
            [("MD5", Kind::Md5), ("SHA-1", Kind::Sha1), ("SHA-256", Kind::Sha256), ("SHA-512", Kind::Sha512)]
                .into_iter()
                .filter_map(|(name, kind)| Indicator::new(kind, value["hashes"].get(name)?.as_str()?).ok())
                .collect()
        }
        _ => Vec::new(),
    }
}

/// From free text: the indicators in it; the words stay.
#[must_use]
pub fn from_text(text: &str, profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    in_text(&mut draft, "text", text, &Victim::of_profile(profile), known, |_| true);
    draft.drop("text", text.trim(), DropReason::FreeText);
    draft
}

/// The indicators in a text: those that `tied` knows are taken, the others offered to a person.
pub(crate) fn in_text(
    draft: &mut Draft,
    place: &str,
    text: &str,
    victim: &Victim,
    known: &Known<'_>,
    tied: impl Fn(&Indicator) -> bool,
) {
    for find in indicator::find(text) {
        let path = format!("{place} {}", find.start);
        if find.is_reference() {
            draft.drop(&path, find.indicator.value(), DropReason::Reference);
            continue;
        }
        let file = matches!(find.indicator.kind(), Kind::FileName | Kind::FilePath);
        if file
            && crate::parts::file::generic_name(find.indicator.value()).is_none()
            && crate::made_for_one::looks_made_for_one(find.indicator.value())
        {
            draft.drop(&path, find.indicator.value(), DropReason::FreeText);
            continue;
        }
        let mut found = Draft::default();
        listed(&mut found, find.indicator, find.confidence, &path, victim, known);
        // words of a vocabulary name nobody
        draft.content.techniques.append(&mut found.content.techniques);
        draft.take_in(&path, found, &tied);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_gives_its_values_and_keeps_its_words() {
        let text = "T1566.001 by hxxps://evil-gate[.]example/a";
        let draft = from_text(text, &Profile::default(), &Known { shared: &|_| false });
        assert!(draft.content.techniques.contains("T1566.001"), "{draft:?}");
        let found: Vec<&str> = draft.content.indicators.iter().map(|i| i.indicator.value()).collect();
        assert_eq!(found, ["evil-gate.example", "https://evil-gate.example/a"]);
        assert!(draft.slots.is_empty(), "{draft:?}");
        let words = draft.dropped.iter().find(|one| one.path == "text").map(|one| one.value.as_str());
        assert_eq!(words, Some(text), "the source sees that its words stay");
    }
}
