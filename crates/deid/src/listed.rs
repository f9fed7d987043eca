//! Lists, STIX objects and texts become a draft: the same constructors, without the evidence of a mail around them.

use crate::from_mail::listed;
use crate::victim::Victim;
use crate::{Draft, Known};
use indicator::{Indicator, Kind};
use model::item::DropReason;
use model::profile::Profile;
use model::stix_map;

/// From a list of indicators. What the file says beside a value stays.
#[must_use]
pub fn from_indicators(lines: &[indicator::files::Listed], profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    let victim = Victim::of_profile(profile);
    for one in lines {
        let path = format!("line {}", one.line);
        listed(&mut draft, one.indicator.clone(), 70, &path, &victim, known);
        draft.drop(&format!("{path} comment"), &one.comment, DropReason::FreeText);
    }
    draft
}

/// From STIX objects: only what maps to typed fields.
#[must_use]
pub fn from_stix(objects: &[stix::Object], profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    let victim = Victim::of_profile(profile);
    for object in objects {
        let path = object.id().as_str();
        let value = object.value();
        let found = typed(object.type_(), &value);
        if found.is_empty() {
            draft.drop(path, object.type_(), DropReason::NoConstructor);
        }
        for one in found {
            listed(&mut draft, one, 70, path, &victim, known);
        }
        for words in ["name", "description", "abstract", "content"] {
            if let Some(text) = value.get(words).and_then(|t| t.as_str()) {
                draft.drop(&format!("{path} {words}"), text, DropReason::FreeText);
            }
        }
    }
    draft
}

/// The values of one object: its single comparison, its value, its hashes.
fn typed(type_: &str, value: &serde_json::Value) -> Vec<Indicator> {
    let text = |name: &str| value.get(name).and_then(|v| v.as_str());
    let one = |kinds: &[Kind], name: &str| -> Vec<Indicator> {
        let written = text(name).unwrap_or_default();
        kinds.iter().find_map(|kind| Indicator::new(*kind, written).ok()).into_iter().collect()
    };
    match type_ {
        "indicator" => text("pattern").and_then(stix_map::from_pattern).into_iter().collect(),
        "ipv4-addr" => one(&[Kind::Ipv4, Kind::Cidr4], "value"),
        "ipv6-addr" => one(&[Kind::Ipv6, Kind::Cidr6], "value"),
        "domain-name" => one(&[Kind::Domain], "value"),
        "url" => one(&[Kind::Url], "value"),
        "email-addr" => one(&[Kind::Email], "value"),
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
    let victim = Victim::of_profile(profile);
    for find in indicator::find(text) {
        let path = format!("text {}", find.start);
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
        listed(&mut draft, find.indicator, find.confidence, &path, &victim, known);
    }
    draft.drop("text", text.trim(), DropReason::FreeText);
    draft
}
