//! JSON as a tree that borrows from the text: what validation and reading look at.
//!
//! `serde_json::Value` copies every string and sorts every object; this tree does neither, which is what makes
//! validation of a bundle keep up with the disk. Members keep their order, and a repeated key is an error: two
//! readers that pick different ones would see different objects.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Members<'a>),
}

/// The members of an object in the order they came.
pub(crate) type Members<'a> = Vec<(Cow<'a, str>, Node<'a>)>;

/// Up to here repeated keys are looked for by comparing all pairs; beyond, a hash set keeps it linear.
const PAIRWISE_MEMBERS_MAX: usize = 24;

impl<'a> Node<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Node<'a>, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Node::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn list(&self) -> Option<&[Node<'a>]> {
        if let Node::List(items) = self { Some(items) } else { None }
    }

    pub(crate) fn members(&self) -> Option<&Members<'a>> {
        if let Node::Object(members) = self { Some(members) } else { None }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.members().and_then(|members| get(members, key))
    }

    pub(crate) fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// The whole number this is, if it is one (JSON does not tell 5 from 5.0, and neither do we).
    pub(crate) fn integer(&self) -> Option<i64> {
        let Node::Number(number) = self else { return None };
        number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Beyond 2^53 a float no longer names one whole number.
            (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i64)
        })
    }
}

pub(crate) fn get<'n, 'a>(members: &'n Members<'a>, key: &str) -> Option<&'n Node<'a>> {
    members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

impl<'a> From<&'a Value> for Node<'a> {
    fn from(value: &'a Value) -> Node<'a> {
        match value {
            Value::Null => Node::Null,
            Value::Bool(bool) => Node::Bool(*bool),
            Value::Number(number) => Node::Number(number.clone()),
            Value::String(text) => Node::Text(Cow::Borrowed(text)),
            Value::Array(items) => Node::List(items.iter().map(Node::from).collect()),
            Value::Object(members) => {
                let pairs = members.iter().map(|(key, item)| (Cow::Borrowed(key.as_str()), Node::from(item)));
                Node::Object(pairs.collect())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node<'de>, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, bool: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(bool))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node<'de>, E> {
        Ok(Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node<'de>, A::Error> {
        let mut members = Vec::with_capacity(12);
        while let Some(key) = access.next_key_seed(KeySeed)? {
            members.push((key, access.next_value()?));
        }
        match repeated_key(&members) {
            Some(key) => Err(A::Error::custom(format!("the key {key:?} stands twice in one object"))),
            None => Ok(Node::Object(members)),
        }
    }
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

fn repeated_key<'m>(members: &'m Members<'_>) -> Option<&'m str> {
    if members.len() <= PAIRWISE_MEMBERS_MAX {
        let mut rest = members.as_slice();
        while let Some(((key, _), after)) = rest.split_first() {
            if after.iter().any(|(other, _)| other == key) {
                return Some(key);
            }
            rest = after;
        }
        return None;
    }
    let mut seen = HashSet::with_capacity(members.len());
    members.iter().map(|(key, _)| key.as_ref()).find(|key| !seen.insert(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Result<&str, &str>) {
        let read = Node::parse(input);
        match (&read, expected) {
            (Ok(node), Ok(text)) => {
                let value: Value = serde_json::from_str(text).unwrap();
                assert_eq!(node, &Node::from(&value), "{input}");
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{input}: {error}"),
            _ => panic!("{input}: {read:?}"),
        }
    }

    #[test]
    fn trees() {
        check(r#"{"a":[1,-2,2.5,null,true,"x\n"]}"#, Ok(r#"{"a":[1,-2,2.5,null,true,"x\n"]}"#));
        check(r#"{"a":1,"a":1}"#, Err("stands twice"));
        check(r#"{"a":{"\u0062":1,"b":1}}"#, Err("stands twice"));
        let wide: Vec<String> = (0..100).map(|i| format!("\"k{}\":1", i % 99)).collect();
        check(&format!("{{{}}}", wide.join(",")), Err("\"k0\" stands twice"));
        check(&"[".repeat(10_000), Err("recursion limit"));
    }
}
