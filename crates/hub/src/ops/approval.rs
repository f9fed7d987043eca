//! The source's decision on exactly what leaves.

use crate::{Hub, HubError};
use model::consent::{Delay, Destinations};
use model::id::{SectorId, SubmissionId};
use model::item::{Dropped, ItemContent, Slot};
use model::lang::Bilingual;
use model::tlp::Tlp;
use sharing::caller::{AsApprover, AsReporter};
use std::collections::BTreeSet;

/// The approval page: what was sent, what leaves, what was dropped and why.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// The submission.
    pub id: SubmissionId,
    /// Its code.
    pub code: String,
    /// What was sent, as a person reads it: (label key, text) in order.
    pub sent: Vec<(&'static str, String)>,
    /// What would leave of this source's part.
    pub leaves: ItemContent,
    /// The STIX bundle that would leave, pretty printed.
    pub bundle: String,
    /// The text for people.
    pub text: Bilingual,
    /// What stays, and why.
    pub dropped: Vec<Dropped>,
    /// Free words that the approver can restore one by one.
    pub slots: Vec<Slot>,
    /// Own-profile hits of the gate that the source may let pass value by value ("this names you").
    pub names_you: Vec<(String, String)>,
    /// The marking proposed.
    pub tlp: Tlp,
    /// The sectors that can be chosen, with the number of organisations that each reaches; small ones are left out.
    pub sectors: Vec<(SectorId, Bilingual, usize)>,
    /// How many organisations "all" reaches.
    pub everybody: usize,
    /// How many offices.
    pub government: usize,
    /// The proposed audience, in words.
    pub audience: Bilingual,
    /// Whether the decision is still open.
    pub open: bool,
    /// A fingerprint of exactly what is shown; the form sends it back, and a draft changed meanwhile is shown anew.
    pub fingerprint: String,
}

/// The approver's form.
#[derive(Clone, Debug, Default)]
pub struct ApprovalForm {
    /// What was shown.
    pub fingerprint: String,
    /// To whom.
    pub destinations: Destinations,
    /// How soon.
    pub now: bool,
    /// Keys (`kind value`) of indicators that are cut.
    pub cuts: BTreeSet<String>,
    /// Names of the slots that are restored.
    pub restored: BTreeSet<String>,
}

impl ApprovalForm {
    /// The delay class.
    #[must_use]
    pub fn delay(&self) -> Delay {
        if self.now { Delay::Now } else { Delay::Slot }
    }
}

/// The page. A reporter may look, an approver decides.
pub async fn show(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<ApprovalView, HubError> { todo!() }

/// Approves as shown, or less what is cut.
pub async fn approve(hub: &Hub, source: AsApprover, id: SubmissionId, form: ApprovalForm) -> Result<(), HubError> { todo!() }

/// Refuses.
pub async fn refuse(hub: &Hub, source: AsApprover, id: SubmissionId) -> Result<(), HubError> { todo!() }

/// A standing consent as listed.
#[derive(Clone, Debug)]
pub struct StandingRow {
    /// Its identifier.
    pub id: model::id::StandingId,
    /// Its terms.
    pub terms: model::consent::StandingConsent,
    /// Since when.
    pub created_at: jiff::Timestamp,
    /// Until when.
    pub revoked_at: Option<jiff::Timestamp>,
}

/// The organisation's standing consents.
pub async fn standing(hub: &Hub, source: AsReporter) -> Result<Vec<StandingRow>, HubError> { todo!() }

/// Gives a standing consent; an older one ends.
pub async fn give_standing(hub: &Hub, source: AsApprover, terms: model::consent::StandingConsent) -> Result<(), HubError> { todo!() }

/// Ends the standing consent.
pub async fn revoke_standing(hub: &Hub, source: AsApprover) -> Result<(), HubError> { todo!() }
