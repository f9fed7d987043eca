//! Identifiers (section 2.9): `type--UUID`, and the deterministic ones of cyber-observable objects.

use crate::fault::shown;
use crate::{Fault, canonical, code};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The name space of deterministic identifiers of cyber-observable objects (section 2.9).
pub const SCO_NAMESPACE: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);

/// The longest type name (section 3.1, `type`).
pub const TYPE_BYTES_MAX: usize = 250;

/// An identifier `type--UUID` whose two halves have been checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

impl Id {
    /// Puts an identifier together. `type_` is a type name of the standard or one of our own, not foreign text.
    pub fn new(type_: &str, uuid: Uuid) -> Id {
        Id(format!("{type_}--{}", uuid.hyphenated()))
    }

    /// Reads an identifier; the text is kept as written.
    pub fn parse(text: &str) -> Result<Id, Fault> {
        if is_id(text) { Ok(Id(text.to_owned())) } else { Err(malformed(text)) }
    }

    /// The part before `--`.
    pub fn type_(&self) -> &str {
        type_of_id(&self.0)
    }

    /// The UUID.
    pub fn uuid(&self) -> Uuid {
        Uuid::try_parse(&self.0[self.0.len() - UUID_CHARS..]).unwrap_or(Uuid::nil())
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The fault of a text that is no identifier.
pub(crate) fn malformed(text: &str) -> Fault {
    let said = format!("{text:?} is not of the form type--UUID");
    Fault::read(code::ID_MALFORMED, "", said).with([shown(text)])
}

const UUID_CHARS: usize = 36;

/// True for `type--UUID` with a well-formed type name.
pub(crate) fn is_id(text: &str) -> bool {
    let Some(split) = text.len().checked_sub(UUID_CHARS + 2) else { return false };
    let bytes = text.as_bytes();
    is_type_name(&bytes[..split]) && &bytes[split..split + 2] == b"--" && is_uuid(&bytes[split + 2..])
}

/// The part of an identifier before its first `--`; the whole text where there is none.
pub(crate) fn type_of_id(text: &str) -> &str {
    text.len().checked_sub(UUID_CHARS + 2).and_then(|split| text.get(..split)).unwrap_or(text)
}

/// Lower-case letters, digits and hyphens (section 3.1). Two hyphens in a row would make the id ambiguous.
pub(crate) fn is_type_name(name: &[u8]) -> bool {
    !name.is_empty()
        && name.len() <= TYPE_BYTES_MAX
        && name.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        && !name.windows(2).any(|pair| pair == b"--")
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == UUID_CHARS
        && bytes.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Id {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Id, Fault> {
        Id::parse(text)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = String::deserialize(deserializer)?;
        Id::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The ID contributing properties of each cyber-observable type (section 6, first table of each). `process` has none.
const CONTRIBUTING: &[(&str, &[&str])] = &[
    ("artifact", &["hashes", "payload_bin"]),
    ("autonomous-system", &["number"]),
    ("directory", &["path"]),
    ("domain-name", &["value"]),
    ("email-addr", &["value"]),
    ("email-message", &["from_ref", "subject", "body"]),
    ("file", &["hashes", "name", "parent_directory_ref", "extensions"]),
    ("ipv4-addr", &["value"]),
    ("ipv6-addr", &["value"]),
    ("mac-addr", &["value"]),
    ("mutex", &["name"]),
    (
        "network-traffic",
        &["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"],
    ),
    ("process", &[]),
    ("software", &["name", "cpe", "swid", "vendor", "version"]),
    ("url", &["value"]),
    ("user-account", &["account_type", "user_id", "account_login"]),
    ("windows-registry-key", &["key", "values"]),
    ("x509-certificate", &["hashes", "serial_number"]),
];

/// True for the types of cyber-observable objects that the standard defines.
pub(crate) fn is_observable(type_: &str) -> bool {
    CONTRIBUTING.iter().any(|(name, _)| *name == type_)
}

/// The ID contributing properties of a type; empty for one that the standard does not define.
pub(crate) fn contributing(type_: &str) -> &'static [&'static str] {
    CONTRIBUTING.iter().find(|(name, _)| *name == type_).map_or(&[], |(_, keys)| keys)
}

/// The order in which one hash is chosen to stand for all (section 2.9); any other comes after, by name.
const HASH_ORDER: &[&str] = &["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// The deterministic identifier of a cyber-observable object (section 2.9): UUIDv5 over the canonical JSON of its
/// ID contributing properties.
///
/// `contributing` may be the whole object; other properties are left aside. For a type that the standard does not
/// define, every member but `id`, `type` and `spec_version` contributes. `None` where nothing contributes: then the
/// identifier has to be random, and chance is the caller's.
pub fn sco_id(type_: &str, contributing: &Value) -> Option<Id> {
    let members = contributing.as_object()?;
    let known = CONTRIBUTING.iter().find(|(name, _)| *name == type_).map(|(_, keys)| *keys);
    let mut chosen = Map::new();
    for (key, value) in members {
        let contributes = match known {
            Some(keys) => keys.contains(&key.as_str()),
            None => !matches!(key.as_str(), "id" | "type" | "spec_version"),
        };
        if contributes {
            chosen.insert(key.clone(), if key == "hashes" { one_hash(value) } else { value.clone() });
        }
    }
    if chosen.is_empty() {
        return None;
    }
    let text = canonical::to_string(&Value::Object(chosen));
    Some(Id::new(type_, Uuid::new_v5(&SCO_NAMESPACE, text.as_bytes())))
}

fn one_hash(hashes: &Value) -> Value {
    let Some(members) = hashes.as_object() else { return hashes.clone() };
    let name = HASH_ORDER.iter().copied().find(|name| members.contains_key(*name));
    let Some(name) = name.or_else(|| members.keys().map(String::as_str).min()) else { return hashes.clone() };
    let mut one = Map::new();
    one.insert(name.to_owned(), members[name].clone());
    Value::Object(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(type_: &str, object: Value, expected: Option<&str>) {
        assert_eq!(sco_id(type_, &object).as_ref().map(Id::as_str), expected, "{type_} {object}");
    }

    /// The expected values are those that the reference library (stix2) and the elevator's published output give. The
    /// identifiers printed in the examples of section 6 of the standard do not follow from their content.
    #[test]
    fn deterministic_ids() {
        let v4 = "ipv4-addr--9cf4a8ec-7640-5f40-a006-79942896168b";
        check("ipv4-addr", json!({"type": "ipv4-addr", "value": "198.51.100.2"}), Some(v4));
        let domain = "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7";
        check("domain-name", json!({"value": "example.com", "resolves_to_refs": []}), Some(domain));
        let url = "url--47c3cf9a-5027-5bf0-997a-017c7edc7c55";
        check("url", json!({"value": "https://example.com/research/index.html"}), Some(url));
        check("process", json!({"pid": 1}), None);
        check("file", json!({"size": 3}), None);
    }

    #[test]
    fn the_first_hash_stands_for_all() {
        let one = sco_id("file", &json!({"hashes": {"MD5": "a"}}));
        assert_eq!(sco_id("file", &json!({"hashes": {"SHA-256": "b", "MD5": "a", "SSDEEP": "c"}})), one);
        assert_ne!(sco_id("file", &json!({"hashes": {"SHA-256": "b"}})), one);
    }

    fn check_form(input: &str, expected: Option<&str>) {
        assert_eq!(Id::parse(input).ok().as_ref().map(Id::type_), expected, "{input}");
    }

    #[test]
    fn forms() {
        check_form("x-foo--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", Some("x-foo"));
        check_form("x--foo--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", None);
        check_form("X--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", None);
        check_form("indicator--8e2e2d2b17d44cbf938f98ee46b3cd3f", None);
        check_form("indicator-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", None);
        check_form("--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", None);
        check_form("指標--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", None);
        check_form("", None);
    }
}
