//! One property against its kind: the common data types of section 2.

use super::schema::{Category, Kind, Part, Values, in_vocabulary};
use super::{Context, Version, custom};
use crate::fault::pointer_step;
use crate::id::{is_id, type_of_id};
use crate::json::{Members, Node, get};

/// The digits of a digest (section 10.7).
const DIGESTS: &[(&str, usize)] =
    &[("MD5", 32), ("SHA-1", 40), ("SHA-256", 64), ("SHA-512", 128), ("SHA3-256", 64), ("SHA3-512", 128)];

/// Digests that the vocabularies know beside those.
const OTHER_DIGESTS: &[&str] = &["SSDEEP", "TLSH"];

/// Digests that the larger vocabulary of STIX 2.0 knows besides.
const DIGESTS_2_0: &[&str] =
    &["MD6", "RIPEMD-160", "SHA-224", "SHA-384", "SHA3-224", "SHA3-384", "WHIRLPOOL", "ssdeep"];

/// The members of an object or structure: what is required is there, what is there is of its kind.
pub(super) fn members(part: &Part, members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    for name in &part.required {
        if get(members, name).is_none() {
            context.error(
                "required",
                pointer_step(pointer, name),
                format!("the property {name:?} is missing"),
            );
        }
    }
    if !part.any_of.is_empty() && !part.any_of.iter().any(|name| get(members, name).is_some()) {
        // an account or process may be all in its extension (sections 6.13 and 6.16)
        let extended = part.category == Category::Observable && get(members, "extensions").is_some();
        if !extended {
            let text = format!("has none of its properties: {}", part.any_of.join(", "));
            context.error("required", pointer, text);
        }
    }
    for (key, value) in members {
        match part.props.get(key.as_ref()) {
            Some(prop) => value_of(&prop.kind, value, pointer, key, context),
            None if part.category == Category::Part => {
                custom::inner_property(part, key, value, pointer, context)
            }
            None => {}
        }
    }
}

pub(super) fn value_of(kind: &Kind, value: &Node<'_>, pointer: &str, key: &str, context: &mut Context<'_>) {
    let here = || pointer_step(pointer, key);
    match (kind, value) {
        (Kind::Any, _)
        | (Kind::Text, Node::Text(_))
        | (Kind::Bool, Node::Bool(_))
        | (Kind::Number, Node::Number(_)) => {}
        (Kind::Integer, Node::Number(_)) if value.integer().is_some() => {}
        (Kind::NotNegative, Node::Number(number)) if value.integer().is_some() || number.is_u64() => {
            number_bounds(key, value, &here(), context);
        }
        (Kind::Time, Node::Text(text)) => {
            if let Err(reason) = crate::timestamp::parse_micros(text) {
                context.error("timestamp-malformed", here(), format!("{text:?}: {reason}"));
            }
        }
        (Kind::TimeMillis, Node::Text(text)) => match crate::timestamp::parse_micros(text) {
            Err(reason) => context.error("timestamp-malformed", here(), format!("{text:?}: {reason}")),
            Ok(_) if !has_millis(text) => {
                let text = format!("{text:?} needs at least three digits after the second");
                context.error("timestamp-precision", here(), text);
            }
            Ok(_) => {}
        },
        (Kind::List(inner), Node::List(items)) => {
            let pointer = here();
            if items.is_empty() {
                context.error("list-empty", pointer.clone(), "a list is never empty; leave the property out");
            }
            for (index, item) in items.iter().enumerate() {
                value_of(inner, item, &pointer, &index.to_string(), context);
            }
        }
        (Kind::Part(name), Node::Object(inner)) => {
            if let Some(part) = context.tables.part(name) {
                members(part, inner, &here(), context);
            }
        }
        (Kind::Hashes, Node::Object(inner)) => hashes(inner, &here(), context),
        (Kind::Dictionary(values), Node::Object(inner)) => dictionary(*values, inner, &here(), context),
        (Kind::Extensions, Node::Object(inner)) => custom::extensions(inner, &here(), context),
        (Kind::External, Node::Object(inner)) => super::references::external(inner, &here(), context),
        (Kind::Reference(types), Node::Text(id)) => reference(types, id, &here(), context),
        (_, Node::Text(text)) => text_of(kind, text, &here(), context),
        (kind, value) => {
            let text = format!("{} is wanted here, and {} found", wanted(kind), found(value));
            context.error("wrong-kind", here(), text);
        }
    }
}

