//! Cyber-observable objects (section 6). Their identifiers follow from their content.

use super::Draft;
use crate::{Id, Object, sco_id};
use serde_json::{Map, Value, json};

/// A type whose only contributing property is `key`, so that an identifier always exists.
fn single(type_: &str, key: &str, value: &str, markings: &[Id]) -> Object {
    let mut draft = Draft::of(type_);
    draft.text(key, value);
    draft.list("object_marking_refs", markings);
    let id = sco_id(type_, &json!({key: value})).unwrap_or_else(|| Id::new(type_, crate::Uuid::nil()));
    draft.finish(&id)
}

/// A domain name (section 6.4).
pub fn domain_name(value: &str, markings: &[Id]) -> Object {
    single("domain-name", "value", value, markings)
}

/// An IPv4 address or CIDR block (section 6.9).
pub fn ipv4_addr(value: &str, markings: &[Id]) -> Object {
    single("ipv4-addr", "value", value, markings)
}

/// An IPv6 address or CIDR block (section 6.10).
pub fn ipv6_addr(value: &str, markings: &[Id]) -> Object {
    single("ipv6-addr", "value", value, markings)
}

/// A URL (section 6.15).
pub fn url(value: &str, markings: &[Id]) -> Object {
    single("url", "value", value, markings)
}

/// A mail address (section 6.5).
pub fn email_addr(value: &str, markings: &[Id]) -> Object {
    single("email-addr", "value", value, markings)
}

/// A MAC address (section 6.11).
pub fn mac_addr(value: &str, markings: &[Id]) -> Object {
    single("mac-addr", "value", value, markings)
}

/// A mutex (section 6.12).
pub fn mutex(name: &str, markings: &[Id]) -> Object {
    single("mutex", "name", name, markings)
}

/// A directory (section 6.3).
pub fn directory(path: &str, markings: &[Id]) -> Object {
    single("directory", "path", path, markings)
}

/// A Windows registry key (section 6.17), full path, hive written out.
pub fn registry_key(key: &str, markings: &[Id]) -> Object {
    single("windows-registry-key", "key", key, markings)
}

/// What is known of a file (section 6.7).
#[derive(Debug, Clone, Copy, Default)]
pub struct File<'a> {
    /// Algorithm name of the vocabulary (section 10.7) and digest.
    pub hashes: &'a [(&'a str, &'a str)],
    /// The name without its directory.
    pub name: Option<&'a str>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// MIME type.
    pub mime_type: Option<&'a str>,
}

/// A file (section 6.7); `None` unless it has a hash or a name, as the standard demands.
pub fn file(file: &File<'_>, markings: &[Id]) -> Option<Object> {
    let mut draft = Draft::of("file");
    if !file.hashes.is_empty() {
        let hashes = file.hashes.iter().map(|(name, digest)| ((*name).to_owned(), Value::from(*digest)));
        draft.put("hashes", hashes.collect::<Map<_, _>>());
    }
    draft.maybe("name", file.name);
    draft.maybe("mime_type", file.mime_type);
    if let Some(size) = file.size {
        draft.put("size", size);
    }
    let id = sco_id("file", &Value::Object(draft.members.clone()))?;
    draft.list("object_marking_refs", markings);
    Some(draft.finish(&id))
}
