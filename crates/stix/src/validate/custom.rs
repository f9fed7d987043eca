//! Custom objects, properties and extensions (sections 7.3 and 11).

use super::schema::{Category, Part};
use super::{Context, CustomRule, Version, kinds};
use crate::fault::pointer_step;
use crate::id::is_id;
use crate::json::{Members, Node, get};

/// Names that the standard keeps for itself (section 3.1 of either edition).
const RESERVED_2_1: &[&str] = &["severity", "action", "username", "phone_numbers"];
const RESERVED_2_0: &[&str] = &[
    "confidence",
    "severity",
    "action",
    "usernames",
    "phone_numbers",
    "addresses",
    "first_seen_precision",
    "last_seen_precision",
    "valid_from_precision",
    "valid_until_precision",
];

const EXTENSION_TYPES: &[&str] =
    &["new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"];

/// An object whose type the standard does not define.
pub(super) fn unknown_object(type_: &str, members: &Members<'_>, context: &mut Context<'_>) {
    // what such an object shares with those of the standard (sections 3.2 and 11.2)
    let sco = get(members, "created").is_none() && extension_types(members).any(|kind| kind == "new-sco");
    if let Some(common) = context.tables.part(if sco { "@sco" } else { "@sdo" }) {
        kinds::members(common, members, "", context);
    }
    if context.settings.strict_types {
        context.error("type-unknown", "/type", format!("{type_:?} is not a type of the standard"));
    }
    if context.version == Version::V20 && matches!(type_, "incident" | "infrastructure") {
        context.error("type-reserved", "/type", format!("{type_:?} is reserved for later editions"));
    }
    match context.rule {
        CustomRule::Extensions => {
            if !extension_types(members).any(|kind| kind.starts_with("new-")) {
                let text =
                    "a custom object should come with an extension of the type new-sdo, new-sco or new-sro";
                context.warn("extensions-use", "/type", text);
            }
        }
        rule => prefixed(type_, '-', rule, "/type", context),
    }
}

fn extension_types<'m>(members: &'m Members<'_>) -> impl Iterator<Item = &'m str> {
    let extensions = get(members, "extensions").and_then(Node::members);
    extensions.into_iter().flatten().filter_map(|(_, extension)| extension.get_text("extension_type"))
}

/// Names and values of the properties that stand at the top of an object and are not of the standard.
pub(super) fn top_level(type_: &str, part: Option<&Part>, members: &Members<'_>, context: &mut Context<'_>) {
    let toplevel = extension_types(members).any(|kind| kind == "toplevel-property-extension");
    // what all objects share has been looked at by its kind
    let looked_at = part.or_else(|| context.tables.part("@sdo"));
    for (key, value) in members {
        if looked_at.is_some_and(|part| part.props.contains_key(key.as_ref())) {
            continue;
        }
        let pointer = pointer_step("", key);
        property_value(key, value, &pointer, context);
        let Some(part) = part else { continue };
        reserved(type_, key, &pointer, context);
        if context.settings.strict_properties {
            context.error(
                "property-unknown",
                pointer.clone(),
                format!("{key:?} is not a property of {type_}"),
            );
        }
        match context.rule {
            CustomRule::Extensions if toplevel => {}
            CustomRule::Extensions => {
                let text = format!("{key:?} should stand in an extension");
                context.warn("extensions-use", pointer.clone(), text);
            }
            rule => prefixed(key, '_', rule, &pointer, context),
        }
        if part.category == Category::Observable {
            dictionary_keys(value, &pointer, context);
        }
    }
}

fn reserved(type_: &str, key: &str, pointer: &str, context: &mut Context<'_>) {
    let names = if context.version == Version::V20 { RESERVED_2_0 } else { RESERVED_2_1 };
    if names.contains(&key) && type_ != "course-of-action" {
        context.error("property-reserved", pointer, format!("{key:?} is reserved"));
    }
}