/// Kinds that are strings of some form.
fn text_of(kind: &Kind, text: &str, pointer: &str, context: &mut Context<'_>) {
    let fault = match kind {
        Kind::Hex if super::pattern::is_hex(text) => return,
        Kind::Base64 if super::pattern::is_base64(text) => return,
        Kind::Uri if is_uri(text) => return,
        Kind::Language if super::form::is_language(text) => return,
        Kind::Vocabulary(name) => return vocabulary(name, text, pointer, context),
        Kind::Closed(words) if words.contains(&text) => return,
        Kind::Hex => ("hex-malformed", "is not pairs of hexadecimal digits".to_owned()),
        Kind::Base64 => ("base64-malformed", "is not Base64".to_owned()),
        Kind::Uri => ("uri-malformed", "is not a URI".to_owned()),
        Kind::Language => ("language", "is not a language tag of RFC 5646".to_owned()),
        Kind::Closed(words) => ("enum", format!("is none of {}", words.join(", "))),
        kind => ("wrong-kind", format!("is a string, and {} is wanted", wanted(kind))),
    };
    context.error(fault.0, pointer, format!("{text:.100?} {}", fault.1));
}

/// An open vocabulary (section 10): any other value is allowed, in the form of the listed ones.
fn vocabulary(name: &'static str, text: &str, pointer: &str, context: &mut Context<'_>) {
    if in_vocabulary(name, text) {
        return;
    }
    context.warn(name, pointer, format!("{text:?} is not in the vocabulary {name}-ov"));
    let cased = matches!(
        name,
        "encryption-algo" | "marking-definition-type" | "windows-pebinary-type" | "account-type"
    );
    if !cased && text.contains(|c: char| c.is_ascii_uppercase() || c == '_' || c == ' ') {
        let advice = format!("{text:?} should be lower case with hyphens");
        context.warn("open-vocab-format", pointer, advice);
    }
}

fn number_bounds(key: &str, value: &Node<'_>, pointer: &str, context: &mut Context<'_>) {
    let number = value.integer().unwrap_or(i64::MAX);
    let max = match key {
        "confidence" => 100,
        "src_port" | "dst_port" => 65_535,
        "number_observed" | "count" => 999_999_999,
        _ => i64::MAX,
    };
    let min = i64::from(key == "number_observed");
    if !(min..=max).contains(&number) {
        context.error("number-range", pointer, format!("{number} is not between {min} and {max}"));
    }
}

fn reference(types: &[&str], id: &str, pointer: &str, context: &mut Context<'_>) {
    // In STIX 2.0, cyber-observable objects refer to each other by key; see `observable`.
    if context.version == Version::V20 && !id.contains("--") && pointer.starts_with("/objects/") {
        return;
    }
    if !is_id(id) {
        context.error("id-malformed", pointer, format!("{id:?} is not of the form type--UUID"));
        return;
    }
    super::envelope::uuid(id, pointer, context);
    let type_ = type_of_id(id);
    let tables = context.tables;
    let allowed = types.is_empty()
        || types.iter().any(|wanted| match *wanted {
            "sco" => tables.is(type_, Category::Observable) || tables.part(type_).is_none(),
            "sdo" => tables.is(type_, Category::Domain) || tables.part(type_).is_none(),
            "sro" => tables.is(type_, Category::Relationship),
            wanted => wanted == type_,
        });
    if !allowed {
        context.error(
            "reference-type",
            pointer,
            format!("{id:?} should be the id of one of: {}", types.join(", ")),
        );
    }
}

