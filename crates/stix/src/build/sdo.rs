//! Domain and relationship objects (sections 4 and 5). Identifiers and times are arguments.

use super::Draft;
use crate::{Id, Object, Timestamp};
use serde_json::{Map, Value};

/// A source outside STIX (section 2.5).
#[derive(Debug, Clone, Copy, Default)]
pub struct ExternalReference<'a> {
    /// The name of the source, such as `cve`.
    pub source_name: &'a str,
    /// Words about it.
    pub description: Option<&'a str>,
    /// Where it is.
    pub url: Option<&'a str>,
    /// Its identifier there, such as `CVE-2022-30190`.
    pub external_id: Option<&'a str>,
}

/// What every domain and relationship object has (section 3.2).
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The identifier; its type has to be that of the object.
    pub id: &'a Id,
    /// When the first version was made.
    pub created: &'a Timestamp,
    /// When this version was made.
    pub modified: &'a Timestamp,
    /// The identity that made it.
    pub created_by: Option<&'a Id>,
    /// The marking definitions that apply.
    pub markings: &'a [Id],
    /// 0 to 100.
    pub confidence: Option<u8>,
    /// The language of the text (RFC 5646), such as `ja`.
    pub lang: Option<&'a str>,
    /// Free labels.
    pub labels: &'a [&'a str],
    /// Sources outside STIX.
    pub external_references: &'a [ExternalReference<'a>],
    /// True takes the object back.
    pub revoked: bool,
}

impl<'a> Head<'a> {
    /// A head with the required properties only; set the others by `Head { lang: Some("ja"), ..head }`.
    pub fn new(id: &'a Id, created: &'a Timestamp, modified: &'a Timestamp) -> Head<'a> {
        Head {
            id,
            created,
            modified,
            created_by: None,
            markings: &[],
            confidence: None,
            lang: None,
            labels: &[],
            external_references: &[],
            revoked: false,
        }
    }

    fn draft(&self, type_: &str) -> Draft {
        let mut draft = Draft::of(type_);
        draft.text("created", self.created.as_str());
        draft.text("modified", self.modified.as_str());
        draft.maybe("created_by_ref", self.created_by.map(Id::as_str));
        draft.list("object_marking_refs", self.markings);
        draft.maybe("lang", self.lang);
        draft.list("labels", self.labels);
        if let Some(confidence) = self.confidence {
            draft.put("confidence", confidence.min(100));
        }
        if !self.external_references.is_empty() {
            draft.put(
                "external_references",
                self.external_references.iter().map(reference).collect::<Vec<_>>(),
            );
        }
        if self.revoked {
            draft.put("revoked", true);
        }
        draft.created = Some(self.created.clone());
        draft.modified = Some(self.modified.clone());
        draft.revoked = self.revoked;
        draft
    }
}

fn reference(reference: &ExternalReference<'_>) -> Value {
    let mut members = Map::new();
    members.insert("source_name".to_owned(), Value::from(reference.source_name));
    let optional = [
        ("description", reference.description),
        ("url", reference.url),
        ("external_id", reference.external_id),
    ];
    for (key, text) in optional {
        if let Some(text) = text {
            members.insert(key.to_owned(), Value::from(text));
        }
    }
    Value::Object(members)
}

/// What is particular to an indicator (section 4.7).
#[derive(Debug, Clone, Copy)]
pub struct Indicator<'a> {
    /// A name for people.
    pub name: Option<&'a str>,
    /// Words about it.
    pub description: Option<&'a str>,
    /// Of the vocabulary `indicator-type-ov`.
    pub indicator_types: &'a [&'a str],
    /// The STIX pattern.
    pub pattern: &'a str,
    /// From when on it is held to be good.
    pub valid_from: &'a Timestamp,
    /// From when on it is no longer; later than `valid_from`.
    pub valid_until: Option<&'a Timestamp>,
    /// Kill chain name and phase.
    pub kill_chain_phases: &'a [(&'a str, &'a str)],
}

