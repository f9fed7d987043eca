//! What every object has: type, identifier, times in order (sections 2.9, 3.1, 3.2).

use super::schema::Category;
use super::{Context, Version};
use crate::id::{is_id, is_type_name, type_of_id};
use crate::json::{Members, Node, get};

/// Pairs of times of which the second must not lie before the first; `true` where it must lie after it.
const ORDERED: &[(&str, &str, bool)] = &[
    ("created", "modified", false),
    ("first_seen", "last_seen", false),
    ("first_observed", "last_observed", false),
    ("valid_from", "valid_until", true),
    ("start_time", "stop_time", true),
    ("start", "end", false),
];

pub(super) fn check(type_: &str, members: &Members<'_>, context: &mut Context<'_>) {
    if !matches!(get(members, "type"), Some(Node::Text(_))) {
        context.error("required", "/type", "the property \"type\" is missing or no string");
        return;
    }
    let name = type_.trim_matches('-');
    if !is_type_name(type_.as_bytes())
        || name.len() < 3
        || !type_.starts_with(|c: char| c.is_ascii_lowercase())
    {
        let text = format!("{type_:?} is not a type name: 3 to 250 of a-z, 0-9 and single hyphens");
        context.error("type-malformed", "/type", text);
    }
    match get(members, "id") {
        Some(Node::Text(id)) => identifier(type_, id, members, context),
        Some(_) => context.error("wrong-kind", "/id", "an identifier is a string"),
        None if context.tables.part(type_).is_none() => {
            context.error("required", "/id", "the property \"id\" is missing");
        }
        None => {}
    }
    for (first, second, strictly) in ORDERED {
        let micros =
            |key| get(members, key).and_then(Node::text).and_then(|t| crate::timestamp::parse_micros(t).ok());
        if let (Some(earlier), Some(later)) = (micros(first), micros(second))
            && (later < earlier || (*strictly && later == earlier))
        {
            context.error("time-order", format!("/{second}"), format!("{second:?} lies before {first:?}"));
        }
    }
    if get(members, "spec_version").is_some_and(|version| !matches!(version.text(), Some("2.0" | "2.1"))) {
        context.error("spec-version", "/spec_version", "the editions are \"2.0\" and \"2.1\"");
    }
}

fn identifier(type_: &str, id: &str, members: &Members<'_>, context: &mut Context<'_>) {
    if !is_id(id) {
        context.error("id-malformed", "/id", format!("{id:?} is not of the form type--UUID"));
        return;
    }
    if type_of_id(id) != type_ {
        context.error("id-type", "/id", format!("{id:?} does not begin with {type_:?} and two hyphens"));
    }
    if context.version == Version::V20 {
        return;
    }
    uuid(id, "/id", context);
    let version = id.as_bytes()[id.len() - 22];
    if !context.tables.is(type_, Category::Observable) {
        if version != b'4' && context.tables.part(type_).is_some() {
            context.warn("uuid-check", "/id", "the UUID should be a random one (version 4)");
        }
        return;
    }
    let contributing = crate::id::contributing(type_);
    if !contributing.iter().any(|key| get(members, key).is_some()) {
        if version != b'4' {
            let text = "nothing contributes to this identifier, so its UUID must be a random one (version 4)";
            context.error("uuid-contributing", "/id", text);
        }
    } else if version != b'5' {
        context.warn("uuid-check", "/id", "the UUID should follow from the content (version 5)");
    }
}

/// The UUID of an identifier is one of RFC 4122 (section 2.9): of its variant, and of a version that it knows. STIX 2.0
/// has the same words, and identifiers of all kinds in use.
pub(super) fn uuid(id: &str, pointer: &str, context: &mut Context<'_>) {
    let bytes = id.as_bytes();
    let at = |back: usize| bytes.len().checked_sub(back).and_then(|at| bytes.get(at));
    let version = matches!(at(22), Some(b'1'..=b'5'));
    let variant = matches!(at(17), Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'));
    if context.version == Version::V21 && !(version && variant) {
        context.error("uuid-form", pointer, format!("{id:?} has no UUID of RFC 4122 (versions 1 to 5)"));
    }
}
