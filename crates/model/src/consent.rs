//! A source's consent: to whom its part may go, and how soon. Passing it further is not expressible.

use crate::id::{OrgId, SectorId};
use crate::named::named;
use crate::tlp::Tlp;
use std::collections::BTreeSet;

/// Where a source lets its part go. What is not named is not allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Destinations {
    /// Every member.
    #[serde(default)]
    pub all: bool,
    /// The members of these sectors.
    #[serde(default)]
    pub sectors: BTreeSet<SectorId>,
    /// These bodies by name.
    #[serde(default)]
    pub organisations: BTreeSet<OrgId>,
    /// Ministries and regulators.
    #[serde(default)]
    pub government: bool,
    /// Police.
    #[serde(default)]
    pub police: bool,
    /// Hubs abroad.
    #[serde(default)]
    pub foreign: bool,
}

named! {
    /// How soon after the decision a thing leaves.
    pub enum Delay {
        /// At the next 15-minute boundary, in random order: the default.
        Slot = "slot",
        /// At once: whoever knows when the source was hit may guess it.
        Now = "now",
    }
}

named! {
    /// How a source decided on its part.
    pub enum Decision {
        /// As shown.
        Approved = "approved",
        /// As shown, less what was cut.
        ApprovedWithCuts = "approved-with-cuts",
        /// Not at all.
        Refused = "refused",
    }
}

/// A consent given beforehand: "technical indicators, at most TLP:GREEN, to my sectors".
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StandingConsent {
    /// Where the part may go.
    pub destinations: Destinations,
    /// The narrowest marking under which the source lets it go by itself; a wider marking than this is not covered.
    pub widest_tlp: Tlp,
    /// How soon.
    pub delay: Delay,
}

/// The hub's rule that lets standing consent release without a person (design, rule of trust 4).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MachineRule {
    /// The stop switch: off means that every release waits for two people.
    pub enabled: bool,
    /// Items a day that may leave without a person.
    pub items_per_day: u32,
}

impl Default for MachineRule {
    fn default() -> Self {
        Self { enabled: false, items_per_day: 20 }
    }
}
