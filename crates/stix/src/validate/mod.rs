//! Validation: what the standard forbids (MUST: errors) apart from what it advises against (SHOULD: warnings).
//!
//! The properties stand in tables (`tables/`), and so do vocabularies and relationships; code is only what no table
//! can say. Each SHOULD has the name under which the OASIS validator knows it, and can be switched off by that name.

mod custom;
mod envelope;
mod form;
mod kinds;
mod marking;
mod observable;
mod pattern;
mod references;
mod schema;

use crate::edition::Signs;
use crate::json::{Members, Node};
use crate::read::{Place, read_trees};
use crate::{Fault, Limits, Report, Version};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;
use std::io::Read;

/// What is checked beside the MUSTs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The edition; where it is not given, each object is held against the one that it is of (section 3.2).
    pub version: Option<Version>,
    /// Object types that the standard does not define are errors.
    pub strict_types: bool,
    /// Properties that the standard does not define are errors.
    pub strict_properties: bool,
    /// Names of SHOULDs, or groups of them, that are not looked at.
    pub disabled: Vec<String>,
    /// Where not empty: the only SHOULDs that are looked at.
    pub enabled: Vec<String>,
    /// The rules of the interoperability documents: one TLP marking at most.
    pub interop: bool,
}

/// Checks that are about the form of names and values.
const FORMAT_CHECKS: &[&str] = &[
    "custom-prefix",
    "custom-prefix-lax",
    "extensions-use",
    "open-vocab-format",
    "kill-chain-names",
    "observable-object-keys",
    "observable-dictionary-keys",
    "uuid-check",
    "hash-length",
];

/// Checks that are about anything but vocabularies and forms.
const OTHER_CHECKS: &[&str] = &[
    "network-traffic-ports",
    "extref-hashes",
    "indicator-properties",
    "deprecated-properties",
    "extension-description",
    "extension-properties",
    "duplicate-ids",
    "spec-version",
];

/// How names of custom things are looked at: one rule applies, never two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CustomRule {
    None,
    Lax,
    Prefix,
    Extensions,
}

/// Holds one object, or a bundle with all that is in it, against the standard.
pub fn validate(value: &Value, options: &Options) -> Report {
    validate_node(&Node::from(value), options.version, false, &Settings::new(options))
}

/// As [`validate`], of JSON text; `Err` where it is not JSON.
pub fn validate_text(text: &str, options: &Options) -> Result<Report, Fault> {
    let node = Node::parse(text).map_err(|error| crate::object::json_fault(&error))?;
    Ok(validate_node(&node, options.version, false, &Settings::new(options)))
}

/// What was said about one object of a stream.
#[derive(Debug)]
pub struct Checked<'t> {
    /// Its identifier, where it has one.
    pub id: Option<&'t str>,
    /// The verdict; pointers start at the top of the input.
    pub report: Report,
}

/// Validates a bundle, envelope or object while it streams by: memory does not grow with it. Objects are looked at
/// one by one, so what only a whole bundle shows (the same version twice) is found by [`validate`] alone.
pub fn validate_streaming(
    reader: impl Read,
    limits: &Limits,
    options: &Options,
    mut each: impl FnMut(Checked<'_>),
) -> Result<(), Fault> {
    let settings = Settings::new(options);
    let frame = read_trees(reader, limits, |place, in_2_0, read| match read {
        Ok((_, node)) => {
            let mut report = validate_node(&node, options.version, in_2_0, &settings);
            let good = report.is_valid();
            if place != Place::Whole {
                for fault in report.errors.iter_mut().chain(&mut report.warnings) {
                    fault.pointer = place.locate(fault.clone()).pointer;
                }
            }
            each(Checked { id: node.get_text("id"), report });
            good
        }
        Err(fault) => {
            each(Checked {
                id: None,
                report: Report { errors: vec![place.locate(fault)], warnings: Vec::new() },
            });
            false
        }
    })?;
    if frame.type_.as_deref() == Some("bundle")
        && let Some(Ok((_, node))) = frame.around.as_deref().map(crate::read::tree)
    {
        around(node, options, &settings, &mut each);
    }
    Ok(())
}

/// What a bundle says of itself (section 8); it is named where it is wrong.
fn around(node: Node<'_>, options: &Options, settings: &Settings, each: &mut impl FnMut(Checked<'_>)) {
    let Node::Object(mut members) = node else { return };
    members.retain(|(key, _)| key != "objects");
    let node = Node::Object(members);
    let report = validate_node(&node, options.version, false, settings);
    if !report.is_valid() {
        each(Checked { id: node.get_text("id"), report });
    }
}

/// Options made ready.
struct Settings {
    strict_types: bool,
    strict_properties: bool,
    interop: bool,
    off: HashSet<String>,
    only: Option<HashSet<String>>,
}

impl Settings {
    fn new(options: &Options) -> Settings {
        let only = (!options.enabled.is_empty()).then(|| options.enabled.iter().cloned().collect());
        Settings {
            strict_types: options.strict_types,
            strict_properties: options.strict_properties,
            interop: options.interop,
            off: options.disabled.iter().cloned().collect(),
            only,
        }
    }

