//! The pattern of an indicator (section 4.7), and the names it uses.

use super::schema::Category;
use super::{Context, CustomRule, Version};
use crate::json::{Members, Node, get};
use crate::pattern::{PropTest, Step, parse_edition};

pub(super) fn check(members: &Members<'_>, context: &mut Context<'_>) {
    let kind = get(members, "pattern_type").and_then(Node::text).unwrap_or("stix");
    let Some(text) = get(members, "pattern").and_then(Node::text).filter(|_| kind == "stix") else { return };
    // a lifted pattern says that it is of 2.0 (section 4.7.1, `pattern_version`)
    let old = get(members, "pattern_version").and_then(Node::text) == Some("2.0");
    match parse_edition(text, if old { Version::V20 } else { context.version }) {
        Err(fault) => context.error("pattern-malformed", "/pattern", fault.to_string()),
        Ok(pattern) => pattern.atoms().into_iter().for_each(|test| names(test, context)),
    }
}

fn names(test: &PropTest, context: &mut Context<'_>) {
    let type_ = test.path.object_type.as_str();
    let Some(Step::Key(property)) = test.path.steps.first() else { return };
    let part = context.tables.part(type_).filter(|part| part.category == Category::Observable);
    let short = |name: &str| name.len() < 3 && !matches!(name, "id");
    if part.is_none() {
        if short(type_) {
            context.error("pattern-name", "/pattern", format!("{type_:?} is not the name of an object type"));
        }
        if context.settings.strict_types {
            context.error("pattern-type", "/pattern", format!("{type_:?} is not a type of the standard"));
        }
        prefix(type_, '-', context);
    }
    if !part.is_some_and(|part| part.props.contains_key(property.as_str())) {
        if short(property) {
            context.error("pattern-name", "/pattern", format!("{property:?} is not the name of a property"));
        }
        if let Some(part) = part {
            if context.settings.strict_properties {
                let text = format!("{property:?} is not a property of {}", part.name);
                context.error("pattern-property", "/pattern", text);
            }
            prefix(property, '_', context);
        }
    }
}

fn prefix(name: &str, hyphen: char, context: &mut Context<'_>) {
    let rest = name.strip_prefix('x').and_then(|rest| rest.strip_prefix(hyphen));
    let (good, check) = match context.rule {
        CustomRule::Prefix => (rest.is_some_and(|rest| rest.contains(hyphen)), "custom-prefix"),
        CustomRule::Lax => (rest.is_some(), "custom-prefix-lax"),
        CustomRule::None | CustomRule::Extensions => return,
    };
    if !good {
        context.warn(check, "/pattern", format!("the custom name {name:?} should begin with x{hyphen}"));
    }
}

pub(super) fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Base64 with padding; the standard's binary type (section 2.1) allows nothing else.
pub(super) fn is_base64(text: &str) -> bool {
    let padding = text.bytes().rev().take_while(|b| *b == b'=').count();
    let body = &text.as_bytes()[..text.len() - padding];
    text.len().is_multiple_of(4)
        && padding <= 2
        && body.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}
