//! External references (section 2.5), relationships and sightings (section 5), kill chains and the SHOULDs of single
//! types.

use super::schema::suggested_targets;
use super::{Context, Version};
use crate::fault::pointer_step;
use crate::id::type_of_id;
use crate::json::{Members, Node, get};

/// Relationships that any two objects may have (section 3.7).
const COMMON_RELATIONSHIPS: &[&str] = &["derived-from", "duplicate-of", "related-to"];

/// Objects that no relationship may have at its ends.
const NO_ENDS: &[&str] =
    &["bundle", "marking-definition", "relationship", "sighting", "language-content", "extension-definition"];

fn text_in<'m>(members: &'m Members<'_>, key: &str) -> Option<&'m str> {
    get(members, key).and_then(Node::text)
}

pub(super) fn external(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    if let Some(part) = context.tables.part("external-reference") {
        members.iter().filter(|(key, _)| part.props.contains_key(key.as_ref())).for_each(|(key, value)| {
            super::kinds::value_of(&part.props[key.as_ref()].kind, value, pointer, key, context);
        });
    }
    digests(members, pointer, context);
    let id = text_in(members, "external_id");
    let Some(source) = text_in(members, "source_name") else {
        context.error(
            "required",
            pointer_step(pointer, "source_name"),
            "the property \"source_name\" is missing",
        );
        return;
    };
    let good = match source.to_ascii_lowercase().as_str() {
        "cve" => source == "cve" && id.is_some_and(is_cve),
        "capec" => source == "capec" && id.is_some_and(|id| numbered(id, "CAPEC-", 1)),
        _ => {
            !id.is_some_and(|id| is_cve(id) || numbered(id, "CAPEC-", 1))
                && ["external_id", "url", "description"].iter().any(|key| get(members, key).is_some())
        }
    };
    if !good {
        let text = "needs an external_id, url or description; cve and capec an identifier of their form";
        context.error("external-reference", pointer, text);
    }
    if text_in(members, "url").is_some()
        && context.version == Version::V20
        && get(members, "hashes").is_none()
    {
        context.warn("extref-hashes", pointer, "a reference with a URL should have its hash");
    }
}

/// The names of the digests of what is referred to are those of the vocabulary (section 2.5.1).
fn digests(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let hashes = get(members, "hashes").and_then(Node::members);
    for (name, _) in hashes.into_iter().flatten() {
        if context.version == Version::V21 && !super::kinds::is_digest_name(name) {
            let here = pointer_step(&pointer_step(pointer, "hashes"), name);
            context.error("hash-algo", here, format!("{name:?} is not in the vocabulary hash-algorithm-ov"));
        }
    }
}

fn numbered(text: &str, prefix: &str, digits: usize) -> bool {
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    rest.len() >= digits && rest.bytes().all(|b| b.is_ascii_digit())
}

fn is_cve(text: &str) -> bool {
    text.split_at_checked(9).is_some_and(|(head, rest)| {
        numbered(head.trim_end_matches('-'), "CVE-", 4) && head.ends_with('-') && numbered(rest, "", 4)
    })
}

pub(super) fn check(type_: &str, members: &Members<'_>, context: &mut Context<'_>) {
    match type_ {
        "relationship" => relationship(members, context),
        "indicator"
            if context.version == Version::V21
                && (get(members, "name").is_none() || get(members, "description").is_none()) =>
        {
            context.warn("indicator-properties", "", "an indicator should have a name and a description");
        }
        "extension-definition" => extension_definition(members, context),
        "location" => location(members, context),
        "language-content" => language_content(members, context),
        "malware-analysis"
            if ["result", "analysis_sco_refs"].iter().all(|key| get(members, key).is_none()) =>
        {
            context.error("required", "", "a malware analysis has a result or analysis_sco_refs");
        }
        "malware"
            if get(members, "is_family") == Some(&Node::Bool(true)) && get(members, "name").is_none() =>
        {
            context.error("required", "/name", "a malware family has a name");
        }
        _ => {}
    }
    kill_chains(members, context);
}

