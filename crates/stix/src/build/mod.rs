//! Builds what leaves: typed constructors that print canonical JSON, so that equal content is equal bytes.
//!
//! Identifiers and times of domain objects are arguments; identifiers of cyber-observable objects follow from their
//! content (section 2.9). There is no way in for an untyped property: whoever builds here cannot forward by accident.

mod sco;
mod sdo;

pub use sco::{
    File, directory, domain_name, email_addr, file, ipv4_addr, ipv6_addr, mac_addr, mutex, registry_key, url,
};
pub use sdo::{
    ExternalReference, Head, Identity, Indicator, Sighting, attack_pattern, identity, indicator, note,
    observed_data, relationship, report, sighting,
};

use crate::{Id, Object, Timestamp, canonical};
use serde_json::{Map, Value};

/// A bundle (section 8) of finished objects, whose text goes in byte for byte.
pub fn bundle(id: &Id, objects: &[Object]) -> String {
    let mut out = format!("{{\"id\":\"{id}\"");
    for (i, object) in objects.iter().enumerate() {
        // An empty bundle has no property "objects": lists are never empty (section 2.10).
        out.push_str(if i == 0 { ",\"objects\":[" } else { "," });
        out.push_str(object.raw());
    }
    out.push_str(if objects.is_empty() { ",\"type\":\"bundle\"}" } else { "],\"type\":\"bundle\"}" });
    out
}

/// The properties that a constructor has put in. What is absent or empty is left out, as the standard wants.
struct Draft {
    members: Map<String, Value>,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
    revoked: bool,
}

impl Draft {
    fn of(type_: &str) -> Draft {
        let mut draft = Draft { members: Map::new(), created: None, modified: None, revoked: false };
        draft.text("type", type_);
        draft.text("spec_version", "2.1");
        draft
    }

    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.members.insert(key.to_owned(), value.into());
    }

    fn text(&mut self, key: &str, text: &str) {
        self.put(key, text);
    }

    fn maybe(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn list<T: AsRef<str>>(&mut self, key: &str, items: &[T]) {
        if !items.is_empty() {
            self.put(key, items.iter().map(|item| Value::from(item.as_ref())).collect::<Vec<_>>());
        }
    }

    fn finish(mut self, id: &Id) -> Object {
        self.text("id", id.as_str());
        let text = canonical::to_string(&Value::Object(self.members));
        Object::made(text, id.clone(), self.created, self.modified, self.revoked)
    }
}
