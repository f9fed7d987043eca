//! One STIX object: its bytes as they came, and the envelope that every reader needs.

use crate::code;
use crate::edition::Signs;
use crate::fault::shown;
use crate::id::{is_id, type_of_id};
use crate::json::Node;
use crate::{Fault, Id, Timestamp, canonical};
use serde_json::Value;

/// A STIX object. The text is kept byte for byte, so that nothing unknown or custom is ever lost or rearranged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    text: Box<str>,
    id: Id,
    spec_version: Option<Box<str>>,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
    revoked: bool,
}

impl Object {
    /// Puts a finished object together, for [`crate::build`].
    pub(crate) fn made(
        text: String,
        id: Id,
        created: Option<Timestamp>,
        modified: Option<Timestamp>,
        revoked: bool,
    ) -> Object {
        Object { text: text.into(), id, spec_version: Some("2.1".into()), created, modified, revoked }
    }

    /// Reads one object: JSON, no repeated keys, a `type` and an `id` that agree, timestamps that are moments.
    /// Whether the content obeys the standard is the business of [`crate::validate`].
    pub fn parse(text: &str) -> Result<Object, Fault> {
        let node = Node::parse(text).map_err(|error| json_fault(&error))?;
        let envelope = Envelope::of(&node)?;
        Ok(envelope.with_text(text.trim().into()))
    }

    /// Prints `value` in canonical form and reads it.
    pub fn from_value(value: &Value) -> Result<Object, Fault> {
        let envelope = Envelope::of(&Node::from(value))?;
        Ok(envelope.with_text(canonical::to_string(value).into()))
    }

    /// The type, such as `indicator`.
    pub fn type_(&self) -> &str {
        self.id.type_()
    }

    /// The identifier.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// `spec_version`, absent in STIX 2.0 objects and optional in cyber-observable ones.
    pub fn spec_version(&self) -> Option<&str> {
        self.spec_version.as_deref()
    }

    /// The edition that the object is of: `spec_version`, else what section 3.2 takes for it.
    pub fn edition(&self) -> &str {
        self.spec_version().unwrap_or_else(|| self.signs(false).edition().as_str())
    }

    /// What decides the edition; `in_2_0` where the object stands in a bundle that calls itself 2.0.
    pub(crate) fn signs(&self, in_2_0: bool) -> Signs<'_> {
        let created = self.created.is_some();
        Signs { type_: self.type_(), spec_version: self.spec_version(), created, in_2_0 }
    }

    /// When the first version was made; absent in cyber-observable objects.
    pub fn created(&self) -> Option<&Timestamp> {
        self.created.as_ref()
    }

    /// When this version was made; absent in cyber-observable objects and marking definitions.
    pub fn modified(&self) -> Option<&Timestamp> {
        self.modified.as_ref()
    }

    /// True when the producer has taken the object back (section 3.6.3).
    pub fn revoked(&self) -> bool {
        self.revoked
    }

    /// What TAXII 2.1 (section 3.4.1) takes for the version: `modified`, else `created`. `None` means that the server
    /// uses the time at which it added the object.
    pub fn version(&self) -> Option<&Timestamp> {
        self.modified.as_ref().or(self.created.as_ref())
    }

    /// The object's own text.
    pub fn raw(&self) -> &str {
        &self.text
    }

    /// The object's own text, given away.
    pub fn into_raw(self) -> String {
        self.text.into()
    }

    /// The object as a tree that can be changed. Numbers beyond the range of a double lose digits here, not in
    /// [`Object::raw`].
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

/// What reading found before the text is copied.
pub(crate) struct Envelope {
    id: Id,
    spec_version: Option<Box<str>>,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
    revoked: bool,
}

impl Envelope {
    pub(crate) fn of(node: &Node<'_>) -> Result<Envelope, Fault> {
        let Some(members) = node.members() else {
            return Err(Fault::read(code::OBJECT_NOT_OBJECT, "", "a STIX object is a JSON object"));
        };
        let (mut type_, mut id, mut spec_version, mut created, mut modified) = (None, None, None, None, None);
        let mut revoked = false;
        for (key, value) in members {
            match key.as_ref() {
                "type" => type_ = Some(value),
                "id" => id = Some(value),
                "spec_version" => spec_version = value.text().map(Box::from),
                "created" => created = Some(moment(value, "/created")?),
                "modified" => modified = Some(moment(value, "/modified")?),
                "revoked" => revoked = *value == Node::Bool(true),
                _ => {}
            }
        }
        let type_ = text_of(type_, "type")?;
        let id = text_of(id, "id")?;
        if !is_id(id) {
            return Err(Fault { pointer: "/id".to_owned(), ..crate::id::malformed(id) });
        }
        if type_of_id(id) != type_ {
            let text = format!("{id:?} is not the id of an object of type {type_:?}");
            return Err(Fault::read(code::ID_TYPE, "/id", text).with([shown(id), shown(type_)]));
        }
        Ok(Envelope { id: Id::parse(id)?, spec_version, created, modified, revoked })
    }

