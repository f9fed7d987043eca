//! Data markings (section 7.2): marking definitions, references to them, selectors.

use super::{Context, Version};
use crate::json::{Members, Node, get};
use crate::tlp::{Tlp, version_1};

pub(super) fn check(type_: &str, members: &Members<'_>, context: &mut Context<'_>) {
    if type_ == "marking-definition" {
        definition(members, context);
    }
    let own = get(members, "id").and_then(Node::text);
    let refs = get(members, "object_marking_refs").and_then(Node::list).unwrap_or_default();
    if type_ == "marking-definition" && refs.iter().any(|id| id.text() == own) {
        context.error("marking-circular", "/object_marking_refs", "a marking does not mark itself");
    }
    if context.settings.interop
        && refs.iter().filter_map(Node::text).filter(|id| Tlp::of_id(id).is_some()).count() > 1
    {
        context.error("interop-tlp", "/object_marking_refs", "more than one TLP marking");
    }
    let granular = get(members, "granular_markings").and_then(Node::list).unwrap_or_default();
    for (index, marking) in granular.iter().enumerate() {
        let pointer = format!("/granular_markings/{index}");
        let marks = marking.get_text("marking_ref");
        if type_ == "marking-definition" && marks == own {
            context.error(
                "marking-circular",
                format!("{pointer}/marking_ref"),
                "a marking does not mark itself",
            );
        }
        if context.version == Version::V21 && marks.is_some() == marking.get_text("lang").is_some() {
            context.error("marking-content", pointer.clone(), "either a marking_ref or a lang");
        }
        let selectors = marking.get("selectors").and_then(Node::list).unwrap_or_default();
        for selector in selectors.iter().filter_map(Node::text) {
            if !selects(selector, members) {
                let text = format!("{selector:?} selects nothing in this object");
                context.error("selector", format!("{pointer}/selectors"), text);
            }
        }
    }
}

fn definition(members: &Members<'_>, context: &mut Context<'_>) {
    let kind = get(members, "definition_type").and_then(Node::text);
    let body = get(members, "definition").and_then(Node::members);
    if context.version == Version::V21 && (kind.is_none() || body.is_none()) {
        if get(members, "extensions").is_none() {
            let text = "needs definition_type and definition, or an extension";
            context.error("marking-content", "", text);
        }
        return;
    }
    match (kind, body) {
        (Some("tlp"), Some(body)) => tlp(members, body, context),
        (Some("statement"), Some(body)) if get(body, "statement").and_then(Node::text).is_none() => {
            context.error("required", "/definition/statement", "a statement marking has a statement");
        }
        (Some("statement"), _) | (None, _) => {}
        (Some(_), _) if context.version == Version::V21 => {
            context.warn("extensions-use", "/definition_type", "other markings should be extensions");
        }
        _ => {}
    }
}

/// The TLP markings are constants (section 7.2.1.4): nothing may be added or changed.
fn tlp(members: &Members<'_>, body: &Members<'_>, context: &mut Context<'_>) {
    let word = get(body, "tlp").and_then(Node::text).unwrap_or_default();
    let known =
        Tlp::parse(word).filter(|_| matches!(word, "white" | "green" | "amber" | "red")).and_then(version_1);
    let same = known.is_some_and(|known| {
        let allowed = members.iter().all(|(key, value)| match key.as_ref() {
            "spec_version" => true,
            "created" => value.text().is_some_and(|text| same_moment(text, known["created"].as_str())),
            key => known.get(key).is_some_and(|known| Node::from(known) == *value),
        });
        // STIX 2.0 gives them no names
        let named = context.version == Version::V20 || get(members, "name").is_some();
        allowed && named && get(members, "id").is_some()
    });
    if !same {
        context.error("tlp", "/definition", "is none of the TLP markings that the standard defines");
    }
}

fn same_moment(text: &str, known: Option<&str>) -> bool {
    let micros = crate::timestamp::parse_micros(text).ok();
    micros.is_some() && micros == known.and_then(|known| crate::timestamp::parse_micros(known).ok())
}

/// Follows a selector (section 7.2.3.1): names joined by dots, `[n]` for the item of a list.
fn selects(selector: &str, members: &Members<'_>) -> bool {
    let mut steps = selector.split('.');
    let Some(mut here) = steps.next().and_then(|first| get(members, first)) else { return false };
    for step in steps {
        let index = step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let next = match (index, here) {
            (Some(index), Node::List(items)) => Some(index)
                .filter(|index| index.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|index| items.get(index.parse::<usize>().ok()?)),
            (None, Node::Object(inner)) => get(inner, step),
            _ => None,
        };
        let Some(next) = next else { return false };
        here = next;
    }
    true
}
