//! From content to what is sent: STIX objects, a bundle, and (in [`words`]) a text for people in both languages.

use jiff::{SignedDuration, Timestamp};
use model::item::{ItemContent, ItemIds, ItemIndicator};
use model::lang::Bilingual;
use model::tlp::Tlp;
use stix::Id;
use stix::build::{self, Head};
use uuid::Uuid;

mod names;
mod words;

pub use words::{text, title};

/// The author of items: the hub.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The same for ever.
    pub id: Uuid,
    /// Its name.
    pub name: Bilingual,
}

/// What surrounds a content when it is rendered.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The identifiers of the item's objects.
    pub ids: &'a ItemIds,
    /// The hub.
    pub author: &'a Identity,
    /// The first release slot.
    pub created: Timestamp,
    /// This release slot.
    pub modified: Timestamp,
    /// The marking.
    pub tlp: Tlp,
    /// Part of an exercise.
    pub exercise: bool,
    /// A recall.
    pub revoked: bool,
}

/// (STIX id, type, JSON) of one object.
pub type Rendered = (String, String, String);

/// Days for which an indicator is valid: addresses change hands soon, hashes never.
fn valid_days(one: &ItemIndicator) -> i64 {
    use indicator::Kind as K;
    match one.indicator.kind() {
        K::Ipv4 | K::Ipv6 | K::Cidr4 | K::Cidr6 => 90,
        K::Md5 | K::Sha1 | K::Sha256 | K::Sha512 => 730,
        _ => 180,
    }
}

/// The objects: the marking, the author, one `indicator` each, and a `report` over them.
#[must_use]
pub fn bundle(content: &ItemContent, frame: &Frame<'_>) -> Vec<Rendered> {
    let stamps = Stamps::of(frame);
    let mut out = vec![marking(frame), author(frame, &stamps)];
    let mut refs = Vec::new();
    for one in &content.indicators {
        if let Some((id, object)) = indicator_object(one, frame, &stamps) {
            refs.push(id);
            out.push(object);
        }
    }
    let title = title(content);
    let text = text(content, frame);
    let description = format!("{}\n\n{}", text.ja, text.en);
    let name = format!("{} / {}", title.ja, title.en);
    out.push(report(&name, Some(&description), &refs, frame, &stamps));
    out
}

/// What stands for a recalled item: the same identifiers, revoked, with placeholder content.
#[must_use]
pub fn tombstone(frame: &Frame<'_>) -> Vec<Rendered> {
    let stamps = Stamps::of(frame);
    let mut out = vec![marking(frame), author(frame, &stamps)];
    let mut refs = Vec::new();
    for uuid in frame.ids.indicators.values() {
        let id = Id::new("indicator", *uuid);
        let head = head(&id, frame, &stamps);
        let body = build::Indicator {
            name: None,
            description: None,
            indicator_types: &[],
            pattern: "[x-noroshi-recalled:value = 'recalled']",
            valid_from: &stamps.created,
            valid_until: None,
            kill_chain_phases: &[],
        };
        out.push(rendered(build::indicator(&Head { revoked: true, ..head }, &body)));
        refs.push(id);
    }
    out.push(report("取り消された情報 / Recalled", None, &refs, frame, &stamps));
    out
}

/// One bundle of rendered objects, with the item's own identifier.
#[must_use]
pub fn bundle_json(ids: &ItemIds, objects: &[Rendered]) -> String {
    let list: Vec<&str> = objects.iter().map(|o| o.2.as_str()).collect();
    format!("{{\"id\":\"bundle--{}\",\"objects\":[{}],\"type\":\"bundle\"}}", ids.report, list.join(","))
}

struct Stamps {
    created: stix::Timestamp,
    modified: stix::Timestamp,
    author: Id,
    marking: [Id; 1],
}

impl Stamps {
    fn of(frame: &Frame<'_>) -> Self {
        Self {
            created: stix::Timestamp::from_micros(frame.created.as_microsecond()),
            modified: stix::Timestamp::from_micros(frame.modified.as_microsecond()),
            author: Id::new("identity", frame.author.id),
            marking: [stix_tlp(frame.tlp).id()],
        }
    }
}

fn stix_tlp(tlp: Tlp) -> stix::tlp::Tlp {
    match tlp {
        Tlp::Clear => stix::tlp::Tlp::Clear,
        Tlp::Green => stix::tlp::Tlp::Green,
        Tlp::Amber => stix::tlp::Tlp::Amber,
        Tlp::AmberStrict => stix::tlp::Tlp::AmberStrict,
        Tlp::Red => stix::tlp::Tlp::Red,
    }
}

fn head<'a>(id: &'a Id, frame: &Frame<'_>, stamps: &'a Stamps) -> Head<'a> {
    let labels: &[&str] = if frame.exercise { &["exercise"] } else { &[] };
    Head {
        created_by: Some(&stamps.author),
        markings: &stamps.marking,
        labels,
        revoked: frame.revoked,
        ..Head::new(id, &stamps.created, &stamps.modified)
    }
}

fn rendered(object: stix::Object) -> Rendered {
    (object.id().as_str().to_owned(), object.type_().to_owned(), object.into_raw())
}

fn marking(frame: &Frame<'_>) -> Rendered {
    rendered(stix_tlp(frame.tlp).object())
}

/// The author never changes: its times are those of no item.
fn author(frame: &Frame<'_>, stamps: &Stamps) -> Rendered {
    let epoch = stix::Timestamp::from_micros(1_577_836_800_000_000);
    let head = Head::new(&stamps.author, &epoch, &epoch);
    let identity = build::Identity {
        name: &frame.author.name.en,
        description: None,
        identity_class: Some("organization"),
        sectors: &[],
        contact_information: None,
    };
    rendered(build::identity(&head, &identity))
}

fn indicator_object(one: &ItemIndicator, frame: &Frame<'_>, stamps: &Stamps) -> Option<(Id, Rendered)> {
    let pattern = model::stix_map::pattern(&one.indicator)?;
    let uuid = frame.ids.indicators.get(&ItemIds::key(&one.indicator))?;
    let id = Id::new("indicator", *uuid);
    let until =
        frame.created.checked_add(SignedDuration::from_hours(24 * valid_days(one))).unwrap_or(frame.created);
    let until = stix::Timestamp::from_micros(until.as_microsecond());
    let head = Head { confidence: Some(one.confidence), ..head(&id, frame, stamps) };
    let body = build::Indicator {
        name: None,
        description: None,
        indicator_types: &["malicious-activity"],
        pattern: &pattern,
        valid_from: &stamps.created,
        valid_until: Some(&until),
        kill_chain_phases: &[],
    };
    let object = rendered(build::indicator(&head, &body));
    Some((id, object))
}

fn report(
    name: &str,
    description: Option<&str>,
    refs: &[Id],
    frame: &Frame<'_>,
    stamps: &Stamps,
) -> Rendered {
    let id = Id::new("report", frame.ids.report);
    let head = head(&id, frame, stamps);
    // A report refers to something (section 4.16): to its author when it has no indicator.
    let own = [stamps.author.clone()];
    let refs = if refs.is_empty() { &own } else { refs };
    rendered(build::report(&head, name, description, &["indicator"], &stamps.created, refs))
}
