//! The Traffic Light Protocol as marking definitions: version 2.0 (the extension that OASIS publishes) and version 1
//! (section 7.2.1.4).

use crate::{Id, Object};
use serde_json::{Value, json};

/// The extension that carries TLP 2.0 in a marking definition.
pub const TLP_2_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// How far something may travel, TLP 2.0. Ordered from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// No limit.
    Clear,
    /// The community.
    Green,
    /// The recipient's organisation and its clients, by need to know.
    Amber,
    /// The recipient's organisation only.
    AmberStrict,
    /// The named recipients only.
    Red,
}

/// All five, from the widest to the narrowest.
pub const ALL: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

const IDS_2: [&str; 5] = [
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
];

/// 2022-10-01T00:00:00.000Z, which all five bear.
const CREATED_2_MICROS: i64 = 1_664_582_400_000_000;

/// TLP 1 has no amber+strict.
const IDS_1: [(Tlp, &str, &str); 4] = [
    (Tlp::Clear, "white", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"),
    (Tlp::Green, "green", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"),
    (Tlp::Amber, "amber", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"),
    (Tlp::Red, "red", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
];

impl Tlp {
    /// The word of the standard, such as `amber+strict`.
    pub fn word(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }

    /// The label for people, such as `TLP:AMBER+STRICT`.
    pub fn label(self) -> String {
        format!("TLP:{}", self.word().to_ascii_uppercase())
    }

    /// Reads a word or label in any case; `white` is TLP 1's name of `clear`.
    pub fn parse(text: &str) -> Option<Tlp> {
        let lower = text.trim().to_ascii_lowercase();
        let word = lower.strip_prefix("tlp:").unwrap_or(&lower);
        if word == "white" {
            return Some(Tlp::Clear);
        }
        ALL.into_iter().find(|tlp| tlp.word() == word)
    }

    /// The identifier of the TLP 2.0 marking definition.
    pub fn id_text(self) -> &'static str {
        IDS_2[self as usize]
    }

    /// The identifier of the TLP 2.0 marking definition.
    pub fn id(self) -> Id {
        Id::new("marking-definition", crate::Uuid::try_parse(&self.id_text()[20..]).unwrap_or_default())
    }

    /// The TLP 2.0 marking definition as a tree.
    pub fn value(self) -> Value {
        json!({
            "type": "marking-definition", "spec_version": "2.1", "id": self.id_text(),
            "created": "2022-10-01T00:00:00.000Z", "name": self.label(),
            "extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": self.word()}},
        })
    }

    /// The TLP 2.0 marking definition.
    pub fn object(self) -> Object {
        let created = crate::Timestamp::from_micros(CREATED_2_MICROS);
        Object::made(crate::canonical::to_string(&self.value()), self.id(), Some(created), None, false)
    }

    /// What a reference to a marking definition says, if it is one of TLP 1 or 2.0.
    pub fn of_id(id: &str) -> Option<Tlp> {
        let second = ALL.into_iter().find(|tlp| tlp.id_text() == id);
        second.or_else(|| IDS_1.iter().find(|(_, _, known)| *known == id).map(|(tlp, _, _)| *tlp))
    }
}

/// The marking definition of TLP 1 as the standard prints it; `None` for amber+strict, which TLP 1 lacks.
pub fn version_1(tlp: Tlp) -> Option<Value> {
    let (_, word, id) = IDS_1.iter().find(|(known, _, _)| *known == tlp)?;
    Some(json!({
        "type": "marking-definition", "spec_version": "2.1", "id": id, "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp", "name": format!("TLP:{}", word.to_ascii_uppercase()), "definition": {"tlp": word},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Option<Tlp>) {
        assert_eq!(Tlp::parse(input), expected, "{input}");
    }

    #[test]
    fn words() {
        check("TLP:AMBER+STRICT", Some(Tlp::AmberStrict));
        check("white", Some(Tlp::Clear));
        check(" tlp:red", Some(Tlp::Red));
        check("amber strict", None);
    }

    #[test]
    fn objects_carry_their_own_id() {
        for tlp in ALL {
            assert_eq!(Object::from_value(&tlp.value()).unwrap(), tlp.object());
            assert_eq!(tlp.object().id().as_str(), tlp.id_text());
            assert_eq!(tlp.id().as_str(), tlp.id_text());
            assert_eq!(Tlp::of_id(tlp.id_text()), Some(tlp));
        }
        assert_eq!(Tlp::of_id("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"), Some(Tlp::Amber));
        assert!(version_1(Tlp::AmberStrict).is_none());
        assert!(Tlp::Amber < Tlp::AmberStrict);
    }
}
