//! The Traffic Light Protocol, version 2.0 (FIRST, August 2022).

use crate::named::named;

named! {
    /// A TLP 2.0 marking, from the widest to the narrowest.
    pub enum Tlp {
        /// May go anywhere.
        Clear = "clear",
        /// Within the community.
        Green = "green",
        /// Within the organisation and its clients.
        Amber = "amber",
        /// Within the organisation only.
        AmberStrict = "amber+strict",
        /// For named persons only: never a token, TAXII or mail text.
        Red = "red",
    }
}

impl Tlp {
    /// As it is printed: `TLP:AMBER+STRICT`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// Whether programs may fetch it (TAXII, tokens, mail). RED is for named persons with a session.
    #[must_use]
    pub fn machine_readable(self) -> bool {
        self != Self::Red
    }
}