/// The form of a property's name, and what no property may be.
pub(super) fn property_value(key: &str, value: &Node<'_>, pointer: &str, context: &mut Context<'_>) {
    let first = context.version == Version::V20 || key.starts_with(|c: char| c.is_ascii_lowercase());
    let form = key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let short = matches!(key, "id" | "x" | "y");
    if !first || !form || (!short && !(3..=250).contains(&key.len())) {
        let text = format!("{key:.60?} is not a property name: 3 to 250 of a-z, 0-9 and _");
        context.error("property-name", pointer, text);
    }
    if *value == Node::Null {
        context.error("wrong-kind", pointer, "nothing is null; leave the property out");
    }
    if value.list().is_some_and(<[Node<'_>]>::is_empty) {
        context.error("list-empty", pointer, "a list is never empty; leave the property out");
    }
}

/// A property of a structure or predefined extension that is not of the standard.
pub(super) fn inner_property(
    part: &Part,
    key: &str,
    value: &Node<'_>,
    pointer: &str,
    context: &mut Context<'_>,
) {
    let pointer = pointer_step(pointer, key);
    property_value(key, value, &pointer, context);
    if context.settings.strict_properties {
        context.error(
            "property-unknown",
            pointer.clone(),
            format!("{key:?} is not a property of {}", part.name),
        );
    }
    match context.rule {
        CustomRule::Extensions => {
            let text = format!("{key:?} should stand in an extension");
            context.warn("extensions-use", pointer, text);
        }
        rule => prefixed(key, '_', rule, &pointer, context),
    }
}

/// The property `extensions`: predefined ones by their table, others by their identifier or prefix.
pub(super) fn extensions(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    if members.is_empty() {
        context.error("dictionary-empty", pointer, "a dictionary is never empty; leave the property out");
    }
    for (name, value) in members {
        let here = pointer_step(pointer, name);
        let Some(inner) = value.members() else {
            context.error("wrong-kind", here, "an extension is an object");
            continue;
        };
        if let Some(part) =
            context.tables.part(name).filter(|part| name.ends_with("-ext") && part.name == name)
        {
            kinds::members(part, inner, &here, context);
            if inner.is_empty() {
                context.error("extension-empty", here, "an extension has at least one property");
            }
            continue;
        }
        if context.version == Version::V21 {
            defined_extension(name, inner, &here, context);
        }
        let kind = get(inner, "extension_type");
        if kind.is_some_and(|kind| !kind.text().is_some_and(|kind| EXTENSION_TYPES.contains(&kind))) {
            let text = format!("an extension_type is one of {}", EXTENSION_TYPES.join(", "));
            context.error("enum", format!("{here}/extension_type"), text);
        }
        extension_name(name, kind.and_then(Node::text), &here, context);
    }
}

/// An extension that the standard does not define (section 7.3): it is named by its definition and says its type, or has
/// a name of the old kind (section 11.3).
fn defined_extension(name: &str, inner: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let old = name.ends_with("-ext") && crate::id::is_type_name(name.as_bytes());
    let defined = name.starts_with("extension-definition--") && is_id(name);
    if defined {
        super::envelope::uuid(name, pointer, context);
    } else if !old {
        let text = "an extension is named by the id of its definition, or ends in -ext";
        context.error("extension-name", pointer, text);
    }
    if inner.is_empty() {
        context.error("extension-empty", pointer, "an extension has at least one property");
    } else if defined && get(inner, "extension_type").is_none() {
        context.error(
            "required",
            format!("{pointer}/extension_type"),
            "an extension says its extension_type",
        );
    }
    for (key, value) in inner {
        property_value(key, value, &pointer_step(pointer, key), context);
    }
}

fn extension_name(name: &str, kind: Option<&str>, pointer: &str, context: &mut Context<'_>) {
    let defined = is_id(name) && name.starts_with("extension-definition--") && kind.is_some();
    // An identifier whose UUID is of no known version is no extension definition's.
    let random = name.as_bytes().get(name.len().wrapping_sub(22)).is_some_and(|b| matches!(b, b'4' | b'5'));
    match context.rule {
        CustomRule::Extensions if !(defined && random) => {
            let text = format!("{name:?} should be an extension definition, and say its extension_type");
            context.warn("extensions-use", pointer, text);
        }
        CustomRule::Extensions => {}
        _ if defined && random => {}
        rule => prefixed(name, '-', rule, pointer, context),
    }
}

/// The rules about prefixes: `x-source-name` and `x_source_name`, or only the `x`.
pub(super) fn prefixed(name: &str, hyphen: char, rule: CustomRule, pointer: &str, context: &mut Context<'_>) {
    let rest = name.strip_prefix('x').and_then(|rest| rest.strip_prefix(hyphen)).unwrap_or_default();
    let (good, check) = match rule {
        CustomRule::Prefix => {
            let parts = rest.split_once(hyphen);
            (parts.is_some_and(|(source, name)| !source.is_empty() && !name.is_empty()), "custom-prefix")
        }
        CustomRule::Lax => (!rest.is_empty(), "custom-prefix-lax"),
        CustomRule::None | CustomRule::Extensions => return,
    };
    if !good {
        let form =
            if check == "custom-prefix" { format!("x{hyphen}source{hyphen}") } else { format!("x{hyphen}") };
        context.warn(check, pointer, format!("the custom name {name:.60?} should begin with {form}"));
    }
}

/// Keys of dictionaries in custom properties of cyber-observable objects (section 2.3).
pub(super) fn dictionary_keys(value: &Node<'_>, pointer: &str, context: &mut Context<'_>) {
    let Some(members) = value.members() else { return };
    for (key, inner) in members {
        let here = pointer_step(pointer, key);
        let long = context.version == Version::V20 && key.len() > 30;
        if key.contains(|c: char| c.is_ascii_uppercase()) || long {
            let text = format!("as a key, {key:?} should be lower case, and short");
            context.warn("observable-dictionary-keys", here.clone(), text);
        }
        dictionary_keys(inner, &here, context);
    }
}
