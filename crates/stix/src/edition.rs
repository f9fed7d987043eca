//! Which edition of the standard an object is of.

use crate::id::is_observable;
use serde::Deserialize;

/// An edition of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Version {
    /// STIX 2.0.
    #[serde(rename = "2.0")]
    V20,
    /// STIX 2.1.
    #[default]
    #[serde(rename = "2.1")]
    V21,
}

impl Version {
    /// As `spec_version` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::V20 => "2.0",
            Version::V21 => "2.1",
        }
    }
}

/// What decides the edition of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signs<'o> {
    pub(crate) type_: &'o str,
    pub(crate) spec_version: Option<&'o str>,
    /// True where the object has the property `created`.
    pub(crate) created: bool,
    /// True where the object stands in a bundle that calls itself 2.0.
    pub(crate) in_2_0: bool,
}

impl Signs<'_> {
    /// The edition. `spec_version` says it; where it is missing, section 3.2 says that it is 2.0, but for
    /// cyber-observable objects, which are 2.1. One of a type that the standard does not know is taken for such where
    /// it has no `created`, which all other objects of 2.0 must have (section 3.1 of part 1 of that edition).
    pub(crate) fn edition(self) -> Version {
        match self.spec_version {
            Some("2.0") => Version::V20,
            Some(_) => Version::V21,
            None if is_observable(self.type_) => Version::V21,
            None if self.created || self.in_2_0 => Version::V20,
            None => Version::V21,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(type_: &str, spec_version: Option<&str>, created: bool, in_2_0: bool, expected: &str) {
        let signs = Signs { type_, spec_version, created, in_2_0 };
        assert_eq!(signs.edition().as_str(), expected, "{signs:?}");
    }

    #[test]
    fn editions() {
        check("indicator", None, true, false, "2.0");
        check("indicator", None, false, false, "2.1");
        check("indicator", None, false, true, "2.0");
        check("indicator", Some("2.1"), true, true, "2.1");
        check("indicator", Some("2.0"), true, false, "2.0");
        check("x-own", None, true, false, "2.0");
        check("x-own", None, false, false, "2.1");
        check("domain-name", None, false, false, "2.1");
        // an artifact or file of 2.1 that has a property of its own of this name
        check("file", None, true, true, "2.1");
        check("domain-name", Some("2.0"), false, false, "2.0");
    }
}