/// True for the names in hash-algorithm-ov (section 10.7).
pub(super) fn is_digest_name(name: &str) -> bool {
    DIGESTS.iter().any(|(known, _)| *known == name) || OTHER_DIGESTS.contains(&name)
}

/// A dictionary of digests (section 2.7).
fn hashes(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    if members.is_empty() {
        context.error("dictionary-empty", pointer, "a dictionary is never empty; leave the property out");
    }
    for (name, digest) in members {
        let here = pointer_step(pointer, name);
        let Some(digest) = digest.text() else {
            context.error("wrong-kind", here, "a digest is a string");
            continue;
        };
        let digits = DIGESTS.iter().find(|(known, _)| known == name).map(|(_, digits)| *digits);
        let known = digits.is_some()
            || OTHER_DIGESTS.contains(&name.as_ref())
            || (context.version == Version::V20 && DIGESTS_2_0.contains(&name.as_ref()))
            || name.starts_with("x_");
        if !is_dictionary_key(name) {
            context.error(
                "dictionary-key",
                here.clone(),
                format!("{name:?} is not the name of an algorithm"),
            );
        }
        if !known {
            context.warn(
                "hash-algo",
                here.clone(),
                format!("{name:?} is not in the vocabulary hash-algorithm-ov"),
            );
        }
        if digits
            .is_some_and(|digits| digest.len() != digits || !digest.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            context.error("digest-malformed", here, format!("{digest:?} is not a {name} digest"));
        }
    }
}

/// A dictionary (section 2.3).
fn dictionary(values: Values, members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    if members.is_empty() {
        context.error("dictionary-empty", pointer, "a dictionary is never empty; leave the property out");
    }
    for (key, value) in members {
        if key.len() > 250 {
            context.error("dictionary-key", pointer_step(pointer, key), "a key has at most 250 characters");
        } else if context.version == Version::V21 && !key.bytes().all(is_key_byte) {
            let text = format!("{key:?} is no key: a-z, A-Z, 0-9, hyphen and underscore");
            context.error("dictionary-key", pointer_step(pointer, key), text);
        }
        let texts = || value.list().is_some_and(|all| all.iter().all(|item| item.text().is_some()));
        let good = match values {
            Values::Any => *value != Node::Null,
            Values::Text => value.text().is_some(),
            Values::Integer => value.integer().is_some(),
            Values::TextOrInteger => value.text().is_some() || value.integer().is_some(),
            Values::Texts => texts(),
            Values::TextOrTexts => value.text().is_some() || texts(),
        };
        if !good || value.list().is_some_and(<[Node<'_>]>::is_empty) {
            let text = format!("{} is no value of this dictionary", found(value));
            context.error("dictionary-value", pointer_step(pointer, key), text);
        }
    }
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Section 3.2: `created` and `modified` say the millisecond, and may say more.
fn has_millis(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, fraction)| fraction.len() > 3)
}

fn is_dictionary_key(key: &str) -> bool {
    (3..=250).contains(&key.len()) && key.bytes().all(is_key_byte)
}

/// A scheme and something after it, of the characters that a URI is made of (RFC 3986 section 2).
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let odd = |b: u8| {
        !b.is_ascii_graphic() || matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && !rest.bytes().any(odd)
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Integer => "a whole number",
        Kind::NotNegative => "a whole number that is not negative",
        Kind::Number => "a number",
        Kind::Bool => "true or false",
        Kind::List(_) => "a list",
        Kind::Dictionary(_) | Kind::Hashes | Kind::Extensions | Kind::External | Kind::Part(_) => "an object",
        _ => "a string",
    }
}

fn found(value: &Node<'_>) -> &'static str {
    match value {
        Node::Null => "null",
        Node::Bool(_) => "true or false",
        Node::Number(_) => "a number",
        Node::Text(_) => "a string",
        Node::List(_) => "a list",
        Node::Object(_) => "an object",
    }
}