    pub(crate) fn with_text(self, text: Box<str>) -> Object {
        let Envelope { id, spec_version, created, modified, revoked } = self;
        Object { text, id, spec_version, created, modified, revoked }
    }
}

fn text_of<'n>(value: Option<&'n Node<'_>>, name: &'static str) -> Result<&'n str, Fault> {
    match value {
        None => {
            let text = format!("the property {name:?} is missing");
            Err(Fault::read(code::REQUIRED, format!("/{name}"), text).with([name.to_owned()]))
        }
        Some(value) => value.text().ok_or_else(|| {
            Fault::read(
                code::WRONG_KIND,
                format!("/{name}"),
                format!("the property {name:?} is not a string"),
            )
        }),
    }
}

fn moment(value: &Node<'_>, pointer: &'static str) -> Result<Timestamp, Fault> {
    let Some(text) = value.text() else {
        return Err(Fault::read(code::WRONG_KIND, pointer, "a timestamp is a string"));
    };
    Timestamp::parse(text).map_err(|fault| Fault { pointer: pointer.to_owned(), ..fault })
}

/// A syntax error with its line and column, which count from the start of the object.
pub(crate) fn json_fault(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let code = if text.contains("stands twice") { code::KEY_REPEATED } else { code::JSON_MALFORMED };
    let values = [text.clone(), error.line().to_string(), error.column().to_string()];
    Fault::read(code, "", text).with(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Result<&str, &str>) {
        let read = Object::parse(input);
        let seen = read.as_ref().map(|object| object.type_()).map_err(|fault| fault.code);
        assert_eq!(seen, expected, "{input}");
        if let Ok(object) = read {
            assert_eq!(object.raw(), input.trim());
        }
    }

    const ID: &str = "x-note--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

    #[test]
    fn objects() {
        check(&format!(r#" {{"type":"x-note", "id":"{ID}","x":1.50}} "#), Ok("x-note"));
        check(&format!(r#"{{"type":"indicator","id":"{ID}"}}"#), Err("id-type"));
        check(
            &format!(r#"{{"type":"x-note","id":"{ID}","created":"yesterday"}}"#),
            Err("timestamp-malformed"),
        );
        check(&format!(r#"{{"type":"x-note","id":"{ID}","created":5}}"#), Err("wrong-kind"));
        check(&format!(r#"{{"type":"x-note","id":"{ID}","id":"{ID}"}}"#), Err("key-repeated"));
        check(r#"{"type":"x-note","id":"x-note--1"}"#, Err("id-malformed"));
        check(r#"{"type":"x-note"}"#, Err("required"));
        check("[]", Err("object-not-object"));
        check("{", Err("json-malformed"));
        check("", Err("json-malformed"));
    }

    /// Section 3.2; what decides it is tested in `edition`.
    #[test]
    fn the_edition_is_told_or_follows() {
        let check = |rest: &str, type_: &str, expected: &str| {
            let text =
                format!(r#"{{"type":"{type_}","id":"{type_}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"{rest}}}"#);
            assert_eq!(Object::parse(&text).unwrap().edition(), expected, "{text}");
        };
        check(r#","value":"evil.example""#, "domain-name", "2.1");
        check(r#","created":"2020-01-01T00:00:00.001Z""#, "indicator", "2.0");
        check(r#","created":"2020-01-01T00:00:00.001Z","spec_version":"2.1""#, "indicator", "2.1");
        check(r#","spec_version":"3.0""#, "x-note", "3.0");
    }

    #[test]
    fn the_version_is_modified_or_created() {
        let head = format!(r#"{{"type":"x-note","id":"{ID}""#);
        let moment = r#""2020-01-01T00:00:00.001Z""#;
        let object = Object::parse(&format!(r#"{head},"created":{moment}}}"#)).unwrap();
        assert_eq!(object.version().map(Timestamp::micros), Some(1_577_836_800_001_000));
        assert_eq!(Object::parse(&format!("{head}}}")).unwrap().version(), None);
    }
}