/// An indicator whose pattern is a STIX pattern (section 4.7).
pub fn indicator(head: &Head<'_>, indicator: &Indicator<'_>) -> Object {
    let mut draft = head.draft("indicator");
    draft.maybe("name", indicator.name);
    draft.maybe("description", indicator.description);
    draft.list("indicator_types", indicator.indicator_types);
    draft.text("pattern", indicator.pattern);
    draft.text("pattern_type", "stix");
    draft.text("pattern_version", "2.1");
    draft.text("valid_from", indicator.valid_from.as_str());
    draft.maybe("valid_until", indicator.valid_until.map(Timestamp::as_str));
    if !indicator.kill_chain_phases.is_empty() {
        let phase = |(chain, phase): &(&str, &str)| serde_json::json!({"kill_chain_name": chain, "phase_name": phase});
        draft.put("kill_chain_phases", indicator.kill_chain_phases.iter().map(phase).collect::<Vec<_>>());
    }
    draft.finish(head.id)
}

/// What is particular to an identity (section 4.5).
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The name.
    pub name: &'a str,
    /// Words about it.
    pub description: Option<&'a str>,
    /// Of the vocabulary `identity-class-ov`, such as `organization`.
    pub identity_class: Option<&'a str>,
    /// Of the vocabulary `industry-sector-ov`.
    pub sectors: &'a [&'a str],
    /// How to reach it.
    pub contact_information: Option<&'a str>,
}

/// An identity (section 4.5).
pub fn identity(head: &Head<'_>, identity: &Identity<'_>) -> Object {
    let mut draft = head.draft("identity");
    draft.text("name", identity.name);
    draft.maybe("description", identity.description);
    draft.maybe("identity_class", identity.identity_class);
    draft.list("sectors", identity.sectors);
    draft.maybe("contact_information", identity.contact_information);
    draft.finish(head.id)
}

/// A note about other objects (section 4.13).
pub fn note(head: &Head<'_>, abstract_: Option<&str>, content: &str, object_refs: &[Id]) -> Object {
    let mut draft = head.draft("note");
    draft.maybe("abstract", abstract_);
    draft.text("content", content);
    draft.list("object_refs", object_refs);
    draft.finish(head.id)
}

/// A report over other objects (section 4.16).
pub fn report(
    head: &Head<'_>,
    name: &str,
    description: Option<&str>,
    report_types: &[&str],
    published: &Timestamp,
    object_refs: &[Id],
) -> Object {
    let mut draft = head.draft("report");
    draft.text("name", name);
    draft.maybe("description", description);
    draft.list("report_types", report_types);
    draft.text("published", published.as_str());
    draft.list("object_refs", object_refs);
    draft.finish(head.id)
}

/// An attack pattern, known by its external reference (section 4.1).
pub fn attack_pattern(head: &Head<'_>, name: &str, description: Option<&str>) -> Object {
    let mut draft = head.draft("attack-pattern");
    draft.text("name", name);
    draft.maybe("description", description);
    draft.finish(head.id)
}

/// A relationship between two objects (section 5.1).
pub fn relationship(head: &Head<'_>, source: &Id, relationship_type: &str, target: &Id) -> Object {
    let mut draft = head.draft("relationship");
    draft.text("relationship_type", relationship_type);
    draft.text("source_ref", source.as_str());
    draft.text("target_ref", target.as_str());
    draft.finish(head.id)
}

/// What is particular to a sighting (section 5.2).
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    /// What was seen, mostly an indicator.
    pub sighting_of: &'a Id,
    /// The identities that saw it.
    pub where_sighted: &'a [Id],
    /// When it was first seen.
    pub first_seen: Option<&'a Timestamp>,
    /// When it was last seen; not before `first_seen`.
    pub last_seen: Option<&'a Timestamp>,
    /// How often.
    pub count: Option<u64>,
}

/// A sighting (section 5.2).
pub fn sighting(head: &Head<'_>, sighting: &Sighting<'_>) -> Object {
    let mut draft = head.draft("sighting");
    draft.text("sighting_of_ref", sighting.sighting_of.as_str());
    draft.list("where_sighted_refs", sighting.where_sighted);
    draft.maybe("first_seen", sighting.first_seen.map(Timestamp::as_str));
    draft.maybe("last_seen", sighting.last_seen.map(Timestamp::as_str));
    if let Some(count) = sighting.count {
        draft.put("count", count);
    }
    draft.finish(head.id)
}

/// Observed data that refers to cyber-observable objects (section 4.14).
pub fn observed_data(
    head: &Head<'_>,
    first: &Timestamp,
    last: &Timestamp,
    count: u64,
    object_refs: &[Id],
) -> Object {
    let mut draft = head.draft("observed-data");
    draft.text("first_observed", first.as_str());
    draft.text("last_observed", last.as_str());
    draft.put("number_observed", count);
    draft.list("object_refs", object_refs);
    draft.finish(head.id)
}