fn relationship(members: &Members<'_>, context: &mut Context<'_>) {
    let (Some(word), Some(source), Some(target)) = (
        text_in(members, "relationship_type"),
        text_in(members, "source_ref"),
        text_in(members, "target_ref"),
    ) else {
        return;
    };
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        context.error("relationship-type", "/relationship_type", "only a-z, 0-9 and hyphens");
    }
    let (source, target) = (type_of_id(source), type_of_id(target));
    if NO_ENDS.contains(&source) || NO_ENDS.contains(&target) {
        return;
    }
    let known = |type_: &str| context.tables.part(type_).is_some();
    if COMMON_RELATIONSHIPS.contains(&word) || !known(source) || !known(target) {
        return;
    }
    let good = match suggested_targets(source, word) {
        None => false,
        Some(targets) => targets.iter().any(|wanted| {
            *wanted == target
                || (*wanted == "sco" && context.tables.is(target, super::schema::Category::Observable))
        }),
    };
    if !good {
        let text = format!("{source} {word} {target} is not a suggested relationship");
        context.warn("relationship-types", "/relationship_type", text);
    }
}

/// Section 7.1: language tags, and below each the translated properties.
fn language_content(members: &Members<'_>, context: &mut Context<'_>) {
    let contents = get(members, "contents").and_then(Node::members);
    for (tag, translated) in contents.into_iter().flatten() {
        let here = pointer_step("/contents", tag);
        if !super::form::is_language(tag) {
            context.error("language", here.clone(), format!("{tag:?} is not a language tag of RFC 5646"));
        }
        match translated.members() {
            Some(inner) => inner.iter().for_each(|(key, value)| {
                super::custom::property_value(key, value, &pointer_step(&here, key), context);
            }),
            None => context.error("wrong-kind", here, "a dictionary of properties is wanted here"),
        }
    }
}

fn extension_definition(members: &Members<'_>, context: &mut Context<'_>) {
    if get(members, "description").is_none() {
        context.warn("extension-description", "", "an extension definition should have a description");
    }
    let kinds = get(members, "extension_types").and_then(Node::list).unwrap_or_default();
    let toplevel = kinds.iter().any(|kind| kind.text() == Some("toplevel-property-extension"));
    if get(members, "extension_properties").is_some() && !toplevel {
        let text = "only an extension of the type toplevel-property-extension has extension_properties";
        context.error("extension-properties", "/extension_properties", text);
    }
}

fn location(members: &Members<'_>, context: &mut Context<'_>) {
    let has = |key| get(members, key).is_some();
    if has("latitude") != has("longitude") || (has("precision") && !has("latitude")) {
        context.error("location", "", "latitude and longitude stand together, and precision with them");
    }
    if !(has("region") || has("country") || has("latitude")) {
        context.error("location", "", "a location has a region, a country, or latitude and longitude");
    }
    for (key, max) in [("latitude", 90.0), ("longitude", 180.0)] {
        let Some(Node::Number(number)) = get(members, key) else { continue };
        if number.as_f64().is_some_and(|degrees| degrees.abs() > max) {
            context.error("number-range", format!("/{key}"), format!("{number} is beyond {max} degrees"));
        }
    }
}

fn kill_chains(members: &Members<'_>, context: &mut Context<'_>) {
    let phases = get(members, "kill_chain_phases").and_then(Node::list).unwrap_or_default();
    for (index, phase) in phases.iter().enumerate() {
        for key in ["kill_chain_name", "phase_name"] {
            let name = phase.get_text(key).unwrap_or_default();
            if name.contains(|c: char| c.is_ascii_uppercase() || c == '_' || c == ' ') {
                let text = format!("{name:?} should be lower case with hyphens");
                context.warn("kill-chain-names", format!("/kill_chain_phases/{index}/{key}"), text);
            }
        }
    }
}