    /// True when the SHOULD of this name is looked at.
    fn on(&self, check: &str) -> bool {
        if let Some(only) = &self.only {
            return only.contains(check);
        }
        let off = |name: &str| self.off.contains(name);
        if self.off.is_empty() {
            return true;
        }
        let format = FORMAT_CHECKS.contains(&check);
        let group = if format { "format-checks" } else { "approved-values" };
        !(off("all") || off(check) || (off(group) && !OTHER_CHECKS.contains(&check)))
    }

    /// Extensions replaced custom properties in 2.1, so the rules about prefixes bind there only where the rule about
    /// extensions is off.
    fn custom_rule(&self, version: Version) -> CustomRule {
        let rules = [
            ("extensions-use", CustomRule::Extensions),
            ("custom-prefix", CustomRule::Prefix),
            ("custom-prefix-lax", CustomRule::Lax),
        ];
        let skip = usize::from(version == Version::V20);
        let found = rules[skip..].iter().find(|(name, _)| self.on(name));
        found.map_or(CustomRule::None, |(_, rule)| *rule)
    }
}

/// The look at one object.
struct Context<'s> {
    settings: &'s Settings,
    /// The edition that was asked for.
    asked: Option<Version>,
    version: Version,
    rule: CustomRule,
    tables: &'static schema::Tables,
    report: Report,
}

impl Context<'_> {
    fn error(&mut self, code: &'static str, pointer: impl Into<String>, text: impl Into<String>) {
        self.report.errors.push(Fault::new(code, pointer, text));
    }

    /// Records a SHOULD, unless it is switched off.
    fn warn(&mut self, check: &'static str, pointer: impl Into<String>, text: impl Into<String>) {
        if self.settings.on(check) {
            self.report.warnings.push(Fault::new(check, pointer, text));
        }
    }
}

/// Against the edition that was asked for, or the object's own; `in_2_0` where the object stands in a bundle that calls
/// itself 2.0.
fn validate_node(node: &Node<'_>, asked: Option<Version>, in_2_0: bool, settings: &Settings) -> Report {
    let version = asked.unwrap_or_else(|| version_of(node, in_2_0));
    let rule = settings.custom_rule(version);
    let tables = schema::tables(version);
    let mut context = Context { settings, asked, version, rule, tables, report: Report::default() };
    match node.members() {
        Some(members) => object(members, &mut context),
        None => context.error("object-not-object", "", "a STIX object is a JSON object"),
    }
    context.report
}

fn version_of(node: &Node<'_>, in_2_0: bool) -> Version {
    let (type_, spec_version) = (node.get_text("type").unwrap_or_default(), node.get_text("spec_version"));
    Signs { type_, spec_version, created: node.get("created").is_some(), in_2_0 }.edition()
}

fn object(members: &Members<'_>, context: &mut Context<'_>) {
    let type_ = crate::json::get(members, "type").and_then(Node::text).unwrap_or_default();
    envelope::check(type_, members, context);
    let known = context.tables.part(type_).filter(|part| part.category != schema::Category::Part);
    if let Some(part) = known {
        kinds::members(part, members, "", context);
    } else {
        custom::unknown_object(type_, members, context);
    }
    custom::top_level(type_, known, members, context);
    marking::check(type_, members, context);
    references::check(type_, members, context);
    observable::check(type_, known, members, "", context);
    match type_ {
        "bundle" => bundle(members, context),
        "indicator" => pattern::check(members, context),
        "observed-data" => observable::embedded(members, context),
        _ => {}
    }
}

/// Objects in a bundle, each with the edition that it names, and the same version twice.
fn bundle(members: &Members<'_>, context: &mut Context<'_>) {
    let Some(objects) = crate::json::get(members, "objects").and_then(Node::list) else { return };
    let in_2_0 = crate::json::get(members, "spec_version").and_then(Node::text) == Some("2.0");
    let mut seen = HashSet::new();
    for (index, node) in objects.iter().enumerate() {
        let place = Place::Element(index);
        if node.get_text("type") == Some("bundle") {
            context.error("bundle-nested", format!("/objects/{index}"), "a bundle does not contain bundles");
            continue;
        }
        // 2.1 allows what names no edition in its bundles, and says that it is of 2.0 (section 3.2)
        let silent = context.asked == Some(Version::V21) && node.get("spec_version").is_none();
        let asked = context.asked.filter(|_| !silent);
        let report = validate_node(node, asked, in_2_0, context.settings);
        context.report.errors.extend(report.errors.into_iter().map(|fault| place.locate(fault)));
        context.report.warnings.extend(report.warnings.into_iter().map(|fault| place.locate(fault)));
        let version = (node.get_text("id"), node.get_text("modified"));
        if version.0.is_some() && !seen.insert(version) {
            let text = "the same identifier and version stands twice in this bundle";
            context.warn("duplicate-ids", format!("/objects/{index}/id"), text);
        }
    }
}
